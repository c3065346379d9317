"""UCUM: which units are ones, which was meant, how they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.units import COMMON, USUAL, suggestion, symbol, valid


@pytest.mark.parametrize("unit", COMMON)
def test_common_units_are_ucum(unit):
    assert valid(unit)


@pytest.mark.parametrize(
    "unit",
    """10*9/L 10^9/L 10*6/kg kg/m2 mL/min/{1.73_m2} m[IU]/mL k[IU]/L {copies}/ug dyn.s/cm5
    mm[Hg].min/L mg/dL{urea} ug/L{FEU} meq/L ukat/L mmol/min/kPa /uL %{vol} cm[H2O] [arb'U]/mL
    {jin} g/(kg.d)""".split()[:-1],
)
def test_units_of_the_study_are_ucum(unit):
    assert valid(unit)


@pytest.mark.parametrize(
    "unit", ["", "C", "F", "mmHg", "°C", "bpm", "mg dL", "mg//dL", ".mg", "mg/", "{a", "xyz", "m²"]
)
def test_other_units_are_not(unit):
    assert not valid(unit)


@pytest.mark.parametrize("meant", sorted(set(USUAL.values())))
def test_what_is_suggested_is_ucum(meant):
    assert valid(meant)


@pytest.mark.parametrize(
    ("unit", "meant"), [("C", "Cel"), ("mmHg", "mm[Hg]"), ("umol/l.", "umol/L"), ("qqqqqq", None)]
)
def test_what_was_meant(unit, meant):
    assert suggestion(unit) == meant


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("Cel", "°C"),
        ("[degF]", "°F"),
        ("mm[Hg]", "mmHg"),
        ("10*9/L", "10⁹/L"),
        ("kg/m2", "kg/m²"),
        ("umol/L", "µmol/L"),
        ("m[IU]/mL", "mIU/mL"),
        ("{score}", ""),
        ("1", ""),
        (None, ""),
    ],
)
def test_how_a_unit_is_printed(unit, printed):
    assert symbol(unit) == printed


@given(st.text(max_size=30))
def test_any_text_can_be_asked(unit):
    assert valid(unit) in (True, False)
    suggestion(unit)
    symbol(unit)

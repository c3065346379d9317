"""Numbers: exact text, entered unit, canonical value."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition import items
from ecrf.definition.items import number
from ecrf.definition.model import AltUnit, DecimalItem
from ecrf.definition.values import Problem, Value
from tests.unit.definition.items import examples

WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


@pytest.mark.req("R-060")
@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9999, max_value=9999)
)
def test_the_text_of_a_decimal_is_kept_exactly(decimal):
    text = format(decimal, "f")
    value = items.parse(examples.DECIMAL, text.replace("-0.00", "0.00"))

    assert value.text == text.replace("-0.00", "0.00")
    assert items.restore(examples.DECIMAL, value.to_json()).typed == decimal


@pytest.mark.parametrize("text", ["0.10", "36.0", "36", "-1.50", "0", "100"])
def test_digits_and_trailing_zeros_stay(text):
    assert items.parse(examples.DECIMAL, text).text == text
    assert items.parse(examples.DECIMAL, f" {text.translate(WIDE)} ").text == text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("+1", "number.format"),
        ("1e5", "number.format"),
        ("1,000", "number.format"),
        (".5", "number.format"),
        ("5.", "number.format"),
        ("007", "number.format"),
        ("١٢", "number.format"),
        ("10²", "number.format"),
        ("NaN", "number.format"),
        ("<5", "number.format"),
        ("36.601", "number.places"),
        ("1234567890123", "number.digits"),
    ],
)
def test_what_is_no_decimal(raw, code):
    assert items.parse(examples.DECIMAL, raw).code == code


@pytest.mark.parametrize("raw", ["1.0", "1.5", "1e2", "x"])
def test_what_is_no_integer(raw):
    assert items.parse(examples.INTEGER, raw).code == "integer.format"


@pytest.mark.req("R-071")
@pytest.mark.parametrize(
    ("factor", "offset", "entered", "canonical"),
    [
        ("88.4", "0", "1.0", "88.4"),
        ("0.357", "0", "14", "4.998"),
        ("0.1665", "0", "30", "4.995"),
        ("17.104", "0", "1.2", "20.5248"),
        ("0.05551", "0", "100", "5.551"),
        ("59.48", "0", "7", "416.36"),
        ("0.001", "0", "500", "0.5"),
        ("1/113.12", "0", "56.56", "0.5"),
        ("1/80", "0", "160", "2"),
        ("5/9", "-160/9", "98.6", "37"),
        ("0.09148", "2.152", "53", "7.00044"),
    ],
)
def test_conversions_of_the_specification(factor, offset, entered, canonical):
    alternate = AltUnit(unit="x", factor=factor, offset=offset)

    assert number.canonical(Decimal(entered), alternate) == Decimal(canonical)


@given(st.fractions())
def test_a_fraction_becomes_the_exact_decimal_if_there_is_one(fraction):
    decimal = number.to_decimal(fraction)

    assert Fraction(decimal) == fraction or abs(Fraction(decimal) - fraction) <= abs(
        fraction
    ) / Fraction(10**33)


@pytest.mark.req("R-071")
def test_the_unit_is_kept_as_entered():
    value = items.parse(examples.DECIMAL, "98.6", "[degF]")

    assert value == Value("98.6", unit="[degF]")
    assert value.typed == 37
    assert items.parse(examples.DECIMAL, "37").unit == "Cel"
    assert items.display(examples.DECIMAL, value, "en") == "98.6 °F"


def test_another_unit_is_refused():
    problem = items.parse(examples.DECIMAL, "300", "K")

    assert problem == Problem("unit.unknown", {"units": "Cel, [degF]"})


def test_another_unit_may_have_its_own_decimals():
    pressure = examples.INTEGER.model_copy(
        update={"units": (AltUnit(unit="kPa", factor="7.50062", places=1),)}
    )

    assert items.parse(pressure, "16.1", "kPa").typed == Decimal("120.759982")
    assert items.parse(pressure, "16.1") == Problem("integer.format")


def test_a_number_without_unit_takes_none():
    count = DecimalItem(item="N", label=examples.LABEL, type="decimal", places=1)

    assert items.parse(count, "1.5") == Value("1.5")
    assert items.parse(count, "1.5", "kg").code == "unit.unknown"

"""Laboratory results: a number with an optional comparator, or a code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition import items
from ecrf.definition.values import Censored, Problem, Value
from tests.unit.definition.items.examples import COOMBS, CREATININE, LAB


@pytest.mark.req("R-071")
def test_a_result_keeps_text_and_unit_and_computes_in_the_canonical_one():
    value = items.parse(LAB, "1.0", "mg/dL", CREATININE)

    assert value == Value("1.0", unit="mg/dL")
    assert value.typed == Decimal("88.40")


@pytest.mark.parametrize(
    ("raw", "text", "typed"),
    [
        ("<0.5", "<0.5", Censored("<", Decimal("0.5"))),
        ("≤ 5", "<=5", Censored("<=", Decimal(5))),
        ("＞１０００", ">1000", Censored(">", Decimal(1000))),
        (">=7.10", ">=7.10", Censored(">=", Decimal("7.10"))),
    ],
)
def test_a_comparator_is_kept(raw, text, typed):
    value = items.parse(LAB, raw, None, CREATININE)

    assert value.text == text
    assert value.typed == typed


def test_a_comparator_is_converted_with_its_number():
    assert items.parse(LAB, "<1", "mg/dL", CREATININE).typed == Censored("<", Decimal("88.4"))


@pytest.mark.parametrize(
    "raw", ["abc", "=5", "<", "5 mg", "1.2.3", "<-", "1e3", "++", "5..", "<>5"]
)
def test_what_is_no_result(raw):
    assert items.parse(LAB, raw, None, CREATININE) == Problem("lab.format")


def test_a_unit_must_be_one_of_the_analyte():
    assert items.parse(LAB, "1", "g/L", CREATININE) == Problem(
        "unit.unknown", {"units": "umol/L, mg/dL"}
    )


def test_a_coded_analyte_takes_its_codes_only():
    assert items.parse(LAB, "skin", None, COOMBS) == Value("SKIN")
    assert items.parse(LAB, "5", None, COOMBS) == Problem("code.unknown")


def test_a_result_needs_its_analyte():
    assert items.parse(LAB, "5") == Problem("lab.analyte")

"""Reference ranges: which one applies, on which side of it a result lies, and units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.items import number
from ecrf.definition.model import Laboratory, ReferenceRange
from ecrf.definition.values import Censored
from ecrf.entry import labs
from ecrf.entry.labs import Limits, Sample, flag, select_range
from tests.unit.entry.filling import study

LAB = study().laboratories["LAB1"]
BORN = dt.date(1975, 6, 20)
MAY = dt.date(2025, 5, 10)
ANALYTES = {analyte.code: analyte for analyte in study().catalogues["BLOOD", 1].analytes}
NEUT = Limits("r", Decimal("1.8"), Decimal("6.3"), Decimal("0.5"), Decimal("30"))
dates = st.dates(min_value=dt.date(1925, 1, 1), max_value=dt.date(2060, 12, 31))


def chosen(analyte: str, sex: str | None, birth: dt.date, on: dt.date) -> str | None:
    row = select_range(LAB, analyte, sex, birth, on)
    return row.id if row else None


@pytest.mark.req("R-071")
def test_the_range_changes_on_the_birthday() -> None:
    assert chosen("ALP", "F", BORN, dt.date(2025, 6, 19)) == "ALP-F1"
    assert chosen("ALP", "F", BORN, dt.date(2025, 6, 20)) == "ALP-F2"


def test_a_child_of_twelve_years_and_364_days_is_still_a_child() -> None:
    born = dt.date(2012, 5, 11)

    assert chosen("NEUT", "F", born, dt.date(2025, 5, 10)) == "NEUT-C"
    assert chosen("NEUT", "F", born, dt.date(2025, 5, 11)) is None


def test_the_sex_decides() -> None:
    assert chosen("HGB", "F", BORN, MAY) == "HGB-F"
    assert chosen("HGB", "M", BORN, MAY) == "HGB-M"


def test_without_a_sex_only_a_range_for_everybody_is_used() -> None:
    assert chosen("HGB", None, BORN, MAY) is None
    assert chosen("NEUT", None, BORN, MAY) == "NEUT-A"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-12-31", None),
        ("2025-01-01", "WBC-1"),
        ("2025-06-30", "WBC-1"),
        ("2025-07-01", "WBC-2"),
    ],
)
def test_a_range_is_in_force_from_its_first_day_to_the_day_before_its_last(on, expected) -> None:
    assert chosen("WBC", "F", BORN, dt.date.fromisoformat(on)) == expected


def test_a_test_without_ranges_has_none() -> None:
    assert chosen("DAT", "F", BORN, MAY) is None


def test_two_ranges_that_both_apply_are_none() -> None:
    twice = LAB.model_copy(update={"ranges": LAB.ranges + LAB.ranges})

    assert select_range(twice, "NEUT", "F", BORN, MAY) is None


def test_a_range_for_the_sex_goes_before_one_for_both() -> None:
    both = LAB.ranges[4].model_copy(update={"id": "HGB-B", "sex": "B"})
    more = LAB.model_copy(update={"ranges": (*LAB.ranges, both)})

    row = select_range(more, "HGB", "F", BORN, MAY)

    assert row is not None and row.id == "HGB-F"


@given(dates, dates, st.lists(st.integers(0, 120), min_size=2, max_size=6, unique=True))
def test_of_ranges_side_by_side_exactly_one_applies_or_none(birth, on, ages) -> None:
    ages.sort()
    rows = tuple(
        ReferenceRange(
            id=str(start),
            analyte="X",
            age_from=Decimal(start),
            age_to=Decimal(end),
            unit="g/L",
            effective_from=dt.date(1900, 1, 1),
        )
        for start, end in zip(ages, ages[1:], strict=False)
    )
    laboratory = Laboratory(
        laboratory="X", label=LAB.label, valid_from=dt.date(1900, 1, 1), ranges=rows
    )
    years = labs.full_years(birth, on)

    row = select_range(laboratory, "X", None, birth, on)

    assert (row is not None) == (ages[0] <= years < ages[-1])
    assert row is None or row.age_from <= years < row.age_to


# Flags


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("1.8", "NORMAL"),
        ("6.3", "NORMAL"),
        ("1.79", "LOW"),
        ("6.31", "HIGH"),
        ("0.5", "LOW"),
        ("0.49", "LL"),
        ("30", "HIGH"),
        ("30.1", "HH"),
        ("<0.5", "LL"),
        ("<=0.5", "LOW"),
        ("<1.8", "LOW"),
        ("<1.9", "UNKNOWN"),
        (">6.3", "HIGH"),
        (">30", "HH"),
        (">5", "UNKNOWN"),
    ],
)
def test_a_value_equal_to_a_limit_is_on_its_normal_side(result: str, expected: str) -> None:
    op = result.rstrip("0123456789.")
    value = Decimal(result[len(op) :])

    assert flag(Censored(op, value) if op else value, NEUT) == expected


def test_below_the_limit_of_detection_is_normal_where_nothing_is_too_low() -> None:
    crp = Limits("r", Decimal(0), Decimal(8), None, None)

    assert flag(Censored("<", Decimal("0.5")), crp) == "NORMAL"
    assert (
        flag(Censored("<", Decimal("0.5")), Limits("r", None, Decimal(8), None, None)) == "NORMAL"
    )
    assert flag(Censored("<", Decimal(10)), crp) == "UNKNOWN"


def test_without_limits_nothing_is_known() -> None:
    assert flag(Decimal(5), labs.NO_LIMITS) == "UNKNOWN"


# Units


def test_limits_are_converted_with_the_factors_of_the_test() -> None:
    row = select_range(LAB, "HGB", "F", BORN, MAY)

    assert row is not None
    given = labs.limits(row, ANALYTES["HGB"])
    assert given is not None and (given.low, given.high) == (Decimal(115), Decimal(150))


def test_limits_in_a_unit_the_test_does_not_know_are_none() -> None:
    row = LAB.ranges[0].model_copy(update={"unit": "mg"})

    assert labs.limits(row, ANALYTES["NEUT"]) is None


@pytest.mark.req("R-071")
@given(
    st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from(["/uL", "g/dL", "ukat/L"])
)
def test_a_unit_there_and_back_is_the_same_number(value: Decimal, unit: str) -> None:
    owner = next(a for a in ANALYTES.values() for other in a.units if other.unit == unit)
    alternate = number.find(unit, owner.unit, owner.units)
    there = number.canonical(value, alternate)

    assert there / Decimal(alternate.factor) == value


# Grades


def grade(analyte: str, result, given=labs.NO_LIMITS, **sample):
    return labs.grade(ANALYTES[analyte], result, given, Sample(**sample))


def test_half_of_a_limit_is_graded_only_where_the_grade_is_not_certain() -> None:
    assert grade("NEUT", Censored("<", Decimal("0.5"))) == ("L4", False)
    assert grade("NEUT", Censored("<", Decimal("1.2"))) == ("L3", True)
    assert grade("WBC", Censored("<", Decimal("1.2"))) == ("", False)
    assert grade("NEUT", Censored(">", Decimal("0.4"))) == ("", False)


def test_a_test_in_another_unit_than_its_term_has_no_grade() -> None:
    strange = ANALYTES["HGB"].model_copy(update={"unit": "g/dL"})

    assert labs.grade(strange, Decimal(7), labs.NO_LIMITS, Sample()) == ("", False)


def test_a_test_without_a_term_has_no_grade() -> None:
    assert grade("CRP", Decimal(300)) == ("", False)

"""Calendar arithmetic, against the examples of the specification (part A 0.5)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition import rule_dates
from ecrf.definition.values import PartialDate

DATES = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))


def date(text):
    return rule_dates.iso_date(text)


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2000", "2024", None),
        ("2000", "2024-12-31", 24),
        ("2000-06", "2024-06-15", None),
        ("2000-06", "2024-07", 24),
    ],
)
def test_age_in_completed_years(birth, on, expected):
    assert rule_dates.age(date(birth), date(on)) == expected


@given(DATES, DATES)
def test_age_of_incomplete_dates_is_that_of_every_completion(birth, on):
    known = rule_dates.age(PartialDate(birth.year), PartialDate(on.year, on.month))

    assert known is None or known == rule_dates.full_years(birth, on)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2025-08-31", -6, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-01-15", -1, "2024-12-15"),
    ],
)
def test_months_are_clamped_to_the_last_day(start, months, expected):
    moved = rule_dates.add_months(dt.date.fromisoformat(start), Decimal(months))

    assert moved == dt.date.fromisoformat(expected)


@given(DATES, st.integers(-3000, 3000))
def test_days_undo_add_days(start, number):
    moved = rule_dates.add_days(start, Decimal(number))

    assert rule_dates.days(start, moved) == number


def test_completed_months():
    assert rule_dates.months(date("2025-01-31"), date("2025-02-28")) == 0
    assert rule_dates.months(date("2025-01-15"), date("2026-01-15")) == 12
    assert rule_dates.months(date("2025-01"), date("2025-03")) is None


def test_moments():
    start = rule_dates.at(dt.date(2025, 5, 1), dt.time(23, 30))
    end = rule_dates.at(dt.date(2025, 5, 2), dt.time(1, 0))

    assert rule_dates.minutes(start, end) == 90
    assert rule_dates.hours(start, end) == Decimal("1.5")
    assert rule_dates.date_of(end) == dt.date(2025, 5, 2)


@pytest.mark.parametrize("text", ["", "24", "2024-5", "2024-02-30", "2024-13", "x", "2024-05-17-1"])
def test_what_is_no_date(text):
    with pytest.raises((ValueError, TypeError)):
        rule_dates.iso_date(text)


@pytest.mark.parametrize("number", ["1.5", "100001", "NaN"])
def test_only_a_sensible_whole_number_of_days_is_added(number):
    with pytest.raises((ValueError, ArithmeticError)):
        rule_dates.whole(Decimal(number))

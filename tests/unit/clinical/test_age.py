"""Exact age at the borders that reference ranges are drawn at (part A 4.1)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.clinical.age import exact_age

BORN = dt.date(1975, 6, 20)
dates = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31))


def test_the_day_before_a_birthday_is_still_the_old_year() -> None:
    assert 49 < exact_age(BORN, dt.date(2025, 6, 19), "Y") < 50
    assert exact_age(BORN, dt.date(2025, 6, 20), "Y") == 50


def test_a_year_of_age_is_divided_by_its_days() -> None:
    assert exact_age(BORN, dt.date(2025, 6, 21), "Y") == 50 + Fraction(1, 365)


@pytest.mark.parametrize(("on", "years"), [("2025-02-28", 0), ("2025-03-01", 1)])
def test_born_on_the_29th_of_february_is_older_on_the_first_of_march(on: str, years: int) -> None:
    assert int(exact_age(dt.date(2024, 2, 29), dt.date.fromisoformat(on), "Y")) == years


def test_months_and_days_are_counted_too() -> None:
    assert exact_age(BORN, dt.date(1975, 8, 20), "M") == 2
    assert exact_age(BORN, dt.date(1975, 7, 1), "D") == 11
    assert exact_age(dt.date(2025, 1, 31), dt.date(2025, 3, 1), "M") == 1


def test_before_birth_the_age_is_negative() -> None:
    assert exact_age(BORN, dt.date(1975, 6, 19), "Y") < 0


@given(dates, dates, dates, st.sampled_from("YMD"))
def test_nobody_grows_younger(birth: dt.date, one: dt.date, other: dt.date, unit: str) -> None:
    first, second = sorted((one, other))

    assert exact_age(birth, first, unit) <= exact_age(birth, second, unit)

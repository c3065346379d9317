"""Hours at grade 3 or more from single assessments."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.clinical.grade_hours import hours_at_grade

START = dt.datetime(2026, 3, 1, 8)


def at(hour: float) -> dt.datetime:
    return START + dt.timedelta(hours=hour)


@pytest.mark.parametrize(
    ("rows", "end", "hours"),
    [
        ([(0, 1), (8, 2)], 20, 0),
        ([(0, 3), (8, 2)], 20, 8),
        ([(0, 3), (8, 4), (20, 2)], 30, 20),
        ([(0, 3), (30, 3)], 36, 30),  # the first stands for 24 hours at most
        ([(0, 2), (8, 3)], None, 0),
        ([(8, 2), (0, 3)], 20, 8),
        ([], None, 0),
    ],
)
def test_an_assessment_stands_until_the_next(rows, end, hours):
    times, grades = [at(hour) for hour, _ in rows], [grade for _, grade in rows]
    assert hours_at_grade(times, grades, None if end is None else at(end)) == hours


def test_what_is_not_known_leaves_the_sum_unknown():
    assert hours_at_grade([at(0), None], [3, 2], at(9)) is None
    assert hours_at_grade([at(0), at(4)], [3, None], at(9)) is None


ROWS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 4)), max_size=8)


@given(ROWS, st.integers(0, 400))
def test_never_longer_than_the_episode_and_never_less_at_a_lower_grade(rows, end):
    times, grades = [at(hour) for hour, _ in rows], [grade for _, grade in rows]
    severe = hours_at_grade(times, grades, at(end))
    moderate = hours_at_grade(times, grades, at(end), least=2)
    assert severe is not None and moderate is not None
    assert Decimal(0) <= severe <= moderate <= 24 * max(len(rows), 1)

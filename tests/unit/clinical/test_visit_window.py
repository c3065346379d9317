"""Visit windows: the worked examples of part B 3.12."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.clinical.visit_window import planned_date, planned_year, visit_window

D0 = dt.date(2025, 8, 20)
LATER = dt.date(2030, 1, 1)
# planned day, early, late, date of the visit, status, days
DONE = [
    (28, 0, 3, "2025-09-17", "IN", 0),
    (28, 0, 3, "2025-09-16", "EARLY", 1),
    (28, 0, 3, "2025-09-20", "IN", 3),
    (28, 0, 3, "2025-09-21", "LATE", 1),
    (90, 7, 7, "2025-11-11", "IN", -7),
    (90, 7, 7, "2025-11-25", "IN", 7),
    (90, 7, 7, "2025-11-26", "LATE", 1),
    (365, 14, 14, "2026-08-06", "IN", -14),
]
OPEN = [
    ("2025-11-10", "NOT_DUE", 1),
    ("2025-11-11", "DUE", -7),
    ("2025-11-25", "DUE", 7),
    ("2025-11-26", "MISSED", 1),
]
dates = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31))


@pytest.mark.req("R-066")
@pytest.mark.parametrize(("day", "early", "late", "date", "status", "days"), DONE)
def test_a_visit_is_judged_by_its_window(
    day: int, early: int, late: int, date: str, status: str, days: int
) -> None:
    done = dt.date.fromisoformat(date)

    visit = visit_window(planned_date(D0, day), early, late, done, LATER)

    assert (visit.status, visit.days) == (status, days)


@pytest.mark.parametrize(("today", "status", "days"), OPEN)
def test_a_visit_not_done_is_judged_by_today(today: str, status: str, days: int) -> None:
    visit = visit_window(planned_date(D0, 90), 7, 7, None, dt.date.fromisoformat(today))

    assert (visit.status, visit.days) == (status, days)


def test_a_year_visit_keeps_the_calendar_date() -> None:
    planned = planned_year(dt.date(2028, 2, 29), 3)

    visit = visit_window(planned, 60, 60, None, D0)

    assert [d.isoformat() for d in (visit.planned, visit.earliest, visit.latest)] == [
        "2031-02-28",
        "2030-12-30",
        "2031-04-29",
    ]
    assert planned_year(dt.date(2028, 2, 29), 4) == dt.date(2032, 2, 29)


@given(dates, st.integers(0, 90), st.integers(0, 90), dates, dates)
def test_a_visit_is_in_its_window_exactly_between_its_ends(
    planned: dt.date, early: int, late: int, done: dt.date, today: dt.date
) -> None:
    visit = visit_window(planned, early, late, done, today)

    assert (visit.status == "IN") == (visit.earliest <= done <= visit.latest)
    assert visit.status in ("IN", "EARLY", "LATE")
    assert visit.status == "IN" or visit.days > 0

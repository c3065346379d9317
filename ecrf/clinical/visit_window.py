"""When a visit is planned, and whether it was in its window (part B 1.1 and 3.12).

The window is [planned - early, planned + late], both ends inclusive, in whole calendar days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Status = Literal["IN", "EARLY", "LATE", "NOT_DUE", "DUE", "MISSED"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit against its window.

    ``days`` outside the window for EARLY, LATE and MISSED; until the window opens for NOT_DUE;
    from the planned day (negative before it) for IN and DUE. DUE: the window is open and the
    visit is not done yet.
    """

    planned: dt.date
    earliest: dt.date
    latest: dt.date
    status: Status
    days: int


def planned_date(anchor: dt.date, day: int) -> dt.date:
    return anchor + dt.timedelta(days=day)


def planned_year(anchor: dt.date, years: int) -> dt.date:
    """The same calendar date so many years later; 29 February becomes 28 February."""
    try:
        return anchor.replace(year=anchor.year + years)
    except ValueError:
        return dt.date(anchor.year + years, 2, 28)


def visit_window(
    planned: dt.date, early: int, late: int, done: dt.date | None, today: dt.date
) -> Visit:
    """The window of a visit and where its date, or without one today, lies in it."""
    earliest, latest = planned - dt.timedelta(days=early), planned + dt.timedelta(days=late)
    date = done or today
    status: Status
    if date < earliest:
        status, days = "EARLY" if done else "NOT_DUE", (earliest - date).days
    elif date > latest:
        status, days = "LATE" if done else "MISSED", (date - latest).days
    else:
        status, days = "IN" if done else "DUE", (date - planned).days
    return Visit(planned, earliest, latest, status, days)

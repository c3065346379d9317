"""The time line of a subject: where to draw its visits, their windows and its episodes.

Time is stretched around the infusion and compressed away from it, so that the first month and
fifteen years of follow-up fit in one picture. All numbers are in the units of the picture.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ecrf.services.casebooks import Casebook, EventState
from ecrf.services.episodes import Spell
from ecrf.web.filters import text

WIDTH = 1120.0
MARGIN = 10.0
TOP = 24.0  # for the words on today's line
ROW = 22.0
FOOT = 22.0  # for the dates
RADIUS = 6.5
LETTER = 7.4  # width of a letter of a label
DATE = 70.0  # width of a date
NEAR = 6.0  # days around the origin that are drawn nearly to scale


@dataclass(frozen=True, slots=True)
class Mark:
    """A visit or episode. ``left``, ``right``: its window or its days; ``words``: where its label
    begins; ``row`` counts from the top."""

    what: EventState | Spell
    status: str
    label: str
    x: float
    left: float
    right: float
    row: int = 0

    @property
    def words(self) -> float:
        return max(self.right, self.x + RADIUS if isinstance(self.what, EventState) else 0) + 4

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where it takes its row."""
        start = min(self.left, self.x - RADIUS)
        return start, self.words + LETTER * len(self.label) + 6


@dataclass(frozen=True, slots=True)
class Drawing:
    visits: tuple[Mark, ...]
    spells: tuple[Mark, ...]
    dates: tuple[tuple[float, dt.date], ...]
    origin: float | None  # where D0 is, None while it is not planned
    today: float | None  # None beyond the ends
    split: float  # between visits and episodes
    foot: float
    height: float


def draw(book: Casebook, spells: Sequence[Spell], today: dt.date) -> Drawing | None:
    """None while nothing has a date."""
    placed = [at for at in book.events if at.event.kind != "log" and (at.date or at.plan)]
    if not placed:
        return None
    day0 = next((at.planned for at in placed if _infused(at)), None)
    days = [day for at in placed for day in _days(at)]
    days += [day for spell in spells for day in (spell.start, spell.end or spell.start)]
    x = _scale(day0 or days[0], min(days), max(days))
    visits = _rows(_visit(at, x) for at in placed)
    episodes = _rows(_spell(spell, x, today) for spell in spells)
    split = TOP + ROW * _count(visits)
    foot = split + (8 + ROW * _count(episodes) if episodes else 0)
    return Drawing(
        tuple(visits),
        tuple(episodes),
        _dates(visits, day0, x),
        x(day0) if day0 else None,
        x(today) if min(days) <= today <= max(days) else None,
        split,
        foot,
        foot + FOOT,
    )


def status(at: EventState) -> str:
    """How a visit stands in time: in, early, late, done, missed, overdue, due or planned."""
    if at.missed:
        return "missed"
    if at.date and at.visit:
        return at.visit.status.lower()
    if at.date or at.state != "empty":
        return "done"
    found = at.visit.status if at.visit else ""
    return {"MISSED": "overdue", "DUE": "due"}.get(found, "planned")


def _infused(at: EventState) -> bool:
    return at.event.anchor == "infusion" and at.event.day == 0


def _days(at: EventState) -> Iterable[dt.date]:
    if at.plan:
        yield from (at.plan.earliest, at.plan.latest)
    if at.date:
        yield at.date


def _scale(origin: dt.date, first: dt.date, last: dt.date) -> Callable[[dt.date], float]:
    def stretched(day: dt.date) -> float:
        days = (day - origin).days
        return math.copysign(math.log1p(abs(days) / NEAR), days)

    low, high = stretched(first), stretched(last)
    span = (high - low) or 1.0
    room = WIDTH - 3 * MARGIN - 3 * LETTER  # the last label stands right of its mark

    return lambda day: round(2 * MARGIN + (stretched(day) - low) / span * (room - MARGIN), 1)


def _visit(at: EventState, x: Callable[[dt.date], float]) -> Mark:
    day = at.date or at.planned
    days = list(_days(at))
    left, right = (x(at.plan.earliest), x(at.plan.latest)) if at.plan else (x(days[0]), x(days[0]))
    label = f"{at.event.event} {at.event_no}" if at.event.kind == "unscheduled" else at.event.event
    return Mark(at, status(at), label, x(day or days[0]), left, right)


def _spell(spell: Spell, x: Callable[[dt.date], float], today: dt.date) -> Mark:
    label = text(spell.kind.label) + (f" {spell.grade}" if spell.grade else "")
    left = x(spell.start)
    right = max(left + 4, x(spell.end or max(today, spell.start)))
    severe = "severe" if spell.grade >= "3" else "mild"
    return Mark(spell, severe, label, left, left, right)


def _rows(marks: Iterable[Mark]) -> list[Mark]:
    """Each in the first row where it touches nothing."""
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda one: one.reach):
        start, end = mark.reach
        row = next((row for row, taken in enumerate(ends) if taken <= start), len(ends))
        ends[row:] = [end, *ends[row + 1 :]]
        placed.append(replace(mark, row=row))
    return placed


def _count(marks: Sequence[Mark]) -> int:
    return 1 + max((mark.row for mark in marks), default=-1)


def _dates(
    visits: Sequence[Mark], day0: dt.date | None, x: Callable[[dt.date], float]
) -> tuple[tuple[float, dt.date], ...]:
    """The dates that find room under the picture: of the infusion, of the ends, of the others."""
    found: dict[float, dt.date] = {}
    planned = [at.what.date or at.what.planned for at in visits if isinstance(at.what, EventState)]
    days = sorted(day for day in planned if day)
    for day in filter(None, (day0, days[0], days[-1], *days)):
        place = min(max(x(day), DATE / 2), WIDTH - DATE / 2)
        if all(abs(place - other) >= DATE for other in found):
            found[place] = day
    return tuple(sorted(found.items()))

"""When the events of a subject are planned: anchors, provisional until they are real (part B 1.1).

An anchor is the first date that is known of a list in study.yaml: the real one (the first bag),
else one that was only agreed (the planned infusion), which makes all that follows provisional.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecrf.clinical.visit_window import Visit, planned_date, planned_year, visit_window
from ecrf.definition.model import Event, Study
from ecrf.definition.values import PartialDate, Value, split_path
from ecrf.entry.context import Forms, Record

# Events that are expected on a day, so that they can be early, late or missed.
EXPECTED = ("scheduled",)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A date that planned days count from; ``real`` unless it was only agreed."""

    date: dt.date
    real: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned day of an event and its window, both ends inclusive."""

    planned: dt.date
    earliest: dt.date
    latest: dt.date
    provisional: bool

    def visit(self, event: Event, done: dt.date | None, today: dt.date) -> Visit | None:
        """Where the visit lies against its window; None for what has no window to miss."""
        if event.kind not in EXPECTED:
            return None
        return visit_window(self.planned, event.early, event.late, done, today)


def anchors(study: Study, forms: Forms) -> dict[str, Anchor]:
    """The anchors known so far, by name."""
    found = {}
    for anchor in study.all_anchors():
        for place, name in enumerate(anchor.dates):
            date = first_date(forms, name)
            if date is not None:
                found[anchor.anchor] = Anchor(date, real=place == 0)
                break
    return found


def forms_of(study: Study) -> frozenset[str]:
    """The forms that the anchors are read from."""
    return frozenset(name.split(".")[0] for a in study.all_anchors() for name in a.dates)


def plan(event: Event, known: Mapping[str, Anchor]) -> Plan | None:
    """Anchor and planned day, or so many calendar years later; None while the anchor is unknown."""
    start = _moment(event.anchor, event.day, event.years, known)
    if start is None:
        return None
    if event.until is not None:
        end = _moment(event.until.anchor, event.until.day, None, known)
        latest = max(start.date, end.date) if end else start.date
        provisional = not (start.real and end is not None and end.real)
        return Plan(start.date, start.date, latest, provisional)
    earliest = start.date - dt.timedelta(days=event.early)
    latest = start.date + dt.timedelta(days=event.late)
    return Plan(start.date, earliest, latest, not start.real)


def _moment(
    anchor: str | None, day: int | None, years: int | None, known: Mapping[str, Anchor]
) -> Anchor | None:
    base = known.get(anchor) if anchor else None
    if base is None:
        return None
    date = planned_year(base.date, years) if years is not None else base.date
    return Anchor(planned_date(date, day or 0), base.real)


def first_date(forms: Forms, name: str) -> dt.date | None:
    """The complete date in ``FORM.item``: of the latest record that has one, its first row."""
    form, item = name.split(".")
    for filed in reversed(forms.get(form, ())):
        dates = list(_dates(filed.data, item))
        if dates:
            return min(dates)
    return None


def _dates(data: Record, item: str) -> Iterator[dt.date]:
    for path in data:
        if path != item and split_path(path)[0] != item:
            continue
        date = date_of(data[path])
        if date is not None:
            yield date


def date_of(value: Value | None) -> dt.date | None:
    """The day that a value says, if it says a whole one."""
    typed = value.typed if value is not None else None
    if isinstance(typed, dt.datetime):
        return typed.date()
    return typed.earliest if isinstance(typed, PartialDate) and typed.complete else None

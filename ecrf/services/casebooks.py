"""What a casebook is: the tree of one subject, its events, the forms at each, and their states."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from ecrf.clinical.visit_window import Visit as Window
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.models import Subject
from ecrf.services import schedule
from ecrf.services.keys import Key


@dataclass(frozen=True, slots=True)
class FormState:
    """A form at an event. ``state``: empty, part, complete, signed, superseded, struck."""

    form: FormDefinition
    repeat: int
    state: str
    record_id: int | None = None
    revision: int = 0
    queries: int = 0
    locked: bool = False
    label: str = ""
    rejected: bool = False  # sent back, and the site has not answered


@dataclass(frozen=True, slots=True)
class EventState:
    """One event of a subject; dates are calendar dates or None while the anchor is unknown."""

    event: Event
    event_no: int
    forms: tuple[FormState, ...]
    date: dt.date | None = None  # when it took place
    plan: schedule.Plan | None = None
    visit: Window | None = None  # where it lies against its window today
    asked: int = 0  # open queries about the visit as a whole
    missed: bool = False  # the visit form says that it did not take place
    expected: bool = True  # the subject did not leave before

    @property
    def planned(self) -> dt.date | None:
        return self.plan.planned if self.plan else None

    @property
    def window(self) -> tuple[dt.date, dt.date] | None:
        return (self.plan.earliest, self.plan.latest) if self.plan else None

    @property
    def state(self) -> str:
        """The least advanced of its forms; of a missed visit nothing more is expected."""
        live = {form.state for form in self.forms} - {"struck"}
        if self.missed:
            live -= {"empty"}
        if not live - {"empty"}:
            return "empty"
        if "superseded" in live:
            return "superseded"
        if live & {"empty", "part"}:
            return "part"
        return "signed" if live == {"signed"} else "complete"

    @property
    def queries(self) -> int:
        forms = sum(form.queries for form in self.forms if form.state != "struck")
        return self.asked + forms


@dataclass(frozen=True, slots=True)
class Near:
    """Where a subject stands among those the actor sees, and its neighbours' codes."""

    number: int
    total: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Casebook:
    subject: Subject
    events: tuple[EventState, ...]
    anchors: dict[str, dt.date | None]
    facts: dict[str, str] = field(default_factory=dict)  # sex, birth year ... for the banner

    near: Near | None = None
    left: bool = False  # before the end: what was planned afterwards is no longer expected

    def beside(self, key: Key) -> tuple[Key | None, Key | None]:
        """The forms before and after one in the order of the tree; struck ones are passed over."""
        every = [
            Key(self.subject.code, at.event.event, at.event_no, form.form.oid, form.repeat)
            for at in self.events
            for form in at.forms
            if form.state != "struck"
        ]
        if key not in every:
            return None, None
        place = every.index(key)
        after = every[place + 1] if place + 1 < len(every) else None
        return (every[place - 1] if place else None), after

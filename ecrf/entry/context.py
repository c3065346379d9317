"""What the rules of a form may know besides the form itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

from ecrf.definition.values import Value

Record = Mapping[str, Value]  # path -> Value


@dataclass(frozen=True, slots=True)
class Filed:
    """Another record and where it stands.

    here     at the same occurrence of the same event
    earlier  at an event before that one
    """

    event: str
    repeat: int
    data: Record
    here: bool = False
    earlier: bool = False


Forms = Mapping[str, Sequence[Filed]]  # form -> its records, by event, occurrence and number


@dataclass(frozen=True, slots=True)
class Context:
    """The subject, the event and the other forms, as they are when a form is judged.

    event_day       protocol day of the event; the planned one until it has a date
    event_date      the date of the event where it has one of its own
    event_planned   the date planned from its anchor, if that is known
    event_earliest  the ends of its window, both inclusive
    event_latest
    repeat          the number of the record among those of a repeating form
    forms           the other records of the subject
    others          records of the other subjects of the site
    elsewhere       item of other subjects' records -> the texts it holds there, to look one up
    judges          judge (eligibility, toxicity) -> the record in hand -> what it says, by word
    """

    subject: str
    site: str
    cohort: str
    event: str
    today: dt.date
    event_day: int | None = None
    event_date: dt.date | None = None
    event_planned: dt.date | None = None
    event_earliest: dt.date | None = None
    event_latest: dt.date | None = None
    repeat: int = 1
    forms: Forms = field(default_factory=dict)
    others: Forms = field(default_factory=dict)
    elsewhere: Mapping[str, Container[str]] = field(default_factory=dict)
    judges: Mapping[str, Callable[[Record], Mapping[str, str]]] = field(default_factory=dict)


def nearest(forms: Forms, form: str) -> Filed | None:
    """The record at the same event, else the latest."""
    records = forms.get(form, ())
    return next((r for r in reversed(records) if r.here), records[-1] if records else None)

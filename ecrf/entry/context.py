"""What the rules of a form may know besides the form itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ecrf.definition.values import Value

Record = Mapping[str, Value]  # path -> Value, of one other form of the same subject


@dataclass(frozen=True, slots=True)
class Context:
    """The subject, the event and the other forms, as they are when a form is judged.

    event_day      protocol day of the event; the planned one until it has a date
    event_date     the date of the event where it has one of its own
    event_planned  the date planned from its anchor, if that is known
    repeat         the number of the record among those of a repeating form
    forms          form -> its records, the one at the same event first, then the latest
    """

    subject: str
    site: str
    cohort: str
    event: str
    today: dt.date
    event_day: int | None = None
    event_date: dt.date | None = None
    event_planned: dt.date | None = None
    repeat: int = 1
    forms: Mapping[str, Sequence[Record]] = field(default_factory=dict)

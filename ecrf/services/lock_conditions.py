"""What is still unmet when a place is to be locked, form by form (R-088)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from sqlalchemy import func, select

from ecrf.models import Lock, Query
from ecrf.services import closure, subjects, verification
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.keys import Key
from ecrf.services.query_rules import LIVE
from ecrf.services.work import Work

KINDS = ("query", "part", "empty", "unverified", "unsigned")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing unmet. ``count`` says how many queries or items."""

    kind: str
    key: Key
    at: EventState
    form: FormState
    count: int = 1

    @property
    def name(self) -> str:
        """What it is called when its reason is posted."""
        return ":".join(map(str, (self.kind, *astuple(self.key))))


def unmet(work: Work, place: Lock) -> list[Condition]:
    """Every unmet condition of a place that is to be locked, in the order of the casebooks."""
    found: list[Condition] = []
    for book in _books(work, place):
        due = {form.key: form for form in verification.subject(work, book.subject.code).forms}
        asked = _asked(work, book.subject.id)
        for at in book.events:
            optional = {ref.form for ref in at.event.forms if ref.optional}
            for form in at.forms:
                key = Key(
                    book.subject.code, at.event.event, at.event_no, form.form.oid, form.repeat
                )
                if form.state == "struck" or not closure.within(place, key):
                    continue
                needed = form.form.oid not in optional and at.state != "empty"
                counts = {
                    "query": asked.get(form.record_id or 0, 0),
                    "part": int(form.state == "part"),
                    "empty": int(form.state == "empty" and needed),
                    "unverified": len(due[key].open) if key in due else 0,
                    "unsigned": int(form.state in ("complete", "superseded")),
                }
                found += [Condition(k, key, at, form, n) for k, n in counts.items() if n]
    return found


def _books(work: Work, place: Lock) -> Iterable[Casebook]:
    books = subjects.matrix(work)
    return [book for book in books if place.subject_id in (None, book.subject.id)]


def _asked(work: Work, subject_id: int) -> dict[int, int]:
    """record -> queries that are not settled."""
    query = (
        select(Query.record_id, func.count())
        .where(Query.subject_id == subject_id, Query.state.in_(LIVE))
        .group_by(Query.record_id)
    )
    return {record_id or 0: count for record_id, count in work.session.execute(query)}

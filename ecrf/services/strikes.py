"""Striking out a whole record of a repeating form, and taking that back; it always stays readable.

A struck record takes no part in anything: checks, derivations, gates, eligibility and the calendar
pass it over, and what rests on it is judged again.
"""

from __future__ import annotations

from ecrf.entry.evaluate import Evaluation
from ecrf.models import Record, Subject
from ecrf.services import closure, consequences, keys, records, system_queries
from ecrf.services.errors import Invalid, Locked, ReasonNeeded, Stale
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from ecrf.services.work import Work

_NOTHING = Evaluation({}, (), frozenset(), frozenset())


def strike(work: Work, key: Key, *, revision: int, reason: Reason) -> None:
    """Strike the record out (R-005); its system queries close, they ask about nothing any more.

    Raises Forbidden, Locked, Stale, ReasonNeeded, Invalid; then nothing is written.
    """
    record, subject = _move(work, key, revision, reason, inactive=True)
    asked = system_queries.live(work, record)
    consequences.apply(work, keys.target(subject, record), record, _NOTHING, {}, asked)


def restore(work: Work, key: Key, *, revision: int, reason: Reason) -> None:
    """Let a struck record take part again, judged as things are now.

    A signature it had stays superseded. Raises what :func:`strike` raises.
    """
    record, subject = _move(work, key, revision, reason, inactive=False)
    records.rejudge(work, record, subject)


def _move(
    work: Work, key: Key, revision: int, reason: Reason, *, inactive: bool
) -> tuple[Record, Subject]:
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    record = keys.find(work, subject, key, lock=True)
    if record is None or not keys.form_due(work, subject, key, record).model.repeats:
        raise Invalid("record.not_repeating")
    if record.revision != revision:
        raise Stale(record.revision, {})
    if record.inactive == inactive or closure.shut(work, subject, key, record):
        raise Locked("record")
    if not reason.given:
        raise ReasonNeeded(("",))
    records.set_inactive(work, record, subject, inactive, reason)
    return record, subject

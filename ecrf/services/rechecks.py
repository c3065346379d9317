"""Judging stored forms again: what a change of another form touches, and nightly everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import select

from ecrf.models import Record, Subject
from ecrf.services import identifiers, keys, records
from ecrf.services.work import Work

Open = Callable[[], AbstractContextManager[Work]]  # a unit of work: reading, or writing


def of_subject(work: Work, subject_id: int, forms: Iterable[str] | None = None) -> list[int]:
    """The records of a subject to judge again, in the order of the events."""
    query = select(Record).where(Record.subject_id == subject_id, Record.inactive.is_(False))
    if forms is not None:
        query = query.where(Record.form.in_(sorted(forms)))
    order = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    found = sorted(
        work.session.scalars(query),
        key=lambda r: (order.get(r.event, -1), r.event_no, r.form, r.repeat),
    )
    return [record.id for record in found]


def everything(work: Work) -> list[int]:
    """All subjects, when all is judged again: what rules look up is brought up to date first."""
    identifiers.complete(work)
    return list(work.session.scalars(select(Subject.id).order_by(Subject.id)))


def run(read: Open, write: Open, record_ids: Iterable[int]) -> int:
    """Judge records again, each in a transaction of its own; how many of them changed.

    A record is judged without holding the database first, and written only if something differs.
    """
    changed = 0
    for record_id in record_ids:
        with read() as work:
            differs = records.rejudge(work, *keys.record(work, record_id), write=False)
        if differs:
            with write() as work:
                changed += records.rejudge(work, *keys.record(work, record_id))
    return changed

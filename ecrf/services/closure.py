"""Whether a place takes writes: frozen, locked, or open for a time (R-087, R-089).

The flags on records and subjects say that a place is closed; every write path asks here, and only
then are locks and their openings looked at. A form that nobody entered yet has no flag: it asks
the locks of its visit.
"""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from ecrf.models import Lock, Opening, Record, Subject
from ecrf.services.errors import Locked
from ecrf.services.keys import Key
from ecrf.services.work import Work

# Built once: putting a statement together costs more than running it.
_STANDING = select(Lock).where(
    Lock.ended_at.is_(None),
    or_(Lock.subject_id == bindparam("subject_id"), Lock.subject_id.is_(None)),
)


def require_open(work: Work, subject: Subject, key: Key, record: Record | None) -> None:
    """Raises Locked where values cannot be written now."""
    if closed(work, subject, key, record):
        raise Locked("record")


def require_study_open(work: Work) -> None:
    """Raises Locked when the study takes no new subject."""
    query = select(Lock).where(Lock.ended_at.is_(None), Lock.scope == "study")
    if any(not standing(work, lock) for lock in work.session.scalars(query)):
        raise Locked("study")


def closed(work: Work, subject: Subject, key: Key, record: Record | None) -> bool:
    """Whether nobody can write values here at this moment."""
    return (record is not None and record.inactive) or shut(work, subject, key, record)


def shut(work: Work, subject: Subject, key: Key, record: Record | None) -> bool:
    """Whether a freeze or lock stands over the place and is not open for a time."""
    flagged = subject.locked or (record is not None and (record.locked or record.frozen))
    if not flagged and record is not None:
        return False
    over = covering(work, subject.id, key)
    return (flagged and not over) or any(not _opened(work, lock, key) for lock in over)


def locked(work: Work, subject: Subject, record: Record | None) -> bool:
    """Whether the place is locked, not only frozen, and not open for a time: then it takes no mark
    and no question either."""
    if record is None or not (record.locked or subject.locked):
        return subject.locked
    key = Key(subject.code, record.event, record.event_no, record.form, record.repeat)
    over = [lock for lock in covering(work, subject.id, key) if lock.kind == "lock"]
    return not over or any(not _opened(work, lock, key) for lock in over)


def covering(work: Work, subject_id: int, key: Key) -> list[Lock]:
    """The freezes and locks that stand over a place."""
    locks = work.session.scalars(_STANDING, {"subject_id": subject_id})
    return [lock for lock in locks if within(lock, key)]


def within(place: Lock | Opening, key: Key) -> bool:
    """Whether a key lies in a place, whose empty parts mean all."""
    return (not place.event or (place.event, place.event_no) == (key.event, key.event_no)) and (
        not place.form or (place.form, place.repeat) == (key.form, key.repeat)
    )


def standing(work: Work, lock: Lock) -> list[Opening]:
    """The openings of a lock that are granted and not over."""
    query = select(Opening).where(
        Opening.lock_id == lock.id, Opening.until > work.at, Opening.closed_at.is_(None)
    )
    return list(work.session.scalars(query))


def _opened(work: Work, lock: Lock, key: Key) -> bool:
    return any(within(opening, key) for opening in standing(work, lock))

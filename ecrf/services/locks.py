"""Freezing and locking a form, a visit, a subject or the study, and opening a lock for a time.

A freeze stops entry while review goes on; whoever may lock takes it back with a reason. A lock
stops everything, is set only when what is unmet is accepted one by one with a reason (R-088), and
opens only for a time, asked for by one person and granted by another (R-089). When the time is
over it is closed again by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.models import Lock, Opening, Record, Subject
from ecrf.models.columns import instant
from ecrf.services import audit, closure, keys, lock_conditions
from ecrf.services.audit import Entry, Target
from ecrf.services.errors import Invalid, NotFound, ReasonNeeded, Stale
from ecrf.services.keys import Key
from ecrf.services.work import Work
from ecrf.version import APPLICATION

HOURS = 72  # an opening lasts at most
SCOPES = ("form", "visit", "subject", "study")


def place(
    work: Work,
    subject: str = "",
    event: str = "",
    event_no: int = 0,
    form: str = "",
    repeat: int = 0,
) -> Lock:
    """A place by name, as a lock that is not stored. Raises NotFound, Forbidden."""
    found = keys.subject(work, subject) if subject else None
    work.require("record.lock", found.site if found else None)
    if event:
        keys.event(work, event)
    scope = "form" if form else "visit" if event else "subject" if subject else "study"
    return Lock(
        scope=scope,
        subject_id=found.id if found else None,
        event=event,
        event_no=event_no,
        form=form,
        repeat=repeat,
    )


def close(
    work: Work, place: Lock, kind: str, reason: str, accepted: Mapping[str, str] | None = None
) -> Lock:
    """Freeze or lock a place. ``accepted``: name of an unmet condition -> why it is accepted.

    Raises Forbidden, Invalid (it is closed that way already), ReasonNeeded (the names of the
    conditions that lack a reason, "" for the act itself); then nothing is written.
    """
    if kind not in ("freeze", "lock"):
        raise Invalid("lock.kind")
    people = _held(work, place)
    if any(_same(place, lock) and lock.kind == kind for lock in _standing(work)):
        raise Invalid("lock.twice")
    unmet = lock_conditions.unmet(work, place) if kind == "lock" else []
    given = {name: text.strip() for name, text in (accepted or {}).items()}
    missing = [one.name for one in unmet if not given.get(one.name)]
    if missing or not reason.strip():
        raise ReasonNeeded(tuple([""] if not reason.strip() else []) + tuple(missing))
    records = _records(work, place, people)
    state = _state(records) | {
        "accepted": [
            {"what": one.name, "count": one.count, "why": given[one.name]} for one in unmet
        ]
    }
    detail = _named(work, place) | {"kind": kind, **state}
    entry = Entry(
        f"{kind}.set", _target(work, place), reason=("other", reason.strip()), detail=detail
    )
    place.kind, place.reason, place.state = kind, reason.strip(), state
    place.by, place.role, place.at = work.actor.username, work.actor.role, work.at
    place.seq = audit.append(work, [entry])[0]
    work.session.add(place)
    work.session.flush()
    _flag(work, place, people)
    return place


def release(work: Work, number: int, reason: str) -> Lock:
    """Take a freeze back. A lock only opens for a time. Raises Invalid, ReasonNeeded."""
    lock = _lock(work, number)
    if lock.kind != "freeze":
        raise Invalid("lock.not_a_freeze")
    if not reason.strip():
        raise ReasonNeeded(("",))
    people = _held(work, lock)
    detail = _named(work, lock) | {"lock": lock.id}
    given = ("other", reason.strip())
    audit.append(work, [Entry("freeze.end", _target(work, lock), reason=given, detail=detail)])
    lock.ended_at = work.at
    work.session.flush()
    _flag(work, lock, people)
    return lock


def ask(work: Work, number: int, reason: str, hours: int, key: Key | None = None) -> Opening:
    """Ask for a lock to be opened for some hours, whole or for one form of it."""
    lock = _lock(work, number)
    if lock.kind != "lock":
        raise Invalid("lock.not_a_lock")
    if not reason.strip():
        raise ReasonNeeded(("",))
    if not 1 <= hours <= HOURS:
        raise Invalid("lock.hours", most=str(HOURS))
    if key is not None and not closure.within(lock, key):
        raise NotFound(key.form)
    opening = Opening(
        lock_id=lock.id,
        event=key.event if key else "",
        event_no=key.event_no if key else 0,
        form=key.form if key else "",
        repeat=key.repeat if key else 0,
        hours=hours,
        reason=reason.strip(),
        asked_by=work.actor.username,
        asked_at=work.at,
        granted_by=None,
        until=None,
        closed_at=None,
        seq=0,
    )
    opening.seq = _log(work, "lock.ask", lock, opening, ("other", opening.reason))
    work.session.add(opening)
    work.session.flush()
    return opening


def grant(work: Work, number: int) -> Opening:
    """Open the lock: the second person, never the one who asked. Raises Invalid, Stale."""
    lock, opening = _opening(work, number)
    if opening.until is not None or opening.closed_at is not None:
        raise Stale(0, {})
    if opening.asked_by == work.actor.username:
        raise Invalid("lock.second_person")
    opening.granted_by = work.actor.username
    opening.until = instant(work.now + dt.timedelta(hours=opening.hours))
    _log(work, "lock.open", lock, opening)
    return opening


def shut(work: Work, number: int) -> Opening:
    """Refuse what was asked for, or lock again before the time is over."""
    lock, opening = _opening(work, number)
    if opening.closed_at is not None:
        raise Stale(0, {})
    _log(work, "lock.refuse" if opening.until is None else "lock.close", lock, opening)
    opening.closed_at = work.at
    return opening


def all_locks(work: Work) -> list[tuple[Lock, Subject | None]]:
    """Every freeze and lock that stands, the newest first."""
    people = {person.id: person for person in work.session.scalars(select(Subject))}
    return [(lock, people.get(lock.subject_id or 0)) for lock in reversed(_standing(work))]


def openings(work: Work) -> list[Opening]:
    """What is asked for and not decided, and what is open now."""
    query = select(Opening).where(Opening.closed_at.is_(None)).order_by(Opening.id)
    found = work.session.scalars(query)
    return [one for one in found if one.until is None or one.until > work.at]


def _held(work: Work, place: Lock) -> list[Subject]:
    """The subjects of a place, held until the end so that no first save slips in (X-07)."""
    query = select(Subject).order_by(Subject.id)
    if place.subject_id is not None:
        query = query.where(Subject.id == place.subject_id)
    return list(work.session.scalars(query.with_for_update()))


def _records(work: Work, place: Lock, people: list[Subject]) -> list[Record]:
    """The records of a place, held too: who saves one is waited for."""
    query = (
        select(Record)
        .where(Record.subject_id.in_([person.id for person in people]))
        .order_by(Record.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    codes = {person.id: person for person in people}
    return [
        record
        for record in work.session.scalars(query)
        if closure.within(place, keys.key_of(record, codes[record.subject_id]))
    ]


def _state(records: list[Record]) -> dict[str, Any]:
    """Counts and a digest over the digests of the records, which an export gives again (R-090)."""
    live = [record for record in records if not record.inactive]
    return {
        "app": APPLICATION,
        "digest": sha256_hex(canonical_json([[one.id, one.revision, one.digest] for one in live])),
        "records": len(live),
        "values": sum(len(one.data) for one in live),
    }


def _flag(work: Work, place: Lock, people: list[Subject]) -> None:
    """Say on subjects and records what now stands over them."""
    by_id = {person.id: person for person in people}
    for person in people:
        if place.scope in ("subject", "study"):
            person.locked = any(
                lock.scope in ("subject", "study") for lock in _over(work, person.id)
            )
    for record in _records(work, place, people):
        key = keys.key_of(record, by_id[record.subject_id])
        kinds = {lock.kind for lock in closure.covering(work, record.subject_id, key)}
        work.session.execute(
            update(Record)
            .where(Record.id == record.id)
            .values(locked="lock" in kinds, frozen="freeze" in kinds)
        )


def _over(work: Work, subject_id: int) -> list[Lock]:
    return [lock for lock in _standing(work) if lock.subject_id in (None, subject_id)]


def _standing(work: Work) -> list[Lock]:
    return list(work.session.scalars(select(Lock).where(Lock.ended_at.is_(None)).order_by(Lock.id)))


def _same(one: Lock, other: Lock) -> bool:
    names = ("scope", "subject_id", "event", "event_no", "form", "repeat")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _lock(work: Work, number: int) -> Lock:
    lock = work.session.get(Lock, number, with_for_update=True)
    if lock is None or lock.ended_at is not None:
        raise NotFound(str(number))
    _require(work, lock)
    return lock


def _opening(work: Work, number: int) -> tuple[Lock, Opening]:
    opening = work.session.get(Opening, number, with_for_update=True)
    if opening is None:
        raise NotFound(str(number))
    return _lock(work, opening.lock_id), opening


def _require(work: Work, lock: Lock) -> None:
    subject = work.session.get(Subject, lock.subject_id) if lock.subject_id else None
    work.require("record.lock", subject.site if subject else None)


def _target(work: Work, place: Lock) -> Target | None:
    subject = work.session.get(Subject, place.subject_id) if place.subject_id else None
    return Target(subject.site, subject.code) if subject else None


def _named(work: Work, place: Lock | Opening) -> dict[str, Any]:
    names = ("scope", "event", "event_no", "form", "repeat")
    return {name: getattr(place, name) for name in names if getattr(place, name, None)}


def _log(
    work: Work, action: str, lock: Lock, opening: Opening, reason: tuple[str, str] | None = None
) -> int:
    detail = _named(work, lock) | _named(work, opening) | {"lock": lock.id, "hours": opening.hours}
    if opening.until:
        detail["until"] = opening.until
    return audit.append(work, [Entry(action, _target(work, lock), reason=reason, detail=detail)])[0]

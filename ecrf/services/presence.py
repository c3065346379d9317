"""Who else has a form open for entry, so that two people do not type the same (R-064).

A person is there as long as the page says so every few seconds. Nothing is recorded: rows go when
they are old, and a form that two people have open is still settled by its revision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from ecrf.models import Presence, User
from ecrf.models.columns import instant
from ecrf.services import keys
from ecrf.services.keys import Key
from ecrf.services.work import Work

GONE = dt.timedelta(seconds=45)  # after so long without a sign a person has left


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else at the same form; ``typing`` when there is something not saved."""

    name: str
    typing: bool


def arrive(work: Work, key: Key, typing: bool) -> list[Other]:
    """Say that the actor is at the form; returns who else is, by name. Raises Forbidden."""
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    mine = and_(*_at(subject.id, key), Presence.user_id == work.actor.user_id)
    values = {"typing": typing, "seen_at": work.at}
    if work.session.execute(update(Presence).where(mine).values(**values)).rowcount == 0:  # type: ignore[attr-defined]
        work.session.execute(delete(Presence).where(Presence.seen_at < _old(work)))
        place = {"event": key.event, "event_no": key.event_no, "form": key.form}
        row = {"subject_id": subject.id, **place, "repeat": key.repeat}
        work.session.execute(insert(Presence).values(user_id=work.actor.user_id, **row, **values))
    query = (
        select(User.name, Presence.typing)
        .join(Presence, Presence.user_id == User.id)
        .where(
            *_at(subject.id, key),
            Presence.user_id != work.actor.user_id,
            Presence.seen_at >= _old(work),
        )
        .order_by(User.name)
    )
    return [Other(row.name, row.typing) for row in work.session.execute(query)]


def leave(work: Work, key: Key) -> None:
    """The page was closed."""
    subject = keys.subject(work, key.subject)
    mine = and_(*_at(subject.id, key), Presence.user_id == work.actor.user_id)
    work.session.execute(delete(Presence).where(mine))


def _old(work: Work) -> str:
    return instant(work.now - GONE)


def _at(subject_id: int, key: Key) -> tuple[ColumnElement[bool], ...]:
    return (
        Presence.subject_id == subject_id,
        Presence.event == key.event,
        Presence.event_no == key.event_no,
        Presence.form == key.form,
        Presence.repeat == key.repeat,
    )

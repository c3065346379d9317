"""Drafts: what a person typed and has not saved. On the server within a second, never judged
away, and only their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select

from ecrf.entry import content
from ecrf.models import Draft, Subject
from ecrf.services import keys
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import Work

_MINE = select(Draft).join(Subject, Subject.id == Draft.subject_id)
_MINE = _MINE.where(
    Draft.user_id == bindparam("user_id"),
    Subject.code == bindparam("subject"),
    Draft.event == bindparam("event"),
    Draft.event_no == bindparam("event_no"),
    Draft.form == bindparam("form"),
    Draft.repeat == bindparam("repeat"),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as it stands: on which revision it was begun, and path -> Entry."""

    base_revision: int
    entries: dict[str, Entry]
    updated_at: str


def put(work: Work, key: Key, revision: int, entries: Mapping[str, Entry]) -> int:
    """Add entries to the actor's draft of this form; returns how many items it holds now."""
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    form = keys.form_due(work, subject, key, keys.find(work, subject, key))
    draft = _find(work, key) or _new(work, subject, key, revision)
    known = {path: entry for path, entry in entries.items() if content.known(form, path)}
    typed = {p: {"v": e.text} | ({"u": e.unit} if e.unit else {}) for p, e in known.items()}
    draft.entries = {**draft.entries, **typed}
    draft.updated_at = work.at
    work.session.flush()
    return len(draft.entries)


def get(work: Work, key: Key) -> Typed | None:
    """The actor's draft of this form, if there is one."""
    draft = _find(work, key)
    if draft is None or not draft.entries:
        return None
    entries = {path: Entry(raw["v"], raw.get("u")) for path, raw in draft.entries.items()}
    return Typed(draft.base_revision, entries, draft.updated_at)


def discard(work: Work, key: Key, paths: frozenset[str] | None = None) -> None:
    """Forget the draft, or only some of its paths (after a save)."""
    draft = _find(work, key)
    if draft is None:
        return
    kept = {} if paths is None else {p: v for p, v in draft.entries.items() if p not in paths}
    if kept:
        draft.entries = kept
    else:
        work.session.execute(delete(Draft).where(Draft.id == draft.id))


def count(work: Work) -> int:
    """How many forms the actor has in draft."""
    query = select(func.count()).select_from(Draft).where(Draft.user_id == work.actor.user_id)
    return work.session.scalar(query) or 0


def _find(work: Work, key: Key) -> Draft | None:
    where = {
        "user_id": work.actor.user_id,
        "subject": key.subject,
        "event": key.event,
        "event_no": key.event_no,
        "form": key.form,
        "repeat": key.repeat,
    }
    return work.session.scalars(_MINE, where).one_or_none()


def _new(work: Work, subject: Subject, key: Key, revision: int) -> Draft:
    draft = Draft(
        user_id=work.actor.user_id,
        subject_id=subject.id,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        repeat=key.repeat,
        base_revision=revision,
        entries={},
        updated_at=work.at,
    )
    work.session.add(draft)
    return draft

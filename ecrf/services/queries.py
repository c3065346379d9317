"""Asking about the data: a query is raised, answered, reopened, closed or cancelled (R-076, R-077).

Every move locks the record (if there is one), then the audit log, then the query, in the order of
a save, and says which state of the query was seen: of two people one comes first, the other is
told, and nothing is half done.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ecrf.canonical import canonical_json
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import split_path
from ecrf.entry import content, personal
from ecrf.models import Query, QueryEvent, Record, Subject, User
from ecrf.services import audit, closure, keys, people, query_rules
from ecrf.services.audit import Target
from ecrf.services.errors import Forbidden, Invalid, Locked, NotFound, Stale
from ecrf.services.keys import Key
from ecrf.services.query_rules import MOVES
from ecrf.services.work import Work
from ecrf.signing import commitment

LONGEST = 2000  # characters of a text
# Built once: putting a statement together costs more than running it.
_AT = select(Query).where(
    Query.subject_id == bindparam("subject_id"),
    Query.event == bindparam("event"),
    Query.event_no == bindparam("event_no"),
    Query.form == bindparam("form"),
    Query.repeat == bindparam("repeat"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: typed, or words of the study, which has them in Chinese too."""

    text: str = ""
    zh: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query stands; a visit has no form, an empty form no record."""

    subject: Subject
    key: Key
    record: Record | None
    form: FormDefinition | None

    @property
    def target(self) -> Target:
        if self.record is not None:
            return keys.target(self.subject, self.record)
        version = self.form.version if self.form else 0
        key = self.key
        where = (self.subject.site, key.subject, key.event, key.event_no, key.form, version)
        return Target(*where, key.repeat)


def place(work: Work, key: Key, path: str = "", *, lock: bool = False) -> Place:
    """The visit (no form), form, row or item that a query is about. Raises NotFound."""
    subject = keys.subject(work, key.subject)
    if not key.form:
        keys.require_occurrence(work, subject, key)
        if path:
            raise NotFound(path)
        return Place(subject, key, None, None)
    record = keys.find(work, subject, key, lock=lock)
    form = keys.form_due(work, subject, key, record)
    if path and not content.known(form, path):
        raise NotFound(path)
    return Place(subject, key, record, form)


def raise_query(work: Work, key: Key, path: str, said: Said, token: str = "") -> Query:
    """Ask about a place. ``token`` names the page that asks: it raises one query, however often
    it is sent.

    Raises Forbidden, NotFound, Locked, Invalid, Stale (already raised); then nothing is written.
    """
    at = place(work, key, path, lock=True)
    work.require("query.raise", at.subject.site)
    require_text(work, said, needed=True)
    _require_open(work, at)
    head = audit.lock(work)
    if token and work.session.scalar(select(Query.id).where(Query.token == token)) is not None:
        raise Stale(0, {})
    raised = new(work, at, path, said, token=token)
    return _log(work, at, raised, "open", said, head)


def new(
    work: Work, at: Place, path: str, said: Said, *, check: str | None = None, token: str = ""
) -> Query:
    """The row of a query raised by the actor; its first event is the caller's to add."""
    key = at.key
    raised = Query(
        subject_id=at.subject.id,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        repeat=key.repeat,
        record_id=at.record.id if at.record else None,
        path=path,
        value_seq=version(at.record, path),
        check=check,
        text=said.text,
        text_zh=said.zh,
        raised_by=work.actor.username,
        raised_role=work.actor.role,
        raised_at=work.at,
        state="open",
        moves=0,
        moved_at=work.at,
        token=token or None,
    )
    work.session.add(raised)
    work.session.flush()
    return raised


def move(work: Work, number: int, name: str, said: Said, *, seen: int) -> Query:
    """Answer, reopen, close or cancel. ``seen``: how many moves the person had seen.

    Raises NotFound, Forbidden, Locked, Stale, Invalid; then nothing is written.
    """
    at, asked, head = _held(work, number)
    if asked.moves != seen:
        raise Stale(asked.moves, {})
    why = query_rules.refusal(name, asked, work.actor)
    if why == "role":
        raise Forbidden(MOVES[name].action)
    if why:
        raise Invalid(f"query.{why}")
    require_text(work, said, needed=query_rules.says(name, asked.state))
    asked.state = MOVES[name].target
    return _log(work, at, asked, name, said, head)


def assign(work: Work, number: int, username: str, *, seen: int) -> Query:
    """Say whose query it is to deal with; an empty name gives it back to everybody.

    Raises NotFound, Forbidden, Locked, Stale, Invalid; then nothing is written.
    """
    at, asked, head = _held(work, number)
    work.require("query.assign", at.subject.site)
    if asked.moves != seen:
        raise Stale(asked.moves, {})
    if asked.state not in query_rules.LIVE:
        raise Invalid("query.state")
    names = {user.username: user.name for user in assignable(work, at.subject.site)}
    if username and username not in names:
        raise Invalid("query.nobody")
    asked.assigned_to = username or None
    return _log(work, at, asked, "assign", Said(names.get(username, "")), head)


def assignable(work: Work, site: str) -> list[User]:
    """Whom a query can be given to: those who answer at the site and those who close."""
    return people.who_may(work, site, "query.answer", "query.close")


def _held(work: Work, number: int) -> tuple[Place, Query, audit.Head]:
    """A query that nobody else moves until the transaction ends."""
    found = work.session.get(Query, number)
    if found is None:
        raise NotFound(str(number))
    at = place_of(work, found, lock=True)
    work.require("record.read", at.subject.site)
    _require_open(work, at)
    head = audit.lock(work)
    work.session.refresh(found)
    return at, found, head


def place_of(work: Work, asked: Query, *, lock: bool = False) -> Place:
    """Where a query stands. Raises NotFound when that is not the actor's to see."""
    subject = work.session.get_one(Subject, asked.subject_id)
    key = Key(subject.code, asked.event, asked.event_no, asked.form, asked.repeat)
    return place(work, key, lock=lock)


def _require_open(work: Work, at: Place) -> None:
    """Queries go on while data are frozen; nothing moves any more once they are locked (R-087)."""
    if closure.locked(work, at.subject, at.record):
        raise Locked("record")


def require_text(work: Work, said: Said, *, needed: bool) -> None:
    """Raise Invalid unless the text can be kept: there, not too long, naming nobody (R-145)."""
    if needed and not said.text.strip():
        raise Invalid("query.empty")
    if len(said.text) > LONGEST:
        raise Invalid("query.long", limit=str(LONGEST))
    found = personal.resembles(said.text)
    if found is not None:
        raise Invalid("query.personal", what=found[work.actor.language])


def version(record: Record | None, path: str) -> int | None:
    """The value version at a path; of a row or a form, the latest of its values."""
    if record is None:
        return None
    if path in record.versions:
        return record.versions[path]
    inside = "" if not path else f"{path}."
    if path and split_path(path)[0]:
        return None
    return max((n for p, n in record.versions.items() if p.startswith(inside)), default=None)


def _log(work: Work, at: Place, asked: Query, name: str, said: Said, head: audit.Head) -> Query:
    entries, commit = moved(work, at.target, asked, name, said, version(at.record, asked.path))
    seq = audit.append(work, [entries], after=head)[0]
    commit.seq = seq
    work.session.add(commit)
    if at.record is not None:
        at.record.last_seq = seq
    work.session.flush()
    return asked


def moved(
    work: Work,
    target: Target,
    asked: Query,
    name: str,
    said: Said,
    value_seq: int | None,
    detail: Mapping[str, object] | None = None,
) -> tuple[audit.Entry, QueryEvent]:
    """The audit entry and the event of a move; the event still lacks the number of the entry.

    The trail commits to the text, so that it can be shown to be what was said.
    """
    salt = os.urandom(16).hex()
    asked.moves += 1
    asked.moved_at = work.at
    told: dict[str, object] = {"query": asked.id, "move": asked.moves, **(detail or {})}
    told["said"] = commitment(salt, spoken(said.text, said.zh))
    if value_seq is not None:
        told["value"] = value_seq
    event = QueryEvent(
        query_id=asked.id,
        move=name,
        text=said.text,
        text_zh=said.zh,
        salt=salt,
        by=work.actor.username,
        role=work.actor.role,
        at=work.at,
        value_seq=value_seq,
    )
    return audit.Entry(f"query.{name}", target, asked.path or None, detail=told), event


def spoken(text: str, zh: str | None) -> str:
    """The text of an event as the trail commits to it."""
    return canonical_json([text, zh]).decode()


def adopt(work: Work, record: Record) -> list[Query]:
    """Tie what was asked about an empty form to its first record."""
    where = {
        "subject_id": record.subject_id,
        "event": record.event,
        "event_no": record.event_no,
        "form": record.form,
        "repeat": record.repeat,
    }
    found = list(work.session.scalars(_AT, where))
    for asked in found:
        asked.record_id = record.id
    return found

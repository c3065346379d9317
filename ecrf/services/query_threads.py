"""What is asked at a place, read: the whole thread of an item, and a line for each live query."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from ecrf.entry.cells import Asked
from ecrf.models import Query, QueryEvent, User
from ecrf.models.columns import moment
from ecrf.services import closure, history, queries, query_rules
from ecrf.services.history import Line
from ecrf.services.keys import Key
from ecrf.services.queries import Place
from ecrf.services.query_rules import LIVE
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Said:
    """One event of a query. ``change`` is the line of the trail that answered it, if data changed
    since the question."""

    event: QueryEvent
    by: str
    change: Line | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One query with everything said about it, and the moves this person can make."""

    query: Query
    days: int
    said: tuple[Said, ...]
    moves: tuple[str, ...]
    assigned: str  # the name
    others: tuple[User, ...] = ()  # whom it can be given to


@dataclass(frozen=True, slots=True)
class Item:
    """A place with what is asked there, the newest query first; ``asks`` when one can be raised."""

    place: Place
    path: str
    threads: tuple[Thread, ...]
    asks: bool


def age(query: Query, now: dt.datetime) -> int:
    """Whole days since it was raised; of a settled query, the days it took."""
    end = now if query.state in LIVE else moment(query.moved_at)
    return max(0, (end - moment(query.raised_at)).days)


def words(said: Query | QueryEvent, language: str) -> str:
    """What was said, in this language where the study has it."""
    return said.text_zh if language == "zh" and said.text_zh else said.text


def item(work: Work, key: Key, path: str) -> Item:
    """The threads of an item, row, form or visit. Raises NotFound, Forbidden."""
    at = queries.place(work, key, path)
    work.require("record.read", at.subject.site)
    query = select(Query).where(_at(at), Query.path == path).order_by(Query.id.desc())
    found = list(work.session.scalars(query))
    closed = closure.locked(work, at.subject, at.record)
    threads = _threads(work, at, found, closed)
    asks = work.actor.may("query.raise", at.subject.site) and not closed
    return Item(at, path, threads, asks)


def _at(at: Place) -> ColumnElement[bool]:
    key = at.key
    return and_(
        Query.subject_id == at.subject.id,
        Query.event == key.event,
        Query.event_no == key.event_no,
        Query.form == key.form,
        Query.repeat == key.repeat,
    )


def _threads(work: Work, at: Place, found: Sequence[Query], closed: bool) -> tuple[Thread, ...]:
    events = events_of(work, [query.id for query in found])
    everybody = [event.by for said in events.values() for event in said]
    names = names_of(work, [*everybody, *(q.assigned_to or "" for q in found)])
    lines = _changes(work, at, events)
    gives = work.actor.may("query.assign", at.subject.site) and not closed
    others = tuple(queries.assignable(work, at.subject.site)) if gives and found else ()
    return tuple(
        Thread(
            query,
            age(query, work.now),
            _said(events[query.id], names, lines),
            () if closed else query_rules.possible(query, work.actor),
            names.get(query.assigned_to or "", ""),
            others if query.state in LIVE else (),
        )
        for query in found
    )


def events_of(work: Work, numbers: Sequence[int]) -> dict[int, list[QueryEvent]]:
    """Query -> its events, oldest first."""
    events: dict[int, list[QueryEvent]] = defaultdict(list)
    query = select(QueryEvent).where(QueryEvent.query_id.in_(numbers)).order_by(QueryEvent.id)
    for event in work.session.scalars(query):
        events[event.query_id].append(event)
    return events


def names_of(work: Work, usernames: Iterable[str]) -> dict[str, str]:
    """User name -> name of the person."""
    query = select(User.username, User.name).where(User.username.in_(sorted(set(usernames))))
    return {row.username: row.name for row in work.session.execute(query)}


def _changes(work: Work, at: Place, events: Mapping[int, Sequence[QueryEvent]]) -> dict[int, Line]:
    """Audit number -> line of each change that an answer rests on."""
    wanted = {n for said in events.values() for n in _answering(said).values()}
    if at.record is None or not wanted:
        return {}
    return {line.seq: line for line in history.of_record(work, at.record.id) if line.seq in wanted}


def _answering(said: Sequence[QueryEvent]) -> dict[int, int]:
    """Event -> the value version that it answers with, where that is newer than the question."""
    found, asked = {}, 0
    for event in said:
        if event.move in ("open", "reopen"):
            asked = event.seq
        elif event.value_seq is not None and event.value_seq > asked:
            found[event.id] = event.value_seq
            asked = event.seq
    return found


def _said(
    events: Sequence[QueryEvent], names: Mapping[str, str], lines: Mapping[int, Line]
) -> tuple[Said, ...]:
    answers = _answering(events)
    return tuple(
        Said(event, names.get(event.by, ""), lines.get(answers.get(event.id, 0)))
        for event in events
    )


def lines(item: Item, language: str) -> tuple[Asked, ...]:
    """What is asked at a place and not settled, as the form page shows it; the oldest first."""
    return tuple(
        Asked(one.query.id, one.query.state, words(one.query, language), one.said[0].by, one.days)
        for one in reversed(item.threads)
        if one.query.state in LIVE
    )


def marks(work: Work, at: Place) -> dict[str, tuple[Asked, ...]]:
    """Path -> what is asked there and not settled, for the form page; the oldest first."""
    query = select(Query, User.name).outerjoin(User, User.username == Query.raised_by)
    query = query.where(_at(at), Query.state.in_(LIVE)).order_by(Query.id)
    found: dict[str, tuple[Asked, ...]] = {}
    for asked, name in work.session.execute(query):
        text = words(asked, work.actor.language)
        line = Asked(asked.id, asked.state, text, name or "", age(asked, work.now))
        found[asked.path] = (*found.get(asked.path, ()), line)
    return found

"""Queries and review marks of a form instance, open and closed, standing and fallen (R-103)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf.definition.catalogue import FormDefinition
from ecrf.models import Query, QueryEvent, ReviewMark, User
from ecrf.outputs import body, words
from ecrf.outputs.casebook import Clock, MarkLine, QueryLine, QueryMove, Words


def queries(
    session: Session, record_id: int, form: FormDefinition, clock: Clock
) -> tuple[QueryLine, ...]:
    """Every query with what was said about it, oldest first."""
    return lines(session, _raised(session, record_id), lambda row: _label(form, row.path), clock)


def queries_beside(
    session: Session, subject_id: int, event: str, event_no: int, clock: Clock
) -> dict[str, tuple[QueryLine, ...]]:
    """Form -> the queries of a visit about a form that nobody entered; empty: about the visit."""
    query = (
        select(Query)
        .where(
            Query.subject_id == subject_id,
            Query.event == event,
            Query.event_no == event_no,
            Query.record_id.is_(None),
        )
        .order_by(Query.id)
    )
    raised = list(session.scalars(query))
    found: dict[str, tuple[QueryLine, ...]] = {}
    for row, line in zip(raised, lines(session, raised, _whole, clock), strict=True):
        found[row.form] = (*found.get(row.form, ()), line)
    return found


def about(session: Session, numbers: list[int]) -> dict[int, dict[int, int]]:
    """Query -> audit number of each move -> the value version it was said about."""
    found: dict[int, dict[int, int]] = {}
    for event in _said(session, numbers):
        if event.value_seq is not None:
            found.setdefault(event.query_id, {})[event.seq] = event.value_seq
    return found


def lines(
    session: Session, raised: list[Query], label: Callable[[Query], Words], clock: Clock
) -> tuple[QueryLine, ...]:
    """The queries in the order given, with everything said."""
    said: dict[int, list[QueryEvent]] = {row.id: [] for row in raised}
    for event in _said(session, list(said)):
        said[event.query_id].append(event)
    speakers = {event.by for events in said.values() for event in events}
    names = _names(session, {row.raised_by for row in raised} | speakers)
    return tuple(
        QueryLine(
            id=row.id,
            path=row.path,
            label=label(row),
            state=words.of(words.STATES, row.state),
            text=_both(row),
            check=row.check or "",
            version=row.value_seq,
            raised_by=names.get(row.raised_by, row.raised_by),
            raised_role=words.of(words.ROLES, row.raised_role),
            raised=clock(row.raised_at),
            moves=tuple(_move(row, event, names, clock) for event in said[row.id]),
        )
        for row in raised
    )


def queries_by_item(session: Session, record_id: int) -> dict[str, tuple[tuple[int, str], ...]]:
    """path -> number and state of its queries."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for row in _raised(session, record_id):
        found[row.path] = (*found.get(row.path, ()), (row.id, row.state))
    return found


def marks(
    session: Session, record_id: int, form: FormDefinition, clock: Clock
) -> tuple[MarkLine, ...]:
    """Every act of verification or review, oldest first."""
    acts = _acts(session, record_id)
    names = _names(session, {row.by for row in acts})
    return tuple(
        MarkLine(
            kind=words.of(words.KINDS, row.kind),
            act=words.of(words.ACTS, row.act),
            path=row.path,
            label=_label(form, row.path),
            version=row.value_seq,
            by=names.get(row.by, row.by),
            role=words.of(words.ROLES, row.role),
            at=clock(row.at),
            reason=row.reason,
            seq=row.seq,
        )
        for row in acts
    )


def latest_marks(session: Session, record_id: int) -> dict[str, tuple[tuple[str, str], ...]]:
    """path -> the latest act of each kind of review."""
    latest: dict[str, dict[str, str]] = {}
    for row in _acts(session, record_id):
        latest.setdefault(row.path, {})[row.kind] = row.act
    return {path: tuple(kinds.items()) for path, kinds in latest.items()}


def _raised(session: Session, record_id: int) -> list[Query]:
    query = select(Query).where(Query.record_id == record_id).order_by(Query.id)
    return list(session.scalars(query))


def _said(session: Session, numbers: list[int]) -> list[QueryEvent]:
    query = select(QueryEvent).where(QueryEvent.query_id.in_(numbers)).order_by(QueryEvent.id)
    return list(session.scalars(query))


def _acts(session: Session, record_id: int) -> list[ReviewMark]:
    query = select(ReviewMark).where(ReviewMark.record_id == record_id).order_by(ReviewMark.id)
    return list(session.scalars(query))


def _move(raised: Query, event: QueryEvent, names: dict[str, str], clock: Clock) -> QueryMove:
    repeats = event.move == "open" and event.text == raised.text
    return QueryMove(
        words.of(words.MOVES, event.move),
        "" if repeats else _both(event),
        names.get(event.by, event.by),
        words.of(words.ROLES, event.role),
        clock(event.at),
        event.seq,
    )


def _both(said: Query | QueryEvent) -> str:
    """The words as they were said; those that the study has in both languages, in both."""
    return f"{said.text} / {said.text_zh}" if said.text_zh else said.text


def _names(session: Session, users: Iterable[str]) -> dict[str, str]:
    """user name -> full name and user name."""
    query = select(User.username, User.name).where(User.username.in_(sorted(users)))
    return {row.username: f"{row.name} ({row.username})" for row in session.execute(query)}


def _whole(row: Query) -> Words:
    return words.WHOLE_FORM if row.form else words.WHOLE_VISIT


def _label(form: FormDefinition, path: str) -> Words:
    return body.label(form, path) if path else words.WHOLE_FORM

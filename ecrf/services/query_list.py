"""The list of queries: narrowed, sorted, in pages; whose turn it is; and the next one to take."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.models import Query, Record, Subject
from ecrf.models.columns import instant
from ecrf.services import query_threads, scopes
from ecrf.services.query_rules import CLOSERS, LIVE, NARROWED, WAITING
from ecrf.services.scopes import Scope
from ecrf.services.work import Actor, Work

PAGE = 100  # lines of a page
AGES = (7, 14, 30)  # days: what a list is narrowed to, and what counts group by
SORTS = ("age", "place", "form", "state")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed: all of what is said must hold.

    state   turn (waits for this person), live, open, answered, closed, cancelled, all
    whose   mine (raised by or given to this person), given, free (given to nobody); empty: any
    age     at least so many days; origin: check or person; sort: age, place, form, state,
            with a minus in front the other way round
    """

    state: str = "turn"
    whose: str = ""
    site: str = ""
    subject: str = ""
    form: str = ""
    age: str = ""
    origin: str = ""
    sort: str = "age"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """From an address; what is not known is left out."""
        told = {name: query.get(name, "").strip() for name in cls.__slots__}
        told["state"] = told["state"] if told["state"] in ("turn", *NARROWED) else "turn"
        told["sort"] = told["sort"] if told["sort"].lstrip("-") in SORTS else "age"
        return cls(**told)

    def said(self, **changes: str) -> dict[str, str]:
        """Only what differs from the list as it opens, for an address."""
        told = {name: getattr(self, name) for name in self.__slots__} | changes
        usual = {"state": "turn", "sort": "age"}
        return {name: value for name, value in told.items() if value != usual.get(name, "")}


@dataclass(frozen=True, slots=True)
class Line:
    """One query in a list."""

    query: Query
    subject: str
    site: str
    form: FormDefinition | None  # None: about a visit
    days: int
    by: str
    given: str


@dataclass(frozen=True, slots=True)
class Found:
    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Step:
    """Where a query stands in the work of a person: how many wait, and the next of them."""

    waiting: int
    next: Line | None


def turn(actor: Actor) -> ColumnElement[bool]:
    """What waits for this person: to be answered at the site, or to be closed."""
    waits: list[ColumnElement[bool]] = []
    if actor.may("query.answer"):
        waits.append(and_(Query.state.in_(WAITING), Query.raised_by != actor.username))
    raised = [role for role, closers in CLOSERS.items() if actor.role in closers]
    if actor.may("query.close") and raised:
        waits.append(and_(Query.state == "answered", Query.raised_role.in_(raised)))
    return or_(false(), *waits)


def listed(work: Work, wanted: Filter, page: int = 1, most: int = PAGE) -> Found:
    """A page of the queries that the filter holds for, in its order."""
    work.require("record.read")
    holds = _holds(work, wanted)
    count = select(func.count()).select_from(Query).join(Subject, Subject.id == Query.subject_id)
    total = work.session.scalar(count.where(*holds)) or 0
    pages = max(1, -(-total // most))
    page = min(max(1, page), pages)
    query = _lines().where(*holds).order_by(*_order(work, wanted.sort))
    return Found(_read(work, query.limit(most).offset((page - 1) * most)), total, page, pages)


def waiting(work: Work, states: Sequence[str]) -> tuple[Line, ...]:
    """What waits for the actor in one of these states, the oldest first."""
    query = _lines().where(turn(work.actor), Query.state.in_(states), *_visible(work))
    return _read(work, query.order_by(Query.raised_at, Query.id))


def of_forms(work: Work, subject: str, forms: Iterable[str]) -> tuple[Line, ...]:
    """What is asked and not settled on these forms of a subject, the oldest first."""
    query = _lines().where(Subject.code == subject, Query.form.in_(sorted(set(forms))))
    query = query.where(Query.state.in_(LIVE), *_visible(work))
    return _read(work, query.order_by(Query.raised_at, Query.id))


def of_scope(work: Work, scope: Scope) -> tuple[Line, ...]:
    """The queries that a sealed list shows, in the order of subjects and visits."""
    query = _lines().where(*scopes.narrowed(scope)).order_by(*_order(work, "place"))
    return _read(work, query)


def step(work: Work, number: int) -> Step:
    """From one query to the next that waits for the actor, in the order of subjects and visits,
    round again at the end: a visit is finished before the next begins."""
    mine = and_(turn(work.actor), *_visible(work))
    query = select(Query.id).join(Subject, Subject.id == Query.subject_id)
    query = query.where(or_(mine, Query.id == number)).order_by(*_order(work, "place"))
    numbers = list(work.session.scalars(query))
    here = numbers.index(number) if number in numbers else -1
    rest = [n for n in (*numbers[here + 1 :], *numbers[: max(here, 0)]) if n != number]
    if not rest:
        return Step(0, None)
    (following,) = _read(work, _lines().where(Query.id == rest[0]))
    return Step(len(rest), following)


_Lines = Select[Query, str, str, int]


def _lines() -> _Lines:
    return (
        select(Query, Subject.code, Subject.site, Record.form_version)
        .join(Subject, Subject.id == Query.subject_id)
        .outerjoin(Record, Record.id == Query.record_id)
    )


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [] if work.actor.site == "*" else [Subject.site == work.actor.site]


def _holds(work: Work, wanted: Filter) -> list[ColumnElement[bool]]:
    me = work.actor.username
    holds = _visible(work)
    states = NARROWED.get(wanted.state)
    holds.append(turn(work.actor) if states is None else Query.state.in_(states))
    whose = {
        "mine": or_(Query.raised_by == me, Query.assigned_to == me),
        "given": Query.assigned_to == me,
        "free": Query.assigned_to.is_(None),
    }
    origin = {"check": Query.check.is_not(None), "person": Query.check.is_(None)}
    if wanted.whose in whose:
        holds.append(whose[wanted.whose])
    if wanted.origin in origin:
        holds.append(origin[wanted.origin])
    if wanted.site:
        holds.append(Subject.site == wanted.site)
    if wanted.subject:
        holds.append(Subject.code.contains(wanted.subject.upper(), autoescape=True))
    if wanted.form:
        holds.append(Query.form == wanted.form)
    if wanted.age.isdigit():
        since = work.now - dt.timedelta(days=int(wanted.age[:4]))
        holds.append(Query.raised_at <= instant(since))
    return holds


def _order(work: Work, sort: str) -> list[ColumnElement[Any]]:
    events = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    visit = case(events, value=Query.event, else_=len(events))
    place = [Subject.code, visit, Query.event_no, Query.form, Query.repeat, Query.path]
    sorts: dict[str, list[Any]] = {
        "age": [Query.raised_at],
        "place": place,
        "form": [Query.form, Query.path, Query.raised_at],
        "state": [Query.state, Query.raised_at],
    }
    columns = [*sorts[sort.lstrip("-")], Query.id]
    return [column.desc() for column in columns] if sort.startswith("-") else columns


def _read(work: Work, query: _Lines) -> tuple[Line, ...]:
    rows = work.session.execute(query).all()
    people = {name for row in rows for name in (row[0].raised_by, row[0].assigned_to) if name}
    names = query_threads.names_of(work, people)
    return tuple(
        Line(
            asked,
            code,
            site,
            _form(work, asked, version),
            query_threads.age(asked, work.now),
            names.get(asked.raised_by, ""),
            names.get(asked.assigned_to or "", ""),
        )
        for asked, code, site, version in rows
    )


def _form(work: Work, asked: Query, version: int | None) -> FormDefinition | None:
    if not asked.form:
        return None
    return (
        work.catalogue.form(asked.form, version) if version else work.catalogue.current(asked.form)
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How many queries there are of one kind, and how old (R-081)."""

    name: str
    open: int
    answered: int
    late: int  # live for more than 14 days
    oldest: int  # days of the oldest live one
    settled: int
    took: float  # median days of the settled ones


KINDS = ("site", "form", "raised_by", "assigned_to")


def counts(work: Work) -> dict[str, tuple[Count, ...]]:
    """Kind -> its counts: by site, form, who raised them (a check is empty) and to whom they are
    given (empty: nobody); most live ones first."""
    work.require("record.read")
    columns = (Query.form, Query.assigned_to, Query.state, Query.raised_at, Query.moved_at)
    by = case((Query.check.is_not(None), ""), else_=Query.raised_by).label("raised_by")
    query = select(Subject.site, by, *columns).join(Subject, Subject.id == Query.subject_id)
    rows = work.session.execute(query.where(*_visible(work))).all()
    return {kind: _grouped(work, rows, kind) for kind in KINDS}


def _grouped(work: Work, rows: Iterable[Any], kind: str) -> tuple[Count, ...]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, kind) or "", []).append(row)
    found = [_count(work, name, group) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.open - one.answered, one.name)))


def _count(work: Work, name: str, rows: Sequence[Any]) -> Count:
    live = [query_threads.age(row, work.now) for row in rows if row.state in LIVE]
    settled = [query_threads.age(row, work.now) for row in rows if row.state not in LIVE]
    return Count(
        name,
        sum(row.state in WAITING for row in rows),
        sum(row.state == "answered" for row in rows),
        sum(days > AGES[1] for days in live),
        max(live, default=0),
        len(settled),
        statistics.median(settled) if settled else 0,
    )

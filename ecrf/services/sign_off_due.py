"""What waits for the investigator's signature: visits to sign, milestones and when they are due
(R-033)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ecrf.definition.milestones import Milestone
from ecrf.models import SignOff
from ecrf.services import contexts, sign_offs, subjects
from ecrf.services.casebooks import Casebook, EventState
from ecrf.services.sign_offs import Scope
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Due:
    """What a subject's casebook has to be signed for, and how late that is."""

    scope: Scope
    book: Casebook
    at: EventState | None
    milestone: Milestone | None
    to_sign: int
    open: int  # forms that are begun and not complete
    superseded: int
    rejected: int  # forms that were sent back, and the site has not answered
    queries: int
    days: int | None = None  # overdue; negative: days left
    signed: bool = False


def due(work: Work) -> list[Due]:
    """Visits and milestones of every casebook the actor sees that have something to sign, the
    longest overdue first (R-033)."""
    books = subjects.matrix(work)
    standing = _standing(work, [book.subject.id for book in books])
    found: list[Due] = []
    for book in books:
        today = contexts.today(work, book.subject.site)
        found += _visits(book)
        for one in work.catalogue.study.milestones:
            if (at := _reached(book, one)) is not None:
                signed = (book.subject.id, one.milestone) in standing
                found.append(_milestone(book, one, at, today, signed))
    waits = [one for one in found if one.to_sign or (one.milestone and not one.signed)]
    return sorted(waits, key=lambda one: -(one.days if one.days is not None else -9999))


def _standing(work: Work, people: list[int]) -> set[tuple[int, str]]:
    """(subject, milestone) with an act that stands."""
    query = select(SignOff.id, SignOff.subject_id, SignOff.name).where(
        SignOff.subject_id.in_(people), SignOff.scope == "milestone"
    )
    rows = work.session.execute(query).all()
    ended = sign_offs.ended(work, [row.id for row in rows])
    return {(row.subject_id, row.name) for row in rows if row.id not in ended}


def _visits(book: Casebook) -> Iterator[Due]:
    for at in book.events:
        if at.event.kind != "log":
            scope = Scope(book.subject.code, "visit", at.event.event, at.event_no)
            yield _count(scope, book, [at], at, None)


def _reached(book: Casebook, one: Milestone) -> EventState | None:
    """The event that a milestone counts from, once it took place."""
    if one.until is not None:
        at = next((e for e in book.events if e.event.event == one.until), None)
        return at if at is not None and _day(at) and not book.left else None
    left = [e for e in book.events if e.event.kind == "termination" and e.state != "empty"]
    planned = [e for e in book.events if e.event.kind == "scheduled"][-1:]
    return next((e for e in (*left, *planned) if _day(e)), None)


def _day(at: EventState) -> dt.date | None:
    """When an event took place; its planned day when it is entered and says no date."""
    return at.date or (at.planned if at.state != "empty" else None)


def _milestone(book: Casebook, one: Milestone, at: EventState, today: dt.date, signed: bool) -> Due:
    scope = Scope(book.subject.code, "milestone", one.milestone)
    day = _day(at)
    days = (today - day).days - one.days if day and not signed else None
    return _count(scope, book, list(sign_offs.until(book, one.until)), at, one, days, signed)


def _count(
    scope: Scope,
    book: Casebook,
    events: list[EventState],
    at: EventState,
    one: Milestone | None,
    days: int | None = None,
    signed: bool = False,
) -> Due:
    forms = [form for event in events for form in event.forms if form.state != "struck"]
    return Due(
        scope,
        book,
        at,
        one,
        to_sign=sum(form.state in sign_offs.SIGNABLE and not form.rejected for form in forms),
        open=sum(form.state == "part" for form in forms),
        superseded=sum(form.state == "superseded" for form in forms),
        rejected=sum(form.rejected for form in forms),
        queries=sum(form.queries for form in forms),
        days=days,
        signed=signed,
    )

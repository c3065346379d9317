"""What waits for one person, most urgent first: the list behind the page after signing in.

Each kind of thing has one small provider: a function that finds the things in the scope of the
person, and the action that a role must hold for them to be its business. A new kind is one more
function, one more line in PROVIDERS, and its words in templates/home/words.html.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.entry import layout
from ecrf.models import Draft, Job, PdfCopy, Subject
from ecrf.services import (
    contexts,
    eligibility,
    query_list,
    query_threads,
    subjects,
    verification,
)
from ecrf.services import jobs as job_table
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.query_rules import WAITING
from ecrf.services.work import Work

FIXITY = "pdf.fixity"  # the job that looks at every sealed file


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do. ``opens`` names the page: form, query, visit, sign, sign visit, eligibility,
    copies, or nothing.

    ``days`` is how long it is overdue (negative: days left), ``count`` how many forms it stands
    for, ``at`` the instant it has been waiting since, ``spot`` the place on the page.
    """

    kind: str
    opens: str
    subject: str = ""
    event: Event | None = None
    event_no: int = 1
    form: FormDefinition | None = None
    repeat: int = 1
    record_id: int | None = None
    count: int = 1
    days: int | None = None
    due: dt.date | None = None
    at: str = ""
    spot: str = ""
    note: str = ""
    number: int = 0  # of a query
    site: str = ""  # of copies that show a whole site


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person sees: the casebooks of the site, each with the calendar day there."""

    work: Work
    books: Sequence[tuple[Casebook, dt.date]]

    def events(self) -> Iterator[tuple[Casebook, dt.date, EventState]]:
        for book, today in self.books:
            for at in book.events:
                yield book, today, at


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of thing, whose business it is, and how it is found, the most urgent first."""

    kind: str
    action: str
    find: Callable[[Scope], Iterator[Thing]]


@dataclass(frozen=True, slots=True)
class Pile:
    """All things of one kind."""

    kind: str
    things: tuple[Thing, ...]


def piles(work: Work) -> list[Pile]:
    """What waits for the actor by kind, the most urgent kind first; kinds without any left out."""
    books = subjects.matrix(work) if work.actor.may("subject.list") else []
    scope = Scope(work, [(book, contexts.today(work, book.subject.site)) for book in books])
    mine = [one for one in PROVIDERS if work.actor.may(one.action)]
    found = [Pile(one.kind, tuple(one.find(scope))) for one in mine]
    return [pile for pile in found if pile.things]


def _visits(scope: Scope, kind: str, status: str) -> list[Thing]:
    """Visits with nothing entered yet, in one place against their window; the latest first."""
    found = []
    for book, today, at in scope.events():
        missing = at.date is None and at.state == "empty"
        if missing and at.visit and at.visit.status == status:
            days = (today - at.visit.latest).days
            found.append(_visit(kind, book, at, days=days, due=at.visit.latest))
    return sorted(found, key=lambda thing: (-(thing.days or 0), thing.subject))


def _visit(
    kind: str,
    book: Casebook,
    at: EventState,
    count: int = 1,
    days: int | None = None,
    due: dt.date | None = None,
) -> Thing:
    code = book.subject.code
    return Thing(kind, "visit", code, at.event, at.event_no, count=count, days=days, due=due)


def _form(kind: str, opens: str, book: Casebook, at: EventState, state: FormState) -> Thing:
    return Thing(
        kind,
        opens,
        book.subject.code,
        at.event,
        at.event_no,
        state.form,
        state.repeat,
        state.record_id,
        note=state.label,
    )


def overdue(scope: Scope) -> Iterator[Thing]:
    """Visits whose window has closed."""
    yield from _visits(scope, "overdue", "MISSED")


def due(scope: Scope) -> Iterator[Thing]:
    """Visits whose window is open."""
    yield from _visits(scope, "due", "DUE")


def superseded(scope: Scope) -> Iterator[Thing]:
    """Forms that changed after they were signed."""
    for book, _, at in scope.events():
        for state in at.forms:
            if state.state == "superseded" and not state.rejected:
                yield _form("superseded", "sign", book, at, state)


def to_sign(scope: Scope) -> Iterator[Thing]:
    """Complete forms without a signature, one line a visit."""
    for book, _, at in scope.events():
        ready = [one for one in at.forms if one.state == "complete" and not one.rejected]
        if len(ready) == 1:
            yield _form("sign", "sign", book, at, ready[0])
        elif ready:
            yield replace(_visit("sign", book, at, len(ready)), opens="sign visit")


def undecided(scope: Scope) -> Iterator[Thing]:
    """Subjects in screening whose eligibility nobody has decided; due when the window closes."""
    if eligibility.criteria_of(scope.work) is None:
        return
    for book, today, at in scope.events():
        for state in at.forms:
            waits = state.form.oid == eligibility.FORM and state.state in ("empty", "part")
            if waits and book.anchors.get("consent") and not book.left:
                closes = at.plan.latest if at.plan else None
                days = (today - closes).days if closes else None
                code = book.subject.code
                yield Thing("undecided", "eligibility", code, at.event, days=days, due=closes)


def unfinished(scope: Scope) -> Iterator[Thing]:
    """Forms that are begun and lack something required."""
    for book, _, at in scope.events():
        for state in at.forms:
            if state.state == "part" and not state.locked:
                yield _form("unfinished", "form", book, at, state)


def unentered(scope: Scope) -> Iterator[Thing]:
    """Visits that are begun, and the forms due there that are still empty."""
    for book, _, at in scope.events():
        optional = {ref.form for ref in at.event.forms if ref.optional}
        empty = [s for s in at.forms if s.state == "empty" and s.form.oid not in optional]
        begun = at.date or at.state == "part"
        if empty and begun and not at.missed and at.event.kind not in ("unscheduled", "log"):
            yield _visit("unentered", book, at, len(empty))


def drafts(scope: Scope) -> Iterator[Thing]:
    """What the person typed and has not saved, the oldest first."""
    work = scope.work
    query = (
        select(Draft, Subject.code)
        .join(Subject, Subject.id == Draft.subject_id)
        .where(Draft.user_id == work.actor.user_id)
        .order_by(Draft.updated_at)
    )
    events = {event.event: event for event in work.catalogue.build.events}
    for draft, code in work.session.execute(query):
        if draft.entries:
            form = work.catalogue.current(draft.form)
            yield Thing(
                "draft",
                "form",
                code,
                events.get(draft.event),
                draft.event_no,
                form,
                draft.repeat,
                count=len(draft.entries),
                at=draft.updated_at,
            )


def to_answer(scope: Scope) -> Iterator[Thing]:
    """Queries that wait for an answer."""
    yield from _queries(scope.work, "answer", WAITING)


def to_close(scope: Scope) -> Iterator[Thing]:
    """Queries that are answered and wait for a decision."""
    yield from _queries(scope.work, "close", ("answered",))


def _queries(work: Work, kind: str, states: tuple[str, ...]) -> Iterator[Thing]:
    events = {event.event: event for event in work.catalogue.build.events}
    for line in query_list.waiting(work, states):
        asked = line.query
        yield Thing(
            kind,
            "query",
            line.subject,
            events.get(asked.event),
            asked.event_no,
            line.form,
            asked.repeat,
            asked.record_id,
            at=asked.raised_at,
            spot=layout.html_id(asked.path) if asked.path else "",
            note=query_threads.words(asked, work.actor.language),
            number=asked.id,
        )


def jobs(scope: Scope) -> Iterator[Thing]:
    """Work in the background that the person asked for and that failed, the newest first."""
    work = scope.work
    query = select(Job).where(Job.state == "failed", Job.requested_by == work.actor.username)
    for job in work.session.scalars(query.order_by(Job.id.desc())):
        yield Thing("job", "", at=job.created_at, note=job.kind)


def lost(scope: Scope) -> Iterator[Thing]:
    """Sealed copies that the last look at the store found missing or changed."""
    work = scope.work
    last = job_table.last_of(work, FIXITY)
    if last is None or last.state != "done":
        return
    for fault in json.loads(last.result or "{}").get("faults", ()):
        copy = work.session.get_one(PdfCopy, fault["copy"])
        whose = work.session.get(Subject, copy.subject_id) if copy.subject_id else None
        site = whose.site if whose else copy.site
        if work.actor.may("pdf.site", site):
            code = whose.code if whose else ""
            yield Thing(
                "lost", "copies", code, site=site or "", at=last.created_at, note=fault["why"]
            )


def changed(scope: Scope) -> Iterator[Thing]:
    """Values that changed after the person marked them as seen, the latest first."""
    work = scope.work
    events = {event.event: event for event in work.catalogue.build.events}
    for one in verification.changed(work):
        yield Thing(
            "changed",
            "form",
            one.key.subject,
            events.get(one.key.event),
            one.key.event_no,
            work.catalogue.form(one.record.form, one.record.form_version),
            one.key.repeat,
            one.record.id,
            at=one.verified_at,
            spot=layout.html_id(one.path),
        )


PROVIDERS = (
    Provider("lost", "pdf.site", lost),
    Provider("overdue", "record.enter", overdue),
    Provider("superseded", "record.sign", superseded),
    Provider("answer", "query.answer", to_answer),
    Provider("changed", "review.sdv", changed),
    Provider("close", "query.close", to_close),
    Provider("due", "record.enter", due),
    Provider("draft", "record.enter", drafts),
    Provider("undecided", "record.sign", undecided),
    Provider("unfinished", "record.enter", unfinished),
    Provider("unentered", "record.enter", unentered),
    Provider("sign", "record.sign", to_sign),
    Provider("job", "account.self", jobs),
)

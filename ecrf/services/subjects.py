"""Subjects: create, list, their visits and casebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, exists, func, select

from ecrf.models import Record, Subject, Visit
from ecrf.services import audit, closure, contexts, keys, trees
from ecrf.services.audit import Entry, Target
from ecrf.services.casebooks import Casebook, Near
from ecrf.services.errors import Invalid
from ecrf.services.keys import Key
from ecrf.services.work import Work


def create(work: Work, site: str, cohort: str) -> Subject:
    """A new subject; the system assigns the code, and never a second time (part A 1.4)."""
    work.require("subject.create", site)
    closure.require_study_open(work)
    study = work.catalogue.study
    letter = next((c.letter for c in study.cohorts if c.cohort == cohort), None)
    if letter is None or site not in {s.site for s in study.sites}:
        raise Invalid("subject.unknown_cohort")
    number = 1 + (
        work.session.scalar(
            select(func.max(Subject.number)).where(Subject.site == site, Subject.cohort == cohort)
        )
        or 0
    )
    subject = Subject(
        code=f"{site}-{letter}{number:03d}",
        site=site,
        cohort=cohort,
        number=number,
        build=work.catalogue.build.build,
        created_at=work.at,
    )
    work.session.add(subject)
    work.session.flush()
    detail = {"cohort": cohort, "build": subject.build}
    audit.append(work, [Entry("subject.create", Target(site, subject.code), detail=detail)])
    return subject


def add_visit(work: Work, code: str, event: str, date: dt.date) -> Visit:
    """One more unscheduled visit (R-072)."""
    subject = keys.subject(work, code)
    work.require("subject.create", subject.site)
    closure.require_open(work, subject, Key(code, event, 0, ""), None)
    if keys.event(work, event).kind != "unscheduled":
        raise Invalid("visit.not_unscheduled")
    if date > contexts.today(work, subject.site):
        raise Invalid("visit.future")
    number = 1 + (
        work.session.scalar(
            select(func.max(Visit.event_no)).where(
                Visit.subject_id == subject.id, Visit.event == event
            )
        )
        or 0
    )
    visit = Visit(
        subject_id=subject.id,
        event=event,
        event_no=number,
        date=date.isoformat(),
        created_at=work.at,
    )
    work.session.add(visit)
    work.session.flush()
    target = Target(subject.site, subject.code, event, number)
    detail = {"event": event, "event_no": number}
    audit.append(work, [Entry("visit.create", target, detail=detail)])
    return visit


def matrix(work: Work) -> list[Casebook]:
    """Every subject the actor sees, with the state of each event, in code order."""
    return trees.of(work, list(work.session.scalars(_visible(work, select(Subject)))))


def casebook(work: Work, code: str) -> Casebook:
    """One subject's tree."""
    subject = keys.subject(work, code)
    work.require("subject.list", subject.site)
    (book,) = trees.of(work, [subject])
    return replace(book, near=_near(work, subject))


def codes(work: Work, site: str, *, entered: bool = False) -> Sequence[str]:
    """The subjects of a site, in the order of their codes; ``entered``: that have a form."""
    query = select(Subject.code).where(Subject.site == site).order_by(Subject.code)
    if entered:
        query = query.where(exists().where(Record.subject_id == Subject.id))
    return work.session.scalars(query).all()


def _visible(work: Work, query: Select[Any]) -> Select[Any]:
    """Subjects of the actor's site, in the order of every list."""
    seen = query.order_by(Subject.site, Subject.code)
    return seen if work.actor.site == "*" else seen.where(Subject.site == work.actor.site)


def _near(work: Work, subject: Subject) -> Near:
    codes = list(work.session.scalars(_visible(work, select(Subject.code))))
    place = codes.index(subject.code)
    after = codes[place + 1] if place + 1 < len(codes) else ""
    return Near(place + 1, len(codes), codes[place - 1] if place else "", after)


def next_repeat(work: Work, code: str, event: str, event_no: int, form: str) -> int:
    """The number of a new record of a repeating form; numbers are never re-used."""
    subject = keys.subject(work, code)
    query = select(func.max(Record.repeat)).where(
        Record.subject_id == subject.id,
        Record.event == event,
        Record.event_no == event_no,
        Record.form == form,
    )
    return 1 + (work.session.scalar(query) or 0)

"""Subjects: create, list, and the casebook as a tree of events and forms with their states."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, func, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.entry import content
from ecrf.entry.context import Filed, Forms
from ecrf.models import Query, Record, Signature, SignatureEnd, Subject, Visit
from ecrf.services import audit, closure, contexts, keys, schedule
from ecrf.services.audit import Entry, Target
from ecrf.services.casebooks import Casebook, EventState, FormState, Near
from ecrf.services.errors import Invalid
from ecrf.services.keys import Key
from ecrf.services.query_rules import WAITING
from ecrf.services.work import Work

NO = "N"  # that a visit took place, denied
BANNER = "DM"  # the form that says sex and age


_Row = Row[*tuple[Any, ...]]  # a row of _ROWS
# What a tree shows of a record; the document itself is read only where something in it is shown.
_ROWS = select(
    Record.id,
    Record.subject_id,
    Record.event,
    Record.event_no,
    Record.form,
    Record.form_version,
    Record.repeat,
    Record.revision,
    Record.status,
    Record.inactive,
    (Record.locked | Record.frozen).label("closed"),
)


@dataclass(slots=True)
class _Facts:
    """All that the trees need, read with one statement per table."""

    rows: dict[int, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    data: dict[int, dict[str, Any]] = field(default_factory=dict)
    visits: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    signed: dict[int, str] = field(default_factory=dict)
    queries: dict[tuple[Any, ...], int] = field(default_factory=dict)  # by their place
    rejected: set[int | None] = field(default_factory=set)
    forms: dict[tuple[str, str], list[FormDefinition]] = field(default_factory=dict)


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
    subjects = list(work.session.scalars(_visible(work, select(Subject))))
    facts = _facts(work, [subject.id for subject in subjects], labels=False)
    return [_casebook(work, subject, facts) for subject in subjects]


def casebook(work: Work, code: str) -> Casebook:
    """One subject's tree."""
    subject = keys.subject(work, code)
    work.require("subject.list", subject.site)
    book = _casebook(work, subject, _facts(work, [subject.id], labels=True))
    return replace(book, near=_near(work, subject))


def _visible(work: Work, query: Select[Any]) -> Select[Any]:
    """Subjects of the actor's site, in the order of every list."""
    seen = query.order_by(Subject.site, Subject.code)
    return seen if work.actor.site == "*" else seen.where(Subject.site == work.actor.site)


def _near(work: Work, subject: Subject) -> Near:
    codes = list(work.session.scalars(_visible(work, select(Subject.code))))
    place = codes.index(subject.code)
    after = codes[place + 1] if place + 1 < len(codes) else ""
    return Near(place + 1, len(codes), codes[place - 1] if place else "", after)


def _read(work: Work, labels: bool) -> list[str]:
    """The forms whose content a tree shows: anchors, visit dates, the banner, labels of rows."""
    study = work.catalogue.study
    dated = {name.split(".")[0] for name in (study.visit_date, study.visit_done) if name}
    labelled = {form.oid for form in work.catalogue.forms.values() if form.model.row_label}
    return sorted(schedule.forms_of(study) | dated | {BANNER} | (labelled if labels else set()))


def _facts(work: Work, ids: Sequence[int], *, labels: bool) -> _Facts:
    facts = _Facts()
    session = work.session
    for row in session.execute(_ROWS.where(Record.subject_id.in_(ids)).order_by(Record.id)):
        facts.rows[row.subject_id].append(row)
    documents = select(Record.id, Record.data).where(
        Record.subject_id.in_(ids), Record.form.in_(_read(work, labels)), ~Record.inactive
    )
    facts.data = {record_id: data for record_id, data in session.execute(documents)}
    for visit in session.scalars(
        select(Visit).where(Visit.subject_id.in_(ids)).order_by(Visit.event_no)
    ):
        facts.visits[visit.subject_id].append(visit)
    signatures = (
        select(Signature.record_id, SignatureEnd.signature_id)
        .join(Record, Record.id == Signature.record_id)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Record.subject_id.in_(ids))
    )
    for record_id, ended in session.execute(signatures):
        if facts.signed.get(record_id) != "signed":
            facts.signed[record_id] = "superseded" if ended else "signed"
    place = (Query.subject_id, Query.event, Query.event_no, Query.form, Query.repeat)
    queries = (
        select(*place, func.count())
        .where(Query.subject_id.in_(ids), Query.state.in_(WAITING))
        .group_by(*place)
    )
    facts.queries = {tuple(row[:5]): row[5] for row in session.execute(queries)}
    sent_back = select(Query.record_id).where(
        Query.subject_id.in_(ids), Query.state.in_(WAITING), Query.rejects.is_(True)
    )
    facts.rejected = set(session.scalars(sent_back))
    return facts


def _casebook(work: Work, subject: Subject, facts: _Facts) -> Casebook:
    rows = facts.rows[subject.id]
    here: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        here[row.event, row.event_no].append(row)
    study = work.catalogue.study
    known = schedule.anchors(study, _anchoring(work, rows, facts))
    today = contexts.today(work, subject.site)
    events = []
    for event in work.catalogue.build.events:
        if event.kind == "unscheduled":
            for visit in facts.visits[subject.id]:
                if visit.event == event.event:
                    found = here[event.event, visit.event_no]
                    states = _states(work, subject, event, found, facts)
                    day = dt.date.fromisoformat(visit.date)
                    asked = _asked(facts, subject, event, visit.event_no)
                    events.append(EventState(event, visit.event_no, states, day, asked=asked))
            continue
        found = here[event.event, 1]
        plan = schedule.plan(event, known)
        visited = _said(study.visit_date, found, facts)
        date = dt.date.fromisoformat(visited) if visited else None
        missed = _said(study.visit_done, found, facts) == NO
        at = plan.visit(event, date, today) if plan else None
        states = _states(work, subject, event, found, facts)
        asked = _asked(facts, subject, event, 1)
        events.append(EventState(event, 1, states, date, plan, at, asked, missed))
    real = {name: anchor.date if anchor.real else None for name, anchor in known.items()}
    return Casebook(subject, tuple(events), real, _banner(rows, facts))


def _anchoring(work: Work, rows: Sequence[_Row], facts: _Facts) -> Forms:
    """The content of the forms that anchors are read from, the latest last."""
    wanted = schedule.forms_of(work.catalogue.study)
    forms: dict[str, list[Filed]] = {}
    for row in rows:
        if row.form in wanted and row.id in facts.data:
            form = work.catalogue.form(row.form, row.form_version)
            data = content.Stored(form, facts.data[row.id])
            forms.setdefault(row.form, []).append(Filed(row.event, row.repeat, data))
    return forms


def _said(name: str | None, here: Sequence[_Row], facts: _Facts) -> str:
    """What the visit form of an event says under ``FORM.item``; empty when nothing."""
    oid, _, item = (name or "").partition(".")
    for row in here:
        if row.form == oid and row.id in facts.data:
            return str(facts.data[row.id].get(item, {}).get("v", ""))
    return ""


def _states(
    work: Work, subject: Subject, event: Event, here: Sequence[_Row], facts: _Facts
) -> tuple[FormState, ...]:
    due = facts.forms.get((subject.cohort, event.event))
    if due is None:
        due = keys.forms_at(work, subject, event)
        facts.forms[subject.cohort, event.event] = due
    by_form: dict[str, list[_Row]] = defaultdict(list)
    for row in here:
        by_form[row.form].append(row)
    states = []
    for form in due:
        found = sorted(by_form.get(form.oid, ()), key=attrgetter("repeat"))
        states += [_form_state(form, row, facts) for row in found]
        if not found and not form.model.repeats and event.kind != "unscheduled":
            asked = _asked(facts, subject, event, 1, form.oid)
            states.append(FormState(form, 1, "empty", queries=asked))
    return tuple(states)


def _asked(facts: _Facts, subject: Subject, event: Event, number: int, form: str = "") -> int:
    """Open queries about a visit, or about a form that has no record."""
    return facts.queries.get((subject.id, event.event, number, form, 1), 0)


def _form_state(form: FormDefinition, row: _Row, facts: _Facts) -> FormState:
    place = (row.subject_id, row.event, row.event_no, row.form, row.repeat)
    state = "struck" if row.inactive else facts.signed.get(row.id, row.status)
    if state == "superseded" and row.status == "part":
        state = "part"
    return FormState(
        form=form,
        repeat=row.repeat,
        state=state,
        record_id=row.id,
        revision=row.revision,
        queries=facts.queries.get(place, 0),
        locked=row.closed,
        label=_label(form, facts.data.get(row.id, {})),
        rejected=row.id in facts.rejected,
    )


def _label(form: FormDefinition, data: dict[str, Any]) -> str:
    item = form.model.row_label
    return str(data.get(item, {}).get("v", "")) if item else ""


def _banner(rows: Sequence[_Row], facts: _Facts) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if row.form == BANNER and row.id in facts.data:
            for item in ("sex", "age_consent"):
                found[item] = facts.data[row.id].get(item, {}).get("v", "")
    return found


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

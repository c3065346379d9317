"""Subjects: create, list, and the casebook as a tree of events and forms with their states."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ecrf.clinical.visit_window import Visit as Window
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.entry import content
from ecrf.entry.context import Filed, Forms
from ecrf.models import Query, Record, Signature, SignatureEnd, Subject, Visit
from ecrf.services import audit, contexts, keys, schedule
from ecrf.services.audit import Entry, Target
from ecrf.services.errors import Invalid
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class FormState:
    """A form at an event. ``state``: empty, part, complete, signed, superseded, struck."""

    form: FormDefinition
    repeat: int
    state: str
    record_id: int | None = None
    revision: int = 0
    queries: int = 0
    locked: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class EventState:
    """One event of a subject; dates are calendar dates or None while the anchor is unknown."""

    event: Event
    event_no: int
    forms: tuple[FormState, ...]
    date: dt.date | None = None  # when it took place
    plan: schedule.Plan | None = None
    visit: Window | None = None  # where it lies against its window today

    @property
    def planned(self) -> dt.date | None:
        return self.plan.planned if self.plan else None

    @property
    def window(self) -> tuple[dt.date, dt.date] | None:
        return (self.plan.earliest, self.plan.latest) if self.plan else None

    @property
    def state(self) -> str:
        """The least advanced of its forms."""
        live = [form.state for form in self.forms if form.state != "struck"]
        if not live or all(state == "empty" for state in live):
            return "empty"
        for state in ("superseded", "empty", "part"):
            if state in live:
                return "superseded" if state == "superseded" else "part"
        return "signed" if all(state == "signed" for state in live) else "complete"

    @property
    def queries(self) -> int:
        return sum(form.queries for form in self.forms)


@dataclass(frozen=True, slots=True)
class Casebook:
    subject: Subject
    events: tuple[EventState, ...]
    anchors: dict[str, dt.date | None]
    facts: dict[str, str] = field(default_factory=dict)  # sex, birth year ... for the banner


@dataclass(slots=True)
class _Facts:
    """All that the trees need, read with one statement per table."""

    records: dict[int, list[Record]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    signed: dict[int, str] = field(default_factory=dict)
    queries: dict[int, int] = field(default_factory=dict)


def create(work: Work, site: str, cohort: str) -> Subject:
    """A new subject; the system assigns the code, and never a second time (part A 1.4)."""
    work.require("subject.create", site)
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
    query = select(Subject).order_by(Subject.site, Subject.code)
    if work.actor.site != "*":
        query = query.where(Subject.site == work.actor.site)
    subjects = list(work.session.scalars(query))
    facts = _facts(work, [subject.id for subject in subjects])
    return [_casebook(work, subject, facts) for subject in subjects]


def casebook(work: Work, code: str) -> Casebook:
    """One subject's tree."""
    subject = keys.subject(work, code)
    work.require("subject.list", subject.site)
    return _casebook(work, subject, _facts(work, [subject.id]))


def _facts(work: Work, ids: Sequence[int]) -> _Facts:
    facts = _Facts()
    session = work.session
    for record in session.scalars(select(Record).where(Record.subject_id.in_(ids))):
        facts.records[record.subject_id].append(record)
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
    queries = (
        select(Query.record_id, func.count())
        .join(Record, Record.id == Query.record_id)
        .where(Record.subject_id.in_(ids), Query.state.in_(("open", "reopened")))
        .group_by(Query.record_id)
    )
    facts.queries = {record_id: count for record_id, count in session.execute(queries)}
    return facts


def _casebook(work: Work, subject: Subject, facts: _Facts) -> Casebook:
    records = facts.records[subject.id]
    forms = _anchoring(work, records)
    known = schedule.anchors(work.catalogue.study, forms)
    today = contexts.today(work, subject.site)
    events = []
    for event in work.catalogue.build.events:
        if event.kind == "unscheduled":
            for visit in facts.visits[subject.id]:
                if visit.event == event.event:
                    states = _states(work, subject, event, visit.event_no, records, facts)
                    day = dt.date.fromisoformat(visit.date)
                    events.append(EventState(event, visit.event_no, states, date=day))
            continue
        states = _states(work, subject, event, 1, records, facts)
        plan = schedule.plan(event, known)
        date = _visited(work, event, records)
        at = plan.visit(event, date, today) if plan else None
        events.append(EventState(event, 1, states, date=date, plan=plan, visit=at))
    real = {name: anchor.date if anchor.real else None for name, anchor in known.items()}
    return Casebook(subject, tuple(events), real, _banner(records))


def _anchoring(work: Work, records: Sequence[Record]) -> Forms:
    """The content of the forms that anchors are read from, the latest last."""
    wanted = schedule.forms_of(work.catalogue.study)
    forms: dict[str, list[Filed]] = {}
    for record in sorted(records, key=lambda r: r.id):
        if record.form in wanted and not record.inactive:
            form = work.catalogue.form(record.form, record.form_version)
            data = content.Stored(form, record.data)
            forms.setdefault(record.form, []).append(Filed(record.event, record.repeat, data))
    return forms


def _visited(work: Work, event: Event, records: Sequence[Record]) -> dt.date | None:
    """When a visit took place, as its visit form says."""
    item = work.catalogue.study.visit_date
    if item is None:
        return None
    oid, name = item.split(".")
    for record in records:
        if record.form == oid and record.event == event.event and not record.inactive:
            text = record.data.get(name, {}).get("v", "")
            return dt.date.fromisoformat(text) if text else None
    return None


def _states(
    work: Work,
    subject: Subject,
    event: Event,
    event_no: int,
    records: Sequence[Record],
    facts: _Facts,
) -> tuple[FormState, ...]:
    here = [r for r in records if (r.event, r.event_no) == (event.event, event_no)]
    states = []
    for form in keys.forms_at(work, subject, event):
        found = sorted((r for r in here if r.form == form.oid), key=lambda r: r.repeat)
        states += [_form_state(form, record, facts) for record in found]
        if not found and not form.model.repeats and event.kind != "unscheduled":
            states.append(FormState(form, 1, "empty"))
    return tuple(states)


def _form_state(form: FormDefinition, record: Record, facts: _Facts) -> FormState:
    state = "struck" if record.inactive else facts.signed.get(record.id, record.status)
    if state == "superseded" and record.status == "part":
        state = "part"
    return FormState(
        form=form,
        repeat=record.repeat,
        state=state,
        record_id=record.id,
        revision=record.revision,
        queries=facts.queries.get(record.id, 0),
        locked=record.locked or record.frozen,
        label=_label(form, record),
    )


def _label(form: FormDefinition, record: Record) -> str:
    item = form.model.row_label
    return record.data.get(item, {}).get("v", "") if item else ""


def _banner(records: Sequence[Record]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for record in records:
        if record.form == "DM" and not record.inactive:
            for item in ("sex", "age_consent"):
                facts[item] = record.data.get(item, {}).get("v", "")
    return facts


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

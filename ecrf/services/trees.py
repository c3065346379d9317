"""The casebook of a subject as a tree: its events, the forms at each, and their states.

Home, matrix and every form page show trees, and most subjects did not change since they were last
shown. All that a tree shows is written together with an entry of the audit trail about the
subject, so the number of the last one tells whether a tree that was worked out still holds.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, bindparam, func, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event, Study
from ecrf.entry import content
from ecrf.entry.context import Filed, Forms
from ecrf.extensions import READER
from ecrf.models import (
    AuditEntry,
    Lock,
    Query,
    Record,
    Signature,
    SignatureEnd,
    Subject,
    Visit,
)
from ecrf.services import contexts, keys, schedule
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.query_rules import WAITING
from ecrf.services.work import Work

YES, NO = "Y", "N"  # that a visit took place, or that visits go on
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


# Built once: the last entry about each subject, and the locks that stand over all of them.
_LAST = select(
    Subject.id,
    select(func.max(AuditEntry.seq))
    .where(AuditEntry.log == bindparam("log"), AuditEntry.subject == Subject.code)
    .scalar_subquery(),
).where(Subject.id.in_(bindparam("ids", expanding=True)))
_STUDY_LOCKS = select(func.count(), func.count(Lock.ended_at)).where(Lock.subject_id.is_(None))


@dataclass(frozen=True, slots=True)
class _Tree:
    """``stamp`` is what it was worked out from; the rest as in a casebook."""

    stamp: tuple[Any, ...]
    events: tuple[EventState, ...]
    anchors: dict[str, dt.date | None]
    facts: dict[str, str]
    left: bool


_KNOWN: WeakKeyDictionary[Engine, dict[int, _Tree]] = WeakKeyDictionary()


def of(work: Work, subjects: Sequence[Subject]) -> list[Casebook]:
    """The casebooks of these subjects, in their order.

    Trees are kept between reads, never in a transaction that writes: what it sees may be undone.
    """
    known: dict[int, _Tree] = {}
    if work.session.info.get(READER):
        known = _KNOWN.setdefault(work.session.connection().engine, {})
    stamps = _stamps(work, subjects)
    held = {one: known[one] for one in stamps if one in known and known[one].stamp == stamps[one]}
    changed = [subject for subject in subjects if subject.id not in held]
    facts = _facts(work, [subject.id for subject in changed])
    for subject in changed:
        held[subject.id] = known[subject.id] = _tree(work, subject, facts, stamps[subject.id])
    trees = ((subject, held[subject.id]) for subject in subjects)
    return [
        Casebook(subject, tree.events, tree.anchors, tree.facts, left=tree.left)
        for subject, tree in trees
    ]


def _stamps(work: Work, subjects: Sequence[Subject]) -> Mapping[int, tuple[Any, ...]]:
    """What must be the same for a tree to hold: windows also move with the day."""
    where = {"log": work.catalogue.study.study, "ids": [subject.id for subject in subjects]}
    last = {number: seq for number, seq in work.session.execute(_LAST, where)}
    locks = tuple(work.session.execute(_STUDY_LOCKS).one())
    days = {site: contexts.today(work, site) for site in {one.site for one in subjects}}
    build = id(work.catalogue.build)  # which the events of a kept tree keep alive
    return {one.id: (last[one.id], locks, days[one.site], build) for one in subjects}


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


def _read(work: Work) -> list[str]:
    """The forms whose content a tree shows: anchors, visit dates, the banner, labels of rows, and
    who left."""
    study = work.catalogue.study
    leaving = {one.item.split(".")[0] for one in study.leaving}
    dated = {name.split(".")[0] for name in (study.visit_date, study.visit_done) if name}
    labelled = {form.oid for form in work.catalogue.forms.values() if form.model.row_label}
    return sorted(schedule.forms_of(study) | dated | {BANNER} | labelled | leaving)


def _facts(work: Work, ids: Sequence[int]) -> _Facts:
    facts = _Facts()
    if not ids:
        return facts
    session = work.session
    for row in session.execute(_ROWS.where(Record.subject_id.in_(ids)).order_by(Record.id)):
        facts.rows[row.subject_id].append(row)
    documents = select(Record.id, Record.data).where(
        Record.subject_id.in_(ids), Record.form.in_(_read(work)), ~Record.inactive
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


def _tree(work: Work, subject: Subject, facts: _Facts, stamp: tuple[Any, ...]) -> _Tree:
    rows = facts.rows[subject.id]
    here: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        here[row.event, row.event_no].append(row)
    study = work.catalogue.study
    known = schedule.anchors(study, _anchoring(work, rows, facts))
    today = contexts.today(work, subject.site)
    left, yearly = _left(study, rows, facts)
    left = left or any(here[one.event, 1] for one in work.catalogue.build.events if _ends(one))
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
        # Nothing is overdue of who left early, but the yearly visits of who is followed up.
        expected = not left or _ends(event) or (yearly and event.years is not None)
        at = plan.visit(event, date, today) if plan and (found or expected) else None
        states = _states(work, subject, event, found, facts)
        asked = _asked(facts, subject, event, 1)
        events.append(EventState(event, 1, states, date, plan, at, asked, missed, expected))
    real = {name: anchor.date if anchor.real else None for name, anchor in known.items()}
    return _Tree(stamp, tuple(events), real, _banner(rows, facts), left)


def _left(study: Study, rows: Sequence[_Row], facts: _Facts) -> tuple[bool, bool]:
    """Whether the subject left, and whether the visits by calendar year go on nevertheless."""
    newest = rows[::-1]
    for one in study.leaving:
        if _said(one.item, newest, facts) in one.values:
            return True, _said(one.follow_up, newest, facts) == YES
    return False, False


def _ends(event: Event) -> bool:
    return event.kind == "termination"


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

"""Opening a form: all that its page shows, read in one transaction.

What the person typed lies over what the record holds, and both are judged together, so that the
page, an autosaved draft and a refused save all speak from the same evaluation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.values import BLANK, Problem, Value
from ecrf.entry import content, page, ranges
from ecrf.entry.context import Context
from ecrf.entry.evaluate import Evaluation, Finding, evaluate
from ecrf.models import AuditEntry, Record, Subject
from ecrf.services import (
    attachments,
    closure,
    confirmations,
    contexts,
    drafts,
    gates,
    history,
    keys,
    links,
    people,
    query_threads,
    records,
    reviews,
)
from ecrf.services.casebooks import Casebook
from ecrf.services.findings import problem_finding
from ecrf.services.keys import Key
from ecrf.services.queries import Place
from ecrf.services.records import Entry, Reason
from ecrf.services.work import Work

EARLIER = 3  # how many earlier visits stand beside the current value


@dataclass(frozen=True, slots=True)
class Opened:
    """A form as it stands for one person."""

    catalogue: Catalogue
    key: Key
    subject: Subject
    record: Record | None
    form: FormDefinition
    evaluation: Evaluation
    filling: page.Filling
    base_revision: int  # on which the draft was begun
    today: dt.date  # at the site
    waiting: tuple[gates.Missing, ...] = ()  # what the protocol asks for first

    @property
    def revision(self) -> int:
        return self.record.revision if self.record else 0

    @property
    def earlier(self) -> tuple[str, ...]:
        """The events that the values before come from, oldest first."""
        return tuple(name for name, _ in self.filling.previous)


def opened(
    work: Work,
    key: Key,
    typed: Mapping[str, Entry] | None = None,
    *,
    confirmed: frozenset[str] = frozenset(),
    reasons: Mapping[str, Reason] | None = None,
    reasons_due: frozenset[str] = frozenset(),
    rows: Mapping[str, int] | None = None,
    finishing: bool = False,
    refused: tuple[Finding, ...] = (),
    review: bool = False,
) -> Opened:
    """The form with what was typed; ``typed`` None takes the actor's draft.

    ``finishing`` also judges what is required, ``refused`` is what only a save finds, ``review``
    opens it to be reviewed. Raises NotFound, Forbidden.
    """
    subject = keys.subject(work, key.subject)
    work.require("record.read", subject.site)
    record = keys.find(work, subject, key)
    form = keys.form_due(work, subject, key, record)
    base = record.revision if record else 0
    if typed is None and (draft := drafts.get(work, key)):
        typed, base = draft.entries, draft.base_revision
    typed = typed or {}
    saved = content.restore(form, record.data) if record else {}
    values, problems = records.read(form, typed)
    attached, unfit = attachments.freeze(work, subject, form, values)
    values, problems = values | attached, problems | unfit
    context = contexts.build(work, subject, key, form)
    evaluation = _judged(work, form, saved, values, context, problems, refused)
    filling = page.Filling(
        saved=saved,
        typed={path: page.Typed(entry.text, entry.unit) for path, entry in typed.items()},
        confirmed=confirmed | _confirmed(record, evaluation, frozenset(typed)),
        reasons={path: (reason.code, reason.text) for path, reason in (reasons or {}).items()},
        reasons_due=reasons_due,
        changes=_changes(work, record),
        ranges=ranges.printed(work.catalogue, form, evaluation.data, context),
        previous=_earlier(work, subject, key),
        people=_people(work, subject, form),
        links=links.options(work, subject, form),
        rows=rows or {},
        queries=query_threads.marks(work, Place(subject, key, record, form)),
        finishing=finishing or (record is not None and record.status == "complete"),
        **_review(work, subject, record, review or _closed(work, subject, key, record)),
    )
    return Opened(
        catalogue=work.catalogue,
        key=key,
        subject=subject,
        record=record,
        form=form,
        evaluation=evaluation,
        filling=filling,
        base_revision=base,
        today=context.today,
        waiting=gates.missing(work, subject, form, context) if record is None else (),
    )


def _review(work: Work, subject: Subject, record: Record | None, readonly: bool) -> dict[str, Any]:
    """The marks on the form; who only reads may set those of their kind."""
    if record is None:
        return {"readonly": readonly}
    kind = reviews.kind_of(work.actor) if readonly else ""
    return {
        "readonly": readonly,
        "reviewing": kind,
        "marks": reviews.states(work, record, kind or "sdv"),
        "asked": reviews.asked(work, record, subject) if kind == "sdv" else {},
        "versions": record.versions,
    }


def _judged(
    work: Work,
    form: FormDefinition,
    saved: Mapping[str, Value],
    values: Mapping[str, Value],
    context: Context,
    problems: Mapping[str, Problem],
    refused: tuple[Finding, ...],
) -> Evaluation:
    """What was typed lies over what the record holds."""
    data = {path: value for path, value in {**saved, **values}.items() if not value.blank}
    found = evaluate(work.catalogue, form, data, context, previous=saved)
    return _with_problems(form, found, problems, refused)


def _with_problems(
    form: FormDefinition,
    evaluation: Evaluation,
    problems: Mapping[str, Problem],
    refused: tuple[Finding, ...],
) -> Evaluation:
    found: tuple[Finding, ...] = (
        *(problem_finding(form, path, problem) for path, problem in problems.items()),
        *(finding for finding in evaluation.findings if finding.path not in problems),
    )
    said = {(finding.id, finding.path) for finding in found}
    found += tuple(f for f in refused if f.path and (f.id, f.path) not in said)
    return Evaluation(evaluation.data, found, evaluation.hidden, evaluation.required)


def _confirmed(
    record: Record | None, evaluation: Evaluation, typed: frozenset[str]
) -> frozenset[str]:
    """Checks confirmed in the record for values that are still the same."""
    if record is None:
        return frozenset()
    return frozenset(
        confirmations.finding_key(finding)
        for finding in evaluation.findings
        if not typed.intersection(finding.paths) and confirmations.still_confirmed(record, finding)
    )


def _closed(work: Work, subject: Subject, key: Key, record: Record | None) -> bool:
    if not work.actor.may("record.enter", subject.site):
        return True
    return closure.closed(work, subject, key, record)


def _changes(work: Work, record: Record | None) -> dict[str, int]:
    """Path -> how many values it has had."""
    if record is None or record.id is None:
        return {}
    query = (
        select(AuditEntry.path, func.count())
        .where(
            AuditEntry.log == work.catalogue.study.study,
            AuditEntry.record_id == record.id,
            AuditEntry.path.in_(list(record.versions)),
            AuditEntry.action.startswith("item."),
        )
        .group_by(AuditEntry.path)
    )
    return {path: count for path, count in work.session.execute(query) if path}


def _earlier(work: Work, subject: Subject, key: Key) -> tuple[tuple[str, Mapping[str, Value]], ...]:
    """What this form held at the last events before this one, oldest first."""
    order = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    query = select(Record.event, Record.event_no, Record.data).where(
        Record.subject_id == subject.id,
        Record.form == key.form,
        Record.repeat == key.repeat,
        Record.inactive.is_(False),
    )
    here = (order.get(key.event, -1), key.event_no)
    found = sorted(
        (order.get(row.event, -1), row.event_no, row.event, row.data)
        for row in work.session.execute(query)
    )
    before = [row for row in found if row[:2] < here][-EARLIER:]
    return tuple(
        (event, {path: Value(raw.get("v", ""), raw.get("m")) for path, raw in data.items()})
        for _, _, event, data in before
    )


def _people(work: Work, subject: Subject, form: FormDefinition) -> tuple[tuple[str, str], ...]:
    if not any(item.type == "person" for _, item in form.items.values()):
        return ()
    return tuple((number, name) for number, name, _ in people.at_site(work, subject.site))


def note(work: Work, key: Key, revision: int, entries: Mapping[str, Entry]) -> None:
    """Keep what was typed as the actor's draft; what equals the record again leaves it."""
    drafts.put(work, key, revision, entries)
    subject = keys.subject(work, key.subject)
    record = keys.find(work, subject, key)
    form = keys.form_due(work, subject, key, record)
    saved = content.restore(form, record.data) if record else {}
    values, _ = records.read(form, entries)
    same = {path for path, new in values.items() if records.same_entry(saved.get(path, BLANK), new)}
    if same:
        drafts.discard(work, key, frozenset(same))


def settle(work: Work, key: Key, paths: Mapping[str, object], revision: int) -> None:
    """After a save: its items leave the draft, the rest goes on from the new revision."""
    draft = drafts.get(work, key)
    if draft is None:
        return
    rest = {path: entry for path, entry in draft.entries.items() if path not in paths}
    drafts.discard(work, key)
    if rest:
        drafts.put(work, key, revision, rest)


def next_due(book: Casebook, key: Key) -> Key | None:
    """The next form to fill in at the same event, after this one and round again."""
    for at in book.events:
        if (at.event.event, at.event_no) != (key.event, key.event_no):
            continue
        places = [(state.form.oid, state.repeat) for state in at.forms]
        here = places.index((key.form, key.repeat)) if (key.form, key.repeat) in places else -1
        for state in (*at.forms[here + 1 :], *at.forms[: max(here, 0)]):
            if state.state in ("empty", "part") and not state.locked:
                return Key(key.subject, key.event, key.event_no, state.form.oid, state.repeat)
    return None


def saved_by_others(
    work: Work, record_id: int, paths: frozenset[str]
) -> dict[str, tuple[str, str]]:
    """Path -> (name, instant) of the last save of each item (R-064)."""
    return {
        line.path: (line.by["name"], line.at)
        for line in history.of_record(work, record_id)
        if line.path in paths
    }

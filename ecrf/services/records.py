"""The one write service for clinical values (screens, imports, derivations and jobs alike).

``save`` checks permission, lock and revision, judges the content, writes one audit entry per
changed item, drops what rested on the old values (signatures, verification marks), and opens and
closes system queries: all in the caller's transaction, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.exc import IntegrityError

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import BLANK, Problem, Value, split_path
from ecrf.entry import content
from ecrf.entry import form as form_reader
from ecrf.entry.evaluate import Evaluation, Finding, evaluate
from ecrf.models import Record, Subject
from ecrf.services import (
    attachments,
    audit,
    closure,
    confirmations,
    consequences,
    contexts,
    dependents,
    gates,
    identifiers,
    item_entries,
    keys,
    links,
    people,
    queries,
    system_queries,
)
from ecrf.services.errors import ReasonNeeded, Refused, Stale
from ecrf.services.findings import problem_finding
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed into one item; the exact text, and the unit where there is a choice."""

    text: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    record_id: int
    revision: int
    changed: tuple[str, ...]
    evaluation: Evaluation
    at: str


@dataclass
class _Change:
    """What one save does to a record, collected before anything is written."""

    record: Record
    form: FormDefinition
    before: dict[str, Value]
    typed: dict[str, Value]

    @cached_property
    def user_changes(self) -> list[str]:
        return [
            path
            for path, value in self.typed.items()
            if not same_entry(self.before.get(path, BLANK), value)
        ]


def same_entry(old: Value, new: Value) -> bool:
    """Whether a person entered the same; what was derived or frozen beside it does not count."""
    return (old.text, old.missing, old.unit) == (new.text, new.missing, new.unit)


def save(
    work: Work,
    key: Key,
    entries: Mapping[str, Entry],
    *,
    revision: int,
    reasons: Mapping[str, Reason] | None = None,
    confirmed: frozenset[str] = frozenset(),
    complete: bool | None = None,
) -> Saved:
    """Put what was typed into the record.

    entries    path -> Entry, only what the person touched; "" clears; "deleted" at a row's own
               path strikes the row out
    revision   the revision the person saw; 0 for a first save
    confirmed  "<finding id>@<path>" of soft findings confirmed in place
    complete   True asks for the form to be complete; False reopens it; None leaves it

    Raises Forbidden, Locked, Stale, ReasonNeeded, Refused, Invalid; then nothing is written.
    """
    # A lock of the visit or subject waits for a first save, or comes before it; later ones hold
    # the record.
    subject = keys.subject(work, key.subject, lock=revision == 0)
    work.require("record.enter", subject.site)
    found = keys.find(work, subject, key, lock=True)
    form = keys.form_due(work, subject, key, found)
    record = found or _new(work, subject, key, form)
    closure.require_open(work, subject, key, found)
    before = content.restore(form, record.data)
    if record.revision != revision:
        raise Stale(record.revision, {path: before.get(path, BLANK) for path in entries})
    change = _Change(record, form, before, _parse(work, subject, form, entries))
    result = _judge(work, subject, key, change, complete)
    _check_reasons(change, reasons or {})
    return _write(work, subject, change, result, reasons or {}, confirmed, complete)


def rejudge(work: Work, record: Record, subject: Subject, *, write: bool = True) -> bool:
    """Judge a stored record again because something that it rests on has changed.

    Calculated items are written by the system, queries opened and closed; nothing is refused and
    the status stays. Returns whether anything differs; with ``write`` false nothing is written.
    """
    if closure.closed(work, subject, keys.key_of(record, subject), record):
        return False
    form = work.catalogue.form(record.form, record.form_version)
    before = content.restore(form, record.data)
    context = contexts.build(work, subject, keys.key_of(record, subject), form)
    result = evaluate(work.catalogue, form, before, context, previous=before)
    differs = bool(_changed(record.data, _kept(result))) or system_queries.differ(
        work, record, result
    )
    if differs and write:
        change = _Change(record, form, before, {})
        _put(work, subject, change, result, {}, [], record.status)
    return differs


def reversion(
    work: Work, record: Record, subject: Subject, form: FormDefinition, reason: Reason
) -> Saved:
    """Put a record under another version of its form, with all that was entered as it is; what
    that version asks for in addition becomes a query. The callers are in ``form_versions``."""
    was = record.form_version
    before = content.restore(form, record.data)
    context = contexts.build(work, subject, keys.key_of(record, subject), form)
    result = evaluate(work.catalogue, form, before, context, previous=before)
    blocking = tuple(f for f in result.findings if f.severity == "hard")
    if blocking:
        raise Refused(blocking)
    record.form_version, record.build = form.version, work.catalogue.build.build
    entry = audit.Entry(
        "form.version",
        keys.target(subject, record),
        reason=(reason.code, reason.text),
        detail={"was": was, "now": form.version},
    )
    seq = audit.append(work, [entry])[0]
    consequences.supersede(work, keys.target(subject, record), record, seq)
    return _put(work, subject, _Change(record, form, before, {}), result, {}, [], record.status)


Judged = tuple[Evaluation, dict[str, Problem]]


def judge(work: Work, key: Key, entries: Mapping[str, Entry]) -> Judged:
    """What a save of these entries would find; writes nothing. For findings as you type.

    Returns the evaluation of what can be read, and path -> Problem for what cannot.
    """
    return judging(work, key)(entries)


def judging(work: Work, key: Key) -> Callable[[Mapping[str, Entry]], Judged]:
    """``judge`` for one form again and again, while nothing else is written."""
    subject = keys.subject(work, key.subject)
    record = keys.find(work, subject, key)
    form = keys.form_due(work, subject, key, record)
    before = content.restore(form, record.data) if record else {}
    context = contexts.build(work, subject, key, form)

    def judge_these(entries: Mapping[str, Entry]) -> Judged:
        values, problems = read(form, entries)
        data = _merge(before, values)
        here = contexts.build(work, subject, key, form) if context.judges else context
        return evaluate(work.catalogue, form, data, here, previous=before), problems

    return judge_these


def read(
    form: FormDefinition, entries: Mapping[str, Entry]
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Typed text -> values, and the problems of what cannot be stored exactly (R-060)."""
    sent = {
        path: {"v": entry.text} | ({"u": entry.unit} if entry.unit else {})
        for path, entry in entries.items()
    }
    return form_reader.read(form, sent)


def _parse(
    work: Work, subject: Subject, form: FormDefinition, entries: Mapping[str, Entry]
) -> dict[str, Value]:
    values, problems = read(form, entries)
    named, unknown = people.freeze(work, subject.site, form, values)
    attached, unfit = attachments.freeze(work, subject, form, values)
    problems |= unknown | unfit | links.problems(work, subject, form, values)
    if problems:
        raise Refused(tuple(problem_finding(form, path, p) for path, p in problems.items()))
    return values | named | attached


def _merge(before: Mapping[str, Value], typed: Mapping[str, Value]) -> dict[str, Value]:
    data = {**before, **typed}
    return {path: value for path, value in data.items() if not value.blank}


def _new(work: Work, subject: Subject, key: Key, form: FormDefinition) -> Record:
    return Record(
        subject_id=subject.id,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        repeat=key.repeat,
        form_version=form.version,
        build=work.catalogue.build.build,
        revision=0,
        status="part",
        data={},
        versions={},
        confirmed={},
        digest="",
        last_seq=0,
        inactive=False,
        frozen=False,
        locked=False,
        created_at=work.at,
        updated_at=work.at,
    )


def _judge(
    work: Work, subject: Subject, key: Key, change: _Change, complete: bool | None
) -> Evaluation:
    context = contexts.build(work, subject, key, change.form)
    contexts.require_consent(work, key, context)
    if change.record.revision == 0:
        gates.require(work, subject, change.form, context)
    data = _merge(change.before, change.typed)
    result = evaluate(work.catalogue, change.form, data, context, previous=change.before)
    blocking = tuple(f for f in result.findings if f.severity == "hard")
    if complete or (complete is None and change.record.status == "complete"):
        blocking += tuple(f for f in result.findings if f.severity == "required")
    if blocking:
        raise Refused(blocking)
    return result


def _check_reasons(change: _Change, reasons: Mapping[str, Reason]) -> None:
    versions = change.record.versions
    missing = tuple(
        path
        for path in change.user_changes
        if path in versions and not (path in reasons and reasons[path].given)
    )
    struck = tuple(
        path
        for path in change.user_changes
        if not split_path(path)[0] and not (path in reasons and reasons[path].given)
    )
    if missing or struck:
        raise ReasonNeeded(tuple(dict.fromkeys(missing + struck)))


def _write(
    work: Work,
    subject: Subject,
    change: _Change,
    result: Evaluation,
    reasons: Mapping[str, Reason],
    confirmed: frozenset[str],
    complete: bool | None,
) -> Saved:
    record = change.record
    changed = _changed(record.data, _kept(result))
    anew = frozenset(changed)
    status = _status(record, result, complete, confirmed, anew)
    said = confirmations.new(record, result, confirmed, anew)
    if not changed and status == record.status and not said:
        return Saved(record.id, record.revision, (), result, record.updated_at)
    return _put(work, subject, change, result, reasons, said, status)


def _put(
    work: Work,
    subject: Subject,
    change: _Change,
    result: Evaluation,
    reasons: Mapping[str, Reason],
    said: list[Finding],
    status: str,
) -> Saved:
    """Write the record, its audit entries and all that follows.

    The log is locked first: then the numbers of the entries are known, and the record is written
    once and whole. ``said`` are the findings confirmed with this save.
    """
    record = change.record
    after = _kept(result)
    changed = _changed(record.data, after)
    head = audit.lock(work)
    old = record.versions
    seqs = {path: seq for seq, path in enumerate(changed, start=head.seq + 1)}
    moved = [] if status == record.status else [(f"form.{status}", record.status)]
    record.revision += 1
    record.data = after
    record.versions = {**old, **seqs}
    record.confirmed = confirmations.standing(record, result, said)
    record.status = status
    record.last_seq = head.seq + len(changed) + len(said) + len(moved)
    record.updated_at = work.at
    record.digest = sha256_hex(canonical_json(after))
    if record.revision == 1:
        _insert(work, record)
        asked = queries.adopt(work, record)
    else:
        asked = system_queries.live(work, record)
    target = keys.target(subject, record)
    made = item_entries.Made(changed, old, frozenset(change.user_changes), asked)
    entries = item_entries.of(work, target, record, made, reasons)
    entries += [confirmations.entry(target, finding) for finding in said]
    entries += [audit.Entry(action, target, detail={"was": was}) for action, was in moved]
    audit.append(work, entries, after=head)
    consequences.apply(work, target, record, result, seqs, asked)
    identifiers.keep(work, record, changed, old)
    dependents.ask(work, record, changed)
    return Saved(record.id, record.revision, tuple(changed), result, work.at)


def _kept(result: Evaluation) -> dict[str, dict]:
    return {path: value.to_json() for path, value in result.data.items() if not value.blank}


def _insert(work: Work, record: Record) -> None:
    work.session.add(record)
    try:
        work.session.flush()
    except IntegrityError as error:  # somebody else made the same first save in between
        raise Stale(1, {}) from error


def _changed(before: Mapping[str, dict], after: Mapping[str, dict]) -> list[str]:
    paths = [path for path, value in after.items() if before.get(path) != value]
    return paths + [path for path in before if path not in after]


def _status(
    record: Record,
    result: Evaluation,
    complete: bool | None,
    confirmed: frozenset[str],
    changed: frozenset[str],
) -> str:
    if complete is False or (complete is None and record.status == "part"):
        return "part"
    waiting = confirmations.unconfirmed(record, result, confirmed, changed)
    if waiting and complete:
        raise Refused(waiting)
    return "part" if waiting else "complete"


def set_inactive(
    work: Work, record: Record, subject: Subject, inactive: bool, reason: Reason
) -> None:
    """Strike a whole record out or take that back; the callers are in ``strikes``."""
    record.inactive = inactive
    record.revision += 1
    record.updated_at = work.at
    target = keys.target(subject, record)
    action = "record.strike" if inactive else "record.restore"
    entry = audit.Entry(action, target, reason=(reason.code, reason.text))
    seq = audit.append(work, [entry])[0]
    record.last_seq = max(seq, consequences.supersede(work, target, record, seq))
    dependents.ask(work, record, record.data)

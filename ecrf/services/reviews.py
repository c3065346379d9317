"""Marks on value versions: source verification, medical review, data review (R-082, R-083, R-085).

A mark never changes a value. It names the version that was seen, so a value that changed in
between is refused, and a later change resets the mark in its own transaction (consequences.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.monitoring import Place, need
from ecrf.definition.values import split_path
from ecrf.models import Query, Record, ReviewMark, Subject
from ecrf.services import audit, closure, keys, query_rules, signatures
from ecrf.services.errors import Forbidden, Invalid, Locked, ReasonNeeded, Stale
from ecrf.services.work import Actor, Work

ACTIONS = {"sdv": "review.sdv", "data": "review.data", "medical": "review.medical"}
UNDOING = ("mistake", "source", "other")
STATES = {"verify": "done", "reset": "again", "undo": "none"}

Why = Literal["changed", "missing", "finding", "query", "critical"]


@dataclass(frozen=True, slots=True)
class Remaining:
    """What one press may mark, with the version each value has, and what has to be looked at."""

    ready: Mapping[str, int]
    exceptions: tuple[tuple[str, Why], ...]


def kind_of(actor: Actor) -> str:
    """The kind of mark this person sets, empty for none."""
    return next((kind for kind, action in ACTIONS.items() if actor.may(action)), "")


def latest(session: Session, kind: str, records: Iterable[int]) -> dict[int, dict[str, ReviewMark]]:
    """record -> path -> the last act of this kind."""
    newest = (
        select(func.max(ReviewMark.id))
        .where(ReviewMark.record_id.in_(list(records)), ReviewMark.kind == kind)
        .group_by(ReviewMark.record_id, ReviewMark.path)
    )
    found: dict[int, dict[str, ReviewMark]] = {}
    for mark in session.scalars(select(ReviewMark).where(ReviewMark.id.in_(newest))):
        found.setdefault(mark.record_id, {})[mark.path] = mark
    return found


def reviewable(form: FormDefinition, data: Mapping[str, Any]) -> list[str]:
    """The paths that hold something a person entered, in rows that are not struck out."""
    found = []
    for path, value in data.items():
        name, group, row = split_path(path)
        struck = row and f"{group}[{row}]" in data
        filled = value.get("v") or value.get("m")
        if filled and not struck and name in form.items and form.item(name).type != "calculated":
            found.append(path)
    return found


def states(work: Work, record: Record, kind: str) -> dict[str, str]:
    """Path -> none, done, or again (it changed since)."""
    form = work.catalogue.form(record.form, record.form_version)
    marks = latest(work.session, kind, [record.id]).get(record.id, {})
    return {
        path: STATES[marks[path].act] if path in marks else "none"
        for path in reviewable(form, record.data)
    }


def verify(work: Work, record_id: int, versions: Mapping[str, int]) -> list[str]:
    """Mark these versions as seen and right; returns the paths that were not marked before.

    Raises Forbidden, Locked, Invalid, Stale (a value changed since it was read); then nothing is
    written.
    """
    record, subject, kind = _held(work, record_id)
    current = states(work, record, kind)
    if unknown := [path for path in versions if path not in current]:
        raise Invalid("review.nothing_there", item=unknown[0])
    if gone := {path for path, seen in versions.items() if record.versions.get(path) != seen}:
        raise Stale(record.revision, dict.fromkeys(gone))
    fresh = [path for path in versions if current[path] != "done"]
    _write(work, record, subject, kind, "verify", fresh)
    return fresh


def undo(work: Work, record_id: int, paths: Iterable[str], code: str, text: str = "") -> None:
    """Take marks back, with the reason. Raises Forbidden, Locked, ReasonNeeded."""
    record, subject, kind = _held(work, record_id)
    current = states(work, record, kind)
    marked = [path for path in paths if current.get(path) == "done"]
    if code not in UNDOING or (code == "other" and not text.strip()):
        raise ReasonNeeded(tuple(marked))
    _write(work, record, subject, kind, "undo", marked, (code, text.strip()))


def remaining(work: Work, record: Record, subject: Subject, kind: str) -> Remaining:
    """What is not marked yet. One press never covers what needs a look: a value that changed, is
    missing, has an open query or finding, or that the plan calls critical."""
    queried = set(
        work.session.scalars(
            select(Query.path).where(
                Query.record_id == record.id, Query.state.in_(query_rules.LIVE)
            )
        )
    )
    found = {f.path for f in signatures.unmet(work, record, subject)}
    needs = asked(work, record, subject) if kind == "sdv" else {}
    ready: dict[str, int] = {}
    exceptions: list[tuple[str, Why]] = []
    for path, state in states(work, record, kind).items():
        why: Why | None = None
        if state == "again":
            why = "changed"
        elif path in queried:
            why = "query"
        elif path in found:
            why = "finding"
        elif record.data[path].get("m"):
            why = "missing"
        elif needs.get(path) == "critical":
            why = "critical"
        if state == "done":
            continue
        if why:
            exceptions.append((path, why))
        else:
            ready[path] = record.versions[path]
    return Remaining(ready, tuple(exceptions))


def asked(work: Work, record: Record, subject: Subject) -> dict[str, str]:
    """Path -> what the monitoring plan asks of it."""
    plan, place = work.catalogue.study.monitoring, place_of(record, subject)
    return {path: need(plan, place, path) for path in record.data}


def place_of(record: Any, subject: Subject) -> Place:
    """Where a record stands, in the words of the plan."""
    return Place(
        subject.code, subject.cohort, record.event, record.event_no, record.form, record.repeat
    )


def _held(work: Work, record_id: int) -> tuple[Record, Subject, str]:
    """The record, locked until the transaction ends, so that no change slips in between."""
    record, subject = keys.record(work, record_id)
    kind = kind_of(work.actor)
    if not kind:
        raise Forbidden("review")
    work.require(ACTIONS[kind], subject.site)
    work.session.refresh(record, with_for_update=True)
    if record.inactive or closure.locked(work, subject, record):
        raise Locked("record")
    return record, subject, kind


def _write(
    work: Work,
    record: Record,
    subject: Subject,
    kind: str,
    act: str,
    paths: list[str],
    reason: tuple[str, str] | None = None,
) -> None:
    if not paths:
        return
    target = keys.target(subject, record)
    entries = [
        audit.Entry(
            f"review.{kind}.{act}", target, path, old_seq=record.versions[path], reason=reason
        )
        for path in paths
    ]
    rows = [
        {
            "record_id": record.id,
            "path": path,
            "kind": kind,
            "act": act,
            "value_seq": record.versions[path],
            "by": work.actor.username,
            "role": work.actor.role,
            "at": work.at,
            "reason": ": ".join(filter(None, reason or ())),
            "seq": seq,
        }
        for path, seq in zip(paths, audit.append(work, entries), strict=True)
    ]
    work.session.execute(insert(ReviewMark), rows)
    record.last_seq = rows[-1]["seq"]

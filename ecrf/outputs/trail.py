"""The audit trail of one form instance, decoded: every entry, whatever it says (R-103)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ecrf.definition import items
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Value, split_path
from ecrf.entry.content import analyte_of
from ecrf.models import AuditEntry, AuditValue
from ecrf.outputs import body, words
from ecrf.outputs.casebook import NOTHING, AuditLine, Clock, Shown

CHANGES = ("item.change", "item.clear")


def read(
    session: Session,
    log: str,
    record_id: int,
    form: FormDefinition,
    clock: Clock,
) -> tuple[AuditLine, ...]:
    """All entries of a record in order; ``clock`` turns an instant into a printed time."""
    same = and_(AuditValue.log == AuditEntry.log, AuditValue.seq == AuditEntry.seq)
    query = (
        select(AuditEntry.seq, AuditEntry.body, AuditEntry.hash, AuditValue.value)
        .outerjoin(AuditValue, same)
        .where(AuditEntry.log == log, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.seq)
    )
    return tuple(_lines(session.execute(query), form, clock))


def _lines(rows: Iterable[Any], form: FormDefinition, clock: Clock) -> Iterable[AuditLine]:
    values: dict[int, Shown] = {}
    for row in rows:
        entry = json.loads(row.body)
        path = entry.get("item", "")
        new = value(form, path, row.value) if "new" in entry or row.value is not None else None
        if new is not None:
            values[row.seq] = new
        yield _line(row, entry, form, values.get(entry.get("old", -1)), new, clock)


def _line(
    row: Any,
    entry: dict[str, Any],
    form: FormDefinition,
    old: Shown | None,
    new: Shown | None,
    clock: Clock,
) -> AuditLine:
    by, reason = entry["by"], entry.get("reason", {})
    path = entry.get("item", "")
    name = split_path(path)[0]
    return AuditLine(
        seq=row.seq,
        at=clock(entry["at"]),
        user=by["user"],
        name=by["name"],
        role=words.of(words.ROLES, by["role"]),
        organisation=by["org"],
        channel=entry["channel"],
        behalf=by.get("for", ""),
        action=entry["action"],
        action_words=words.of(words.ACTIONS, entry["action"]),
        path=path,
        oid=name if name in form.items else "",
        label=body.label(form, path) if path else NOTHING,
        old=old,
        new=new,
        reason=words.of(words.REASONS, reason.get("code", "")),
        reason_code=reason.get("code", ""),
        reason_text=reason.get("text", ""),
        links=tuple((key, str(value)) for key, value in sorted(entry.get("detail", {}).items())),
        language=entry["lang"],
        revision=entry.get("revision", 0),
        app=entry["app"],
        build=entry["build"],
        hash=row.hash,
    )


def value(form: FormDefinition, path: str, text: str | None) -> Shown:
    """The value of an entry; one that two people took out leaves its place (R-019)."""
    if text is None:
        return Shown(NOTHING, redacted=True)
    stored = json.loads(text)
    name, group, row = split_path(path)
    if name not in form.items:
        return Shown(words.of(words.ROWS, str(stored.get("v", ""))), "", stored)
    item, analyte = form.item(name), analyte_of(form, group, row)
    value_ = items.restore(item, stored, analyte)
    if value_.blank:
        return Shown(NOTHING, "", Value().to_json())
    return body.shown(item, value_, analyte if item.type == "lab" else None)


def changes(lines: Iterable[AuditLine]) -> dict[str, int]:
    """path -> how often it was changed after its first entry."""
    counts: dict[str, int] = {}
    for line in lines:
        if line.action in CHANGES:
            counts[line.path] = counts.get(line.path, 0) + 1
    return counts

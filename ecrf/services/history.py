"""The readable history of an item or a whole form, from the audit trail (R-002, R-012)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Value
from ecrf.entry import content
from ecrf.models import AuditEntry, AuditValue
from ecrf.services import keys
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: ``old`` and ``new`` are values, or None where the act has none."""

    seq: int
    at: str
    action: str
    path: str
    by: dict[str, Any]
    old: Value | None
    new: Value | None
    reason: dict[str, str] | None
    detail: dict[str, Any]
    language: str


def of_item(work: Work, record_id: int, path: str) -> list[Line]:
    """Everything that happened to one item, oldest first."""
    record, subject = keys.record(work, record_id)
    work.require("record.history", subject.site)
    form = work.catalogue.form(record.form, record.form_version)
    return [line for line in _lines(work, form, record_id) if line.path == path]


def of_record(work: Work, record_id: int) -> list[Line]:
    """Everything that happened to a form, oldest first."""
    record, subject = keys.record(work, record_id)
    work.require("record.history", subject.site)
    form = work.catalogue.form(record.form, record.form_version)
    return list(_lines(work, form, record_id))


def _lines(work: Work, form: FormDefinition, record_id: int) -> Iterable[Line]:
    log = work.catalogue.study.study
    query = (
        select(AuditEntry.seq, AuditEntry.body, AuditValue.value)
        .outerjoin(
            AuditValue, and_(AuditValue.log == AuditEntry.log, AuditValue.seq == AuditEntry.seq)
        )
        .where(AuditEntry.log == log, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.seq)
    )
    values: dict[int, Value] = {}
    for row in work.session.execute(query):
        body = json.loads(row.body)
        new = _restore(form, body.get("item", ""), row.value) if row.value is not None else None
        if new is not None:
            values[row.seq] = new
        yield _line(row.seq, body, values.get(body.get("old", -1)), new)


def of_entries(
    work: Work, seqs: Collection[int], forms: Mapping[int, FormDefinition]
) -> dict[int, Line]:
    """Some entries about items, by number; ``forms``: record -> its form."""
    bodies = {
        row.seq: (row.record_id, json.loads(row.body))
        for row in work.session.execute(
            select(AuditEntry.seq, AuditEntry.record_id, AuditEntry.body).where(
                AuditEntry.log == work.catalogue.study.study, AuditEntry.seq.in_(seqs)
            )
        )
    }
    wanted = {*bodies, *(body.get("old", -1) for _record, body in bodies.values())}
    query = select(AuditValue.seq, AuditValue.value).where(
        AuditValue.log == work.catalogue.study.study, AuditValue.seq.in_(wanted)
    )
    texts = {seq: text for seq, text in work.session.execute(query)}
    found = {}
    for seq, (record_id, body) in bodies.items():
        form, path = forms[record_id], body.get("item", "")
        old, new = (
            _restore(form, path, texts[one]) if one in texts else None
            for one in (body.get("old", -1), seq)
        )
        found[seq] = _line(seq, body, old, new)
    return found


def _line(seq: int, body: dict[str, Any], old: Value | None, new: Value | None) -> Line:
    return Line(
        seq=seq,
        at=body["at"],
        action=body["action"],
        path=body.get("item", ""),
        by=body["by"],
        old=old,
        new=new,
        reason=body.get("reason"),
        detail=body.get("detail", {}),
        language=body["lang"],
    )


def _restore(form: FormDefinition, path: str, text: str) -> Value:
    return content.restore(form, {path: json.loads(text)})[path]

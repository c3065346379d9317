"""The audit trail as a file: CSV to sort and search, JSON lines to verify offline (R-013, R-014).

Beside the file stands ``<file>.manifest.json`` with the row count, the SHA-256 and the heads.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecrf.canonical import sha256_hex
from ecrf.definition import items
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import split_path
from ecrf.entry import content
from ecrf.models import AuditEntry, AuditValue
from ecrf.services import accounts, audit
from ecrf.services.audit_trail import entries
from ecrf.services.errors import Invalid
from ecrf.services.work import Work

COLUMNS = (
    "log seq at_utc user name role organisation on_behalf_of channel action site subject event "
    "event_no form form_version repeat record revision item label_en label_zh old_value "
    "old_decoded new_value new_decoded unit missing reason_code reason_text detail build app hash"
).split()


def export(work: Work, path: Path) -> dict[str, Any]:
    """Write the study's trail to a .csv or .jsonl file; returns the manifest."""
    work.require("audit.export")
    if path.suffix not in (".csv", ".jsonl"):
        raise Invalid("audit.format")
    log = work.catalogue.study.study
    writer = _write_csv if path.suffix == ".csv" else _write_jsonl
    with path.open("w", encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8") as file:
        rows, head = writer(work, log, file)
    manifest = {
        "file": path.name,
        "rows": rows,
        "sha256": sha256_hex(path.read_bytes()),
        "log": log,
        "head": head,
        "at": work.at,
    }
    path.with_name(path.name + ".manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    detail = {"rows": rows, "sha256": manifest["sha256"]}
    accounts.log(work, "audit.export", work.actor.username, **detail)
    return manifest


def _write_jsonl(work: Work, log: str, file: Any) -> tuple[int, str]:
    rows, head = 0, audit.GENESIS
    for entry, value in entries(work, log):
        line = {"body": entry.body, "hash": entry.hash}
        if value is not None:
            line |= {"salt": value.salt, "value": value.value}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        rows, head = rows + 1, entry.hash
    return rows, head


def _write_csv(work: Work, log: str, file: Any) -> tuple[int, str]:
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    rows, head = 0, audit.GENESIS
    for row in _rows(work, log):
        writer.writerow(row)
        rows, head = rows + 1, row["hash"]
    return rows, head


def _rows(work: Work, log: str) -> Iterator[dict[str, Any]]:
    values: dict[int, dict[str, Any]] = {}
    for entry, value in entries(work, log):
        body = json.loads(entry.body)
        if value is not None:
            values[entry.seq] = json.loads(value.value)
        yield _row(work, entry, value, body, values)


def _row(
    work: Work,
    entry: AuditEntry,
    value: AuditValue | None,
    body: dict[str, Any],
    values: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    by, reason = body["by"], body.get("reason", {})
    new = values.get(entry.seq, {}) if value is not None else {}
    old = values.get(body.get("old", 0), {})
    return {
        "log": entry.log,
        "seq": entry.seq,
        "at_utc": body["at"],
        "user": by["user"],
        "name": by["name"],
        "role": by["role"],
        "organisation": by["org"],
        "on_behalf_of": by.get("for", ""),
        **{c: body.get(c, "") for c in "channel action site subject event event_no form".split()},
        "form_version": body.get("version", ""),
        **{c: body.get(c, "") for c in "repeat record revision item build app".split()},
        **_labels(work, body),
        "old_value": old.get("v", ""),
        "old_decoded": _decoded(work, body, old),
        "new_value": new.get("v", ""),
        "new_decoded": _decoded(work, body, new),
        "unit": new.get("u", ""),
        "missing": new.get("m", ""),
        "reason_code": reason.get("code", ""),
        "reason_text": reason.get("text", ""),
        "detail": json.dumps(body["detail"], ensure_ascii=False) if "detail" in body else "",
        "hash": entry.hash,
    }


def _form(work: Work, body: dict[str, Any]) -> FormDefinition | None:
    if not body.get("item") or "form" not in body:
        return None
    return work.catalogue.form(body["form"], body["version"])


def _labels(work: Work, body: dict[str, Any]) -> dict[str, str]:
    form = _form(work, body)
    name = split_path(body["item"])[0] if form else ""
    if form is None or name not in form.items:
        return {"label_en": "", "label_zh": ""}
    label = form.item(name).label
    return {"label_en": label.en, "label_zh": label.zh}


def _decoded(work: Work, body: dict[str, Any], stored: dict[str, Any]) -> str:
    form = _form(work, body)
    if form is None or not stored:
        return ""
    path = body["item"]
    name, group, row = split_path(path)
    if name not in form.items:
        return ""
    value = content.restore(form, {path: stored})[path]
    analyte = content.analyte_of(form, group, row)
    return items.display(form.item(name), value, body["lang"], analyte)

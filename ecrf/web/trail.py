"""The lines of a history as a person reads them: decoded, with who, when and why (R-014)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ecrf.definition import items
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Value, split_path
from ecrf.entry.content import analyte_of
from ecrf.services.history import Line
from ecrf.web.filters import local, text
from ecrf.web.language import current_language

ACTIONS = {
    "item.enter": _l("First entry"),
    "item.change": _l("Changed"),
    "item.clear": _l("Cleared"),
    "row.strike": _l("Row struck out"),
    "row.restore": _l("Row restored"),
    "record.strike": _l("Form struck out"),
    "record.restore": _l("Form restored"),
    "check.confirm": _l("Check confirmed"),
    "form.complete": _l("Completed"),
    "form.part": _l("Reopened"),
    "form.version": _l("Moved to another version of the form"),
    "query.open": _l("Query opened"),
    "query.answer": _l("Query answered"),
    "query.reopen": _l("Query reopened"),
    "query.close": _l("Query closed"),
    "query.cancel": _l("Query cancelled"),
    "review.sdv.verify": _l("Verified against source"),
    "review.sdv.undo": _l("Verification withdrawn"),
    "review.sdv.reset": _l("Verification fell with the change"),
    "review.medical.verify": _l("Medically reviewed"),
    "review.medical.reset": _l("Medical review fell with the change"),
    "review.data.verify": _l("Reviewed by data management"),
    "review.data.reset": _l("Data review fell with the change"),
    "signature.made": _l("Signed"),
    "signature.sign": _l("Signed"),
    "signature.reject": _l("Rejected, not signed"),
    "signature.superseded": _l("Signature superseded"),
}
REASONS = {
    "transcription": _l("Transcription error"),
    "new_information": _l("New information"),
    "source_corrected": _l("Source corrected"),
    "other": _l("Other"),
}


def shown(form: FormDefinition, lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [_line(form, line) for line in lines]


def label(form: FormDefinition, path: str) -> str:
    """What a path is called: its item, with its row or test."""
    name, group, row = split_path(path)
    said = text(form.item(name).label) if name in form.items else _("Row")
    analyte = analyte_of(form, group, row)
    if analyte is not None:
        return f"{analyte.code} {text(analyte.label)}" + (
            "" if _is_result(form, name) else f" · {said}"
        )
    return f"{said} · {row}" if row else said


def _is_result(form: FormDefinition, name: str) -> bool:
    return name in form.items and form.item(name).type == "lab"


def _line(form: FormDefinition, line: Line) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "item": label(form, line.path) if line.path else "",
        "path": line.path,
        "at": local(line.at),
        "who": line.by["name"],
        "role": line.by["role"],
        "action": str(ACTIONS.get(line.action, line.action)),
        "old": _value(form, line.path, line.old),
        "new": _value(form, line.path, line.new),
        "code": _code(form, line.path, line.new),
        "file": _file(form, line.path, line.new),
        "reason": _why(line),
    }


def _value(form: FormDefinition, path: str, value: Value | None) -> str:
    name, group, row = split_path(path)
    if value is None or name not in form.items:
        return ""
    analyte = analyte_of(form, group, row) if _is_result(form, name) else None
    return items.display(form.item(name), value, current_language(), analyte)


def _code(form: FormDefinition, path: str, value: Value | None) -> str:
    """The stored code, where it is not what is shown."""
    name = split_path(path)[0]
    coded = name in form.items and form.item(name).type in items.CODED
    number = value is not None and isinstance(value.typed, Decimal | int)
    return value.text if value and coded and not number and value.text.isalnum() else ""


def _file(form: FormDefinition, path: str, value: Value | None) -> str:
    """The digest of a file that was attached, so that an earlier one can be opened too."""
    name = split_path(path)[0]
    there = value is not None and name in form.items and form.item(name).type == "file"
    return value.facets.get("sha256", "") if value is not None and there else ""


def _why(line: Line) -> str:
    if line.reason is None:
        return str(line.detail.get("check", ""))
    said = str(REASONS.get(line.reason["code"], line.reason["code"]))
    return f"{said}: {line.reason['text']}" if line.reason.get("text") else said

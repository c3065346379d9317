"""Item types: from what a person typed to a Value, back from what is kept, and decoded to read.

A new type is one module here, one model, and one macro. No text makes any of these raise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecrf.definition import units
from ecrf.definition.items import coded, dates, lab, missing, number, other, text
from ecrf.definition.items.coded import choices
from ecrf.definition.items.other import computed
from ecrf.definition.model import Analyte, CalculatedItem, Choice
from ecrf.definition.values import BLANK, Problem, Value

PLAIN: Mapping[str, Callable[[Any, Any], Value | Problem]] = {
    "text": text.parse,
    "long_text": text.parse,
    "date": dates.parse_date,
    "partial_date": dates.parse_date,
    "time": dates.parse_time,
    "datetime": dates.parse_datetime,
    "code": coded.parse,
    "yes_no": coded.parse,
    "multi": coded.parse_multi,
    "calculated": other.parse_calculated,
    "file": other.parse_file,
    "person": other.parse_person,
    "ref": other.parse_ref,
}
CODED = ("code", "yes_no", "multi", "lab")


def parse(
    item: Any, raw: str | Sequence[str], unit: str | None = None, analyte: Analyte | None = None
) -> Value | Problem:
    """What a person typed (codes of a multiple choice may come as a list), as a Value.

    ``analyte`` is the row of the panel that a laboratory result belongs to.
    """
    if not isinstance(raw, str):
        if item.type == "multi" and len(raw) != 1:
            return coded.parse_multi(item, raw)
        raw = " ".join(raw)
    if not raw.strip():
        return BLANK
    # A code list may have a code of its own that looks like a missing code: the list wins.
    result = _typed(item, raw, unit, analyte) if item.type in CODED else None
    if isinstance(result, Value):
        return result
    reason = missing.parse(item, raw)
    if reason is not None:
        return reason
    return result or _typed(item, raw, unit, analyte)


def _typed(item: Any, raw: str, unit: str | None, analyte: Analyte | None) -> Value | Problem:
    if item.type in ("integer", "decimal"):
        return number.parse(item, raw, unit)
    if item.type == "lab":
        return lab.parse(item, raw, unit, analyte)
    return PLAIN[item.type](item, raw)


def restore(item: Any, stored: Mapping[str, Any], analyte: Analyte | None = None) -> Value:
    """A Value from what a record keeps (Value.to_json), with the typed value for rules."""
    kept = Value(
        text=stored.get("v", ""),
        missing=stored.get("m"),
        unit=stored.get("u"),
        facets=stored.get("f", {}),
    )
    if not kept.text:
        return kept
    if isinstance(item, CalculatedItem):
        typed = other.restore_calculated(item, kept.text)
    else:
        again = _typed(item, kept.text, kept.unit, analyte)
        typed = again.typed if isinstance(again, Value) else None
    return Value(kept.text, kept.missing, kept.unit, kept.facets, typed)


from_json = restore


def display(item: Any, value: Value, language: str, analyte: Analyte | None = None) -> str:
    """The value as a person reads it: decoded, with its unit."""
    if value.missing is not None:
        return missing.show(value.missing, language)
    if not value.text:
        return ""
    shown = _decoded(item, value, language, analyte)
    return f"{shown} {units.symbol(value.unit)}" if value.unit else shown


def _decoded(item: Any, value: Value, language: str, analyte: Analyte | None) -> str:
    listed: Sequence[Choice] = analyte.choices if analyte is not None else choices(item)
    if item.type == "multi":
        separator = "；" if language.startswith("zh") else "; "
        return separator.join(coded.label(listed, code, language) for code in value.text.split())
    if listed:
        return coded.label(listed, value.text, language)
    if item.type == "datetime":
        return value.text.replace("T", " ")
    if item.type == "calculated":
        return other.show_calculated(item, value.text)
    if item.type in ("person", "file"):
        return value.facets.get("name", value.text)
    return value.text


__all__ = ["choices", "computed", "display", "from_json", "parse", "restore"]

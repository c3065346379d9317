"""Laboratory results of the screening window: the latest sample of a panel, never an older one
in its place (part A 2.0).

A sample is one record with a field for each test (``lb_lym``, its limit in ``lb_ast_uln``), or
one record for each line with the columns of part A 1.24 (``testcd``, ``value``, ``uln`` ...).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ecrf.definition.rule_values import Interval
from ecrf.eligibility.facts import OPERATORS, Facts, Filled, read_number

PANELS = {
    "LYM": "LBH", "NEUT": "LBH", "PLAT": "LBH", "HGB": "LBH", "AST": "LBC", "ALT": "LBC",
    "BILI": "LBC", "BILDIR": "LBC", "EGFR": "LBC", "BNP": "LBR", "NTPROBNP": "LBR",
}  # fmt: skip
CODES = {"NTPROBNP": "BNPPRONT"}  # the test code where it is not the name of the field
UNITS = {
    ("LYM", "/uL"): "0.001", ("NEUT", "/uL"): "0.001", ("PLAT", "/uL"): "0.001",
    ("HGB", "g/dL"): "10", ("HGB", "mmol/L"): "16.114",
    ("BILI", "mg/dL"): "17.104", ("BILDIR", "mg/dL"): "17.104",
    ("BNP", "pmol/L"): "3.464", ("NTPROBNP", "pmol/L"): "8.457",
}  # fmt: skip


def result(facts: Facts, test: str) -> Interval | None:
    """The result in the canonical unit; None when the latest sample has none."""
    return _interval(facts, _sample(facts, test), test, ("value_canon", "value", "value_text"), "")


def upper_limit(facts: Facts, test: str) -> Interval | None:
    """The upper limit of normal frozen with that result."""
    return _interval(facts, _sample(facts, test), test, ("uln",), "uln")


def _sample(facts: Facts, test: str) -> list[Filled]:
    named = f"lb_{test.lower()}"
    own = [r for r in facts.records if named in r.fields or _line_of(r, test)]
    panel = [r for r in facts.having("lb_panel") if r.text("lb_panel") == PANELS[test]]
    whole = [r for r in panel if "testcd" not in r.fields]
    found = [r for r in {id(r): r for r in own + whole}.values() if r.text("lb_routine") != "Y"]
    return facts.in_window(found, "lb_dt")


def _line_of(record: Filled, test: str) -> bool:
    return (record.text("testcd") or record.text("lbtestcd") or "").upper() in (
        test,
        CODES.get(test),
    )


def _interval(
    facts: Facts, records: list[Filled], test: str, keys: tuple[str, ...], suffix: str
) -> Interval | None:
    name = f"lb_{test.lower()}" + (f".{suffix}" if suffix else "")
    found = {text: r for r in records if (text := _text(r, test, keys, suffix)) is not None}
    if len(found) > 1:
        facts.notes.warn("W-TIED")
    if len(found) != 1:
        facts.notes.miss(name)
        return None
    text, record = found.popitem()
    facts.keep(record, name, text)
    return _scaled(read_number(text, name), UNITS.get((test, _unit(record, test))), record)


def _text(record: Filled, test: str, keys: tuple[str, ...], suffix: str) -> str | None:
    named = f"lb_{test.lower()}"
    held = record.fields.get(named)
    if isinstance(held, Mapping):
        return _of_columns(Filled(record.form, record.number, held), keys)
    if _line_of(record, test):
        return _of_columns(record, keys)
    if suffix:
        return record.text(f"{named}_{suffix}") or record.text(f"{named}.{suffix}")
    return record.text(named)


def _of_columns(record: Filled, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        text = record.text(key)
        if text is not None:
            op = record.text("op") if key.startswith("value") else None
            return f"{OPERATORS.get(op or '', op or '')}{text}" if text[0] not in "<>≤≥" else text
    return None


def _unit(record: Filled, test: str) -> str:
    held: Any = record.fields.get(f"lb_{test.lower()}")
    source = held if isinstance(held, Mapping) else record.fields
    if source.get("value_canon"):
        return ""
    return str(source.get("unit_entered") or source.get("unit") or "")


def _scaled(interval: Interval, factor: str | None, record: Filled) -> Interval:
    if factor is None:
        return interval
    low, low_in, high, high_in = interval
    return low * Decimal(factor), low_in, high * Decimal(factor), high_in

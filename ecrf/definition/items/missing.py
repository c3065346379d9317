"""The reasons for a missing value (part A 0.2), typed in the box like a value."""

from __future__ import annotations

from ecrf.definition.items.fold import fold
from ecrf.definition.model import ItemBase, Text
from ecrf.definition.values import MISSING_CODES, Problem, Value

LABELS = {
    "ND": Text(en="Not done", zh="未做"),
    "UNK": Text(en="Unknown", zh="不详"),
    "NA": Text(en="Not applicable", zh="不适用"),
    "ASKU": Text(en="Asked but unknown", zh="已询问但不详"),
    "PEND": Text(en="Result pending", zh="结果待回报"),
}


def allowed(item: ItemBase) -> tuple[str, ...]:
    return MISSING_CODES if item.missing is None else item.missing


def parse(item: ItemBase, raw: str) -> Value | Problem | None:
    """The missing value that ``raw`` stands for; None if it is no missing code at all.

    In a text item only a code in capitals is one, and only if the item allows it: ``na`` may be
    the text itself.
    """
    free = item_is_text(item)
    code = raw.strip() if free else fold(raw).upper()
    if code not in MISSING_CODES:
        return None
    if code in allowed(item):
        return Value(missing=code)
    return None if free else Problem("missing.not_allowed", {"codes": ", ".join(allowed(item))})


def item_is_text(item: ItemBase) -> bool:
    return getattr(item, "type", None) in ("text", "long_text")


def show(code: str, language: str) -> str:
    label = LABELS.get(code)
    return f"{label[language]} ({code})" if label else code

"""How wide a control stands, what its limits read like, what a path is called in HTML."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from ecrf.definition.model import Analyte, Bounds, Item

# A line of a plain group has twelve columns.
FULL = 12
_BY_TYPE = {
    "date": 2,
    "partial_date": 2,
    "time": 2,
    "datetime": 2,
    "integer": 2,
    "decimal": 2,
    "yes_no": 2,
    "calculated": 2,
    "person": 3,
    "ref": 3,
    "file": 6,
    "long_text": 6,
}
_RADIO_LIMIT = 6  # columns: a longer row of buttons becomes a list
_COLUMN_PX = 88  # one of twelve columns at 1280 px


def html_id(path: str) -> str:
    """``LB[WBC].LBORRES`` -> ``LB-WBC-LBORRES``; object identifiers never hold a hyphen."""
    return path.replace("[", "-").replace("].", "-").replace("]", "")


def text_px(text: str) -> int:
    """About how wide a text stands at 13 px: a Chinese character counts double."""
    return sum(14 if unicodedata.east_asian_width(char) in "WF" else 7 for char in text)


def columns(item: Item, labels: tuple[str, ...] = ()) -> int:
    """How many of the twelve columns the control takes; ``labels`` are those of its choices."""
    if item.type == "text":
        return 2 if item.length <= 12 else 3 if item.length <= 40 else 4 if item.length <= 80 else 6
    if item.type not in ("code", "multi"):
        return _BY_TYPE.get(item.type, 2)
    if item.type == "multi":
        return 6 if buttons_px(labels) < 6 * _COLUMN_PX else FULL
    if is_radio(item, labels):
        return max(2, -(-buttons_px(labels) // _COLUMN_PX))
    return min(4, max(2, -(-(max(map(text_px, labels), default=0) + 40) // _COLUMN_PX)))


def buttons_px(labels: tuple[str, ...]) -> int:
    return sum(max(44, text_px(label) + 24) for label in labels) + 30


def is_radio(item: Item, labels: tuple[str, ...]) -> bool:
    """Whether the choices stand side by side, rather than in a list that opens."""
    if item.type == "yes_no":
        return True
    if item.type != "code" or item.display == "select":
        return False
    fits = buttons_px(labels) <= _RADIO_LIMIT * _COLUMN_PX
    return fits and (item.display == "radio" or len(labels) <= 5)


def span_text(low: object, high: object) -> str:
    """``3.5–9.5``, ``≤ 5``, ``≥ 60`` or nothing."""
    if _blank(low) and _blank(high):
        return ""
    if _blank(low):
        return f"≤ {high}"
    if _blank(high):
        return f"≥ {low}"
    return f"{low}–{high}"


def bounds_text(owner: Item | Analyte, kind: str) -> str:
    """The limits of an item that are plain numbers; limits that are rules depend on the subject."""
    bounds = getattr(owner, kind)
    if isinstance(bounds, Bounds):
        bounds = (bounds,)
    if not bounds or len(bounds) > 1 or bounds[0].when:
        return ""
    low, high = (value if _number(value) else None for value in (bounds[0].min, bounds[0].max))
    return span_text(low, high)


def _number(value: object) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).lstrip("-").isdigit()
    return isinstance(value, (int, Decimal))


def _blank(value: object) -> bool:
    return value is None or value == ""

"""Free text: one line, or several. Kept as typed, less blanks at both ends."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ecrf.definition.items.fold import fold
from ecrf.definition.model import LongTextItem, TextItem
from ecrf.definition.values import Problem, Value

# Characters that change the direction of the text around them: what a reader sees would differ
# from what is stored.
DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse(item: TextItem | LongTextItem, raw: str) -> Value | Problem:
    text = raw.replace("\r\n", "\n").strip()
    lines = "\n\t" if item.type == "long_text" else ""
    if any(not readable(character, lines) for character in text):
        return Problem("text.characters")
    if len(text) > item.length:
        return Problem("text.too_long", {"length": str(item.length), "given": str(len(text))})
    if isinstance(item, TextItem) and item.pattern and not allowed(item.pattern).fullmatch(text):
        return Problem("text.pattern", {"pattern": item.pattern})
    text = offered(item, text)
    return Value(text, typed=text)


def offered(item: TextItem | LongTextItem, text: str) -> str:
    """The English name of the suggestion that was typed, in any case and in either language."""
    if not isinstance(item, TextItem) or not item.suggestions:
        return text
    return _names(item).get(fold(text).casefold(), text)


# Every rule that looks at other records reads their texts again, and a list has 157 terms: the
# names are folded once per item. Definitions never change, so identity is enough to know one.
_NAMES: dict[int, tuple[TextItem, dict[str, str]]] = {}


def _names(item: TextItem) -> dict[str, str]:
    """Folded name, of either language -> English name; of two that are alike the first."""
    known = _NAMES.get(id(item))
    if known is None or known[0] is not item:
        names: dict[str, str] = {}
        for choice in item.suggestions:
            for name in (choice.label.en, choice.label.zh):
                names.setdefault(fold(name).casefold(), choice.label.en)
        known = _NAMES[id(item)] = item, names
    return known[1]


def readable(character: str, also: str = "") -> bool:
    if character in also:
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in DIRECTION


@lru_cache(maxsize=256)
def allowed(pattern: str) -> re.Pattern[str]:
    """``A-Z0-9-``: a set of characters and ranges, nothing else, so matching is linear."""
    escaped = "".join(
        "\\" + character if character in "\\]^[&~|" else character for character in pattern
    )
    return re.compile(f"[{escaped}]*")

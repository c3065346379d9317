"""Text that people typed, made safe to print: what cannot be seen is shown as a code.

Control and format characters (direction overrides, zero width spaces, line separators ...) could
make a page say something else than the record; stacked combining marks could cover other text
(T-20). Nothing is dropped.
"""

from __future__ import annotations

import re
import unicodedata

MARKS = 3  # combining marks printed on one character; real languages need no more
_PLAIN = re.compile(r"[ -~\n\u00a1-\u00ac\u00ae-\u02ff\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    """The text with unseen characters as ``[U+202E]``; line feeds stay."""
    if _PLAIN.fullmatch(text):
        return text
    out: list[str] = []
    stacked = 0
    for char in text.replace("\r\n", "\n"):
        category = unicodedata.category(char)
        stacked = stacked + 1 if category in ("Mn", "Me") else 0
        out.append(code(char) if _hidden(char, category, stacked, out) else char)
    return "".join(out)


def _hidden(char: str, category: str, stacked: int, before: list[str]) -> bool:
    if char == "\n":
        return False
    if category in _UNSEEN:
        return True
    alone = not before or before[-1] in (" ", "\n")
    return stacked > MARKS or (stacked > 0 and (alone or "\ufe00" <= char <= "\ufe0f"))


def code(char: str) -> str:
    """The Unicode number of a character, as it is printed."""
    return f"[U+{ord(char):04X}]"


def for_xml(text: str) -> str:
    """The text with the characters that XML cannot hold as codes."""
    return _NOT_XML.sub(lambda found: code(found[0]), text)

"""Full-width characters typed with a Chinese input method, folded to the ASCII they stand for.

Only characters with one meaning are folded: ``²`` stays, it must not turn ``10²`` into ``102``.
"""

from __future__ import annotations

FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): ascii_text
    for wide, ascii_text in {
        "\u3000": " ",
        "\u00a0": " ",
        "。": ".",
        "−": "-",
        "–": "-",
        "—": "-",
        "≤": "<=",
        "≥": ">=",
        "〈": "<",
        "〉": ">",
        "年": "-",
        "月": "-",
        "日": "",
    }.items()
}


def fold(text: str) -> str:
    return text.translate(FOLDED).strip()

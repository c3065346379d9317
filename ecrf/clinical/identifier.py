"""Check character of identifiers, ISO/IEC 7064 MOD 37-2 (part B 3.19; ISBT 128 uses it)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"


def check_character(text: str) -> str:
    """The character that makes the text valid; ValueError for one outside 0-9 A-Z."""
    return ALPHABET[(1 - 2 * _sum(text)) % 37]


def valid(text: str) -> bool:
    """Whether the last character is the check character of the rest."""
    return len(text) > 1 and _sum(text) == 1


def _sum(text: str) -> int:
    total = 0
    for place, character in enumerate(text):
        value = ALPHABET.find(character)
        if value < 0 or (character == "*" and place != len(text) - 1):
            raise ValueError(f"{character!r} cannot stand in an identifier")
        total = (2 * total + value) % 37
    return total

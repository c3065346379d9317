"""Scores over yes/no items of which some are not known.

A score that can only grow with each item present lies between the score of what is known to be
present and that with everything unknown present as well. It is decided when both are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T", int, bool)
Truth = bool | None


def truth(code: str | None) -> Truth:
    """Y, N or POS, NEG as true and false; everything else is not known."""
    return {"Y": True, "POS": True, "N": False, "NEG": False}.get(code or "")


def present(items: Mapping[str, Truth], unknown: bool) -> frozenset[str]:
    """The items that are present, those not known counted as ``unknown``."""
    return frozenset(name for name, found in items.items() if found or (found is None and unknown))


def decided(items: Mapping[str, Truth], rule: Callable[[frozenset[str]], T]) -> T | None:
    """What a rule that grows with its items gives, when the unknown ones cannot change it."""
    least, most = (
        rule(present(items, unknown=False)),
        rule(present(items, unknown=True)),
    )
    return least if least == most else None


def missing(items: Mapping[str, Truth]) -> tuple[str, ...]:
    return tuple(name for name, found in items.items() if found is None)


def either(*parts: Truth) -> Truth:
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def opposite(part: Truth) -> Truth:
    return None if part is None else not part


def both(*parts: Truth) -> Truth:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True

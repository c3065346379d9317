"""Items answered with codes of a list: one, several, or yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecrf.definition.items.fold import fold
from ecrf.definition.model import Choice, Item, MultiItem, Text
from ecrf.definition.values import Problem, Value

YES_NO = (
    Choice(code="Y", label=Text(en="Yes", zh="是")),
    Choice(code="N", label=Text(en="No", zh="否")),
)


def choices(item: Any) -> tuple[Choice, ...]:
    """The choices of an item as the catalogue completed it; () if it is not coded."""
    if getattr(item, "type", None) == "yes_no":
        return YES_NO
    listed: tuple[Choice, ...] = getattr(item, "choices", ())
    return listed


def match(listed: Sequence[Choice], raw: str) -> str | None:
    """The code that ``raw`` is, typed in any case."""
    text = fold(raw)
    for choice in listed:
        if choice.code == text:
            return choice.code
    alike = [choice.code for choice in listed if choice.code.upper() == text.upper()]
    return alike[0] if len(alike) == 1 else None


def parse(item: Item, raw: str) -> Value | Problem:
    code = match(choices(item), raw)
    return Problem("code.unknown") if code is None else Value(code, typed=code)


def parse_multi(item: MultiItem, raw: str | Sequence[str]) -> Value | Problem:
    given = fold(raw).replace(",", " ").split() if isinstance(raw, str) else raw
    found = {match(item.choices, code) for code in given if code.strip()}
    if None in found:
        return Problem("code.unknown")
    codes = tuple(choice.code for choice in item.choices if choice.code in found)
    return Value(" ".join(codes), typed=codes) if codes else Value()


def label(listed: Sequence[Choice], code: str, language: str) -> str:
    for choice in listed:
        if choice.code == code:
            return choice.label[language]
    return code

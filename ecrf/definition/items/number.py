"""Integers and decimals: exact text, unit as entered, canonical value by exact arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ecrf.definition.items.fold import fold
from ecrf.definition.model import AltUnit, DecimalItem, IntegerItem
from ecrf.definition.rule_values import CONTEXT
from ecrf.definition.values import Problem, Value

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def parse(item: IntegerItem | DecimalItem, raw: str, unit: str | None = None) -> Value | Problem:
    text = fold(raw)
    entered = unit or item.unit
    alternate = find(entered, item.unit, item.units)
    if isinstance(alternate, Problem):
        return alternate
    places = item.places if isinstance(item, DecimalItem) else 0
    if alternate is not None and alternate.places is not None:
        places = alternate.places
    problem = shape(text, places, item.digits)
    if problem is not None:
        return problem
    return Value(text, unit=entered, typed=canonical(Decimal(text), alternate))


def shape(text: str, places: int | None, digits: int) -> Problem | None:
    """What is wrong with the way a number is written, if anything."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return Problem("number.format" if places != 0 else "integer.format")
    whole, fraction = match[1], match[2]
    if fraction and places == 0:
        return Problem("integer.format")
    if fraction and places is not None and len(fraction) - 1 > places:
        return Problem("number.places", {"places": str(places)})
    if len(whole) + len(fraction or ".") - 1 > digits:
        return Problem("number.digits", {"digits": str(digits)})
    return None


def find(unit: str | None, own: str | None, others: Sequence[AltUnit]) -> AltUnit | Problem | None:
    """The conversion from ``unit``; None when it is the canonical one."""
    if unit == own:
        return None
    for other in others:
        if other.unit == unit:
            return other
    return Problem("unit.unknown", {"units": ", ".join(units(own, others)) or "-"})


def units(own: str | None, others: Sequence[AltUnit]) -> list[str]:
    return [unit for unit in (own, *(other.unit for other in others)) if unit]


def canonical(number: Decimal, alternate: AltUnit | None) -> Decimal:
    """The number in the canonical unit: exact, or 34 digits if no decimal is exact."""
    if alternate is None:
        return number
    factor, offset = conversion(alternate.factor, alternate.offset)
    return to_decimal(Fraction(number) * factor + offset)


@lru_cache(maxsize=1024)
def conversion(factor: str, offset: str) -> tuple[Fraction, Fraction]:
    return fraction(factor), fraction(offset)


def fraction(text: str) -> Fraction:
    """``88.4``, ``5/9`` or ``1/113.12``."""
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or 1)


def to_decimal(number: Fraction) -> Decimal:
    denominator, places = number.denominator, 0
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator //= prime
            power += 1
        places = max(places, power)
    if denominator != 1:
        return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
    digits = number.numerator * 10**places // number.denominator
    return Decimal(f"{digits}E-{places}")


def plain(number: Decimal) -> str:
    """All digits of a number, never an exponent."""
    return format(number, "f")

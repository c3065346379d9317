"""Arithmetic and three-valued comparison of the values that rules compute with.

Unknown is None. A censored number and a partial date stand for an interval; a comparison is
true or false only when it holds, or fails, for every pair of points of the two intervals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from ecrf.definition.values import Censored, PartialDate

Truth = bool | None

# No traps: a division by zero gives a value that is not finite, which finite() calls unknown.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
HALF_UP = Context(prec=60, rounding=ROUND_HALF_UP, Emin=-6143, Emax=6144, traps=[])
INFINITY = Decimal("Infinity")


def finite(number: Decimal) -> Decimal | None:
    return number if number.is_finite() else None


def add(a: Decimal, b: Decimal) -> Decimal | None:
    return finite(CONTEXT.add(a, b))


def subtract(a: Decimal, b: Decimal) -> Decimal | None:
    return finite(CONTEXT.subtract(a, b))


def multiply(a: Decimal, b: Decimal) -> Decimal | None:
    return finite(CONTEXT.multiply(a, b))


def divide(a: Decimal, b: Decimal) -> Decimal | None:
    return finite(CONTEXT.divide(a, b)) if b else None


def round_half_up(number: Decimal, places: int) -> Decimal | None:
    return finite(HALF_UP.quantize(number, Decimal(1).scaleb(-places)))


# Kleene logic


def negate(a: Truth) -> Truth:
    return None if a is None else not a


def every(truths: Iterable[Truth]) -> Truth:
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def some(truths: Iterable[Truth]) -> Truth:
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


# Intervals: low, low included, high, high included

Interval = tuple[Any, bool, Any, bool]


def number_interval(number: Decimal | Censored) -> Interval:
    if isinstance(number, Decimal):
        return number, True, number, True
    closed = number.op.endswith("=")
    if number.op.startswith("<"):
        return -INFINITY, False, number.value, closed
    return number.value, closed, INFINITY, False


def date_interval(date: PartialDate | dt.date) -> Interval:
    if isinstance(date, PartialDate):
        return date.earliest, True, date.latest, True
    return date, True, date, True


def before(a: Interval, b: Interval) -> Truth:
    """a < b."""
    if a[2] < b[0] or (a[2] == b[0] and not (a[3] and b[1])):
        return True
    if a[0] >= b[2]:
        return False
    return None


def same(a: Interval, b: Interval) -> Truth:
    """a == b: true only for two identical points."""
    if a[0] == a[2] == b[0] == b[2]:
        return True
    apart = a[2] < b[0] or b[2] < a[0]
    touching = (a[2] == b[0] and not (a[3] and b[1])) or (b[2] == a[0] and not (b[3] and a[1]))
    return False if apart or touching else None


INTERVAL_ORDER: dict[str, Callable[[Interval, Interval], Truth]] = {
    "<": before,
    ">": lambda a, b: before(b, a),
    "<=": lambda a, b: negate(before(b, a)),
    ">=": lambda a, b: negate(before(a, b)),
    "==": same,
    "!=": lambda a, b: negate(same(a, b)),
}


def compare_numbers(op: str, a: Any, b: Any) -> Truth:
    return INTERVAL_ORDER[op](number_interval(a), number_interval(b))


def compare_dates(op: str, a: Any, b: Any) -> Truth:
    return INTERVAL_ORDER[op](date_interval(a), date_interval(b))

"""sum, count, min, max, any_of, all_of, first, last: over the rows of a list, or of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from ecrf.definition.rule_nodes import Run, rows
from ecrf.definition.rule_values import (
    Interval,
    add,
    before,
    date_interval,
    every,
    negate,
    number_interval,
    some,
)
from ecrf.definition.values import Censored, PartialDate

NAMES = ("sum", "count", "min", "max", "any_of", "all_of", "first", "last")
CONDITIONED = ("sum", "min", "max", "first", "last")  # accept a second argument, the condition


def total(values: Sequence[Any]) -> Decimal | None:
    result: Decimal | None = Decimal(0)
    for value in values:
        if value is None or result is None or type(value) is Censored:
            return None
        result = add(result, value)
    return result


def counted(values: Sequence[Any]) -> Decimal:
    """How many values are known."""
    return Decimal(sum(value is not None for value in values))


def counted_true(values: Sequence[bool | None]) -> Decimal | None:
    """How many are true; unknown as soon as one is."""
    return None if None in values else Decimal(sum(map(bool, values)))


def least(values: Sequence[Any]) -> Any:
    """The value that is certainly no greater than any other; unknown if none is."""
    if not values or None in values:
        return None
    found = min(values, key=lambda value: _interval(value)[2])
    low = _interval(found)
    others = (_interval(value) for value in values if value is not found)
    return found if every(negate(before(other, low)) for other in others) else None


def greatest(values: Sequence[Any]) -> Any:
    if not values or None in values:
        return None
    found = max(values, key=lambda value: _interval(value)[0])
    high = _interval(found)
    others = (_interval(value) for value in values if value is not found)
    return found if every(negate(before(high, other)) for other in others) else None


def _interval(value: Any) -> Interval:
    if isinstance(value, PartialDate):
        return date_interval(value)
    if isinstance(value, Censored):
        return number_interval(value)
    return value, True, value, True


REDUCE: dict[str, Callable[[Sequence[Any]], Any]] = {
    "sum": total,
    "count": counted,
    "min": least,
    "max": greatest,
    "any_of": some,
    "all_of": every,
}


def over_arguments(name: str, of_truths: bool, runs: Sequence[Run]) -> Run:
    reduce = counted_true if name == "count" and of_truths else REDUCE[name]
    return lambda env: reduce([run(env) for run in runs])


def over_rows(
    name: str, of_truths: bool, value: Run, where: Run | None, names: frozenset[str]
) -> Run:
    if name in ("first", "last"):
        return _end_row(name, value, where, names)
    reduce = counted_true if name == "count" and of_truths else REDUCE[name]

    def run(env: Any) -> Any:
        values = []
        for row in rows(env, names):
            keep = True if where is None else where(row)
            if keep is None:
                return None
            if keep:
                values.append(value(row))
        return reduce(values)

    return run


def _end_row(name: str, value: Run, where: Run | None, names: frozenset[str]) -> Run:
    def run(env: Any) -> Any:
        found: Iterable[Any] = rows(env, names)
        for row in list(found) if name == "first" else reversed(list(found)):
            keep = True if where is None else where(row)
            if keep is None:
                return None
            if keep:
                return value(row)
        return None

    return run

"""Limits of items: outside the hard ones a value is impossible, outside the soft ones unusual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ecrf.definition import units
from ecrf.definition.catalogue import CompiledBounds
from ecrf.definition.items.number import plain
from ecrf.definition.model import Text
from ecrf.definition.rule_values import (
    Truth,
    compare_dates,
    compare_numbers,
    round_half_up,
)
from ecrf.definition.rules import RuleLimit
from ecrf.definition.values import Censored, PartialDate
from ecrf.entry.env import FormEnv, RowEnv
from ecrf.entry.messages import message

Severities = tuple[tuple[CompiledBounds, ...], ...]


def outside(
    severities: Severities, typed: Any, env: FormEnv | RowEnv
) -> tuple[CompiledBounds, str, Any] | None:
    """The limit that a value is definitely beyond, with its side; the hard ones count first."""
    compare = _comparison(typed)
    if compare is None:
        return None
    for entries in severities:
        entry, low, high = _limits(entries, env)
        if low is not None and compare("<", typed, low):
            return entry, "min", low
        if high is not None and compare(">", typed, high):
            return entry, "max", high
    return None


def _limits(entries: tuple[CompiledBounds, ...], env: FormEnv | RowEnv) -> tuple[Any, Any, Any]:
    """The first entry that applies and its limits; unknown if they have too many rows to see."""
    try:
        for entry in entries:
            if entry.applies(env):
                return entry, *entry.limits(env)
    except RuleLimit:
        pass
    return None, None, None


def _comparison(typed: Any) -> Callable[[str, Any, Any], Truth] | None:
    if isinstance(typed, Decimal):
        return _decimals
    if isinstance(typed, Censored):
        return compare_numbers
    if isinstance(typed, PartialDate):
        return compare_dates
    return _moments if isinstance(typed, dt.time | dt.datetime) else None


def _decimals(op: str, a: Decimal, b: Any) -> Truth:
    if type(b) is Decimal:
        return a < b if op == "<" else a > b
    return compare_numbers(op, a, b)


def _moments(op: str, a: Any, b: Any) -> Truth:
    """Times, and dates with time; a limit that is a date holds for the whole day."""
    if isinstance(b, PartialDate):
        return compare_dates(op, a.date(), b)
    return bool(a < b if op == "<" else a > b)


def explain(
    entry: CompiledBounds, side: str, limit: Any, label: Text, item: Any, typed: Any
) -> Text:
    """The definition's own message, or one that names the value and the limit."""
    if entry.model.message is not None:
        return entry.model.message
    if not isinstance(limit, Decimal | Censored):
        side = {"min": "earliest", "max": "latest"}[side]
    params: dict[str, str | Text] = {
        "label": label,
        "value": written(typed, item),
        "limit": written(limit, item),
    }
    return message(f"{entry.severity}.{side}", params)


def written(typed: Any, item: Any) -> str:
    """A value in the canonical unit, with no more decimals than a person can read."""
    if isinstance(typed, dt.datetime):
        return typed.isoformat(" ", "minutes")
    if isinstance(typed, dt.time):
        return typed.isoformat("minutes")
    if not isinstance(typed, Decimal | Censored):
        return str(typed)
    op, number = (typed.op, typed.value) if isinstance(typed, Censored) else ("", typed)
    text = op + plain(_readable(number, getattr(item, "places", None) or 0))
    symbol = units.symbol(getattr(item, "unit", None))
    return f"{text} {symbol}" if symbol else text


def _readable(number: Decimal, places: int) -> Decimal:
    exponent = number.as_tuple().exponent
    most = places + 2
    if isinstance(exponent, int) and -exponent > most:
        return round_half_up(number, most) or number
    return number

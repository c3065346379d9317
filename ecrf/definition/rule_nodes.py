"""Expressions of a compiled rule as closures; the steps of one evaluation are counted here."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ecrf.definition.rule_types import Env, RuleLimit, Type
from ecrf.definition.rule_values import Truth, compare_dates, compare_numbers
from ecrf.definition.values import BLANK, Censored, PartialDate

MAX_STEPS = 10_000  # rows visited by all aggregates of one evaluation

Run = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Expr:
    """One typed expression: ``run(env)`` gives its value, None when unknown."""

    type: Type
    run: Run
    constant: bool = False


class Counted:
    """An Env that counts the steps of one evaluation."""

    __slots__ = ("env", "steps")

    def __init__(self, env: Env) -> None:
        self.env = env
        self.steps = 0

    def __call__(self, name: str) -> Any:
        return self.env(name)

    def value(self, name: str) -> Any:
        return self.env.value(name)

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise RuleLimit(f"more than {MAX_STEPS} rows to look at")


class Row:
    """An Env that sees one row of the lists an aggregate runs over."""

    __slots__ = ("env", "index", "lists")

    def __init__(self, env: Counted, lists: dict[str, Sequence[Any]], index: int) -> None:
        self.env = env
        self.lists = lists
        self.index = index

    def __call__(self, name: str) -> Any:
        column = self.lists.get(name)
        return self.env(name) if column is None else column[self.index]

    def value(self, name: str) -> Any:
        if name not in self.lists:
            return self.env.value(name)
        column = self.env.value(name) or ()
        return column[self.index] if self.index < len(column) else BLANK


def rows(env: Counted, names: frozenset[str]) -> Iterator[Row]:
    lists = {name: env(name) or () for name in names}
    length = min((len(column) for column in lists.values()), default=0)
    env.spend(length)
    return (Row(env, lists, index) for index in range(length))


def constant(value: Any) -> Run:
    return lambda env: value


def read(name: str) -> Run:
    return lambda env: env(name)


def arithmetic(call: Callable[[Decimal, Decimal], Decimal | None], left: Run, right: Run) -> Run:
    def run(env: Any) -> Decimal | None:
        a = left(env)
        if a is None:
            return None
        b = right(env)
        if b is None or type(a) is Censored or type(b) is Censored:
            return None
        return call(a, b)

    return run


def both(runs: Sequence[Run]) -> Run:
    """Kleene and: false as soon as one is false."""

    def run(env: Any) -> Truth:
        result: Truth = True
        for part in runs:
            truth = part(env)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return run


def either(runs: Sequence[Run]) -> Run:
    """Kleene or: true as soon as one is true."""

    def run(env: Any) -> Truth:
        result: Truth = False
        for part in runs:
            truth = part(env)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return run


def inverted(part: Run) -> Run:
    def run(env: Any) -> Truth:
        truth = part(env)
        return None if truth is None else not truth

    return run


def choice(test: Run, yes: Run, no: Run) -> Run:
    """``yes if test else no``; when the test is unknown, what both branches agree on."""

    def run(env: Any) -> Any:
        truth = test(env)
        if truth is None:
            value = yes(env)
            return value if value == no(env) else None
        return yes(env) if truth else no(env)

    return run


DIRECT: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compared(op: str, kind: str, left: Run, right: Run) -> Run:
    """A comparison of two values of one kind."""
    build = {"number": _numbers, "date": _dates}.get(kind, _others)
    return build(op, left, right)


def _numbers(op: str, left: Run, right: Run) -> Run:
    direct = DIRECT[op]

    def run(env: Any) -> Truth:
        a = left(env)
        if a is None:
            return None
        b = right(env)
        if b is None:
            return None
        if type(a) is Decimal and type(b) is Decimal:
            return direct(a, b)
        return compare_numbers(op, a, b)

    return run


def _dates(op: str, left: Run, right: Run) -> Run:
    direct = DIRECT[op]

    def run(env: Any) -> Truth:
        a: PartialDate | None = left(env)
        if a is None:
            return None
        b: PartialDate | None = right(env)
        if b is None:
            return None
        if a.day and b.day:
            return direct((a.year, a.month, a.day), (b.year, b.month, b.day))
        return compare_dates(op, a, b)

    return run


def _others(op: str, left: Run, right: Run) -> Run:
    direct = DIRECT[op]

    def run(env: Any) -> Truth:
        a = left(env)
        if a is None:
            return None
        b = right(env)
        return None if b is None else direct(a, b)

    return run


def member(part: Run, texts: frozenset[str]) -> Run:
    def run(env: Any) -> Truth:
        text = part(env)
        return None if text is None else text in texts

    return run


def contains(codes: Run, part: Run) -> Run:
    def run(env: Any) -> Truth:
        chosen = codes(env)
        text = part(env)
        return None if chosen is None or text is None else text in chosen

    return run

"""A scope and an environment for tests of rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ecrf.definition.rule_dates import iso_date
from ecrf.definition.rules import (
    BOOL,
    CODES,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    TIME,
    Scope,
    code,
    compile_rule,
    list_of,
)
from ecrf.definition.values import BLANK, Censored, Value

SCOPE = Scope(
    {
        "A": NUMBER,
        "B": NUMBER,
        "P": BOOL,
        "Q": BOOL,
        "D": DATE,
        "E": DATE,
        "T": TIME,
        "U": TIME,
        "M": DATETIME,
        "N": DATETIME,
        "TXT": TEXT,
        "DEV": code(["HFNC", "NC_LOW", "RA"], "DEV"),
        "SEV": code(["0", "1", "2", "3"], "SEV"),
        "ORG": CODES,
        "VOL": list_of(NUMBER, "BAG"),
        "BAD": list_of(BOOL, "BAG"),
        "DAY": list_of(DATE, "BAG"),
        "OTHER": list_of(NUMBER, "LOG"),
        "IC.ic_date": DATE,
        "today": DATE,
        "params.limit": NUMBER,
    },
    {"params.limit": Decimal("38.0")},
    frozenset({"today"}),
)


class Given:
    """Values by name; a text that looks like a number, a date or a censored number is one."""

    def __init__(self, **values: Any) -> None:
        self.values = {name.replace("__", "."): typed(value) for name, value in values.items()}

    def __call__(self, name: str) -> Any:
        value = self.values.get(name)
        return value.typed if isinstance(value, Value) else value

    def value(self, name: str) -> Any:
        value = self.values.get(name, BLANK)
        if isinstance(value, list):
            return [Value(str(one), typed=one) for one in value]
        return value if isinstance(value, Value) else Value(str(value), typed=value)


def typed(value: Any) -> Any:
    if isinstance(value, list):
        return [typed(one) for one in value]
    if not isinstance(value, str):
        return Decimal(value) if type(value) is int else value
    if value[:1] in ("<", ">"):
        op = value[: 2 if value[1:2] == "=" else 1]
        return Censored(op, Decimal(value.removeprefix(op)))
    for read in (Decimal, iso_date):
        try:
            return read(value)
        except (ArithmeticError, ValueError):
            continue
    return value


def result(source: str, **values: Any) -> Any:
    return compile_rule(source, SCOPE).evaluate(Given(**values))

"""The functions that every rule may call. Clinical ones are passed to compile_rule by name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from ecrf.definition import rule_dates
from ecrf.definition.rule_types import (
    BOOL,
    CODES,
    DATE,
    DATETIME,
    DAY,
    NUMBER,
    TEXT,
    TIME,
    Function,
)
from ecrf.definition.rule_values import CONTEXT, finite


def square_root(number: Decimal) -> Decimal | None:
    return finite(CONTEXT.sqrt(number))


def floor(number: Decimal) -> Decimal:
    return number.to_integral_value(rounding=ROUND_FLOOR)


def length(text: str) -> int:
    return len(text)


def number(text: str) -> Decimal | None:
    """The number that a code stands for (a score coded 0, 1, 2 ...)."""
    digits = text[1:] if text[:1] == "-" else text
    plain = digits.isascii() and digits.replace(".", "", 1).isdigit()
    return Decimal(text) if plain and digits[:1] != "." and digits[-1:] != "." else None


def grade(text: str) -> int | None:
    """The number of a toxicity grade: 3 of ``L3``, ``H3`` or ``3``."""
    return int(text[-1]) if text[-1:] in tuple("012345") else None


def direction(text: str) -> str:
    """``L`` or ``H`` of a toxicity grade such as ``L3``; an empty text for grade 0."""
    return text[:1] if text[:1] in ("L", "H") else ""


def starts(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


def chosen(codes: tuple[str, ...]) -> int:
    """How many codes of a multiple choice are ticked."""
    return len(codes)


# present, blank, missing, coalesce, min, max, sum, count, any_of, all_of, first, last, round,
# date and time are part of the language (rule_forms.py): their types depend on the arguments.
BUILTINS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("sqrt", (NUMBER,), NUMBER, square_root),
        Function("abs", (NUMBER,), NUMBER, Decimal.copy_abs),
        Function("floor", (NUMBER,), NUMBER, floor),
        Function("len", (TEXT,), NUMBER, length),
        Function("chosen", (CODES,), NUMBER, chosen),
        Function("number", (TEXT,), NUMBER, number),
        Function("grade", (TEXT,), NUMBER, grade),
        Function("direction", (TEXT,), TEXT, direction),
        Function("starts", (TEXT, TEXT), BOOL, starts),
        Function("age", (DATE, DATE), NUMBER, rule_dates.age),
        Function("years", (DATE, DATE), NUMBER, rule_dates.age),
        Function("months", (DATE, DATE), NUMBER, rule_dates.months),
        Function("days", (DAY, DAY), NUMBER, rule_dates.days),
        Function("add_days", (DAY, NUMBER), DATE, rule_dates.add_days),
        Function("add_months", (DAY, NUMBER), DATE, rule_dates.add_months),
        Function("add_years", (DAY, NUMBER), DATE, rule_dates.add_years),
        Function("year", (DATE,), NUMBER, rule_dates.year),
        Function("date_of", (DATETIME,), DATE, rule_dates.date_of),
        Function("at", (DAY, TIME), DATETIME, rule_dates.at),
        Function("minutes", (DATETIME, DATETIME), NUMBER, rule_dates.minutes),
        Function("hours", (DATETIME, DATETIME), NUMBER, rule_dates.hours),
    )
}

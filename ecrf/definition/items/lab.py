"""One laboratory result: a number with an optional comparator, or a code of the analyte."""

from __future__ import annotations

import re
from decimal import Decimal

from ecrf.definition.items import coded, number
from ecrf.definition.items.fold import fold
from ecrf.definition.model import Analyte, LabItem
from ecrf.definition.values import Censored, Problem, Value

RESULT = re.compile(r"(<=|>=|<|>|)\s*(-?[0-9.]+)")
DIGITS = 20


def parse(
    item: LabItem, raw: str, unit: str | None = None, analyte: Analyte | None = None
) -> Value | Problem:
    if analyte is None:
        return Problem("lab.analyte")
    if analyte.kind == "code":
        code = coded.match(analyte.choices, raw)
        return Problem("code.unknown") if code is None else Value(code, typed=code)
    match = RESULT.fullmatch(fold(raw))
    if match is None:
        return Problem("lab.format")
    return measured(match[1], match[2], unit or analyte.unit, analyte)


def measured(op: str, digits: str, unit: str | None, analyte: Analyte) -> Value | Problem:
    alternate = number.find(unit, analyte.unit, analyte.units)
    if isinstance(alternate, Problem):
        return alternate
    # A result is kept as the laboratory reported it, so its decimals are not limited here.
    problem = number.shape(digits, None, DIGITS)
    if problem is not None:
        return Problem("lab.format") if problem.code == "number.format" else problem
    standard = number.canonical(Decimal(digits), alternate)
    typed = Censored(op, standard) if op else standard
    return Value(op + digits, unit=unit, typed=typed)

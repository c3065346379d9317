"""Grades of laboratory results by CTCAE v5.0, from the table in ctcae_v5_table.py.

A result is a number or an interval: ``<0.5`` is everything below 0.5, and has a grade only where
every point of it has the same. A limit of normal that is not known leaves open what rests on it;
the grades with absolute limits still apply. Choices of this study (part B 3.7 a-h): a missing
baseline counts as normal, "abnormal" means outside the limit of that direction, and missing
symptoms give the lower grade. An absolute limit counts even where a laboratory's own limit of
normal lies beyond it, as the wording of the terms has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from ecrf.clinical.ctcae_v5_table import DIPSTICK, TABLE, Row

VERSION = "CTCAE v5.0"

# low, low included, high, high included
Interval = tuple[Any, bool, Any, bool]
Truth = bool | None

_CONDITION = re.compile(
    r"(?P<grade>[1-4]) (?P<op><=|>=|<|>)(?P<number>[0-9.]+)"
    r"(?: (?P<distance>over |under )?(?P<of>LLN|ULN|BL|TOP))?(?P<symptoms> if symptoms)?"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a grade may rest on besides the result, all in its unit; None: not known."""

    lln: Decimal | None = None
    uln: Decimal | None = None
    baseline: Decimal | None = None
    symptoms: bool | None = None
    anticoagulated: bool | None = None
    age_years: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """0 to 4 in one direction; ``term`` is the row of the table it comes from."""

    direction: str  # L, H, or empty for grade 0
    grade: int
    term: Row | None = None

    def __str__(self) -> str:
        return f"{self.direction}{self.grade}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to reach a grade."""

    op: str
    number: Decimal
    distance: str
    of: str
    symptoms: bool

    def holds(self, result: Interval, facts: Facts) -> Truth:
        if self.symptoms and not facts.symptoms:
            return False
        if self.of == "BL" and facts.baseline is None:
            return False
        limit = self.limit(facts)
        return None if limit is None else COMPARE[self.op](result, limit)

    def limit(self, facts: Facts) -> Decimal | None:
        if not self.of:
            return self.number
        base = REFERENCE[self.of](facts)
        if base is None:
            return None
        if self.distance:
            return base + self.number if self.distance == "over " else base - self.number
        return base * self.number


def _top(facts: Facts) -> Decimal | None:
    if facts.uln is None or facts.baseline is None:
        return facts.uln
    return max(facts.uln, facts.baseline)


REFERENCE: dict[str, Callable[[Facts], Decimal | None]] = {
    "LLN": lambda facts: facts.lln,
    "ULN": lambda facts: facts.uln,
    "BL": lambda facts: facts.baseline,
    "TOP": _top,
}


def _below(result: Interval, limit: Decimal) -> Truth:
    low, _, high, closed = result
    if high < limit or (high == limit and not closed):
        return True
    return False if low >= limit else None


def _above(result: Interval, limit: Decimal) -> Truth:
    low, closed, high, _ = result
    if low > limit or (low == limit and not closed):
        return True
    return False if high <= limit else None


def _negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


COMPARE: dict[str, Callable[[Interval, Decimal], Truth]] = {
    "<": _below,
    ">": _above,
    "<=": lambda result, limit: _negated(_above(result, limit)),
    ">=": lambda result, limit: _negated(_below(result, limit)),
}


@cache
def _ladder(grades: str) -> tuple[tuple[int, tuple[Condition, ...]], ...]:
    """The conditions of each grade of a term, the worst grade first."""
    ladder: dict[int, list[Condition]] = {}
    for text in grades.split(" | "):
        match = _CONDITION.fullmatch(text)
        if match is None:
            raise ValueError(f"not a condition: {text!r}")
        condition = Condition(
            match["op"],
            Decimal(match["number"]),
            match["distance"] or "",
            match["of"] or "",
            match["symptoms"] is not None,
        )
        ladder.setdefault(int(match["grade"]), []).append(condition)
    return tuple((grade, tuple(ladder[grade])) for grade in sorted(ladder, reverse=True))


def _abnormal_baseline(row: Row, facts: Facts) -> bool:
    if facts.baseline is None:
        return False
    if row.direction == "H":
        return facts.uln is not None and facts.baseline > facts.uln
    return facts.lln is not None and facts.baseline < facts.lln


def _on_warfarin(facts: Facts) -> bool:
    return bool(facts.anticoagulated) and facts.baseline is not None


APPLIES: dict[str, Callable[[Row, Facts], bool]] = {
    "": lambda row, facts: True,
    "BL normal": lambda row, facts: not _abnormal_baseline(row, facts),
    "BL abnormal": _abnormal_baseline,
    "warfarin": lambda row, facts: _on_warfarin(facts),
    "no warfarin": lambda row, facts: not _on_warfarin(facts),
    "adult": lambda row, facts: facts.age_years is None or facts.age_years >= 18,
    "child": lambda row, facts: facts.age_years is None or facts.age_years < 18,
}


@cache
def terms(analyte: str) -> tuple[Row, ...]:
    """The rows of the table for an analyte; none if CTCAE has no term for it."""
    return tuple(row for row in TABLE if row.analyte == analyte)


@cache
def needs_baseline(analyte: str) -> bool:
    """Whether a grade of the analyte can depend on its baseline."""
    return any(
        row.when.startswith("BL")
        or "warfarin" in row.when
        or " BL" in row.grades
        or "TOP" in row.grades
        for row in terms(analyte)
    )


def unit(analyte: str) -> str:
    """The unit in which the absolute limits of an analyte are written; empty if it has none."""
    return next((row.unit for row in terms(analyte) if row.unit), "")


def _graded(row: Row, result: Interval, facts: Facts) -> int | None:
    for grade, conditions in _ladder(row.grades):
        truths = [condition.holds(result, facts) for condition in conditions]
        if True in truths:
            return grade
        if None in truths:
            return None
    return 0


def lab_grade(analyte: str, result: Decimal | Interval, facts: Facts) -> Grade | None:
    """The grade of a result in the analyte's unit; None when it cannot be told or has no term."""
    interval = (result, True, result, True) if isinstance(result, Decimal) else result
    rows = [row for row in terms(analyte) if APPLIES[row.when](row, facts)]
    grades = [_graded(row, interval, facts) for row in rows]
    told = [(grade, row) for grade, row in zip(grades, rows, strict=True) if grade]
    if told:
        grade, row = max(told, key=lambda pair: pair[0])
        return Grade(row.direction, grade, row)
    return None if None in grades or not grades else Grade("", 0)


def dipstick_grade(code: str) -> int | None:
    """The grade of urine protein by dipstick (adult)."""
    return DIPSTICK.get(code)

"""Laboratory results: the reference range that applies, its flag, and the CTCAE grade.

All of it is frozen with the result when it is saved (part A 4.1), as facets of its Value. A
range is used only if exactly one row of the laboratory's list fits test, sex, age and date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from ecrf.clinical import ctcae_v5
from ecrf.clinical.age import exact_age
from ecrf.definition.items import number
from ecrf.definition.model import Analyte, Laboratory, ReferenceRange
from ecrf.definition.rule_dates import full_years
from ecrf.definition.rule_values import Interval, every, negate, number_interval
from ecrf.definition.rule_values import before as below
from ecrf.definition.values import Censored, Problem, Value

# Items of the form and of the demographics form that choose the range (part A 4.1).
LABORATORY, SAMPLED, SYMPTOMS, ANTICOAGULATED = "LBNAM", "LBDAT", "LBSYMP", "LBAC"
DEMOGRAPHICS, SEX, BIRTH = "DM", "sex", "birth_date"

# Reported as "<x", a result has the grade that all of it has; these have that of x/2 if it is
# not the same for all (LB-01).
HALVED = ("NEUT", "PLAT")
_age = lru_cache(maxsize=512)(exact_age)


@dataclass(frozen=True, slots=True)
class Sample:
    """Where and when a sample was taken, and from whom; None: not known."""

    laboratory: Laboratory | None = None
    on: dt.date | None = None
    sex: str | None = None
    birth: dt.date | None = None
    anticoagulated: bool | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """A reference range in the canonical unit of the analyte."""

    row: str
    low: Decimal | None
    high: Decimal | None
    alert_low: Decimal | None
    alert_high: Decimal | None


NO_LIMITS = Limits("", None, None, None, None)


def select_range(
    laboratory: Laboratory, analyte: str, sex: str | None, birth: dt.date, on: dt.date
) -> ReferenceRange | None:
    """The one row that applies; None if there is none, or more than one."""
    return choose(
        [row for row in laboratory.ranges if row.analyte == analyte], laboratory, sex, birth, on
    )


def choose(
    rows: Iterable[ReferenceRange],
    laboratory: Laboratory,
    sex: str | None,
    birth: dt.date,
    on: dt.date,
) -> ReferenceRange | None:
    """The one row of an analyte that applies; a row for the sex goes before one for both."""
    if not _within(laboratory.valid_from, laboratory.valid_to, on):
        return None
    fitting = [
        row
        for row in rows
        if (sex is None or row.sex in (sex, "B"))
        and _within(row.effective_from, row.effective_to, on)
        and row.age_from <= _age(birth, on, row.age_unit) < row.age_to
    ]
    own = [row for row in fitting if row.sex != "B"]
    if sex is None and own:
        return None
    left = own or fitting
    return left[0] if len(left) == 1 else None


def _within(start: dt.date, end: dt.date | None, on: dt.date) -> bool:
    return start <= on and (end is None or on < end)


def limits(row: ReferenceRange, analyte: Analyte) -> Limits | None:
    """A row in the analyte's unit; None if its unit is none of the analyte's."""
    alternate = number.find(row.unit, analyte.unit, analyte.units)
    if isinstance(alternate, Problem):
        return None
    low, high, alert_low, alert_high = (
        None if limit is None else number.canonical(limit, alternate)
        for limit in (row.low, row.high, row.alert_low, row.alert_high)
    )
    return Limits(row.id, low, high, alert_low, alert_high)


def flag(result: Decimal | Censored, given: Limits) -> str:
    """LL, LOW, NORMAL, HIGH, HH or UNKNOWN; a value equal to a limit is on its normal side."""
    if given.low is None and given.high is None:
        return "UNKNOWN"
    interval = _not_negative(number_interval(result))
    for name, low, high in (
        ("LL", interval, given.alert_low),
        ("HH", given.alert_high, interval),
        ("LOW", interval, given.low),
        ("HIGH", given.high, interval),
    ):
        if _less(low, high):
            return name
    inside = every(
        negate(_less(low, high))
        for low, high in ((interval, given.low), (given.high, interval))
        if low is not None and high is not None
    )
    return "NORMAL" if inside else "UNKNOWN"


def _less(a: Interval | Decimal | None, b: Interval | Decimal | None) -> bool | None:
    if a is None or b is None:
        return False
    return below(_interval(a), _interval(b))


def _interval(number_: Interval | Decimal) -> Interval:
    return number_interval(number_) if isinstance(number_, Decimal) else number_


def _not_negative(interval: Interval) -> Interval:
    """``<5`` of something that is counted or weighed is at least 0."""
    low, _, high, closed = interval
    return (
        (Decimal(0), True, high, closed) if low == Decimal("-Infinity") and high > 0 else interval
    )


def grade(
    analyte: Analyte,
    result: Decimal | Censored,
    given: Limits,
    sample: Sample,
    symptoms: bool | None = None,
    baseline: Decimal | None = None,
) -> tuple[str, bool]:
    """The CTCAE grade as ``L3``, ``H2`` or ``0``, and whether it rests on half of a limit.

    Empty when the grade cannot be told, or CTCAE has no term for the test in this unit.
    """
    term = analyte.grade
    if term is None or ctcae_v5.unit(term) not in ("", analyte.unit):
        return "", False
    years = full_years(sample.birth, sample.on) if sample.birth and sample.on else None
    facts = ctcae_v5.Facts(
        given.low,
        given.high,
        baseline,
        symptoms=symptoms,
        anticoagulated=sample.anticoagulated,
        age_years=years,
    )
    graded = ctcae_v5.lab_grade(term, number_interval(result), facts)
    halve = graded is None and term in HALVED
    if halve and isinstance(result, Censored) and result.op.startswith("<"):
        graded = ctcae_v5.lab_grade(term, result.value / 2, facts)
        return ("", False) if graded is None else (str(graded), True)
    return "" if graded is None else str(graded), False


def baseline_text(analyte: Analyte, baselines: Mapping[str, Decimal]) -> str | None:
    """The baseline that a grade of the analyte rests on; None if it rests on none."""
    if analyte.code not in baselines or analyte.grade is None:
        return None
    needed = ctcae_v5.needs_baseline(analyte.grade)
    return number.plain(baselines[analyte.code]) if needed else None


def facets(
    analyte: Analyte,
    value: Value,
    given: Limits,
    sample: Sample,
    symptoms: bool | None = None,
    baselines: Mapping[str, Decimal] = MappingProxyType({}),
) -> Mapping[str, str]:
    """What is frozen with a result: canonical number and unit, range, flag and grade (with
    ``bl``, the baseline it rests on, and ``imp`` if it rests on half of a limit)."""
    result = value.typed
    if isinstance(result, str):
        found = ctcae_v5.dipstick_grade(result) if analyte.grade == "UPRO" else None
        return {} if found is None else {"gr": f"H{found}" if found else "0"}
    if not isinstance(result, Decimal | Censored):
        return {}
    op, measured = (result.op, result.value) if isinstance(result, Censored) else ("", result)
    baseline = baseline_text(analyte, baselines)
    known = None if baseline is None else baselines[analyte.code]
    graded, imputed = grade(analyte, result, given, sample, symptoms, known)
    frozen = {
        "n": op + number.plain(measured),
        "nu": analyte.unit or "",
        "lo": "" if given.low is None else number.plain(given.low),
        "hi": "" if given.high is None else number.plain(given.high),
        "rid": given.row,
        "ind": flag(result, given),
        "gr": graded,
        "bl": baseline or "",
        "imp": "Y" if imputed else "",
    }
    return {name: text for name, text in frozen.items() if text}

"""The functions that rules may call by name besides those of the language: every calculator.

A calculator is called with its inputs as names: ``ice_score(ICEND=ICEND, ICEYEAR=ICEYEAR)``. Its
first output goes by its own name, each further one by ``<calculator>_<output>``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from decimal import Decimal
from typing import Any

from ecrf.calculators.calculator import Calculator, Input
from ecrf.calculators.catalogue import CALCULATORS
from ecrf.calculators.courses import counted
from ecrf.clinical import aecg_2002, icaht, ss_2016
from ecrf.clinical.bsa import bsa_mosteller
from ecrf.clinical.ctcae_v5_table import TABLE
from ecrf.clinical.grade_hours import hours_at_grade
from ecrf.clinical.icaht import Icaht
from ecrf.clinical.kinetics import car_kinetics
from ecrf.clinical.study_day import protocol_day, sdtm_day
from ecrf.definition.rule_types import (
    BOOL,
    CODES,
    DATE,
    DATETIME,
    DAY,
    NUMBER,
    TEXT,
    Function,
    Type,
    code,
    list_of,
)
from ecrf.definition.values import Censored, PartialDate

INPUT: Mapping[str, Type] = {
    "codes": CODES,
    "number": NUMBER,
    "integer": NUMBER,
    "censored": NUMBER,
    "numbers": list_of(NUMBER),
    "date": DAY,
    "partial_date": DATE,
}
# What an output is when it is no number; a grade is the code of a list such as TOXGR.
OUTPUT: Mapping[str, Type] = {
    "grade": code(tuple("012345")),
    "classified": BOOL,
    "primary": BOOL,
    "secondary": BOOL,
    "valid": BOOL,
    "flag": BOOL,
    "flags": CODES,
    "level": TEXT,
    "stratum": TEXT,
    "risk": TEXT,
    "decision": TEXT,
    "direction": TEXT,
    "check_character": TEXT,
    "screen": TEXT,
    "response": TEXT,
    "status": TEXT,
    "evaluability": TEXT,
    "kind": TEXT,
    "bleeding": TEXT,
    "acute": TEXT,
    "rules": CODES,
    "strict": CODES,
    "met": BOOL,
    **dict.fromkeys((*ss_2016.WEIGHTS, *aecg_2002.ITEMS), BOOL),
    "perr": BOOL,
    "mcrr": BOOL,
    "allowed": BOOL,
    "warning": BOOL,
    "planned": DATE,
    "earliest": DATE,
    "latest": DATE,
}


def _course(
    call: Callable[[Sequence[tuple[int, Decimal]]], Icaht | int | None],
) -> Callable[..., str | None]:
    """A grade over counts with their dates; a count below a limit is half of it (LB-01)."""

    def graded(
        dates: Sequence[PartialDate | None],
        counts: Sequence[Decimal | Censored | None],
        infusion: dt.date,
    ) -> str | None:
        found = call(_series(dates, counts, infusion))
        grade = found.grade if isinstance(found, Icaht) else found
        return None if grade is None else str(grade)

    return graded


def _car_auc(
    times: Sequence[dt.datetime | None],
    copies: Sequence[Decimal | None],
    assays: Sequence[str | None],
    targets: Sequence[str | None],
    time: dt.datetime | None,
    own: Decimal | None,
    assay: str | None,
    target: str | None,
    infusion: dt.date | None,
) -> Decimal | None:
    """AUC D0-D28 of one assay and target over this sample and all others (KIN-02)."""
    if infusion is None or assay is None or target is None:
        return None
    same = zip(times, copies, assays, targets, strict=False)
    rows = [(at, count) for at, count, how, what in same if (how, what) == (assay, target)]
    series = [
        ((at.date() - infusion).days, count) for at, count in [*rows, (time, own)] if at is not None
    ]
    return car_kinetics(series).auc


KINETICS = (
    list_of(DATETIME),
    list_of(NUMBER),
    list_of(TEXT),
    list_of(TEXT),
    DATETIME,
    NUMBER,
    TEXT,
    TEXT,
    DAY,
)


def _series(
    dates: Sequence[PartialDate | None],
    counts: Sequence[Decimal | Censored | None],
    infusion: dt.date,
) -> list[tuple[int, Decimal]]:
    return counted(
        (Decimal((date.earliest - infusion).days), count)
        for date, count in zip(dates, counts, strict=False)
        if date is not None and date.day
    )


def _early(
    call: Callable[[Sequence[tuple[int, Decimal]], int], Icaht | int | None],
) -> Callable[..., str | None]:
    """A grade of the first 30 days that counts no day after ``until``: death, or today."""

    def graded(
        dates: Sequence[PartialDate | None],
        counts: Sequence[Decimal | Censored | None],
        infusion: dt.date,
        until: dt.date,
    ) -> str | None:
        return _course(lambda series: call(series, (until - infusion).days))(
            dates, counts, infusion
        )

    return graded


def _below(
    call: Callable[[Sequence[tuple[int, Decimal]], Decimal, int], Any],
) -> Callable[..., Any]:
    """A figure of a course against a limit, up to the last day that counts."""
    return lambda dates, counts, limit, infusion, until: call(
        _series(dates, counts, infusion), limit, (until - infusion).days
    )


def _low_days(series: Sequence[tuple[int, Decimal]], limit: Decimal, last: int) -> int:
    return max((run.days for run in icaht.low_runs(series, limit, last)), default=0)


def _low_runs(series: Sequence[tuple[int, Decimal]], limit: Decimal, last: int) -> int:
    return len(icaht.low_runs(series, limit, last))


def _recovered(
    dates: Sequence[PartialDate | None],
    counts: Sequence[Decimal | Censored | None],
    limit: Decimal,
    infusion: dt.date,
) -> dt.date | None:
    day = icaht.recovered(_series(dates, counts, infusion), limit)
    return None if day is None else infusion + dt.timedelta(days=day)


def _recovered_platelets(
    dates: Sequence[PartialDate | None],
    counts: Sequence[Decimal | Censored | None],
    limit: Decimal,
    infusion: dt.date,
    times: Sequence[dt.datetime | None],
    products: Sequence[str | None],
) -> dt.date | None:
    """As ``recovered``, where a transfusion of platelets does not stand in for them."""
    given = [
        (at.date() - infusion).days
        for at, product in zip(times, products, strict=False)
        if at is not None and product == "PLT"
    ]
    day = icaht.recovered(_series(dates, counts, infusion), limit, transfused=given)
    return None if day is None else infusion + dt.timedelta(days=day)


def _hours_from_grade_3(
    times: Sequence[dt.datetime | None],
    grades: Sequence[str | None],
    end: dt.datetime | None,
) -> Decimal | None:
    known = [None if grade is None else int(grade) for grade in grades]
    return hours_at_grade(times, known, end)


def ctcae_term(analyte: str, direction: str) -> str | None:
    """The CTCAE v5.0 term of a result that is too low (L) or too high (H)."""
    rows = (row.en for row in TABLE if (row.analyte, row.direction) == (analyte, direction))
    return next(rows, None)


def _later(a: PartialDate | None, b: PartialDate | None) -> PartialDate | None:
    """The later of two dates; the known one when the other is unknown."""
    known = [date for date in (a, b) if date is not None]
    return max(known, key=lambda date: date.latest, default=None)


LIMITED = (list_of(DATE), list_of(NUMBER), NUMBER, DAY)
COURSE = (list_of(DATE), list_of(NUMBER), DAY)
GRADE = code(tuple("01234"))
# These are called with their arguments in order, as (HEIGHT, WEIGHT).
PLAIN = (
    Function("bsa_mosteller", (NUMBER, NUMBER), NUMBER, bsa_mosteller),
    Function("protocol_day", (DAY, DAY), NUMBER, protocol_day),
    Function("sdtm_day", (DAY, DAY), NUMBER, sdtm_day),
    Function("ctcae_term", (TEXT, TEXT), TEXT, ctcae_term),
    Function("later", (DATE, DATE), DATE, _later, strict=False),
    Function("car_auc", KINETICS, NUMBER, _car_auc, strict=False),
    Function(
        "hours_from_grade_3",
        (list_of(DATETIME), list_of(TEXT), DATETIME),
        NUMBER,
        _hours_from_grade_3,
        strict=False,
    ),
    Function("icaht_early", (*COURSE, DAY), GRADE, _early(icaht.icaht_early)),
    Function("icaht_late", COURSE, GRADE, _course(icaht.icaht_late)),
    Function("ticaht_early", (*COURSE, DAY), GRADE, _early(icaht.ticaht_early)),
    Function("ticaht_late", COURSE, GRADE, _course(icaht.ticaht_late)),
    Function("low_days", (*LIMITED, DAY), NUMBER, _below(_low_days)),
    Function("low_runs", (*LIMITED, DAY), NUMBER, _below(_low_runs)),
    Function("recovered", LIMITED, DATE, _recovered),
    Function(
        "recovered_platelets",
        (*LIMITED, list_of(DATETIME), list_of(TEXT)),
        DATE,
        _recovered_platelets,
    ),
)


def _functions() -> Iterator[Function]:
    for calculator in CALCULATORS.values():
        if any(one.kind == "series" for one in calculator.inputs):
            continue
        for place, output in enumerate(calculator.outputs):
            name = f"{calculator.name}_{output}" if place else calculator.name
            yield Function(
                name,
                tuple(_input(one) for one in calculator.inputs),
                OUTPUT.get(output, NUMBER),
                _output(calculator, output),
                strict=False,
                censored=any(one.kind == "censored" for one in calculator.inputs),
                keywords=tuple(one.name for one in calculator.inputs),
            )


def _input(one: Input) -> Type:
    if one.kind == "code":
        return code(one.codes) if one.codes else TEXT
    return INPUT[one.kind]


def _output(calculator: Calculator, output: str) -> Callable[..., Any]:
    names = tuple(one.name.lower() for one in calculator.inputs)
    graded = output == "grade"

    def value(*given: Any) -> Any:
        found = calculator.call(**dict(zip(names, given, strict=True)))
        if is_dataclass(found):
            found = getattr(found, output)
        return str(found) if graded and found is not None else found

    return value


FUNCTIONS: Mapping[str, Function] = {
    function.name: function for function in (*_functions(), *PLAIN)
}

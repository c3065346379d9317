"""Medication lines: who takes what on which day, and when it last changed (part A 1.10, 1.11).

Doses are exact fractions of a milligram a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ecrf.definition.rule_values import Truth, every
from ecrf.definition.values import PartialDate
from ecrf.eligibility.facts import Facts, Filled, compare_dates, each_day, read_date

IMMUNOSUPPRESSANTS = frozenset(
    [
        "MMF",
        "MPA",
        "AZA",
        "SMP",
        "MTX",
        "LEF",
        "CTX",
        "TAC",
        "CSA",
        "VOC",
        "SIR",
        "IGU",
        "TWHF",
        "THAL",
        "JAKI",
        "RTX",
        "BEL",
        "TEL",
        "ANI",
        "ABA",
        "TOC",
    ]
)
SYSTEMIC = frozenset({"ORAL", "IV", "SC", "IM"})
LOCAL = frozenset({"INH", "TOP", "OPH"})
A_DAY = {
    "QD": Fraction(1), "BID": Fraction(2), "TID": Fraction(3), "QID": Fraction(4),
    "QOD": Fraction(1, 2), "QW": Fraction(1, 7), "Q2W": Fraction(1, 14), "Q4W": Fraction(1, 28),
}  # fmt: skip
MILLIGRAMS = {"mg": Fraction(1), "g": Fraction(1000), "ug": Fraction(1, 1000)}
PREDNISONE = {
    "HC": Fraction(1, 4), "CORT": Fraction(1, 5), "PRED": Fraction(1), "PREDL": Fraction(1),
    "MP": Fraction(5, 4), "TRIAM": Fraction(5, 4), "DEX": Fraction(20, 3), "DEFLA": Fraction(5, 6),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log. ``last`` is the last dose; None while ongoing or unknown."""

    record: Filled
    drug: str
    kind: str | None
    start: PartialDate | None
    ongoing: Truth
    last: PartialDate | None

    def active(self, day: dt.date) -> Truth:
        begun = compare_dates(self.start, "<=", day)
        if self.ongoing is True:
            return begun
        return every((begun, compare_dates(self.last, ">=", day)))

    def active_between(self, first: dt.date, last: dt.date) -> Truth:
        begun = compare_dates(self.start, "<=", last)
        if self.ongoing is True:
            return begun
        return every((begun, compare_dates(self.last, ">=", first)))


def lines(facts: Facts, log: str, chosen: Callable[[str | None], bool]) -> list[Line]:
    """The lines of a log (``pt`` or ``cm``) whose class is chosen; each is evidence."""
    found = []
    for record in facts.having(f"{log}_class"):
        kind = record.text(f"{log}_class")
        if chosen(kind):
            found.append(_line(facts, record, log, kind))
    return found


def _line(facts: Facts, record: Filled, log: str, kind: str | None) -> Line:
    end = f"{log}_last" if log == "pt" else f"{log}_end"
    ongoing = facts.code(record, f"{log}_ongoing")
    last = record.text(end)
    if last is not None:
        facts.keep(record, end, last)
    elif ongoing != "Y":
        facts.notes.miss(end)
    return Line(
        record=record,
        drug=(record.text(f"{log}_gc_drug") or record.text(f"{log}_drug") or kind or "").lower(),
        kind=kind,
        start=facts.date(record, f"{log}_start"),
        ongoing=None if ongoing is None else ongoing == "Y",
        last=read_date(last, end) if last else None,
    )


def daily(facts: Facts, line: Line) -> Fraction | None:
    """Milligrams a day; unknown for doses as needed, by surface, or without a unit of weight."""
    record = line.record
    dose = _fraction(record, "cm_dose")
    unit, often = record.text("cm_dose_unit"), A_DAY.get(record.text("cm_freq") or "")
    if dose is None or unit is None or often is None:
        given = _fraction(record, "cm_daily")
        if given is None:
            facts.notes.miss("cm_daily")
        return given
    if unit == "mg_kg":
        weight = weight_of(facts)
        return None if weight is None else dose * often * weight
    factor = MILLIGRAMS.get(unit)
    return None if factor is None else dose * often * factor


def _fraction(record: Filled, name: str) -> Fraction | None:
    text = record.text(name)
    return None if text is None else Fraction(Decimal(text))


def weight_of(facts: Facts) -> Fraction | None:
    """The latest weight in kg."""
    found = [r for r in facts.having("vs_weight") if r.text("vs_weight")]
    text = facts.code(facts.latest(found, "vs_dt", None, facts.on), "vs_weight")
    return None if text is None else Fraction(Decimal(text))


def prednisone(facts: Facts, line: Line) -> Fraction | None:
    """Milligrams of prednisone a day."""
    which = line.record.text("cm_gc_drug")
    factors = PREDNISONE | {"BETA": Fraction(str(facts.parameters["gc_factor_beta"]))}
    amount, factor = daily(facts, line), factors.get(which or "")
    if amount is None or factor is None:
        text = line.record.text("cm_pred_eq")
        return Fraction(Decimal(text)) if text else None
    return amount * factor


def systemic(line: Line) -> bool:
    """Whether a glucocorticoid counts; an unnamed route may be systemic."""
    return line.record.text("cm_route") not in LOCAL


def glucocorticoid_within(
    facts: Facts, found: list[Line], limit: int, first: dt.date, last: dt.date
) -> Truth:
    """Whether the prednisone equivalent of all lines stays within the limit on each day."""
    doses = [prednisone(facts, line) for line in found]
    answers = []
    for day in each_day(first, last):
        taken = [
            (
                line.active(day),
                dose if line.record.text("cm_route") in SYSTEMIC else None,
                dose,
            )
            for line, dose in zip(found, doses, strict=True)
        ]
        sure = sum((dose or 0) for active, dose, _ in taken if active is True)
        most = sum((dose or 0) for active, _, dose in taken if active is not False)
        open_end = any(dose is None for active, _, dose in taken if active is not False)
        answers.append(False if sure > limit else True if most <= limit and not open_end else None)
    return every(answers)


def unchanged(facts: Facts, found: Iterable[Line], ref: dt.date, days: int) -> Truth:
    """last_change(S, ref) <= ref - days: no line began, ended or changed its dose since.

    A line that goes on with the same drug and dose the day after another ended is no change.
    """
    since = ref - dt.timedelta(days=days)
    known = list(found)
    answers: list[Truth] = []
    for line in known:
        for date, shift in ((line.start, 0), (line.last, 1)):
            if date is None:
                if shift == 0 or line.ongoing is None or line.ongoing is False:
                    answers.append(None)
                continue
            if shift and line.ongoing is True:
                continue
            answers.append(_before_or_after(date, shift, since, ref))
    if False not in answers:
        return every(answers)
    return _same_sets(facts, known, since, ref)


def _before_or_after(date: PartialDate, shift: int, since: dt.date, ref: dt.date) -> Truth:
    first = date.earliest + dt.timedelta(days=shift)
    last = date.latest + dt.timedelta(days=shift)
    if last <= since or first > ref:
        return True
    return False if first > since and last <= ref else None


def _same_sets(facts: Facts, known: list[Line], since: dt.date, ref: dt.date) -> Truth:
    """Compares what was taken day by day, because a change may only be one of lines."""
    before = None
    for day in each_day(since, ref):
        now = set()
        for line in known:
            active = line.active(day)
            if active is None:
                return None
            if active:
                now.add((line.drug, daily(facts, line)))
        if before is not None and now != before:
            return False
        before = now
    return True


def complete(facts: Facts) -> Truth:
    """Whether the medication log is confirmed complete; only Y is a confirmation."""
    return True if facts.code(facts.once("elig_cm_complete"), "elig_cm_complete") == "Y" else None


def refused(facts: Facts) -> bool:
    """The log is known to be incomplete: every rule about medication is unknown (part A 1.28)."""
    record = facts.once("elig_cm_complete")
    if record is None or record.text("elig_cm_complete") != "N":
        return False
    facts.code(record, "elig_cm_complete")
    return True

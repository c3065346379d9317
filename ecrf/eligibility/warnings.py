"""Warnings about a subject that never change the result (part A 2.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from ecrf.definition.rule_values import Truth, every
from ecrf.eligibility import exclusions, laboratory
from ecrf.eligibility.facts import DATES, Facts, Notes, compare
from ecrf.eligibility.shared import latest_with, pregnancy_test

INFECTIONS = (
    "inf_hbsag", "inf_hbcab", "inf_hcvab", "inf_hiv", "inf_tppa", "inf_rpr", "inf_igra",
)  # fmt: skip


def pregnancy_untested(facts: Facts) -> Truth:
    """Cohorts 1 and 2, where no criterion asks for it."""
    return facts.cohort != "PSSPAH" and pregnancy_test(facts) in (None, False)


def low_egfr(facts: Facts) -> Truth:
    egfr = compare(laboratory.result(facts, "EGFR"), "<", 30)
    return every((facts.cohort == "LN", egfr))


def low_lvef(facts: Facts) -> Truth:
    return compare(facts.number(latest_with(facts, "echo_", "echo_date"), "echo_lvef"), "<", 50)


def infected(facts: Facts) -> Truth:
    found = latest_with(facts, "inf_hbsag", "inf_dt")
    return any(record.text(name) == "POS" for record in found for name in INFECTIONS)


def below(test: str, limit: str) -> Callable[[Facts], Truth]:
    return lambda facts: compare(laboratory.result(facts, test), "<", Decimal(limit))


def long_qtc(facts: Facts) -> Truth:
    return compare(facts.number(latest_with(facts, "eg_", "eg_dt"), "eg_qtcf"), ">", 500)


def outdated(facts: Facts) -> Truth:
    """An assessment of screening lies before the window and none is in it."""
    start = facts.window_start()
    if start is None:
        return None
    for dated in DATES:
        if dated in ("ic_date", "rb_date", "rhc_date"):  # criteria of their own
            continue
        moments = [m[0] for r in facts.having(dated) for m in (facts.moment(r, dated),) if m]
        before = [moment for moment in moments if moment <= facts.on]
        if before and max(before) < start:
            return True
    return False


WARNINGS: Mapping[str, Callable[[Facts], Truth]] = {
    "W-PREG": pregnancy_untested,
    "W-EGFR": low_egfr,
    "W-LVEF": low_lvef,
    "W-INF": infected,
    "W-PLT": below("PLAT", "30"),
    "W-HGB": below("HGB", "60"),
    "W-NEUT": below("NEUT", "1.0"),
    "W-QTC": long_qtc,
    "W-LIVEVAC": exclusions.live_vaccine,
    "W-OLD": outdated,
}


def warnings(facts: Facts) -> tuple[str, ...]:
    """Those that are certain; what is missing warns of nothing."""
    found = []
    for name, present in WARNINGS.items():
        facts.notes = Notes()
        if present(facts) is True:
            found.append(name)
    return tuple(found)

"""Cohort SSC, systemic sclerosis: the classification (part A 2.3); the rest is shared."""

from __future__ import annotations

from ecrf.clinical.ssc_2013 import ssc_2013
from ecrf.definition.rule_values import Truth, every
from ecrf.eligibility.facts import Facts, Filled
from ecrf.eligibility.shared import NA, Answer

ITEMS = (
    "ssc_puffy", "ssc_sclero", "ssc_ulcer", "ssc_pits", "ssc_telang", "ssc_nail", "ssc_pah",
    "ssc_ild", "ssc_rp", "ssc_aca", "ssc_scl70", "ssc_rnap3",
)  # fmt: skip


def _record(facts: Facts) -> Filled | None:
    found = facts.starting("ssc_")
    return found[-1] if found else None


def sufficient(facts: Facts) -> Truth:
    """SSC-04: skin thickening of the fingers of both hands beyond the MCP joints."""
    return every((facts.yes("ssc_suff"), facts.yes("ssc_applicable")))


def nine_points(facts: Facts) -> Answer:
    """SSC-03: at least 9 points; not asked when the sufficient criterion is met."""
    record = _record(facts)
    if sufficient(facts):
        return NA
    items = {name: facts.code(record, name) for name in ITEMS}
    total = ssc_2013(ssc_applicable="Y", ssc_suff="N", **items).classified
    return every((total, facts.yes("ssc_applicable")))

"""Criteria version 2: customary exclusion criteria EX-01 to EX-22 (part A 2.6, optional).

Each function says whether the exclusion is present; the criterion passes when it is absent.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ecrf.definition.rule_dates import add_months
from ecrf.definition.rule_values import Truth, every, negate, some
from ecrf.eligibility import laboratory
from ecrf.eligibility.facts import Facts, Filled, compare, compare_dates
from ecrf.eligibility.shared import latest_with, months_later


def _is(facts: Facts, name: str, code: str = "Y") -> Truth:
    found = facts.code(facts.once(name), name)
    return None if found is None else found == code


def _unless(facts: Facts, name: str) -> Truth:
    """Not (name = Y): an exception that nobody recorded is none."""
    record = facts.once(name)
    return not (record is not None and facts.code(record, name) == "Y")


def _screen(facts: Facts) -> list[Filled]:
    return facts.in_window(facts.having("inf_hbsag", "inf_hiv", "inf_active"), "inf_dt")


def _positive(facts: Facts, name: str) -> Truth:
    found = facts.code(_screen(facts), name)
    return None if found in (None, "ND", "BORD") else found == "POS"


def car_t(facts: Facts) -> Truth:
    return _is(facts, "mhx_cart")


def malignancy(facts: Facts) -> Truth:
    present = _is(facts, "mhx_malig")
    if present is not True:
        return present
    record = facts.once("mhx_malig")
    recent: Truth = None
    date, screened = facts.date(record, "mhx_malig_date"), facts.screened()
    if date is not None and screened is not None:
        first, last = months_later(date, 60)
        recent = True if first > screened else False if last <= screened else None
    active = facts.code(record, "mhx_malig_active")
    return every(
        (
            some((None if active is None else active == "Y", recent)),
            _unless(facts, "ex_malig_ok"),
        )
    )


def infection(facts: Facts) -> Truth:
    found = facts.code(_screen(facts), "inf_active")
    return None if found is None else found == "Y"


def hepatitis_b(facts: Facts) -> Truth:
    marked = some((_positive(facts, "inf_hbsag"), _positive(facts, "inf_hbcab")))
    if marked is False:
        return False
    found = _screen(facts)
    dna, limit = facts.number(found, "inf_hbvdna"), facts.number(found, "inf_hbv_lod")
    return every((marked, compare(dna, ">", limit)))


def hepatitis_c(facts: Facts) -> Truth:
    marked = _positive(facts, "inf_hcvab")
    if marked is False:
        return False
    rna = facts.number(_screen(facts), "inf_hcvrna")
    detected = None if rna is None else rna[0] > 0
    return every((marked, detected))


def hiv(facts: Facts) -> Truth:
    screened = _positive(facts, "inf_hiv")
    if screened is False:
        return False
    return _positive(facts, "inf_hiv_conf")


def syphilis(facts: Facts) -> Truth:
    return every(
        (
            _positive(facts, "inf_tppa"),
            _positive(facts, "inf_rpr"),
            _unless(facts, "ex_syph_treated"),
        )
    )


def tuberculosis(facts: Facts) -> Truth:
    if facts.code(_screen(facts), "inf_igra") == "POS":
        facts.notes.warn("W-IGRA")
    history = _is(facts, "mhx_tb")
    active = _is(facts, "mhx_tb_active") if history else history
    scan = facts.code(latest_with(facts, "ct_", "ct_date"), "ct_tb")
    return some((active, None if scan is None else scan == "ACTIVE"))


def viraemia(facts: Facts) -> Truth:
    answers = []
    for name, limit in (("inf_cmvdna", "cmv_limit"), ("inf_ebvdna", "ebv_limit")):
        value, most = facts.number(_screen(facts), name), facts.parameters[limit]
        answers.append(None if most is None else compare(value, ">", Decimal(str(most))))
    return some(answers)


def pregnancy(facts: Facts) -> Truth:
    if facts.code(facts.once("sex"), "sex") == "M":
        return False
    results = [r for r in facts.having("rp_test_res") if r.text("rp_test_res")]
    latest = facts.latest(results, "rp_test_dt", None, facts.on)
    found = facts.code(latest, "rp_test_res")
    feeding = facts.code(facts.once("rp_breast"), "rp_breast")
    return some(
        (
            None if found in (None, "BORD", "ND") else found == "POS",
            None if feeding is None else feeding == "Y",
        )
    )


def live_vaccine(facts: Facts) -> Truth:
    given = _is(facts, "mhx_livevac")
    if given is not True:
        return given
    start, known = facts.reference("ld_date", "lddat", "elig_ld_plan")
    if not known:
        facts.notes.miss("ld_date")
        return None
    date = facts.date(facts.once("mhx_livevac_date"), "mhx_livevac_date")
    return compare_dates(date, ">", start - dt.timedelta(days=28))


def nervous_system(facts: Facts) -> Truth:
    present = _is(facts, "mhx_cns")
    return _is(facts, "mhx_cns_active") if present else present


def heart(facts: Facts) -> Truth:
    ejection = facts.number(latest_with(facts, "echo_", "echo_date"), "echo_lvef")
    history = _is(facts, "mhx_cardiac")
    active = _is(facts, "mhx_cardiac_active") if history else history
    return some((compare(ejection, "<", 50), active))


def qtcf(facts: Facts) -> Truth:
    return compare(facts.number(latest_with(facts, "eg_", "eg_dt"), "eg_qtcf"), ">", 480)


def kidney(facts: Facts) -> Truth:
    return every(
        (
            compare(laboratory.result(facts, "EGFR"), "<", 30),
            _unless(facts, "ex_egfr_ln"),
        )
    )


def dialysis(facts: Facts) -> Truth:
    ever = _is(facts, "dh_dialysis")
    return _recent(facts, "ex_dial_date") if ever else ever


def _recent(facts: Facts, name: str) -> Truth:
    """Less than 3 months before the screening visit."""
    screened = facts.screened()
    date = facts.date(facts.once(name), name)
    if screened is None:
        return None
    return compare_dates(date, ">", add_months(screened, Decimal(-3)))


def marrow(facts: Facts) -> Truth:
    limits = (("NEUT", Decimal("1.0")), ("PLAT", Decimal(30)), ("HGB", Decimal(60)))
    return some(compare(laboratory.result(facts, test), "<", limit) for test, limit in limits)


def lung(facts: Facts) -> Truth:
    found = latest_with(facts, "pft_", "pft_date")
    return some(
        (
            compare(facts.number(found, "pft_fvc_pp"), "<", 45),
            compare(facts.number(found, "pft_dlco_pp"), "<", 30),
        )
    )


def transplant(facts: Facts) -> Truth:
    return _is(facts, "mhx_transplant")


def other_trial(facts: Facts) -> Truth:
    took_part = _is(facts, "ex_trial_any")
    return _recent(facts, "ex_trial_end") if took_part is not False else False


def hypersensitive(facts: Facts) -> Truth:
    return _is(facts, "ex_hypers")


def other_reason(facts: Facts) -> Truth:
    return _is(facts, "ex_other")


EXCLUSIONS = {
    "EX-01": car_t, "EX-02": malignancy, "EX-03": infection, "EX-04": hepatitis_b,
    "EX-05": hepatitis_c, "EX-06": hiv, "EX-07": syphilis, "EX-08": tuberculosis,
    "EX-09": viraemia, "EX-10": pregnancy, "EX-11": live_vaccine, "EX-12": nervous_system,
    "EX-13": heart, "EX-14": qtcf, "EX-15": kidney, "EX-16": dialysis, "EX-17": marrow,
    "EX-18": lung, "EX-19": transplant, "EX-20": other_trial, "EX-21": hypersensitive,
    "EX-22": other_reason,
}  # fmt: skip
NOT_FOR = {"EX-16": ("SSC", "PSSPAH"), "EX-18": ("LN",)}  # dialysis is asked of LN only


def absent(facts: Facts, criterion: str) -> Truth | str:
    """Whether an exclusion is absent; NA where the cohort has no such criterion."""
    if facts.cohort in NOT_FOR.get(criterion, ()):
        return "NA"
    return negate(EXCLUSIONS[criterion](facts))

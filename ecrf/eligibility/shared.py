"""Criteria that several cohorts have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ecrf.definition.rule_dates import add_months
from ecrf.definition.rule_values import Truth, every, negate
from ecrf.definition.values import PartialDate
from ecrf.eligibility import laboratory
from ecrf.eligibility.facts import Facts, Filled, compare, compare_dates, one_of, truth

NA = "NA"  # a criterion that does not apply to this subject
Answer = Truth | str


def months_later(date: PartialDate, months: int) -> tuple[dt.date, dt.date]:
    """The earliest and the latest day that a partial date reaches so many months later."""
    number = Decimal(months)
    return add_months(date.earliest, number), add_months(date.latest, number)


def consent(facts: Facts) -> Truth:
    """LN-14, SSC-01, PSS-01: signed by who has to sign, with the child's own assent."""
    record = facts.once("ic_date")
    signed = facts.date(record, "ic_date")
    age = facts.age_at_consent()
    signer = facts.code(record, "ic_signer")
    withdrawn = any(r.text("rc_result") == "WITHDRAW" for r in facts.having("rc_result"))
    adult = int(facts.parameters["adult_age"])
    if age is None:
        by_age: Truth = None
    elif age >= adult:
        by_age = _adult(facts, record, signer)
    else:
        by_age = _minor(facts, record, signer, age)
    return every((None if signed is None else True, by_age, not withdrawn))


def _adult(facts: Facts, record: Filled | None, signer: str | None) -> Truth:
    if signer is None or signer in ("SUBJ", "BOTH"):
        return None if signer is None else True
    return None if facts.code(record, "ic_incap_reason") is None else True


def _minor(facts: Facts, record: Filled | None, signer: str | None, age: int) -> Truth:
    assent = facts.code(record, "ic_assent")
    mandatory = int(facts.parameters["assent_mandatory_from"])
    agreed = None if assent is None else assent == "Y" or (assent == "UNABLE" and age < mandatory)
    return every((one_of(signer, {"LAR", "BOTH"}), agreed))


def aged(facts: Facts, least: int, most: int) -> Truth:
    """Completed years at consent, both ends included."""
    age = facts.age_at_consent()
    return None if age is None else least <= age <= most


def lymphocytes(facts: Facts) -> Truth:
    """LN-09, SSC-05, PSS-21: more than 0.5 x 10^9/L."""
    return compare(laboratory.result(facts, "LYM"), ">", Decimal("0.5"))


def collectable(facts: Facts) -> Truth:
    """LN-10, SSC-06, PSS-22: no contraindication for cell collection (a judgement)."""
    return negate(facts.yes("elig_collect"))


def pregnancy_test(facts: Facts) -> Answer:
    """PSS-15: the latest blood test before lymphodepletion is negative and at most 7 days old."""
    fertile = facts.code(_reproductive(facts, "rp_fert"), "rp_fert")
    if fertile is None and facts.code(facts.once("sex"), "sex") == "M":
        return NA
    if fertile is not None and fertile != "WOCBP":
        return NA
    if fertile is None:
        return None
    start, known = facts.reference("ld_date", "lddat", "elig_ld_plan")
    last = start if known else facts.on
    tests = [r for r in facts.having("rp_test_dt") if r.text("rp_test_spec") == "BLOOD"]
    found = facts.latest(tests, "rp_test_dt", None, last)
    answer = facts.code(found, "rp_test_res")
    if answer == "POS":
        return False
    moment = facts.moment(found[0], "rp_test_dt") if found else None
    if not known:
        facts.notes.miss("ld_date")
    ok = answer == "NEG" and known and moment is not None and (start - moment[0]).days <= 7
    if not ok:
        facts.notes.warn("W-PREGTEST")
    return True if ok else None


def _reproductive(facts: Facts, name: str) -> Filled | None:
    found = [r for r in facts.having(name) if r.text(name)]
    return found[-1] if found else None


INFERTILE = frozenset({"HYST", "OOPH", "OVFAIL", "MINF"})


def contraception(facts: Facts) -> Answer:
    """PSS-16: everybody with fertility agrees to contraception."""
    record = _reproductive(facts, "rp_fert")
    fertile = facts.code(record, "rp_fert")
    if fertile in INFERTILE:
        return NA
    if fertile == "POSTM":
        stopped = facts.date(record, "rp_lmp")
        if stopped is None:
            return None
        first, last = months_later(stopped, 12)
        if last <= facts.on:
            return NA
        if first <= facts.on:
            return None
    agreed = facts.code(record or facts.once("rp_contra_agree"), "rp_contra_agree")
    return None if fertile is None else truth(agreed) if agreed in ("Y", "N") else None


def at_most_times_limit(facts: Facts, test: str, times: str) -> Truth:
    """value <= times x ULN, by multiplication (part A 0.4)."""
    value, limit = laboratory.result(facts, test), laboratory.upper_limit(facts, test)
    if limit is None:
        return None
    low, low_in, high, high_in = limit
    scaled = (low * Decimal(times), low_in, high * Decimal(times), high_in)
    return compare(value, "<=", scaled)


def latest_with(facts: Facts, prefix: str, dated: str) -> list[Filled]:
    """The latest record of a form in the screening window."""
    return facts.in_window(facts.starting(prefix), dated)


__all__ = [
    "NA", "Answer", "aged", "at_most_times_limit", "collectable", "compare_dates",
    "consent", "contraception", "latest_with", "lymphocytes", "months_later", "pregnancy_test",
]  # fmt: skip

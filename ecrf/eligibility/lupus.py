"""Cohort LN, refractory lupus nephritis: criteria LN-01 to LN-14 (part A 2.2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ecrf.clinical.sle_2019 import sle_2019
from ecrf.definition.rule_dates import add_months
from ecrf.definition.rule_values import Truth, every, negate, some
from ecrf.definition.values import PartialDate
from ecrf.eligibility import medication
from ecrf.eligibility.facts import (
    Facts,
    Filled,
    compare,
    compare_dates,
    one_of,
    read_number,
    truth,
)
from ecrf.eligibility.medication import IMMUNOSUPPRESSANTS
from ecrf.eligibility.shared import months_later

NOT_BETTER = frozenset({"SAME", "INC"})
ACTIVE = frozenset({"III_A", "III_AC", "IVS_A", "IVS_AC", "IVG_A", "IVG_AC"})
UNSPECIFIED = frozenset({"III_NOS", "IV_NOS"})
POSITIVE_TITRE, POSITIVE_DSDNA = 80, 30


def refractory(facts: Facts) -> Truth:
    """LN-01: a course of at least 3 months without remission, and the judgement that it was so."""
    courses, qualifying = [], []
    for record in facts.having("pt_class"):
        kind = record.text("pt_class")
        if kind is not None and kind != "GC" and kind not in IMMUNOSUPPRESSANTS:
            continue
        answer = _course(facts, record) if kind else None
        courses.append(answer)
        if answer:
            qualifying.append(record)
    if qualifying and all(r.text("pt_class") == "GC" for r in qualifying):
        facts.notes.warn("W-GCONLY")
    if qualifying and all(r.text("pt_source") == "ORAL" for r in qualifying):
        facts.notes.warn("W-ORAL")
    if not courses:
        facts.notes.miss("pt_class")
    machine = some(courses) if courses else None
    return every((machine, facts.yes("elig_refract")))


def _course(facts: Facts, record: Filled) -> Truth:
    facts.code(record, "pt_class")
    proteinuria, antibody = (
        one_of(facts.code(record, name), NOT_BETTER) for name in ("pt_uprot", "pt_ab")
    )
    remission = facts.code(record, "pt_remis")
    return every(
        (
            _three_months(facts, record),
            None if remission is None else remission == "N",
            some((proteinuria, antibody)),
        )
    )


def _three_months(facts: Facts, record: Filled) -> Truth:
    start = facts.date(record, "pt_start")
    if facts.code(record, "pt_ongoing") == "Y" and record.text("pt_last") is None:
        last: PartialDate | None = PartialDate(facts.on.year, facts.on.month, facts.on.day)
    else:
        last = facts.date(record, "pt_last")
    if start is None or last is None:
        return None
    first, latest = months_later(start, 3)
    if latest <= last.earliest:
        return True
    return False if first > last.latest else None


def _biopsy(facts: Facts) -> list[Filled]:
    """The latest biopsy up to the end of screening, else the first one after it."""
    records = facts.having("rb_date")
    end = facts.screening_end()
    found = facts.latest(records, "rb_date", None, end)
    later = [r for r in records if facts.moment(r, "rb_date")]
    return found or later[:1] or facts.having("rb_done")[-1:]


def histology(facts: Facts) -> Truth:
    """LN-02: active, proliferative class III or IV."""
    found = _biopsy(facts)
    done = facts.code(found, "rb_done")
    if done != "Y":
        return None if done is None else False
    lesion = facts.code(found, "rb_prolif")
    if lesion in UNSPECIFIED:
        return truth(facts.code(found, "rb_active"))
    return one_of(lesion, ACTIVE)


def biopsy_time(facts: Facts) -> Truth:
    """LN-03: within 6 months before the screening visit or during screening."""
    done, screened = facts.date(_biopsy(facts), "rb_date"), facts.screened()
    if screened is None:
        facts.notes.miss("sv_date")
        return None
    earliest = add_months(screened, Decimal(-6))
    return every(
        (
            compare_dates(done, ">=", earliest),
            compare_dates(done, "<=", facts.screening_end()),
        )
    )


def classified(facts: Facts) -> Truth:
    """LN-05: 2019 EULAR/ACR classification; items not known leave it open only if they matter."""
    records = facts.starting("s19_")
    record = records[-1] if records else None
    names = sorted(name for name in (record.fields if record else {}) if name.startswith("s19_"))
    items = {name: facts.code(record, name) for name in names if name in ITEMS}
    ever = [r.text("ab_ana_ever") for r in facts.having("ab_ana_ever")]
    entry = "Y" if "Y" in ever else "N" if "N" in ever else None
    if entry is None:
        facts.notes.miss("ab_ana_ever")
    for name in ITEMS:
        if name not in items:
            facts.notes.miss(name)
    return sle_2019(ab_ana_ever=entry, **items).classified


ITEMS = frozenset(
    "s19_" + name
    for name in [
        "fever",
        "leuk",
        "thromb",
        "hemol",
        "delir",
        "psych",
        "seiz",
        "alop",
        "ulcer",
        "scle",
        "acle",
        "effus",
        "peric",
        "joint",
        "prot",
        "bx25",
        "bx34",
        "apl",
        "c3low",
        "c4low",
        "ds",
        "sm",
    ]
)


def antibodies(facts: Facts) -> Truth:
    """LN-06: ANA of at least 1:80, or anti-dsDNA of at least 30 IU/mL by ELISA, at the centre."""
    return some((_ana(facts), _dsdna(facts)))


def _samples(facts: Facts, *names: str) -> list[Filled]:
    found = [r for r in facts.having(*names) if any(r.text(name) for name in names)]
    latest = facts.in_window(found, "ab_dt")
    return [r for r in latest if facts.code(r, "ab_centre") == "Y"]


def _ana(facts: Facts) -> Truth:
    tested = [r for r in _samples(facts, "ab_ana_res", "ab_ana_eia")]
    if not tested:
        facts.notes.miss("ab_ana_res")
        return None
    answers = []
    for record in tested:
        result, eia = record.text("ab_ana_res"), record.text("ab_ana_eia")
        if result not in (None, "ND"):
            answers.append(_titre(facts, record, facts.code(record, "ab_ana_res")))
        if eia not in (None, "ND"):
            facts.code(record, "ab_ana_eia")
            answers.append({"POS": True, "NEG": False}.get(eia or ""))
    return some(answers) if answers else None


def _titre(facts: Facts, record: Filled, result: str | None) -> Truth:
    if result == "NEG":
        return False
    text = facts.code(record, "ab_ana_titre")
    if text is None:
        return None
    op = {"LT": "<", "GT": ">", "GE": ">="}.get(record.text("ab_ana_op") or "", "")
    enough = compare(read_number(f"{op}{text.removeprefix('1:')}", "ab_ana_titre"), ">=",
                     POSITIVE_TITRE)  # fmt: skip
    if enough is False:
        return False
    return enough if result == "POS" else None


def _dsdna(facts: Facts) -> Truth:
    tested = _samples(facts, "ab_ds_meth")
    elisa = [r for r in tested if r.text("ab_ds_meth") == "ELISA"]
    if tested and not elisa:
        facts.notes.warn("W-DSELISA")
    found = elisa[0] if elisa else None
    facts.code(found, "ab_ds_meth")
    text = facts.code(found, "ab_ds_val")
    if text is None or found is None:
        return None
    op = {"LT": "<", "GT": ">", "GE": ">="}.get(found.text("ab_ds_op") or "", "")
    value = read_number(text if text[0] in "<>≤≥" else f"{op}{text}", "ab_ds_val")
    return compare(value, ">=", POSITIVE_DSDNA)


def stopped(facts: Facts) -> Truth:
    """LN-08: the last dose of every immunosuppressant more than 7 days before collection."""
    covered = IMMUNOSUPPRESSANTS | ({"GC"} if facts.parameters["ln08_include_gc"] else set())
    ref, known = facts.reference("aph_date", "aphdat", "elig_aph_plan")
    if not known:
        ref, known = facts.reference("inf_date", "infdat", "elig_inf_plan")
    if not known:
        facts.notes.warn("W-PROVISIONAL")
    found = [
        line
        for log in ("pt", "cm")
        for line in medication.lines(facts, log, lambda kind: kind in covered)
    ]
    if medication.refused(facts):
        return None
    confirmed = medication.complete(facts)
    if not found:
        return confirmed
    return every(_long_ago(line, ref) for line in found)


def _long_ago(line: medication.Line, ref: dt.date) -> Truth:
    if line.ongoing is True:
        return False
    if line.last is None:
        return None
    if (ref - line.last.latest).days > 7:
        return True
    return False if (ref - line.last.earliest).days <= 7 else None


def survival(facts: Facts) -> Truth:
    """LN-13: at least 90 days in the investigator's judgement, and by the estimate if given."""
    record = facts.once("elig_surv_days")
    estimate: Truth = True
    if record is not None and record.text("elig_surv_days"):
        estimate = compare(facts.number(record, "elig_surv_days"), ">=", 90)
    return every((facts.yes("elig_surv90"), estimate))


def performance(facts: Facts) -> Truth:
    """LN-12: ECOG 0 to 2."""
    found = facts.in_window(facts.having("ps_ecog"), "ps_date")
    return one_of(facts.code(found, "ps_ecog"), {"0", "1", "2"})


def no_allergy(facts: Facts) -> Truth:
    """LN-11: no severe allergic constitution (a judgement)."""
    for record in facts.having("al_grade", "al_react"):
        if (record.text("al_grade") or "0") >= "3" or record.text("al_react") in (
            "ANAPH",
            "SJS",
        ):
            facts.notes.warn("W-ALLERGY")
    return negate(facts.yes("elig_allergy"))

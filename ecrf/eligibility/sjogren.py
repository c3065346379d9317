"""Cohort PSSPAH, primary Sjögren with pulmonary arterial hypertension: PSS-03 to PSS-20 (2.4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from ecrf.clinical import aecg_2002 as aecg
from ecrf.clinical import ss_2016 as ss
from ecrf.clinical.aecg_2002 import aecg_2002
from ecrf.clinical.ss_2016 import ss_2016
from ecrf.definition.rule_values import Interval, Truth, every, negate, some
from ecrf.eligibility import laboratory, medication
from ecrf.eligibility.facts import Facts, Filled, compare, one_of
from ecrf.eligibility.medication import IMMUNOSUPPRESSANTS, Line
from ecrf.eligibility.shared import at_most_times_limit, latest_with

BACKGROUND = frozenset({"MMF", "MPA", "AZA", "SMP", "MTX", "LEF"})
A_WEEK, PER_KG = frozenset({"MTX"}), frozenset({"AZA", "SMP"})
MOST = {"MMF": 1500, "AZA": 2, "SMP": 2, "MTX": 15, "LEF": 20}
GC_DAYS, BACKGROUND_DAYS, PAH_DAYS = 28, 84, 28
TESTS = (
    "sj_schirmer_r", "sj_schirmer_l", "sj_oss_r", "sj_oss_l", "sj_vb_r", "sj_vb_l", "sj_uws",
    "sj_focus",
)  # fmt: skip
AECG_TESTS = tuple(name for name in TESTS if not name.startswith("sj_oss"))


def refractory(facts: Facts) -> Truth:
    """PSS-03: a judgement; the registry gives no definition."""
    return facts.yes("elig_refract")


def classified(facts: Facts) -> Truth:
    """PSS-04: AECG 2002 or ACR/EULAR 2016; each has its own exclusions."""
    overlap = facts.code(facts.once("coh_overlap"), "coh_overlap")
    if overlap == "Y":
        facts.notes.warn("W-OVERLAP")
    ssa, ssb = (facts.code(facts.once(name), name) for name in ("ab_ssa60", "ab_ssb"))
    fls = facts.code(facts.once("sj_fls"), "sj_fls")
    old = aecg_2002(
        **{name: _measured(facts, name) for name in AECG_TESTS},  # type: ignore[arg-type]
        **{name: _asked(facts, name) for name in (*aecg.EYE, *aecg.MOUTH, *aecg.EXCLUSIONS)},  # type: ignore[arg-type]
        **{name: _asked(facts, name) for name in ("sj_sialo", "sj_scinti")},  # type: ignore[arg-type]
        sj_fls=fls,
        ab_ssa60=ssa,
        ab_ssb=ssb,
        coh_overlap=overlap,
    )
    new = ss_2016(
        **{name: _measured(facts, name) for name in TESTS},  # type: ignore[arg-type]
        **{name: _asked(facts, name) for name in (*ss.SYMPTOMS, *ss.EXCLUSIONS)},  # type: ignore[arg-type]
        sj_fls=fls,
        ab_ssa60=ssa,
    )
    return some((old.primary, new.classified))


def _asked(facts: Facts, name: str) -> str | None:
    return facts.code(facts.once(name), name)


def _measured(facts: Facts, name: str) -> Decimal | None:
    """A measurement given once; the flow of saliva also from volume and minutes."""
    interval = facts.number(facts.once(name), name)
    if interval is not None and interval[0] == interval[2]:
        number: Decimal = interval[0]
        return number
    if name != "sj_uws":
        return None
    volume, minutes = _measured(facts, "sj_uws_ml"), _measured(facts, "sj_uws_min")
    return volume / minutes if volume is not None and minutes else None


def _catheter(facts: Facts) -> list[Filled]:
    """One and the same catheterisation: the latest at rest up to the end of screening."""
    records = facts.having("rhc_date")
    resting = [r for r in records if r.text("rhc_rest") == "Y"]
    end = facts.screening_end()
    found = facts.latest(resting, "rhc_date", None, end)
    found = found or facts.latest(records, "rhc_date", None, end)
    screened = facts.screened()
    moment = facts.moment(found[0], "rhc_date") if found else None
    if screened and moment:
        age = (screened - moment[0]).days
        if age > int(facts.parameters["rhc_max_age_days"]):
            facts.notes.warn("W-RHCOLD")
    return found


def pressure(facts: Facts) -> Truth:
    """PSS-05: mean pulmonary arterial pressure at rest of at least 20 mmHg."""
    found = _catheter(facts)
    value = facts.number(found, "rhc_mpap")
    if compare(value, "==", 20):
        facts.notes.warn("W-MPAP20")
    rest = facts.code(found, "rhc_rest")
    return every((None if rest is None else rest == "Y", compare(value, ">=", 20)))


def wedge(facts: Facts) -> Truth:
    """PSS-06: pulmonary artery wedge pressure of at most 15 mmHg."""
    return compare(facts.number(_catheter(facts), "rhc_pawp"), "<=", 15)


def resistance(facts: Facts) -> Truth:
    """PSS-07: (mPAP - PAWP) / CO > 2 Wood units, by multiplication: nothing is rounded."""
    found = _catheter(facts)
    mean, wedged = _point(facts, found, "rhc_mpap"), _point(facts, found, "rhc_pawp")
    output = _output(facts, found)
    if mean is None or wedged is None or output is None:
        return _reported(facts, found)
    return mean - wedged > 2 * output


def _point(facts: Facts, found: list[Filled], name: str) -> Fraction | None:
    interval = facts.number(found, name)
    return None if interval is None or interval[0] != interval[2] else Fraction(interval[0])


def _output(facts: Facts, found: list[Filled]) -> Fraction | None:
    """Cardiac output in L/min; from the index and the body surface when it is missing."""
    output = _point(facts, found, "rhc_co")
    if output is not None:
        return output if output > 0 else None
    index = _point(facts, found, "rhc_ci")
    surface = facts.once("vs_bsa")
    bsa = _point(facts, [surface], "vs_bsa") if surface else None
    if index is None or bsa is None:
        return None
    facts.notes.warn("W-CODERIVED")
    return index * bsa


def _reported(facts: Facts, found: list[Filled]) -> Truth:
    """The resistance of the report counts only with the report."""
    if not found or found[0].text("rhc_file") is None:
        return None
    return compare(facts.number(found, "rhc_pvr_rep"), ">", 2)


def not_low_risk(facts: Facts) -> Truth:
    """PSS-08: not all four signs of low risk, as the registry lists them."""
    catheter = _catheter(facts)
    low = (
        one_of(facts.code(latest_with(facts, "wfc_", "wfc_date"), "wfc_class"), {"1", "2"}),
        compare(facts.number(latest_with(facts, "smw_", "smw_date"), "smw_dist"), ">", 440),
        _marker(facts),
        every(
            (
                compare(facts.number(catheter, "rhc_rap"), "<", 8),
                compare(facts.number(catheter, "rhc_ci"), ">=", Decimal("2.5")),
            )
        ),
    )
    return negate(every(low))


def _marker(facts: Facts) -> Truth:
    bnp = laboratory.result(facts, "BNP")
    nt = laboratory.result(facts, "NTPROBNP")
    answers = [
        compare(value, "<", limit) for value, limit in ((bnp, 50), (nt, 300)) if value is not None
    ]
    if len(set(answers)) == 2:
        facts.notes.warn("W-DISCORD")
    return some(answers) if answers else None


def _first_dose(facts: Facts) -> dt.date:
    """The first administration of a study drug (ambiguity A-16): lymphodepletion, else cells."""
    ref, known = facts.reference("ld_date", "lddat", "elig_ld_plan")
    if not known:
        ref, known = facts.reference("inf_date", "infdat", "elig_inf_plan")
    if not known:
        facts.notes.warn("W-PROVISIONAL")
    return ref


def glucocorticoids(facts: Facts) -> Truth:
    """PSS-09: 0 to 30 mg of prednisone a day, stable, in the 4 weeks before the first dose."""
    if medication.refused(facts):
        return None
    ref = _first_dose(facts)
    found = medication.lines(facts, "cm", lambda kind: kind == "GC")
    found = [line for line in found if medication.systemic(line)]
    first, last = ref - dt.timedelta(days=GC_DAYS), ref - dt.timedelta(days=1)
    return every(
        (
            medication.glucocorticoid_within(facts, found, 30, first, last),
            medication.unchanged(facts, found, ref, GC_DAYS),
            medication.complete(facts),
        )
    )


def background(facts: Facts) -> Truth:
    """PSS-10: antimalarials and at most one of the allowed immunosuppressants for 12 weeks."""
    if medication.refused(facts):
        return None
    ref = _first_dose(facts)
    first, last = ref - dt.timedelta(days=BACKGROUND_DAYS), ref - dt.timedelta(days=1)
    suppressing = medication.lines(facts, "cm", lambda kind: kind in IMMUNOSUPPRESSANTS)
    antimalarial = medication.lines(facts, "cm", lambda kind: kind == "AM")
    recent = [line for line in suppressing if line.active_between(first, last) is not False]
    if not recent and not any(line.active(last) for line in antimalarial):
        facts.notes.warn("W-NOBG")
    return every(
        (
            *(_allowed(line, first, last) for line in recent),
            _few({line.kind for line in recent}, recent, last, 1),
            *(_dose(facts, line, first, last) for line in recent),
            medication.unchanged(facts, [*recent, *antimalarial], ref, BACKGROUND_DAYS),
            medication.complete(facts),
        )
    )


def _allowed(line: Line, first: dt.date, last: dt.date) -> Truth:
    if line.kind in BACKGROUND:
        return True
    return negate(line.active_between(first, last))


def _few(kinds: set[str | None], found: list[Line], day: dt.date, most: int) -> Truth:
    """Whether at most so many different kinds are taken on a day."""
    taken = [some(line.active(day) for line in found if line.kind == kind) for kind in kinds]
    if sum(answer is True for answer in taken) > most:
        return False
    return True if sum(answer is not False for answer in taken) <= most else None


def _dose(facts: Facts, line: Line, first: dt.date, last: dt.date) -> Truth:
    if line.kind not in BACKGROUND:
        return True
    amount = medication.daily(facts, line)
    if line.kind in PER_KG:
        weight = medication.weight_of(facts)
        amount = None if amount is None or not weight else amount / weight
    if amount is None:
        return None
    amount = amount * 7 if line.kind in A_WEEK else amount
    if line.kind == "MPA":
        within: Truth = True if amount <= 1080 else False if amount > 1500 else None
    else:
        within = amount <= MOST[line.kind or ""]
    return some((within, negate(line.active_between(first, last))))


def pah_drugs(facts: Facts) -> Truth:
    """PSS-12: fewer than three types of PAH drugs, stable for 4 weeks."""
    if medication.refused(facts):
        return None
    ref = _first_dose(facts)
    found = medication.lines(facts, "cm", lambda kind: kind == "PAHD")
    day = ref - dt.timedelta(days=1)
    typed = [_of_type(facts, line) for line in found]
    kinds = {line.kind for line in typed if line.kind != "NONE"}
    if not any(line.active(day) for line in typed):
        facts.notes.warn("W-NOPAH")
    if {"PDE5I", "SGC"} <= {line.kind for line in typed if line.active(day)}:
        facts.notes.warn("W-PDE5SGC")
    return every(
        (
            _few(kinds, typed, day, 2),
            medication.unchanged(facts, found, ref, PAH_DAYS),
            medication.complete(facts),
        )
    )


def _of_type(facts: Facts, line: Line) -> Line:
    """The line with its PAH class as kind; selexipag counts as a prostacyclin."""
    kind = facts.code(line.record, "cm_pahclass") or f"?{line.record.number}"
    if kind == "IPRA" and facts.parameters["ipra_as_prost"]:
        facts.notes.warn("W-IPRA")
        kind = "PROST"
    return Line(line.record, line.drug, kind, line.start, line.ongoing, line.last)


def commitment(facts: Facts) -> Truth:
    """PSS-11, PSS-13: no increase or replacement planned for 24 weeks (a judgement)."""
    return facts.yes("elig_bg24")


def reducible(facts: Facts) -> Truth:
    """PSS-14: at most 10 mg of prednisone and no immunosuppressant during the study (judged)."""
    return every((facts.yes("elig_gc10"), facts.yes("elig_isstop")))


def aminotransferase(facts: Facts, test: str) -> Truth:
    """PSS-17, PSS-18: at most 3 x ULN."""
    return at_most_times_limit(facts, test, "3")


def bilirubin(facts: Facts) -> Truth:
    """PSS-19: total at most 2 x ULN; with documented Gilbert syndrome 3 x, and direct 1.5 x."""
    record = facts.once("mhx_gilbert")
    syndrome = facts.code(record, "mhx_gilbert")
    evident: Truth = None if syndrome is None else syndrome == "Y"
    if evident:
        held = record.fields.get("mhx_gilbert_evid") if record else None
        evident = True if held not in (None, "", [], "UNK") else None
        if evident is None:
            facts.notes.miss("mhx_gilbert_evid")
    usual = at_most_times_limit(facts, "BILI", "2")
    direct = at_most_times_limit(facts, "BILDIR", "1.5")
    if usual and evident and direct is False:
        facts.notes.warn("W-BILDIR")
    return some((usual, every((evident, at_most_times_limit(facts, "BILI", "3.0"), direct))))


def saturation(facts: Facts) -> Truth:
    """PSS-20: more than 95 % without oxygen; the latest reading on room air."""
    readings = facts.having("vs_spo2")
    on_air = [r for r in readings if r.text("vs_o2") == "N" and r.text("vs_spo2")]
    found = facts.in_window(on_air or readings, "vs_dt")
    oxygen = facts.code(found, "vs_o2")
    value: Interval | None = facts.number(found, "vs_spo2")
    if oxygen == "Y":
        facts.notes.warn("W-ONOXYGEN")
    return compare(value, ">", 95) if oxygen == "N" else None

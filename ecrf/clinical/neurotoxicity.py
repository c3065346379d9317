"""ICE and CAPD scores and the ICANS grade (part B 3.2 to 3.4).

Lee DW et al., Biol Blood Marrow Transplant 2019;25:625, tables 5 to 7; Traube C et al., Crit Care
Med 2014;42:656 (CAPD). Under 12 years, and where ICE is not valid, CAPD takes its place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

ICE_ITEMS = {
    "iceyear": 1, "icemon": 1, "icecity": 1, "icehosp": 1, "icename": 3, "icecmd": 1, "icewrt": 1,
    "iceatt": 1,
}  # fmt: skip
CAPD_ITEMS = tuple(f"capd{n}" for n in range(1, 9))
CONSCIOUSNESS = {"ALERT": 0, "SPONT": 1, "VOICE": 2, "TACTILE": 3, "UNAROUS": 4}
SEIZURE = {"NONE": 0, "RESOLVE": 3, "LIFETHR": 4}
MOTOR = {"NONE": 0, "DEEPFOCAL": 4}
PRESSURE = {"NONE": 0, "FOCAL": 3, "DIFFUSE": 4}
CHILD = 12


@dataclass(frozen=True, slots=True)
class Icans:
    """The grade 0 to 5 and what the physician should look at."""

    grade: int | None
    flags: tuple[str, ...] = ()


def ice_score(icend: str | None = None, **items: Decimal | None) -> int | None:
    """0 to 10; 0 when unarousable; None when an item is missing or it could not be done."""
    if icend == "UNAROUSABLE":
        return 0
    given = [items.get(name) for name in ICE_ITEMS]
    if icend not in (None, "NO") or None in given:
        return None
    for (name, most), value in zip(ICE_ITEMS.items(), given, strict=True):
        if value is None or not 0 <= value <= most:
            raise ValueError(f"{name} is 0 to {most}")
    return int(sum(value for value in given if value is not None))


def capd_score(**items: Decimal | None) -> int | None:
    """0 to 32 from frequencies 0 (never) to 4 (always); None when an item is missing."""
    given = [items.get(name) for name in CAPD_ITEMS]
    if any(value is not None and not 0 <= value <= 4 for value in given):
        raise ValueError("a frequency is 0, 1, 2, 3 or 4")
    known = [int(value) for value in given if value is not None]
    if len(known) < len(CAPD_ITEMS):
        return None
    return sum(4 - value for value in known[:4]) + sum(known[4:])


def astct_icans_grade(
    *,
    icescore: Decimal | None = None,
    capdsc: Decimal | None = None,
    age_years: Decimal | None = None,
    baseline_score: Decimal | None = None,
    icrowun: str | None = None,
    icrowloc: str | None = None,
    icrowsz: str | None = None,
    icrowmot: str | None = None,
    icrowicp: str | None = None,
    icrowoc: Collection[str] = (),
    death: str | None = None,
) -> Icans:
    """The highest of the domains, each only if not due to another cause (``icrowoc``: SCORE, LOC,
    SEIZ, MOTOR, ICP). A domain that is not known leaves the grade open unless it is 4 already."""
    if death == "Y":
        return Icans(5)
    child = capdsc is not None or icrowun == "Y" or (age_years is not None and age_years < CHILD)
    domains = {
        "SCORE": _capd(capdsc, icrowun) if child else _ice(icescore, baseline_score, icrowloc),
        "LOC": CONSCIOUSNESS.get(icrowloc or ""),
        "SEIZ": SEIZURE.get(icrowsz or ""),
        "MOTOR": MOTOR.get(icrowmot or ""),
        "ICP": PRESSURE.get(icrowicp or ""),
    }
    grades = [grade for name, grade in domains.items() if name not in (icrowoc or ())]
    known = [grade for grade in grades if grade is not None]
    if None in grades and max(known, default=0) < 4:
        return Icans(None)
    grade = max(known, default=0)
    return Icans(grade, _flags(child, capdsc, baseline_score, icrowloc, grade))


def _ice(score: Decimal | None, baseline: Decimal | None, consciousness: str | None) -> int | None:
    """The score counts only below the subject's own before the infusion."""
    if score is None:
        return None
    if not 0 <= score <= 10:
        raise ValueError("ICESCORE is 0 to 10")
    if baseline is not None and score >= baseline:
        return 0
    if score == 0:
        return 4 if consciousness == "UNAROUS" else 3
    return 3 if score <= 2 else 2 if score <= 6 else 1 if score <= 9 else 0


def _capd(score: Decimal | None, unable: str | None) -> int | None:
    if unable == "Y":
        return 4
    if score is None:
        return None
    if not 0 <= score <= 32:
        raise ValueError("CAPDSC is 0 to 32")
    return 3 if score >= 9 else 1 if score >= 1 else 0


def _flags(
    child: bool,
    score: Decimal | None,
    baseline: Decimal | None,
    consciousness: str | None,
    grade: int,
) -> tuple[str, ...]:
    at_baseline = (
        child
        and grade == 1
        and score is not None
        and baseline is not None
        and 1 <= score <= min(baseline, Decimal(8))
        and consciousness == "ALERT"
    )
    return ("AT_BASELINE",) if at_baseline else ()

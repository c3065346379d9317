"""Toxicity grades, doses and decisions about them (part B 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ecrf.calculators.calculator import Calculator, Input
from ecrf.calculators.inputs import WEIGHT, YN, codes, numbers
from ecrf.clinical import (
    binomial,
    cell_dose,
    crs,
    ctcae_v5,
    ctcae_v5_table,
    escalation,
    neurotoxicity,
)
from ecrf.clinical.answers import truth
from ecrf.definition.rule_values import number_interval
from ecrf.definition.values import Censored


def _proportion(
    x: Decimal | None, n: Decimal | None, level: Decimal | None
) -> binomial.Interval | None:
    if x is None or n is None:
        return None
    return binomial.clopper_pearson(int(x), int(n), Decimal(95) if level is None else level)


def _decide(
    rule: Callable[[int, int, int], str],
    n: Decimal | None,
    x: Decimal | None,
    pending: Decimal | None,
) -> str | None:
    return None if n is None or x is None else rule(int(n), int(x), int(pending or 0))


@dataclass(frozen=True, slots=True)
class LabGrade:
    grade: int | None
    direction: str | None


def _lab_grade(
    lbtestcd: str | None,
    value: Decimal | Censored | None,
    lln: Decimal | None,
    uln: Decimal | None,
    baseline: Decimal | None,
    lbsymp: str | None,
    lbac: str | None,
) -> LabGrade | None:
    if lbtestcd is None or value is None:
        return None
    facts = ctcae_v5.Facts(lln, uln, baseline, truth(lbsymp), truth(lbac))
    found = ctcae_v5.lab_grade(lbtestcd, number_interval(value), facts)
    return None if found is None else LabGrade(found.grade, found.direction or None)


SAFETY = (
    Calculator(
        "astct_crs_grade",
        (
            Input("CRSDTEMP", unit="Cel"),
            *codes("CRSDFOC", "CRSDAP", "CRSDHOC", "CRSDOOC", "CRSDVASO", of=YN),
            *codes("CRSDHYP", of=tuple(crs.HYPOTENSION), needed=True),
            *numbers("CRSDNP", needed=False),
            *codes("CRSDO2", of=tuple(crs.HYPOXIA), needed=True),
            *numbers("CRSDFLOW", unit="L/min", needed=False),
            *codes("EPISODE_OPEN", "DEATH", of=YN),
        ),
        ("grade",),
        "Lee 2019 (ASTCT); part B 3.1",
        crs.astct_crs_grade,
    ),
    Calculator(
        "ice_score",
        (
            Input(
                "ICEND",
                "code",
                codes=("NO", "UNAROUSABLE", "SEDATED", "LANGUAGE", "REFUSED", "OTHER"),
                needed=False,
            ),
            *(Input(name.upper(), "integer", "{score}") for name in neurotoxicity.ICE_ITEMS),
        ),
        ("score",),
        "Lee 2019 (ASTCT); part B 3.2",
        neurotoxicity.ice_score,
    ),
    Calculator(
        "capd_score",
        tuple(Input(name.upper(), "integer", "{score}") for name in neurotoxicity.CAPD_ITEMS),
        ("score",),
        "Traube 2014; part B 3.4",
        neurotoxicity.capd_score,
    ),
    Calculator(
        "astct_icans_grade",
        (
            *numbers("ICESCORE", "CAPDSC", "AGE_YEARS", "BASELINE_SCORE", needed=False),
            *codes("ICROWUN", "DEATH", of=YN),
            *codes("ICROWLOC", of=tuple(neurotoxicity.CONSCIOUSNESS), needed=True),
            *codes("ICROWSZ", of=tuple(neurotoxicity.SEIZURE), needed=True),
            *codes("ICROWMOT", of=tuple(neurotoxicity.MOTOR), needed=True),
            *codes("ICROWICP", of=tuple(neurotoxicity.PRESSURE), needed=True),
            Input("ICROWOC", "codes", codes=("SCORE", "LOC", "SEIZ", "MOTOR", "ICP"), needed=False),
        ),
        ("grade", "flags"),
        "Lee 2019 (ASTCT); part B 3.3, 3.4",
        neurotoxicity.astct_icans_grade,
    ),
    Calculator(
        "clopper_pearson",
        (
            Input("X", "integer"),
            Input("N", "integer"),
            Input("LEVEL", unit="%", needed=False),
        ),
        ("lower", "upper"),
        "Clopper, Pearson 1934; part B 3.8",
        _proportion,
    ),
    Calculator(
        "cell_dose",
        (
            *numbers("DOSEPLN", unit="10*6/kg"),
            WEIGHT,
            *numbers("BAGCONC", unit="10*6/mL"),
            Input("BAG_VOLUMES", "numbers", "mL", needed=False),
        ),
        ("required", "volume", "actual", "deviation_percent"),
        "part B 3.9",
        lambda dosepln, weight, bagconc, bag_volumes: cell_dose.cell_dose(
            dosepln, weight, bagconc, bag_volumes
        ),
    ),
    Calculator(
        "three_plus_three",
        (Input("N", "integer"), Input("X", "integer"), Input("PENDING", "integer", needed=False)),
        ("decision",),
        "part B 3.13",
        lambda n, x, pending: _decide(escalation.three_plus_three, n, x, pending),
    ),
    Calculator(
        "boin",
        (
            Input("N", "integer"),
            Input("X", "integer"),
            *numbers("TARGET"),
            Input("PENDING", "integer", needed=False),
        ),
        ("decision",),
        "Liu, Yuan 2015; part B 3.13",
        lambda n, x, target, pending: (
            None
            if target is None
            else _decide(lambda a, b, c: escalation.boin(a, b, target, c), n, x, pending)
        ),
    ),
    Calculator(
        "ctcae_v5_lab_grade",
        (
            Input(
                "LBTESTCD",
                "code",
                codes=tuple(sorted({row.analyte for row in ctcae_v5_table.TABLE})),
            ),
            Input("VALUE", "censored"),
            *(Input(name, needed=False) for name in ("LLN", "ULN", "BASELINE")),
            *codes("LBSYMP", "LBAC", of=YN),
        ),
        ("grade", "direction"),
        "CTCAE v5.0; part B 3.7",
        _lab_grade,
    ),
)

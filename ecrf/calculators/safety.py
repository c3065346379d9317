"""Toxicity grades, doses and decisions about them (part B 3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ecrf.calculators.calculator import Calculator, Input
from ecrf.calculators.inputs import WEIGHT, YN, codes, numbers
from ecrf.clinical import binomial, cell_dose, crs, escalation, neurotoxicity


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
)

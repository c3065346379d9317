"""Scores that are plain sums of graded items: unknown as long as one item is (part A 3.7-3.15).

mRSS: Clements P et al., J Rheumatol 1995;22:1281. ESSDAI: Seror R et al., Ann Rheum Dis
2010;69:1103 and RMD Open 2015;1:e000022. ClinESSDAI: Seror R et al., Ann Rheum Dis 2016;75:1945.
ESSPRI: Seror R et al., Ann Rheum Dis 2011;70:968.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

_CONTEXT = Context(prec=34)
RODNAN = tuple(
    f"mrss_{site}"
    for site in [
        "face",
        "chest",
        "abd",
        "uarm_r",
        "uarm_l",
        "farm_r",
        "farm_l",
        "hand_r",
        "hand_l",
        "fing_r",
        "fing_l",
        "thigh_r",
        "thigh_l",
        "leg_r",
        "leg_l",
        "foot_r",
        "foot_l",
    ]
)
ESSDAI = {
    "ess_const": 3, "ess_lymph": 4, "ess_gland": 2, "ess_artic": 2, "ess_cutan": 3, "ess_pulm": 5,
    "ess_renal": 5, "ess_musc": 6, "ess_pns": 5, "ess_cns": 5, "ess_haem": 2, "ess_bio": 1,
}  # fmt: skip
CLINICAL = {
    "ess_const": 4, "ess_lymph": 4, "ess_gland": 2, "ess_artic": 3, "ess_cutan": 3, "ess_pulm": 6,
    "ess_renal": 6, "ess_musc": 7, "ess_pns": 5, "ess_cns": 5, "ess_haem": 2,
}  # fmt: skip
LEVELS = dict.fromkeys(ESSDAI, (0, 1, 2, 3)) | {
    "ess_const": (0, 1, 2), "ess_gland": (0, 1, 2), "ess_cns": (0, 2, 3), "ess_bio": (0, 1, 2),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Activity:
    """ESSDAI 0 to 123, or ClinESSDAI 0 to 135, and the level: low < 5, high from 14."""

    score: int | None
    level: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    score: Decimal | None
    missing: tuple[str, ...]


def mrss(**sites: Decimal | None) -> Total:
    """Modified Rodnan skin score: 17 sites of 0 to 3; ValueError for another grade."""
    for name, grade in sites.items():
        if grade is not None and grade not in (0, 1, 2, 3):
            raise ValueError(f"{name} is 0, 1, 2 or 3")
    return _total([sites.get(name) for name in RODNAN], RODNAN, 1)


def essdai(ess_bio_cart: str | None = None, **domains: Decimal | None) -> Activity:
    """From the levels of the 12 domains; a fall of IgG due to the study treatment
    (``ess_bio_cart`` Y) is not scored."""
    given = dict(domains)
    if ess_bio_cart == "Y":
        given["ess_bio"] = Decimal(0)
    return _activity(given, ESSDAI)


def clinessdai(**domains: Decimal | None) -> Activity:
    """The same without the biological domain, with its own weights."""
    return _activity(domains, CLINICAL)


def esspri(
    *,
    esp_dry: Decimal | None = None,
    esp_fat: Decimal | None = None,
    esp_pain: Decimal | None = None,
) -> Total:
    """Mean of the three scales of 0 to 10."""
    return _total([esp_dry, esp_fat, esp_pain], ("esp_dry", "esp_fat", "esp_pain"), 3)


def _total(values: list[Decimal | None], names: tuple[str, ...], parts: int) -> Total:
    lacking = tuple(n for n, value in zip(names, values, strict=True) if value is None)
    if lacking:
        return Total(None, lacking)
    added = sum((value for value in values if value is not None), Decimal(0))
    return Total(_CONTEXT.divide(added, Decimal(parts)), ())


def _activity(domains: Mapping[str, Decimal | None], weights: Mapping[str, int]) -> Activity:
    for name in weights:
        level = domains.get(name)
        if level is not None and level not in LEVELS[name]:
            raise ValueError(f"{name} has no level {level}")
    lacking = tuple(name for name in weights if domains.get(name) is None)
    if lacking:
        return Activity(None, None, lacking)
    score = sum(weight * int(domains[name] or 0) for name, weight in weights.items())
    return Activity(score, "low" if score < 5 else "moderate" if score < 14 else "high", ())

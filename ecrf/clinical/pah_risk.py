"""Risk of pulmonary arterial hypertension, ESC/ERS 2022 (part A 3.10).

Humbert M et al., Eur Heart J 2022;43:3618, tables 16 (three strata) and 18 (four strata). The
mean of the grades is rounded half up to a stratum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FOUR = ("low", "intermediate-low", "intermediate-high", "high")
THREE = ("low", "intermediate", "high")


@dataclass(frozen=True, slots=True)
class Risk:
    """Score, the mean of the grades; the stratum, and how many grades it rests on."""

    score: Decimal | None
    stratum: str | None
    grades: int


def _above(value: Decimal, *limits: str) -> int:
    """1 for up to the first limit, 2 up to the second, and so on."""
    return 1 + sum(value > Decimal(limit) for limit in limits)


def _from(value: Decimal, *limits: str) -> int:
    """1 below the first limit, 2 from it on, and so on."""
    return 1 + sum(value >= Decimal(limit) for limit in limits)


def _down(value: Decimal, best: str, *limits: str) -> int:
    """1 above ``best``; then one more below each limit."""
    return 1 if value > Decimal(best) else 2 + sum(value < Decimal(limit) for limit in limits)


def _four_marker(bnp: Decimal | None, nt: Decimal | None) -> int | None:
    """NT-proBNP is used instead of BNP when present."""
    if nt is not None:
        return _from(nt, "300", "650") + (nt > 1100)
    return None if bnp is None else _from(bnp, "50", "200") + (bnp > 800)


def pah_4strata(
    *,
    wfc_class: str | None = None,
    smw_dist: Decimal | None = None,
    lb_bnp: Decimal | None = None,
    lb_ntprobnp: Decimal | None = None,
) -> Risk:
    """Functional class 1 to 4, distance in m, BNP and NT-proBNP in ng/L; two of three needed."""
    grades = [
        {"1": 1, "2": 1, "3": 3, "4": 4}.get(wfc_class or ""),
        None if smw_dist is None else _down(smw_dist, "440", "320", "165"),
        _four_marker(lb_bnp, lb_ntprobnp),
    ]
    return _risk([grade for grade in grades if grade is not None], FOUR, least=2)


def pah_3strata(
    *,
    wfc_class: str | None = None,
    smw_dist: Decimal | None = None,
    lb_bnp: Decimal | None = None,
    lb_ntprobnp: Decimal | None = None,
    rhc_rap: Decimal | None = None,
    rhc_ci: Decimal | None = None,
    rhc_svi: Decimal | None = None,
    rhc_svo2: Decimal | None = None,
    pe_right_hf: str | None = None,
    wfc_progress: str | None = None,
    wfc_syncope: str | None = None,
    echo_ra_area: Decimal | None = None,
    echo_tapse_spap: Decimal | None = None,
    echo_pe: str | None = None,
) -> Risk:
    """Mean of the grades available; class, distance and one marker are needed."""
    first = {"1": 1, "2": 1, "3": 2, "4": 3}.get(wfc_class or "")
    walk = None if smw_dist is None else _down(smw_dist, "440", "165")
    marker = _three_marker(lb_bnp, lb_ntprobnp)
    if first is None or walk is None or marker is None:
        return Risk(None, None, 0)
    further = [
        {"N": 1, "Y": 3}.get(pe_right_hf or ""),
        {"NONE": 1, "SLOW": 2, "RAPID": 3}.get(wfc_progress or ""),
        {"NONE": 1, "OCC": 2, "REP": 3}.get(wfc_syncope or ""),
        {"NONE": 1, "MIN": 2, "MOD": 3, "LARGE": 3}.get(echo_pe or ""),
        None if rhc_rap is None else _from(rhc_rap, "8") + (rhc_rap > 14),
        None if rhc_ci is None else 4 - _from(rhc_ci, "2.0", "2.5"),
        None if rhc_svi is None else _down(rhc_svi, "38", "31"),
        None if rhc_svo2 is None else _down(rhc_svo2, "65", "60"),
        None if echo_ra_area is None else _from(echo_ra_area, "18") + (echo_ra_area > 26),
        None if echo_tapse_spap is None else _down(echo_tapse_spap, "0.32", "0.19"),
    ]
    grades = [first, walk, marker, *(grade for grade in further if grade is not None)]
    return _risk(grades, THREE, least=3)


def _three_marker(bnp: Decimal | None, nt: Decimal | None) -> int | None:
    if nt is not None:
        return _from(nt, "300") + (nt > 1100)
    return None if bnp is None else _from(bnp, "50") + (bnp > 800)


def _risk(grades: Sequence[int], strata: Sequence[str], least: int) -> Risk:
    if len(grades) < least:
        return Risk(None, None, len(grades))
    mean = Fraction(sum(grades), len(grades))
    nearest = int(mean + Fraction(1, 2))  # half up
    shown = Decimal(mean.numerator) / Decimal(mean.denominator)
    return Risk(shown, strata[nearest - 1], len(grades))

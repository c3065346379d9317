"""REVEAL Lite 2 (Benza RL et al., Chest 2021;159:337; part A 3.11). All six inputs are needed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reveal:
    """Score 1 to 14 and the risk: low to 5, intermediate 6 and 7, high from 8."""

    score: int | None
    risk: str | None


def reveal_lite_2(
    *,
    egfr: Decimal | None = None,
    wfc_class: str | None = None,
    vs_sbp: Decimal | None = None,
    hr: Decimal | None = None,
    smw_dist: Decimal | None = None,
    lb_bnp: Decimal | None = None,
    lb_ntprobnp: Decimal | None = None,
) -> Reveal:
    """eGFR in mL/min/1.73 m2, class 1 to 4, pressure in mmHg, rate, metres, markers in ng/L."""
    marker = _marker(lb_bnp, lb_ntprobnp)
    by_class = {"1": -1, "2": 0, "3": 1, "4": 2}.get(wfc_class or "")
    if egfr is None or vs_sbp is None or hr is None or smw_dist is None:
        return Reveal(None, None)
    if marker is None or by_class is None:
        return Reveal(None, None)
    score = 6 + (egfr < 60) + by_class + (vs_sbp < 110) + (hr > 96) + _walk(smw_dist) + marker
    return Reveal(score, "low" if score <= 5 else "intermediate" if score <= 7 else "high")


def _walk(metres: Decimal) -> int:
    return -2 if metres >= 440 else -1 if metres >= 320 else 0 if metres >= 165 else 1


def _marker(bnp: Decimal | None, nt: Decimal | None) -> int | None:
    """NT-proBNP has no value between -2, 0 and +2; it goes before BNP."""
    if nt is not None:
        return -2 if nt < 300 else 0 if nt < 1100 else 2
    if bnp is None:
        return None
    return -2 if bnp < 50 else 0 if bnp < 200 else 1 if bnp < 800 else 2

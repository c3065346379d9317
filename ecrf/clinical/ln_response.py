"""Renal response of lupus nephritis (KDIGO 2024; part A 3.4).

UPCR in g/g, eGFR in mL/min/1.73 m2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical.answers import Truth, both, either, opposite

HALF, NEPHROTIC = Decimal("0.5"), Decimal(3)


@dataclass(frozen=True, slots=True)
class Response:
    """CR, PR, NR, or NA when the baseline is below 0.5; PERR and mCRR beside it."""

    response: str | None
    perr: bool | None
    mcrr: bool | None


def ln_response(
    upcr: Decimal | None,
    egfr: Decimal | None,
    upcr_base: Decimal | None,
    egfr_base: Decimal | None,
    rescue: str | None = "N",
    tolerance: Decimal | None = None,
) -> Response:
    """``tolerance``: how far eGFR may fall below baseline, 0.15 when left out."""
    allowed = 1 - (Decimal("0.15") if tolerance is None else tolerance)
    calm: Truth = None if rescue is None else rescue != "Y"
    kidney = _at_least(egfr, allowed, egfr_base)
    perr = both(_most(upcr, "0.7"), _kept(egfr, 60, "0.8", egfr_base), calm)
    mcrr = both(_most(upcr, "0.5"), _kept(egfr, 90, "0.9", egfr_base), calm)
    return Response(_response(upcr, upcr_base, kidney, calm), perr, mcrr)


def _response(upcr: Decimal | None, base: Decimal | None, kidney: Truth, calm: Truth) -> str | None:
    if base is not None and base < HALF:
        return "NA"
    low: Truth = None if upcr is None else upcr < HALF
    complete = both(low, kidney, calm)
    if complete is True:
        return "CR"
    halved: Truth = None if upcr is None or base is None else upcr * 2 <= base
    below: Truth = None if upcr is None else upcr < NEPHROTIC
    partial = both(halved, below, kidney, calm)
    if complete is None or partial is None:
        return None if either(complete, partial) is None else "NR"
    return "PR" if partial and opposite(complete) else "NR"


def _at_least(value: Decimal | None, share: Decimal, base: Decimal | None) -> Truth:
    return None if value is None or base is None else value >= share * base


def _most(value: Decimal | None, limit: str) -> Truth:
    return None if value is None else value <= Decimal(limit)


def _kept(egfr: Decimal | None, enough: int, share: str, base: Decimal | None) -> Truth:
    high: Truth = None if egfr is None else egfr >= enough
    return either(high, _at_least(egfr, Decimal(share), base))

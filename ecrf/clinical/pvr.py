"""Pulmonary vascular resistance in Wood units: (mPAP - PAWP) / CO (ESC/ERS 2022, table 5)."""

from __future__ import annotations

from decimal import Context, Decimal

_CONTEXT = Context(prec=34)


def pvr(mpap: Decimal, pawp: Decimal, co: Decimal) -> Decimal | None:
    """Wood units from pressures in mmHg and output in L/min, not rounded; None without output."""
    return _CONTEXT.divide(mpap - pawp, co) if co > 0 else None

"""Calcium corrected for albumin (Payne, BMJ 1973;4:643): Ca + 0.02 x (40 - albumin), mmol/L."""

from __future__ import annotations

from decimal import Decimal


def corrected_calcium(calcium: Decimal, albumin: Decimal) -> Decimal:
    """mmol/L from calcium in mmol/L and albumin in g/L."""
    return calcium + Decimal("0.02") * (40 - albumin)

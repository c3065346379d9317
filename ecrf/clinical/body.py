"""Body mass index: kilograms over the square of metres (part A 3.13)."""

from __future__ import annotations

from decimal import Context, Decimal

_CONTEXT = Context(prec=34)


def bmi(height_cm: Decimal, weight_kg: Decimal) -> Decimal | None:
    """kg/m2, not rounded; None unless both are above zero."""
    if not (height_cm > 0 and weight_kg > 0):
        return None
    metres = _CONTEXT.divide(height_cm, Decimal(100))
    return _CONTEXT.divide(weight_kg, _CONTEXT.multiply(metres, metres))

"""Body surface area after Mosteller (N Engl J Med 1987;317:1098): √(height × weight / 3600)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN)


def bsa_mosteller(height_cm: Decimal, weight_kg: Decimal) -> Decimal | None:
    """Square metres, not rounded; None unless both are above zero."""
    if not (height_cm > 0 and weight_kg > 0):
        return None
    product = _CONTEXT.multiply(height_cm, weight_kg)
    return _CONTEXT.sqrt(_CONTEXT.divide(product, Decimal(3600)))

"""Cell dose: what is required, its volume, what was given (part B 3.9). Cells in 10^6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

_CONTEXT = Context(prec=34)


@dataclass(frozen=True, slots=True)
class Dose:
    """Required cells, their volume in mL, the dose given per kg and its deviation in per cent."""

    required: Decimal | None
    volume: Decimal | None
    actual: Decimal | None
    deviation_percent: Decimal | None


def cell_dose(
    doseplan: Decimal | None,
    weight: Decimal | None,
    concentration: Decimal | None,
    volumes: Sequence[Decimal] = (),
) -> Dose:
    """From 10^6/kg planned, kg, 10^6 viable CAR+ cells per mL, and the mL given of each bag."""
    required = None if doseplan is None or weight is None else doseplan * weight
    volume = actual = deviation = None
    if required is not None and concentration:
        volume = _CONTEXT.divide(required, concentration)
    if volumes and concentration is not None and weight:
        actual = _CONTEXT.divide(sum(volumes, Decimal(0)) * concentration, weight)
    if actual is not None and doseplan:
        deviation = _CONTEXT.divide((actual - doseplan) * 100, doseplan)
    return Dose(required, volume, actual, deviation)

"""CAR-T cellular kinetics: Cmax, Tmax, Tlast, AUC D0-D28, persistence (part B 3.18, KIN-02, 03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

END = 28
FOLD = 10  # a later value beyond this many times the one before is re-expansion


@dataclass(frozen=True, slots=True)
class Kinetics:
    """Copies per microgram of DNA; days are protocol days. ``reexpansion``: the day of a value
    after D28 that is more than ten times the one before."""

    cmax: Decimal | None
    tmax: int | None
    tlast: int | None
    auc: Decimal | None
    persistence_end: int | None
    reexpansion: int | None


Sample = tuple[int, Decimal | None]  # None: below quantification


def car_kinetics(series: Sequence[Sample], lloq: Decimal | None = None) -> Kinetics:
    """``lloq`` is the limit of quantification; half of it stands for the first value below it."""
    samples = sorted((s for s in series if s[0] >= 0), key=lambda sample: sample[0])
    if not samples:
        return Kinetics(None, None, None, None, None, None)
    known = [(day, value) for day, value in samples if value]
    cmax = max((value for _, value in known), default=None)
    tmax = next((day for day, value in known if value == cmax), None)
    points = _points(samples, tmax, lloq)
    return Kinetics(
        cmax,
        tmax,
        max((day for day, _ in known), default=None),
        _area(points),
        _end(samples),
        _reexpansion(known),
    )


def _points(
    samples: Sequence[Sample], tmax: int | None, lloq: Decimal | None
) -> list[tuple[int, Decimal]]:
    """Below quantification: 0 before Cmax, half the limit at first after it, then 0."""
    points: list[tuple[int, Decimal]] = []
    halved = False
    for day, value in samples:
        if value is not None:
            points.append((day, value))
        elif lloq is None or tmax is None or day < tmax or halved:
            points.append((day, Decimal(0)))
        else:
            points.append((day, lloq / 2))
            halved = True
    return points if points[0][0] == 0 else [(0, Decimal(0)), *points]


def _area(points: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Linear trapezoid from D0 to D28 on actual days."""
    inside = [point for point in points if point[0] <= END]
    return sum(
        (
            (after - before) * (low + high) / 2
            for (before, low), (after, high) in zip(inside, inside[1:], strict=False)
        ),
        Decimal(0),
    )


def _end(samples: Sequence[Sample]) -> int | None:
    """The first of two consecutive samples below quantification after a quantifiable one."""
    seen = False
    for (day, value), (_, following) in zip(samples, samples[1:], strict=False):
        low, next_low = _below(value), _below(following)
        if seen and low and next_low:
            return day
        seen = seen or not low
    return None


def _below(value: Decimal | None) -> bool:
    return not value


def _reexpansion(known: Sequence[tuple[int, Decimal]]) -> int | None:
    for (_, before), (day, after) in zip(known, known[1:], strict=False):
        if day > END and after > FOLD * before:
            return day
    return None

"""Exact confidence interval of a proportion (Clopper, Pearson, Biometrika 1934;26:404).

The binomial sums are exact fractions; the limits are found by halving to 12 decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import comb

STEPS = 40


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits in per cent, one decimal."""

    lower: Decimal
    upper: Decimal


def clopper_pearson(x: int, n: int, level: Decimal = Decimal(95)) -> Interval:
    """The interval for x of n at a level in per cent; ValueError unless 0 <= x <= n, n > 0."""
    if not (n > 0 and 0 <= x <= n):
        raise ValueError("X is between 0 and N, N above 0")
    if not 0 < level < 100:
        raise ValueError("LEVEL is between 0 and 100")
    tail = (1 - Fraction(level) / 100) / 2
    # P(X >= x | p) grows with p, P(X <= x | p) falls.
    lower = Fraction(0) if x == 0 else _root(lambda p: _sum(n, p, x, n) - tail)
    upper = Fraction(1) if x == n else _root(lambda p: tail - _sum(n, p, 0, x))
    return Interval(_per_cent(lower), _per_cent(upper))


def _sum(n: int, p: Fraction, first: int, last: int) -> Fraction:
    return sum(
        (comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(first, last + 1)), Fraction(0)
    )


def _root(rising: Callable[[Fraction], Fraction]) -> Fraction:
    """Where a rising function crosses zero in [0, 1]."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _per_cent(share: Fraction) -> Decimal:
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

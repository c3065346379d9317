"""Dose escalation: the 3+3 table and BOIN (part B 3.13), staying inside decimal arithmetic.

BOIN: Liu S, Yuan Y, J R Stat Soc C 2015;64:507. The boundaries follow from the target with
phi1 = 0.6 and phi2 = 1.4 times the target; a level is eliminated when the posterior Beta(1+x,
1+n-x) puts more than 95 % above the target.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import comb

_CONTEXT = Context(prec=40)
ELIMINATE = Fraction(95, 100)
LEAST = 3


def three_plus_three(n: int, x: int, pending: int = 0) -> str:
    """ESC, STAY, DEESC, STOP or WAIT for x dose-limiting toxicities in n evaluable subjects."""
    _check(n, x)
    if pending:
        return "STOP" if x >= 2 else "WAIT"
    if n < LEAST or LEAST < n < 6:
        return "STOP" if x >= LEAST else "DEESC" if x >= 2 else "WAIT"
    if n == LEAST:
        return ("ESC", "STAY", "DEESC", "STOP")[x]
    return "ESC" if x <= 1 else "DEESC"


def boin(n: int, x: int, target: Decimal, pending: int = 0) -> str:
    """ESC, STAY, DEESC or ELIMINATE; WAIT while a subject is pending or nobody is evaluable."""
    _check(n, x)
    if not 0 < target < Decimal("0.7"):
        raise ValueError("TARGET is between 0 and 0.7")
    if n >= LEAST and above_target(n, x, target) > ELIMINATE:
        return "ELIMINATE"
    if pending or n == 0:
        return "WAIT"
    lower, upper = boundaries(target)
    rate = _CONTEXT.divide(Decimal(x), Decimal(n))
    return "ESC" if rate <= lower else "DEESC" if rate >= upper else "STAY"


def boundaries(target: Decimal) -> tuple[Decimal, Decimal]:
    """lambda_e and lambda_d."""
    return (
        _boundary(target, Decimal("0.6") * target, above=False),
        _boundary(target, Decimal("1.4") * target, above=True),
    )


def _boundary(target: Decimal, other: Decimal, *, above: bool) -> Decimal:
    low, high = (target, other) if above else (other, target)
    one = Decimal(1)
    odds = _CONTEXT.divide(high * (one - low), low * (one - high))
    return _CONTEXT.divide(_CONTEXT.ln(_CONTEXT.divide(one - low, one - high)), _CONTEXT.ln(odds))


def above_target(n: int, x: int, target: Decimal) -> Fraction:
    """Pr(p > target) under Beta(1+x, 1+n-x): the exact binomial sum of n+1 trials up to x."""
    p = Fraction(target)
    trials = n + 1
    return sum(
        (comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(x + 1)), Fraction(0)
    )


def _check(n: int, x: int) -> None:
    if not 0 <= x <= n:
        raise ValueError("X is between 0 and N")

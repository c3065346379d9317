"""QT interval corrected for heart rate after Fridericia (1920): QT / RR^(1/3), RR = 60/HR."""

from __future__ import annotations

from decimal import Context, Decimal

_CONTEXT = Context(prec=40)
_ROUND = Context(prec=34)


def qtcf(qt_ms: Decimal, rate: Decimal) -> Decimal | None:
    """Milliseconds from QT in ms and beats a minute; None unless both are above zero."""
    if not (qt_ms > 0 and rate > 0):
        return None
    cycle = _CONTEXT.divide(Decimal(60), rate)
    root = _CONTEXT.power(cycle, _CONTEXT.divide(Decimal(1), Decimal(3)))
    return _ROUND.divide(qt_ms, root)

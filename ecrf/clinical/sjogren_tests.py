"""The objective tests of Sjögren's syndrome as answers (part A 1.23, 3.8, 3.9).

An eye that was not tested leaves the answer open only if the other one is negative.
"""

from __future__ import annotations

from decimal import Decimal

from ecrf.clinical.answers import Truth, both, either, truth

SCHIRMER, STAINING, BIJSTERVELD = Decimal(5), Decimal(5), Decimal(4)
FLOW, FOCUS = Decimal("0.1"), Decimal(1)


def at_most(value: Decimal | None, limit: Decimal) -> Truth:
    return None if value is None else value <= limit


def at_least(value: Decimal | None, limit: Decimal) -> Truth:
    return None if value is None else value >= limit


def schirmer(right: Decimal | None, left: Decimal | None) -> Truth:
    """At most 5 mm in 5 minutes in at least one eye."""
    return either(at_most(right, SCHIRMER), at_most(left, SCHIRMER))


def bijsterveld(right: Decimal | None, left: Decimal | None) -> Truth:
    """A van Bijsterveld score of at least 4 in at least one eye."""
    return _graded((right, left), BIJSTERVELD)


def staining(
    oss: tuple[Decimal | None, Decimal | None],
    vb: tuple[Decimal | None, Decimal | None],
) -> Truth:
    """SICCA score of at least 5, or van Bijsterveld of at least 4; one of the two is enough."""
    done = [
        _graded(pair, limit)
        for pair, limit in ((oss, STAINING), (vb, BIJSTERVELD))
        if any(value is not None for value in pair)
    ]
    return either(*done) if done else None


def _graded(pair: tuple[Decimal | None, Decimal | None], limit: Decimal) -> Truth:
    return either(*(at_least(value, limit) for value in pair))


def histology(fls: str | None, focus: Decimal | None) -> Truth:
    """Focal lymphocytic sialadenitis with a focus score of at least 1 per 4 mm2."""
    return both(truth(fls), at_least(focus, FOCUS)) if truth(fls) is not False else False


def low_flow(flow: Decimal | None) -> Truth:
    """Unstimulated whole saliva of at most 0.1 mL/min."""
    return at_most(flow, FLOW)

"""B-cell aplasia and reconstitution from CD19+ counts per microlitre by day (part B 3.17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

THRESHOLD = Decimal(10)
APART = 7  # days between the two samples that confirm reconstitution


@dataclass(frozen=True, slots=True)
class BCells:
    """``status``: NOT_ASSESSABLE, NO_APLASIA, APLASIA, PROVISIONAL or RECONSTITUTED; days are
    protocol days, ``duration`` in days."""

    status: str | None
    aplasia: int | None = None
    reconstitution: int | None = None
    duration: int | None = None


def b_cell_reconstitution(
    cd19: Sequence[tuple[int, Decimal]], threshold: Decimal | None = None
) -> BCells:
    limit = THRESHOLD if threshold is None else threshold
    samples = sorted(cd19)
    before = [count for day, count in samples if day <= 0]
    after = [(day, count) for day, count in samples if day > 0]
    if not before or not after:
        return BCells(None)
    if before[-1] < limit:
        return BCells("NOT_ASSESSABLE")
    start = next((day for day, count in after if count < limit), None)
    if start is None:
        return BCells("NO_APLASIA")
    later = [(day, count) for day, count in after if day > start]
    for (day, count), (following, again) in zip(later, later[1:], strict=False):
        if count >= limit and again >= limit and following - day >= APART:
            return BCells("RECONSTITUTED", start, day, day - start)
    if later and later[-1][1] >= limit:
        return BCells("PROVISIONAL", start, later[-1][0], later[-1][0] - start)
    return BCells("APLASIA", start)

"""How long an episode was at a grade, from single assessments (part B F.ICANS, ICG3HR).

An assessment stands until the next one or the end of the episode, but for no more than 24 hours:
an inpatient is assessed at least daily, so a longer gap tells nothing (the specification names no
rule; to be confirmed by the sponsor).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

LONGEST = dt.timedelta(hours=24)


def hours_at_grade(
    times: Sequence[dt.datetime | None],
    grades: Sequence[int | None],
    end: dt.datetime | None,
    least: int = 3,
) -> Decimal | None:
    """Hours at grade ``least`` or more; None when a time or a grade is not known.

    times, grades  of the assessments, same length, in any order
    end            of the episode; without it the last assessment counts for no time
    """
    rows = list(zip(times, grades, strict=True))
    if not rows:
        return Decimal(0)
    if any(time is None or grade is None for time, grade in rows):
        return None
    known = sorted((time, grade) for time, grade in rows if time is not None and grade is not None)
    ends = [time for time, _ in known[1:]] + [end]
    total = dt.timedelta()
    for (start, grade), until in zip(known, ends, strict=True):
        if grade >= least and until is not None and until > start:
            total += min(until - start, LONGEST)
    return Decimal(total // dt.timedelta(minutes=1)) / 60

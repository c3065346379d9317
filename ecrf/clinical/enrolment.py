"""Slots of a cohort and the earliest next infusion (part B 3.14, 3.15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

TOTAL, COHORT = 54, 18
TOTAL_TARGET, COHORT_TARGET = 45, 15
SENTINEL_GAP, GAP, PAEDIATRIC = 14, 7, 3


@dataclass(frozen=True, slots=True)
class Slot:
    """Whether a slot may be given, whether the target is reached, and its running number."""

    allowed: bool
    warning: bool
    slotseq: int | None


def cohort_slot(cohort: str, occupied: Mapping[str, int], given: int | None = None) -> Slot:
    """``occupied`` slots by cohort; ``given`` numbers of the cohort, released ones included."""
    total, own = sum(occupied.values()), occupied.get(cohort, 0)
    if total >= TOTAL or own >= COHORT:
        return Slot(False, True, None)
    warning = total >= TOTAL_TARGET or own >= COHORT_TARGET
    return Slot(True, warning, (own if given is None else given) + 1)


def next_infusion(
    infused: int,
    last: dt.date | None,
    *,
    opened: dt.date | None = None,
    hold: bool = False,
    child: bool = False,
    adults_past_d28: int = 0,
    paediatric_open: bool = False,
    expansion: bool = False,
) -> dt.date | str | None:
    """The earliest date, ``HOLD``, or ``REFUSED`` for a child before three adults passed D28.

    infused  subjects infused at this dose level, the latest on ``last``
    opened   the meeting that opened the level
    """
    if hold:
        return "HOLD"
    if child and (adults_past_d28 < PAEDIATRIC or not paediatric_open):
        return "REFUSED"
    gap = 0 if expansion else SENTINEL_GAP if infused == 1 else GAP
    dates = [date for date in (opened,) if date is not None]
    if infused and last is not None:
        dates.append(last + dt.timedelta(days=gap))
    return max(dates, default=None)

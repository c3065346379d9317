"""ICAHT, prolonged neutropenia after immune effector cells: early (D0-D30), late (D31-D100).

EHA/EBMT consensus 2023; filling and joining of days as in part B 3.6. Counts in 10*9/L.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

LAST_DAY = 30
GAP = 7  # most missing days that are filled
TRANSFUSION = 7  # days in which a transfusion stands for the platelets
JOINED = 2  # most days above the limit between two runs that count as one
SEVERE, PROFOUND = Decimal("0.5"), Decimal("0.1")
LATE = (
    (Decimal("0.1"), 4),
    (Decimal("0.5"), 3),
    (Decimal("1.0"), 2),
    (Decimal("1.5"), 1),
)
Series = Sequence[tuple[int, Decimal]]  # protocol day, count


@dataclass(frozen=True, slots=True)
class Icaht:
    """Grade 0-4 and the longest runs, in days; None when there is no count in the period."""

    grade: int | None
    days_le_0_5: int | None
    days_le_0_1: int | None


@dataclass(frozen=True, slots=True)
class Run:
    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


def icaht_early(anc: Series, death_day: int | None = None) -> Icaht:
    """The grade of D0 to D30 from all neutrophil counts, to the day of death."""
    last = min(LAST_DAY, death_day) if death_day is not None else LAST_DAY
    counts = filled(lowest(anc, 0, last), last)
    if not counts:
        return Icaht(None, None, None)
    severe, profound = longest(counts, SEVERE), longest(counts, PROFOUND)
    days = severe.days if severe else 0
    deep = profound.days if profound else 0
    never = severe is not None and severe.first <= 3 and severe.last == max(counts)
    return Icaht(_grade(days, deep, never), days, deep)


def _grade(days: int, deep: int, never_recovered: bool) -> int:
    if never_recovered or deep >= 14:
        return 4
    if days >= 14 or deep >= 7:
        return 3
    return 2 if days >= 7 else 1 if days else 0


def icaht_late(anc: Series) -> Icaht:
    """The grade of D31 to D100 by the two lowest counts; one low count alone is transient."""
    found = sorted(count for day, count in anc if 31 <= day <= 100)
    if not found:
        return Icaht(None, None, None)
    if len(found) > 1 and found[1] > LATE[-1][0]:
        return Icaht(0, None, None)
    grade = next((grade for limit, grade in LATE if found[0] <= limit), 0)
    return Icaht(grade, None, None)


def lowest(series: Series, first: int, last: int) -> dict[int, Decimal]:
    """The lowest count of each day."""
    found: dict[int, Decimal] = {}
    for day, count in series:
        if first <= day <= last:
            found[day] = min(count, found.get(day, count))
    return found


def filled(known: Mapping[int, Decimal], last: int) -> dict[int, Decimal]:
    """Missing days by a straight line between neighbours, the nearest count at the ends, where
    no more than 7 days in a row are missing; rounded to 0.01."""
    days = sorted(known)
    if not days:
        return {}
    counts = dict(known)
    if days[0] <= GAP:
        counts |= dict.fromkeys(range(days[0]), known[days[0]])
    if last - days[-1] <= GAP:
        counts |= dict.fromkeys(range(days[-1] + 1, last + 1), known[days[-1]])
    for before, after in zip(days, days[1:], strict=False):
        if after - before - 1 <= GAP:
            step = (known[after] - known[before]) / (after - before)
            for day in range(before + 1, after):
                count = known[before] + step * (day - before)
                counts[day] = count.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return counts


def longest(counts: Mapping[int, Decimal], limit: Decimal) -> Run | None:
    """The longest run of days at or below the limit."""
    return max(runs_of(counts, limit), key=lambda run: run.days, default=None)


def runs_of(counts: Mapping[int, Decimal], limit: Decimal) -> list[Run]:
    """Runs of days at or below the limit; up to two days above it are bridged."""
    runs: list[Run] = []
    for day in sorted(counts):
        if counts[day] > limit:
            continue
        if runs and _bridged(counts, runs[-1].last, day):
            runs[-1] = Run(runs[-1].first, day)
        else:
            runs.append(Run(day, day))
    return runs


def _bridged(counts: Mapping[int, Decimal], before: int, after: int) -> bool:
    between = range(before + 1, after)
    return len(between) <= JOINED and all(day in counts for day in between)


def ticaht_early(platelets: Series, last: int = LAST_DAY) -> int | None:
    """Exploratory grade of thrombocytopenia D0-D30 by days below 50 and below 20 in all."""
    last = min(last, LAST_DAY)
    counts = filled(lowest(platelets, 0, last), last)
    if not counts:
        return None
    low = sum(count < 50 for count in counts.values())
    deep = sum(count < 20 for count in counts.values())
    if deep:
        return 4 if deep >= 14 else 3
    return 2 if low >= 7 else 1 if low else 0


def ticaht_late(platelets: Series) -> int | None:
    """The same D31-D100 by the lowest count and the days below 20."""
    known = lowest(platelets, 31, 100)
    if not known:
        return None
    shifted = {day - 31: count for day, count in known.items()}
    deep = sum(count < 20 for count in filled(shifted, 69).values())
    if deep:
        return 4 if deep >= 14 else 3
    least = min(known.values())
    return 2 if least < 50 else 1 if least < 100 else 0


def low_runs(series: Series, limit: Decimal, last: int = LAST_DAY) -> list[Run]:
    """The runs of days at or below a limit, D0 to D30 or to a day before."""
    last = min(last, LAST_DAY)
    counts = filled(lowest(series, 0, last), last)
    return runs_of(counts, limit)


def recovered(
    series: Series, limit: Decimal, days: int = 3, transfused: Collection[int] = ()
) -> int | None:
    """The first day of three in a row above the limit after a run at or below it, without a
    transfusion on them and in the 7 days before."""
    counts = filled(lowest(series, 0, 100), 100)
    runs = runs_of(counts, limit)
    if not runs:
        return None
    for day in range(runs[-1].last + 1, 101):
        above = all(counts.get(day + n, limit) > limit for n in range(days))
        if above and not any(-TRANSFUSION <= given - day < days for given in transfused):
            return day
    return None

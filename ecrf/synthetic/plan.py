"""Who takes part and when, worked out before anything is written (part B 5.1, 3.13, 3.14).

A person at a place is the same whether or not the others are written. Infusions of a dose level
keep the staggering gaps, and a dose level is opened by a decision of the safety review committee.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from ecrf.synthetic import cases
from ecrf.synthetic.person import DOSE, Meeting, Person

FEW = (210, 130, 96, 75, 40, 12)  # days since consent, of a demonstration of a few people
RECRUITED, YOUNGEST = 560, 40  # days since the first and the last consent of many people
GAP_SENTINEL, GAP_NEXT = 14, 7
LEVELS = tuple(DOSE)
DECIDED = 34  # days from the last infusion that counts to the meeting
COUNTED = 3  # subjects that a decision needs
LAST_LEVEL = 0.7  # of all people have consented when the highest level is opened


def people(cohorts: Sequence[str], count: int, number: int, cut_off: dt.date) -> list[Person]:
    """``count`` persons with consent before ``cut_off``; the same ``number``, the same people."""
    calendar = _Calendar(cut_off - dt.timedelta(days=round(RECRUITED * (1 - LAST_LEVEL))))
    found = []
    for index in range(count):
        chance = random.Random(f"{number}/{index}")  # noqa: S311 - repeatable on purpose
        case = cases.of(index)
        ago = _days_ago(index, count, chance) if case.since is None else case.since
        cohort = cohorts[index % len(cohorts)]
        person = Person(index, cohort, chance, cut_off - dt.timedelta(days=ago), case=case)
        if case.since is None:
            calendar.place(person)
        found.append(person)
    return found


def _days_ago(index: int, count: int, chance: random.Random) -> int:
    if count <= len(FEW) + 3:
        return FEW[index % len(FEW)]
    return RECRUITED - (RECRUITED - YOUNGEST) * index // count + chance.randint(0, 3)


@dataclass
class _Calendar:
    """The infusions so far, by dose level, and what the committee decided."""

    high: dt.date  # before which the highest level is not opened
    infused: dict[str, list[dt.date]] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)

    def place(self, person: Person) -> None:
        """Give a person a dose level and the first day that the gaps allow."""
        opened = [meeting for meeting in self.meetings if meeting.day < person.enrolled]
        person.level = opened[-1].opens if opened else LEVELS[0]
        if person.case.fate != "infused":
            return
        before = self.infused.setdefault(person.level, [])
        if before:
            gap = GAP_SENTINEL if len(before) == 1 else GAP_NEXT
            person.put_off(before[-1] + dt.timedelta(days=gap))
        before.append(person.infusion)
        self._decide(person)

    def _decide(self, person: Person) -> None:
        """After the last person that counts, the committee opens the next level."""
        place = LEVELS.index(person.level)
        if place != len(self.meetings) or place + 1 == len(LEVELS):
            return
        counted = len(self.infused[person.level])
        day = person.infusion + dt.timedelta(days=DECIDED)
        if counted >= COUNTED and (place == 0 or day >= self.high):
            meeting = Meeting(place + 1, day, person.level, LEVELS[place + 1], counted)
            self.meetings.append(meeting)
            person.meeting = meeting

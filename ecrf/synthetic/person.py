"""One invented person and the course of treatment; every date comes from the consent."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass, field

from ecrf.clinical.visit_window import planned_year
from ecrf.definition.model import Event
from ecrf.synthetic.cases import USUAL, Case
from ecrf.synthetic.course import Course

DOSE = {"DL1": 0.5, "DL2": 1.0, "DL3": 2.0}
Answers = dict[str, str]
ADULT, OLDEST = 18, 64
AGES = {"LN": 31, "SSC": 45, "PSSPAH": 44}  # median of a cohort, part B 5.1
SPREAD = 0.3  # of the logarithm of the age
WOMEN = {"LN": 0.90, "SSC": 0.82, "PSSPAH": 0.95}
MISSED, LATE = 0.02, 0.05  # of the visits after the first weeks, part B 5.3
EARLIEST = 42  # protocol day; earlier visits are made in the ward
ABSENCES = ("ILL", "REFUSE", "SITE")
LD_DAYS = {"LD1": -5, "LD2": -4, "LD3": -3}


@dataclass(frozen=True, slots=True)
class Meeting:
    """A decision of the safety review committee, recorded with the last subject it counted."""

    number: int
    day: dt.date
    reviewed: str
    opens: str
    counted: int


@dataclass(slots=True)
class Person:
    """A person: facts that the forms ask for, and how the course goes.

    case     in what the course differs from the usual one
    course   how cells, counts and mediators go
    waits    days that the infusion is put off
    meeting  the decision that this person's observation completed
    filled   cells in the bag, as a share of the planned ones
    absent   event -> why the visit was not made; known once its day was asked for
    late     events made after their window, likewise
    """

    index: int
    cohort: str
    chance: random.Random
    consent: dt.date
    sex: str = "F"
    birth: dt.date = field(init=False)
    weight: float = 0.0
    height: float = 0.0
    level: str = "DL1"
    case: Case = USUAL
    waits: int = 0
    meeting: Meeting | None = None
    filled: float = 1.0
    absent: dict[str, str] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    _course: Course | None = None

    def __post_init__(self) -> None:
        years, since = self._age(), self.chance.randint(0, 360)
        if self.case.years is not None:
            years, since = self.case.years, 30
        self.birth = self.consent - dt.timedelta(days=int(years * 365.25) + since)
        self.sex = "F" if self.chance.random() < WOMEN[self.cohort] else "M"
        self.weight = round(self.chance.gauss(57 if self.sex == "F" else 68, 6), 1)
        self.height = round(self.chance.gauss(161 if self.sex == "F" else 172, 5), 1)
        if years < ADULT:  # part B 5.1
            self.weight, self.height = round(2.2 * years + 8, 1), 78.0 + 6 * years
        self.filled = min(1.15, max(0.85, self.chance.gauss(1, 0.05)))
        self.absent |= self.case.missed
        self.late |= self.case.shifts.keys()

    def _age(self) -> int:
        """Years, of an adult; a child is planted, because its forms ask for a guardian."""
        while True:
            years = round(self.chance.lognormvariate(math.log(AGES[self.cohort]), SPREAD))
            if ADULT <= years <= OLDEST:
                return years

    @property
    def screening(self) -> dt.date:
        return self.consent + dt.timedelta(days=2)

    @property
    def enrolled(self) -> dt.date:
        """The day a slot is asked for."""
        return self.screening + dt.timedelta(days=1)

    @property
    def collection(self) -> dt.date:
        return self.consent + dt.timedelta(days=30)

    @property
    def infusion(self) -> dt.date:
        return self.collection + dt.timedelta(days=28 + self.waits)

    def put_off(self, earliest: dt.date) -> None:
        """Move the infusion to the earliest day allowed, if it is before."""
        self.waits += max(0, (earliest - self.infusion).days)

    @property
    def course(self) -> Course:
        """Drawn once, when dose level and case are known."""
        if self._course is None:
            case = self.case
            self._course = Course(self.chance, self.dose, case.depletes, case.recovers, case.crs)
        return self._course

    @property
    def dose(self) -> float:
        """10*6 CAR+ cells per kilogram."""
        return DOSE[self.level]

    @property
    def concentration(self) -> float:
        """10*6 CAR+ cells per millilitre of the bag of 50 mL."""
        return round(self.dose * self.weight * self.filled / 50, 3)

    def day_of(self, event: Event) -> dt.date | None:
        """When an event takes place; None when it does not, or not any more."""
        day = self._day_of(event)
        last = self.case.ends
        if day is not None and last is not None and (day - self.infusion).days > last:
            return None
        return day

    def _day_of(self, event: Event) -> dt.date | None:
        fixed = {
            "SCR": self.screening,
            "APE": self.collection - dt.timedelta(days=1),
            "LK": self.collection,
            "MFG": self.collection + dt.timedelta(days=16),
            "PLD": self.infusion - dt.timedelta(days=7),
        }
        if event.event in fixed:
            return fixed[event.event]
        if event.kind == "termination" and self.case.leaves:
            return self.infusion + dt.timedelta(days=self.case.leaves)
        if event.kind != "scheduled":
            return None
        if event.years is not None:
            return planned_year(self.infusion, event.years)
        if event.event in self.case.shifts:
            off = (event.day or 0) + self.case.shifts[event.event]
            return self.infusion + dt.timedelta(days=off)
        day = event.day or 0
        shift = self.chance.randint(0, min(event.late, 2)) if day >= 7 else 0
        if day >= EARLIEST and self.case.untidy:
            shift = self._slip(event, shift)
        return self.infusion + dt.timedelta(days=day + shift)

    def _slip(self, event: Event, shift: int) -> int:
        """Days from the planned day, of a visit that may be late or not be made."""
        drawn = self.chance.random()
        if drawn < MISSED:
            self.absent.setdefault(event.event, self.chance.choice(ABSENCES))
        elif drawn < MISSED + LATE:
            self.late.add(event.event)
            return event.late + self.chance.randint(1, 5)
        return shift

    def near(self, mean: float, spread: float, places: int = 0) -> str:
        return f"{self.chance.gauss(mean, spread):.{places}f}"

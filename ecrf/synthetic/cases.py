"""Planted cases (part B 5.3): persons whose course differs from the usual one in one respect.

The first six persons are the demonstration, so what a first look should find comes early. What a
case enters otherwise than usual is in ``planted``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FAILURES = 7  # one person of so many fails screening


@dataclass(frozen=True, slots=True)
class Case:
    """What differs.

    name      which case of ``planted``, "" for none
    fate      "infused", "failure" of screening, or "stopped" at the bedside
    depletes  whether the B cells go after the infusion
    recovers  whether the neutrophils stay up once they have come back
    crs       highest grade of cytokine release syndrome, where it is not left to chance
    years     age, where it is not left to chance
    dies      protocol day of death
    leaves    protocol day of an early termination
    since     days from the consent to today, for a course longer than the study has lasted
    shifts    event -> days away from the planned day, against the window
    missed    event -> why the visit was not made, a code of VISND
    """

    name: str = ""
    fate: str = "infused"
    depletes: bool = True
    recovers: bool = True
    crs: int | None = None
    years: int | None = None
    dies: int | None = None
    leaves: int | None = None
    since: int | None = None
    shifts: Mapping[str, int] = field(default_factory=dict)
    missed: Mapping[str, str] = field(default_factory=dict)

    @property
    def ends(self) -> int | None:
        """The protocol day after which nothing is done any more."""
        return self.dies or self.leaves

    @property
    def untidy(self) -> bool:
        """Whether small slips happen; what is planted for its values stays clear of them."""
        return not self.name and self.depletes and self.recovers


USUAL = Case()
LOAD = 54  # who comes after the planned size of the study is there for the load test only
PLANTED: Mapping[int, Case] = {
    0: Case(shifts={"M2": 12}),
    1: Case("withdrawal", leaves=200, missed={"M2": "REFUSE"}),
    2: Case("under-dosed", shifts={"D28": -2}),
    3: Case("review", crs=2),
    4: Case("child", years=10),
    5: Case("death", dies=300),
    7: Case("toxicity", crs=3),
    8: Case("released outside specification"),
    9: Case(depletes=False),
    10: Case("mismatch", fate="stopped"),
    11: Case(recovers=False),
    15: Case(shifts={"M3": 21}, missed={"M2": "ILL"}),
    21: Case(missed={"M6": "SITE", "M9": "LOST"}),
    LOAD: Case("malignancy", since=1700),
}


def of(index: int) -> Case:
    """The case of a person of the population, by number from 0."""
    if index in PLANTED:
        return PLANTED[index]
    return Case(fate="failure") if index % FAILURES == FAILURES - 1 else USUAL

"""Planted cases (part B 5.3): persons whose course differs from the usual one in one respect.

The first six persons are the demonstration, so what a first look should find comes early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FAILURES = 9  # one person of so many fails screening


@dataclass(frozen=True, slots=True)
class Case:
    """What differs.

    fate      "infused", or "failure" of screening
    depletes  whether the B cells go after the infusion
    shifts    event -> days away from the planned day, against the window
    missed    event -> why the visit was not made, a code of VISND
    """

    fate: str = "infused"
    depletes: bool = True
    shifts: Mapping[str, int] = field(default_factory=dict)
    missed: Mapping[str, str] = field(default_factory=dict)


USUAL = Case()
PLANTED: Mapping[int, Case] = {
    0: Case(shifts={"M2": 12}),
    1: Case(missed={"M2": "REFUSE"}),
    2: Case(shifts={"D28": -2}),
    9: Case(depletes=False),
    13: Case(shifts={"M3": 21}, missed={"M2": "ILL"}),
    21: Case(missed={"M6": "SITE", "M9": "LOST"}),
}


def of(index: int) -> Case:
    """The case of a person of the population, by number from 0."""
    failed = index % FAILURES == FAILURES - 1
    return Case(fate="failure") if failed else PLANTED.get(index, USUAL)

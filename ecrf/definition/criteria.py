"""Eligibility criteria of a study: their words, and where the engine finds what it judges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from ecrf.definition.parts import OID, Part, Text
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source, Step

CriterionId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9]+-([0-9]+[a-z]?|[A-Z]+)$", max_length=20)
]
PANEL = "panels"  # the key under ``reads`` that holds for every laboratory panel


class Criterion(Part):
    """One criterion: a short name, and its text as approved."""

    criterion: CriterionId
    label: Text
    text: Text


class Recoded(Part):
    """An item whose codes the engine knows under other names."""

    item: OID
    codes: dict[str, str]
    """Code of the item: code for the engine."""
    other: str | None = None
    """The code for every other code of the item; unknown when left out."""


Read = OID | Recoded | tuple[OID, ...]


class Criteria(Part):
    """criteria/<n>.yaml: one version of the criteria, by cohort."""

    criteria: int = Field(ge=1)
    source: Text
    """Where the texts are from."""
    cohorts: dict[OID, tuple[Criterion, ...]]
    every: tuple[Criterion, ...] = ()
    """Criteria that every cohort has, after its own."""
    reads: dict[OID, dict[OID, Read]] = Field(default_factory=dict)
    """Form: field of the engine: the item that holds it where it has another name (several items,
    date and time, are joined)."""

    def of(self, cohort: str) -> tuple[Criterion, ...]:
        return self.cohorts.get(cohort, ()) + self.every


def items_of(read: Read) -> tuple[str, ...]:
    if isinstance(read, Recoded):
        return (read.item,)
    return (read,) if isinstance(read, str) else read


def check(
    criteria: Criteria,
    source: Source,
    cohorts: Collection[str],
    forms: Mapping[str, Collection[str]],
) -> None:
    """Cohorts, forms and items that the file names must be there. ``forms``: form -> items."""
    for cohort in criteria.cohorts:
        if cohort not in cohorts:
            steps: tuple[Step, ...] = ("cohorts", cohort)
            source.error(steps, f'there is no cohort "{cohort}"', near(cohort, sorted(cohorts)))
    for steps, name, known in _named(criteria, forms):
        if name not in known:
            source.error(steps, f'"{name}" is not there', near(name, sorted(known)))


def _named(
    criteria: Criteria, forms: Mapping[str, Collection[str]]
) -> Iterator[tuple[tuple[Step, ...], str, Collection[str]]]:
    for form, fields in criteria.reads.items():
        if form == PANEL:
            continue
        yield ("reads", form), form, forms
        for field, read in fields.items():
            for item in items_of(read) if form in forms else ():
                yield ("reads", form, field), item, forms[form]

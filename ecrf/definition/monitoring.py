"""The risk-based plan of source verification: what is verified, where, and how much (R-084)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from ecrf.definition.parts import OID, Part
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source
from ecrf.definition.values import split_path

Depth = Literal["all", "sample", "none"]
Need = Literal["critical", "all", "sample", "none"]


class Scope(Part):
    """How much is verified of some forms; a key left out holds for all."""

    forms: tuple[OID, ...] = ()
    events: tuple[OID, ...] = ()
    cohorts: tuple[OID, ...] = ()
    verify: Depth
    """``sample`` verifies whole forms, as many of 100 as ``percent`` says."""


class Monitoring(Part):
    """Critical items are always verified, one by one; of the rest the first scope that fits
    decides, and what no scope names is verified."""

    seed: int
    """Chooses the sample: the same seed, the same forms."""
    percent: int = Field(ge=0, le=100)
    """Forms of 100 in a sample."""
    critical: tuple[str, ...] = ()
    """Items or analytes, as FORM.ITEM."""
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One form instance of one subject."""

    subject: str
    cohort: str
    event: str
    event_no: int
    form: str
    repeat: int


def need(plan: Monitoring | None, place: Place, path: str) -> Need:
    """What the plan asks of one item; without a plan everything is verified."""
    if plan is None:
        return "all"
    name, _, row = split_path(path)
    if any(f"{place.form}.{one}" in plan.critical for one in (name, row)):
        return "critical"
    return _depth(plan, place)


def _depth(plan: Monitoring, place: Place) -> Need:
    for scope in plan.scopes:
        if (
            (not scope.forms or place.form in scope.forms)
            and (not scope.events or place.event in scope.events)
            and (not scope.cohorts or place.cohort in scope.cohorts)
        ):
            drawn = scope.verify != "sample" or _drawn(plan, place)
            return scope.verify if drawn else "none"
    return "all"


def _drawn(plan: Monitoring, place: Place) -> bool:
    words = (plan.seed, place.subject, place.event, place.event_no, place.form, place.repeat)
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < plan.percent


def check_monitoring(
    plan: Monitoring,
    source: Source,
    names: Collection[str] | None,
    forms: Collection[str],
    cohorts: Collection[str],
    events: Collection[str],
) -> None:
    """Every name must be known; ``names`` are FORM.ITEM of all forms, None if some are broken."""
    for i, name in enumerate(plan.critical):
        if names is not None and name not in names:
            _unknown(source, ("monitoring", "critical", i), "item", name, names)
    known: Mapping[str, Any] = {"forms": forms, "cohorts": cohorts, "events": events}
    for s, scope in enumerate(plan.scopes):
        for key, there in known.items():
            for i, name in enumerate(getattr(scope, key)):
                if name not in there:
                    _unknown(source, ("monitoring", "scopes", s, key, i), key[:-1], name, there)


def _unknown(source: Source, steps: Any, kind: str, name: str, known: Collection[str]) -> None:
    source.error(steps, f'there is no {kind} "{name}"', near(name, sorted(known)))

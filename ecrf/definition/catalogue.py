"""A study ready to use: every form version with its rules compiled, every list resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ecrf.definition import model as models
from ecrf.definition.criteria import Criteria
from ecrf.definition.gates import CompiledGate
from ecrf.definition.items import choices
from ecrf.definition.rule_types import Env
from ecrf.definition.rule_values import Truth, compare_dates, compare_numbers, some
from ecrf.definition.rules import CompiledRule
from ecrf.definition.values import Typed

Severity = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True)
class CompiledBounds:
    """Limits of one item (or analyte); ``limits`` gives their values for a message."""

    severity: Severity
    min: CompiledRule | None
    max: CompiledRule | None
    when: CompiledRule | None
    model: models.Bounds

    def applies(self, env: Env) -> bool:
        return self.when is None or self.when.fires(env)

    def limits(self, env: Env) -> tuple[Typed, Typed]:
        low = self.min.evaluate(env) if self.min else None
        high = self.max.evaluate(env) if self.max else None
        return low, high

    def outside(self, typed: Typed, env: Env) -> bool:
        """Whether a value is definitely below the minimum or above the maximum."""
        low, high = self.limits(env)
        below = None if low is None else _order("<", typed, low)
        above = None if high is None else _order(">", typed, high)
        return some((below, above)) is True


def _order(op: str, typed: Any, limit: Any) -> Truth:
    if typed is None:
        return None
    if isinstance(typed, dt.datetime) and not isinstance(limit, dt.datetime):
        typed = typed.date()
    if isinstance(typed, dt.time | dt.datetime):
        return bool(typed < limit if op == "<" else typed > limit)
    if isinstance(typed, dt.date) or hasattr(typed, "earliest"):
        return compare_dates(op, typed, limit)
    return compare_numbers(op, typed, limit)


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """An edit check. ``items`` are those of the form that its message stands at."""

    model: models.Check
    when: CompiledRule
    items: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.model.check

    @property
    def group(self) -> str | None:
        return self.model.group


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One version of a form.

    show        item or group -> when it is shown (absent: always)
    required    item -> when it is required (True: always)
    bounds      item -> its limits, hard ones first
    limits      analyte -> its limits
    derive      calculated item -> its rule
    order       calculated items, each after those it depends on
    """

    model: models.Form
    path: Path
    digest: str
    items: Mapping[str, tuple[models.Group, Any]]
    groups: Mapping[str, models.Group]
    panels: Mapping[str, tuple[models.Analyte, ...]]
    show: Mapping[str, CompiledRule] = field(default_factory=dict)
    required: Mapping[str, CompiledRule | Literal[True]] = field(default_factory=dict)
    bounds: Mapping[str, tuple[CompiledBounds, ...]] = field(default_factory=dict)
    limits: Mapping[str, tuple[CompiledBounds, ...]] = field(default_factory=dict)
    derive: Mapping[str, CompiledRule] = field(default_factory=dict)
    checks: tuple[CompiledCheck, ...] = ()
    order: tuple[str, ...] = ()
    row_label: CompiledRule | None = None

    @property
    def oid(self) -> str:
        return self.model.form

    @property
    def version(self) -> int:
        return self.model.version

    def item(self, oid: str) -> Any:
        return self.items[oid][1]

    def group_of(self, oid: str) -> models.Group:
        return self.items[oid][0]

    def choices(self, item: Any) -> tuple[models.Choice, ...]:
        """The choices of an item, given as the item or its OID."""
        return choices(self.item(item) if isinstance(item, str) else item)

    def analytes(self, group: models.Group | str) -> tuple[models.Analyte, ...]:
        """The analytes of a panel in printed order; () for other groups."""
        return self.panels.get(group if isinstance(group, str) else group.group, ())

    def analyte(self, code: str) -> models.Analyte | None:
        for listed in self.panels.values():
            for analyte in listed:
                if analyte.code == code:
                    return analyte
        return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything under the folder of one study."""

    root: Path
    study: models.Study
    builds: Mapping[int, models.Build]
    forms: Mapping[tuple[str, int], FormDefinition]
    codelists: Mapping[tuple[str, int], models.CodeList]
    catalogues: Mapping[tuple[str, int], models.AnalyteCatalogue]
    laboratories: Mapping[str, models.Laboratory]
    criteria: Mapping[int, Criteria] = field(default_factory=dict)
    gates: Mapping[int, Mapping[str, CompiledGate]] = field(default_factory=dict)
    active: int | None = None
    """The build in use as the database says; unknown in a catalogue fresh from its files."""
    _using: dict[int, Catalogue] = field(default_factory=dict, repr=False, compare=False)

    def using(self, build: int) -> Catalogue:
        """The same study with this build in use, one object for each; KeyError for another."""
        if build not in self._using:
            self._using[self.builds[build].build] = replace(self, active=build)
        return self._using[build]

    def gate(self, form: str) -> CompiledGate | None:
        """What the build in use asks for before a form."""
        return self.gates.get(self.build.build, {}).get(form)

    @property
    def build(self) -> models.Build:
        """The build in use; before any is activated the first one that the study names."""
        return self.builds[self.active or self.first]

    @property
    def first(self) -> int:
        """The build that a new database begins with."""
        released = [n for n, build in self.builds.items() if build.status == "released"]
        return self.study.build or max(released or self.builds)

    def form(self, oid: str, version: int) -> FormDefinition:
        return self.forms[oid, version]

    def latest(self, oid: str) -> FormDefinition:
        """The highest version: the one that the rules of other forms are written against."""
        return self.forms[oid, max(v for form, v in self.forms if form == oid)]

    def current(self, oid: str) -> FormDefinition:
        """The version that the build in use names; the highest where it has no such form."""
        refs = (ref for event in self.build.events for ref in event.forms)
        found = next((ref for ref in refs if ref.form == oid), None)
        return self.form(oid, found.version) if found else self.latest(oid)

    def event(self, oid: str, build: int | None = None) -> models.Event | None:
        events = (self.builds[build] if build else self.build).events
        return next((event for event in events if event.event == oid), None)


__all__ = ["Catalogue", "CompiledBounds", "CompiledCheck", "FormDefinition"]

"""What evaluating a form needs to know about it, worked out once per form version.

Judging happens on every pause in typing, so the definition is not walked again each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from ecrf.definition.catalogue import (
    Catalogue,
    CompiledBounds,
    CompiledCheck,
    FormDefinition,
)
from ecrf.definition.model import Analyte, Group, Laboratory, ReferenceRange
from ecrf.definition.rules import CompiledRule
from ecrf.entry import labs
from ecrf.entry.env import PANEL, Names, lab_item

MOST_PLANS = 500


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One item with its rules; ``bounds`` by severity, hard ones first."""

    oid: str
    item: Any
    show: CompiledRule | None
    required: CompiledRule | Literal[True] | None
    bounds: tuple[tuple[CompiledBounds, ...], ...]
    calculated: bool


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One group. ``names`` are its items; ``result`` the result column of a panel."""

    oid: str
    group: Group
    show: CompiledRule | None
    items: tuple[ItemPlan, ...]
    names: frozenset[str]
    result: str | None
    analytes: Mapping[str, Analyte]
    limits: Mapping[str, tuple[tuple[CompiledBounds, ...], ...]]


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """One check. ``stands`` and ``rests`` are names of this form: where the message stands, and
    everything the check rests on."""

    check: CompiledCheck
    group: GroupPlan | None
    stands: tuple[str, ...]
    rests: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """A form version ready to be judged. Limits of analytes are converted when first needed."""

    catalogue: Catalogue
    form: FormDefinition
    names: Names
    groups: tuple[GroupPlan, ...]
    by_oid: dict[str, GroupPlan]
    derived: tuple[tuple[GroupPlan, ItemPlan, CompiledRule], ...]
    calculated: frozenset[str]
    checks: tuple[CheckPlan, ...]
    ranges: dict[tuple[str, str], list[ReferenceRange]] = field(default_factory=dict)
    limits: dict[tuple[str, str, str], labs.Limits | None] = field(default_factory=dict)

    def rows_of(self, laboratory: Laboratory, analyte: str) -> list[ReferenceRange]:
        key = laboratory.laboratory, analyte
        if key not in self.ranges:
            self.ranges[key] = [row for row in laboratory.ranges if row.analyte == analyte]
        return self.ranges[key]

    def limits_of(
        self, laboratory: Laboratory, row: ReferenceRange, analyte: Analyte
    ) -> labs.Limits | None:
        key = laboratory.laboratory, row.id, analyte.code
        if key not in self.limits:
            self.limits[key] = labs.limits(row, analyte)
        return self.limits[key]


_PLANS: dict[int, Plan] = {}


def plan_of(catalogue: Catalogue, form: FormDefinition) -> Plan:
    """The plan of a form version. Definitions never change, so identity is enough to know it."""
    plan = _PLANS.get(id(form))
    if plan is None or plan.form is not form or plan.catalogue is not catalogue:
        if len(_PLANS) >= MOST_PLANS:
            _PLANS.clear()
        plan = _PLANS[id(form)] = make(catalogue, form)
    return plan


def make(catalogue: Catalogue, form: FormDefinition) -> Plan:
    groups = tuple(_group(form, group) for group in form.model.groups)
    by_oid = {group.oid: group for group in groups}
    names = Names(catalogue, form)
    items = {item.oid: (group, item) for group in groups for item in group.items}
    return Plan(
        catalogue,
        form,
        names,
        groups,
        by_oid,
        derived=tuple((*items[oid], form.derive[oid]) for oid in _order(form)),
        calculated=frozenset(oid for oid, (_, item) in items.items() if item.calculated),
        checks=tuple(_check(check, by_oid, items, names.results) for check in form.checks),
    )


def _group(form: FormDefinition, group: Group) -> GroupPlan:
    items = tuple(
        ItemPlan(
            item.item,
            item,
            form.show.get(item.item),
            form.required.get(item.item),
            _by_severity(form.bounds.get(item.item, ())),
            item.type == "calculated",
        )
        for item in group.items
    )
    analytes = {analyte.code: analyte for analyte in form.analytes(group)}
    return GroupPlan(
        group.group,
        group,
        form.show.get(group.group),
        items,
        frozenset(item.oid for item in items),
        lab_item(group),
        analytes,
        {code: _by_severity(form.limits.get(code, ())) for code in analytes},
    )


def _by_severity(bounds: tuple[CompiledBounds, ...]) -> tuple[tuple[CompiledBounds, ...], ...]:
    sorted_ = (tuple(b for b in bounds if b.severity == severity) for severity in ("hard", "soft"))
    return tuple(entries for entries in sorted_ if entries)


def _order(form: FormDefinition) -> tuple[str, ...]:
    """Calculated items, each after those that its value, or whether it is shown, rests on."""
    graph = {}
    for oid, rule in form.derive.items():
        names = set(rule.names)
        for shown in (oid, form.items[oid][0].group):
            if shown in form.show:
                names |= form.show[shown].names
        graph[oid] = names & form.derive.keys()
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return form.order


def _check(
    check: CompiledCheck,
    groups: Mapping[str, GroupPlan],
    items: Mapping[str, tuple[GroupPlan, ItemPlan]],
    results: Mapping[str, str],
) -> CheckPlan:
    group = groups[check.group] if check.group else None
    names = check.when.names
    analytes = tuple(code for code in results if code in names)
    own = tuple(oid for oid in items if oid in names)
    if group and group.result and names & PANEL.keys() and group.result not in own:
        own = (*own, group.result)
    stands = check.items
    if group is None and analytes and all(items[oid][0].result == oid for oid in stands):
        stands = analytes  # the result column as a whole says less than the results meant
    rests = tuple(dict.fromkeys((*stands, *own, *analytes)))
    return CheckPlan(check, group, stands or rests, rests)

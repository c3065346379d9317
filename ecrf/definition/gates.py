"""The order of the protocol: what must be there before a form can be entered (part B)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from ecrf.definition.parts import OID, Part, Rule, Text
from ecrf.definition.references import reference
from ecrf.definition.rule_types import BOOL, Function, RuleError, Scope, near
from ecrf.definition.rules import CompiledRule, compile_rule
from ecrf.definition.source import Source, Step

State = Literal["begun", "complete", "signed"]


class Condition(Part):
    """One thing that must be there first."""

    form: OID
    """The form that holds it; the message leads there."""
    state: State = "complete"
    """How far a record of that form must be."""
    when: Rule | None = None
    """What else must be definitely true, in the names that the gated form may use."""
    text: Text
    """What is missing, and what to do."""


class Gate(Part):
    """A form that cannot be entered before its conditions hold."""

    form: OID
    cohorts: tuple[OID, ...] = ()
    """Cohorts it holds for; all when left out."""
    needs: tuple[Condition, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    model: Condition
    when: CompiledRule | None

    @property
    def forms(self) -> Iterator[str]:
        """The forms to read for it."""
        yield self.model.form
        for name in self.when.names if self.when else ():
            ref = reference(name)
            if ref is not None and ref.form:
                yield ref.form


@dataclass(frozen=True, slots=True)
class CompiledGate:
    model: Gate
    needs: tuple[CompiledCondition, ...]


def compile_gates(
    gates: tuple[Gate, ...],
    source: Source,
    scopes: Mapping[str, Scope],
    functions: Mapping[str, Function],
    broken: Collection[str],
) -> dict[str, CompiledGate]:
    """The gates of a build by form; ``scopes`` are the names that each form may use."""
    found = {}
    for g, gate in enumerate(gates):
        _known(gate.form, source, ("gates", g, "form"), scopes, broken)
        needs = []
        for n, condition in enumerate(gate.needs):
            steps = ("gates", g, "needs", n)
            _known(condition.form, source, (*steps, "form"), scopes, broken)
            scope = scopes.get(gate.form)
            rule = _rule(condition, scope, source, (*steps, "when"), functions) if scope else None
            needs.append(CompiledCondition(condition, rule))
        found[gate.form] = CompiledGate(gate, tuple(needs))
    return found


def _known(
    form: str,
    source: Source,
    steps: tuple[Step, ...],
    scopes: Mapping[str, Scope],
    broken: Collection[str],
) -> None:
    if form not in scopes and form.lower() not in broken:
        source.error(steps, f'there is no form "{form}"', near(form, sorted(scopes)))


def _rule(
    condition: Condition,
    scope: Scope,
    source: Source,
    steps: tuple[Step, ...],
    functions: Mapping[str, Function],
) -> CompiledRule | None:
    if condition.when is None:
        return None
    try:
        rule = compile_rule(condition.when, scope, functions)
    except RuleError as error:
        source.error(steps, error.message, error.hint)
        return None
    if rule.type.kind != BOOL.kind:
        source.error(steps, f"a condition is true or false, not {rule.type}")
        return None
    return rule

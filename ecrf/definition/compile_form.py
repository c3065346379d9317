"""The rules of one form version, compiled and typed; what is wrong is noted in its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

from ecrf.definition.catalogue import (
    CompiledBounds,
    CompiledCheck,
    FormDefinition,
    Severity,
)
from ecrf.definition.model import Analyte, Bounds, Check, Form, Group
from ecrf.definition.names import Names, item_type
from ecrf.definition.references import reference
from ecrf.definition.rule_nodes import constant
from ecrf.definition.rule_types import (
    BOOL,
    DATE,
    NUMBER,
    Function,
    RuleError,
    Scope,
    Type,
    near,
)
from ecrf.definition.rules import CompiledRule, compile_rule
from ecrf.definition.source import Source, Step

Steps = tuple[Step, ...]
# What the limits of an item of a type must be.
LIMITS: dict[str, tuple[Type, ...]] = {
    "number": (NUMBER,),
    "date": (DATE,),
    "time": (Type("time"),),
    "datetime": (Type("datetime"), DATE),
}


class FormCompiler:
    """Compiles one form. ``broken`` are forms with errors of their own: names of theirs that
    are not known are not worth another message."""

    def __init__(
        self,
        form: Form,
        panels: Mapping[str, tuple[Analyte, ...]],
        source: Source,
        names: Names,
        functions: Mapping[str, Function],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.form = form
        self.panels = panels
        self.source = source
        self.functions = functions
        self.broken = broken
        self.whole = names.scope(form)
        self.rows = {g.group: names.scope(form, g) for g in form.groups if g.repeats}
        self.show: dict[str, CompiledRule] = {}
        self.required: dict[str, CompiledRule | Literal[True]] = {}
        self.bounds: dict[str, tuple[CompiledBounds, ...]] = {}
        self.derive: dict[str, CompiledRule] = {}
        self.places: dict[str, Steps] = {}

    def compile(self, path: Path) -> FormDefinition:
        for g, group in enumerate(self.form.groups):
            self.group(group, ("groups", g))
        checks = [self.check(check, ("checks", i)) for i, check in enumerate(self.form.checks)]
        label = None
        if self.form.row_label is not None:
            label = self.rule(self.form.row_label, self.whole, ("row_label",))
        return FormDefinition(
            model=self.form,
            path=path,
            digest=self.source.digest,
            items={item.item: (group, item) for group, item in self.form.items()},
            groups={group.group: group for group in self.form.groups},
            panels=self.panels,
            show=self.show,
            required=self.required,
            bounds=self.bounds,
            limits={a.code: self.analyte(a) for panel in self.panels.values() for a in panel},
            derive=self.derive,
            checks=tuple(check for check in checks if check is not None),
            order=self.order(),
            row_label=label,
        )

    def rule(
        self, text: str, scope: Scope, steps: Steps, wanted: tuple[Type, ...] = ()
    ) -> CompiledRule | None:
        """A compiled rule; None, and the reason noted, if it is wrong."""
        try:
            rule = compile_rule(text, scope, self.functions)
        except RuleError as error:
            if not self.excused(error.message):
                self.source.error(steps, error.message, error.hint, rule=text, offset=error.column)
            return None
        if wanted and rule.type.kind not in [kind.kind for kind in wanted]:
            message = f"the rule must give {wanted[0]}, but it gives {rule.type}"
            self.source.error(steps, message)
            return None
        own = [name for name in rule.names if self.nearest(name) == self.form.form]
        if own and not self.form.repeats:
            short = own[0].partition(".")[2]
            self.source.error(steps, f"{own[0]} is an item of this very form", f"write {short}")
        return rule

    @staticmethod
    def nearest(name: str) -> str | None:
        """The form of a name that looks at the nearest record of it."""
        ref = reference(name)
        return ref.form if ref is not None and not ref.where else None

    def excused(self, message: str) -> bool:
        return any(message.lower().startswith(f'unknown name "{form}.') for form in self.broken)

    def group(self, group: Group, steps: Steps) -> None:
        if group.show is not None:
            self.shown(group.group, group.show, self.whole, (*steps, "show"))
        scope = self.rows.get(group.group, self.whole)
        for i, item in enumerate(group.items):
            self.item(item, group, scope, (*steps, "items", i))

    def shown(self, oid: str, text: str, scope: Scope, steps: Steps) -> None:
        rule = self.rule(text, scope, steps, (BOOL,))
        if rule is None:
            return
        if oid in rule.names:
            self.source.error(steps, f"{oid} cannot decide whether {oid} is shown")
        self.show[oid] = rule

    def item(self, item: Any, group: Group, scope: Scope, steps: Steps) -> None:
        if item.show is not None:
            self.shown(item.item, item.show, scope, (*steps, "show"))
        if isinstance(item.required, str):
            rule = self.rule(item.required, scope, (*steps, "required"), (BOOL,))
            if rule is not None:
                self.required[item.item] = rule
        elif item.required:
            self.required[item.item] = True
        kind = item_type(item, self.panels.get(group.group, ()))
        limits = []
        for severity in ("hard", "soft"):
            for i, bounds in enumerate(getattr(item, severity)):
                place = (*steps, severity, i)
                limits.append(self.limits(bounds, severity, kind, scope, place))
        if limits:
            self.bounds[item.item] = tuple(limits)
        if item.type == "calculated":
            self.calculated(item, kind, scope, (*steps, "derive"))

    def limits(
        self, bounds: Bounds, severity: Any, kind: Type, scope: Scope, steps: Steps
    ) -> CompiledBounds:
        wanted = LIMITS.get(kind.kind)
        if wanted is None:
            self.source.error(steps, f"limits cannot be set for {kind}")
        low, high = (
            self.limit(getattr(bounds, side), scope, (*steps, side), wanted or ())
            for side in ("min", "max")
        )
        when = None
        if bounds.when is not None:
            when = self.rule(bounds.when, scope, (*steps, "when"), (BOOL,))
        level: Severity = "hard" if severity == "hard" else "soft"
        return CompiledBounds(level, low, high, when, bounds)

    def limit(
        self,
        limit: str | Decimal | int | None,
        scope: Scope,
        steps: Steps,
        wanted: tuple[Type, ...],
    ) -> CompiledRule | None:
        if limit is None:
            return None
        if not isinstance(limit, str) and NUMBER in wanted:
            return fixed(Decimal(limit))
        return self.rule(limit_rule(limit), scope, steps, wanted)

    def analyte(self, analyte: Analyte) -> tuple[CompiledBounds, ...]:
        """Limits of an analyte; its catalogue was checked before, so only numbers are here."""
        compiled = []
        for severity, bounds in (("hard", analyte.hard), ("soft", analyte.soft)):
            if bounds is not None:
                level: Severity = "hard" if severity == "hard" else "soft"
                low, high = (
                    None if limit is None else fixed(Decimal(limit))
                    for limit in (bounds.min, bounds.max)
                )
                compiled.append(CompiledBounds(level, low, high, None, bounds))
        return tuple(compiled)

    def calculated(self, item: Any, kind: Type, scope: Scope, steps: Steps) -> None:
        rule = self.rule(item.derive, scope, steps, (kind,))
        if rule is None:
            return
        strange = sorted((rule.type.codes or set()) - (kind.codes or set()))
        if item.result == "code" and strange:
            hint = near(strange[0], kind.codes or frozenset())
            self.source.error(steps, f"the rule can give '{strange[0]}', which is no code", hint)
        self.derive[item.item] = rule
        self.places[item.item] = steps

    def check(self, check: Check, steps: Steps) -> CompiledCheck | None:
        if check.group is not None and check.group not in self.rows:
            message = f'"{check.group}" is not a repeating group of this form'
            self.source.error((*steps, "group"), message, near(check.group, self.rows))
            return None
        scope = self.rows[check.group] if check.group else self.whole
        rule = self.rule(check.when, scope, (*steps, "when"), (BOOL,))
        known = {item.item: group for group, item in self.form.items()}
        for i, oid in enumerate(check.items):
            if oid not in known:
                message = f'"{oid}" is not an item of this form'
                self.source.error((*steps, "items", i), message, near(oid, known))
        if rule is None:
            return None
        items = check.items or tuple(oid for oid in known if oid in rule.names)
        return CompiledCheck(check, rule, items)

    def order(self) -> tuple[str, ...]:
        """Calculated items, each after those it depends on; a circle is an error."""
        graph = {oid: sorted(rule.names & self.derive.keys()) for oid, rule in self.derive.items()}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            report_cycle(error, {oid: (self.source, steps) for oid, steps in self.places.items()})
            return ()


def fixed(number: Decimal) -> CompiledRule:
    """A rule that is just a number, as most limits are."""
    return CompiledRule(str(number), NUMBER, frozenset(), frozenset(), constant(number), False)


def limit_rule(limit: str | Decimal | int) -> str:
    """A limit as a rule; a date or a time may stand without quotes."""
    if not isinstance(limit, str):
        return format(Decimal(limit), "f")
    for name, pattern in (("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), ("time", "[0-9]{2}:[0-9]{2}")):
        if re.fullmatch(pattern, limit):
            return f"{name}('{limit}')"
    return limit


def report_cycle(error: CycleError, places: Mapping[str, tuple[Source, Steps]]) -> None:
    circle: list[str] = list(reversed(error.args[1]))
    first = min(circle)
    circle = circle[:-1]
    start = circle.index(first)
    turned = [*circle[start:], *circle[:start], first]
    source, steps = places[first]
    source.error(steps, f"circular derivation: {' -> '.join(turned)}")

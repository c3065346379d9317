"""Calculated items (R-069): computed on the server, in the order in which they rest on each
other, and blank as soon as something they need is unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ecrf.definition import items
from ecrf.definition.items.number import plain
from ecrf.definition.rule_values import round_half_up
from ecrf.definition.rules import CompiledRule, RuleLimit
from ecrf.definition.values import BLANK, PartialDate, Value
from ecrf.entry.env import FormEnv, RowEnv
from ecrf.entry.plan import ItemPlan, Plan


def result(rule: CompiledRule, env: FormEnv | RowEnv) -> Any:
    """The value of a rule; unknown also when it has more rows to look at than it may."""
    try:
        return rule.evaluate(env)
    except RuleLimit:
        return None


def shown(rule: CompiledRule | None, env: FormEnv | RowEnv) -> bool:
    return rule is None or result(rule, env) is True


def compute(plan: Plan, env: FormEnv) -> None:
    """Put the value of every calculated item into the data."""
    for group, item, rule in plan.derived:
        visible = shown(group.show, env)
        if not group.group.repeats:
            env.put(item.oid, item.oid, _value(item, rule, env, visible))
            continue
        for row in env.row_envs(group.oid, group.names, group.result):
            env.put(row.prefix + item.oid, item.oid, _value(item, rule, row, visible))


def _value(item: ItemPlan, rule: CompiledRule, env: FormEnv | RowEnv, visible: bool) -> Value:
    if not (visible and shown(item.show, env)):
        return BLANK
    return rounded(item.item, result(rule, env))


def rounded(item: Any, typed: Any) -> Value:
    """The value as it is kept: rounded half up to the item's places.

    Rules go on computing with all digits (part A 0.4), so these are kept beside it when rounding
    loses some.
    """
    if not isinstance(typed, Decimal | PartialDate | str) or typed == "":
        return BLANK
    whole = items.computed(item, typed)
    places = 0 if item.result == "integer" else item.places
    if not isinstance(typed, Decimal) or places is None:
        return whole
    near = round_half_up(typed, places)
    if near is None:
        return BLANK
    facets = {} if near == typed else {"n": whole.text}
    return Value(plain(near), unit=whole.unit, facets=facets, typed=typed)

"""The forms of the language whose type depends on their arguments, aggregates included."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ecrf.definition import rule_aggregates
from ecrf.definition.rule_dates import iso_date
from ecrf.definition.rule_nodes import Expr, Run, constant
from ecrf.definition.rule_types import BOOL, DATE, NUMBER, TIME, Type
from ecrf.definition.rule_values import round_half_up
from ecrf.definition.values import BLANK, Censored

if TYPE_CHECKING:
    from ecrf.definition.rule_compiler import Compiler


def count(compiler: Compiler, node: ast.Call, name: str, least: int, most: int | None) -> None:
    given = len(node.args)
    if least <= given and (most is None or given <= most):
        return
    wanted = str(least) if most == least else f"{least} to {most}" if most else f"{least} or more"
    compiler.fail(node, f"{name}() takes {wanted} arguments, not {given}")


# present blank missing coalesce round date time


def present(compiler: Compiler, node: ast.Call) -> Expr:
    run = compiler.expression(node.args[0]).run
    return Expr(BOOL, lambda env: run(env) is not None)


def blank(compiler: Compiler, node: ast.Call) -> Expr:
    value = _value(compiler, node)
    return Expr(BOOL, lambda env: value(env).blank)


def missing(compiler: Compiler, node: ast.Call) -> Expr:
    value = _value(compiler, node)
    return Expr(BOOL, lambda env: value(env).missing is not None)


def _value(compiler: Compiler, node: ast.Call) -> Run:
    """How to read the Value behind the item named in blank(X) or missing(X)."""
    name = compiler.dotted_name(node.args[0])
    compiler.expression(node.args[0])
    if not compiler.scope.is_item(name):
        compiler.fail(node.args[0], f"{name} is not an item", f"write present({name})")
    return lambda env: env.value(name) or BLANK


def coalesce(compiler: Compiler, node: ast.Call) -> Expr:
    parts = [compiler.expression(argument) for argument in node.args]
    kind = parts[0].type
    for part in parts[1:]:
        kind = compiler.unify(node, kind, part.type)
    runs = [part.run for part in parts]
    return Expr(kind, lambda env: next((v for run in runs if (v := run(env)) is not None), None))


def rounded(compiler: Compiler, node: ast.Call) -> Expr:
    run = compiler.expect(node.args[0], NUMBER, "round()").run
    places = compiler.expression(node.args[1]).run(None) if _is_whole(node.args[1:]) else 0
    if len(node.args) == 2 and not _is_whole(node.args[1:]):
        compiler.fail(node.args[1], "the places of round() must be a whole number from 0 to 20")

    def value(env: Any) -> Decimal | None:
        number = run(env)
        exact = number is not None and type(number) is not Censored
        return round_half_up(number, int(places)) if exact else None

    return Expr(NUMBER, value)


def _is_whole(nodes: Sequence[ast.expr]) -> bool:
    return any(
        isinstance(n, ast.Constant) and type(n.value) is int and n.value <= 20 for n in nodes
    )


def _literal(kind: Type, parse: Callable[[str], Any], example: str) -> Any:
    def build(compiler: Compiler, node: ast.Call) -> Expr:
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            try:
                return Expr(kind, constant(parse(argument.value)), True)
            except ValueError:
                pass
        compiler.fail(argument, f"{kind.kind}() takes {kind} such as '{example}'")

    return build


Builder = tuple[Callable[["Compiler", ast.Call], Expr], int, int | None]
FORMS: dict[str, Builder] = {
    "present": (present, 1, 1),
    "blank": (blank, 1, 1),
    "missing": (missing, 1, 1),
    "coalesce": (coalesce, 2, None),
    "round": (rounded, 1, 2),
    "date": (_literal(DATE, iso_date, "2025-04-18"), 1, 1),
    "time": (_literal(TIME, dt.time.fromisoformat, "06:40"), 1, 1),
}


# Aggregates


def aggregate(compiler: Compiler, node: ast.Call, name: str) -> Expr:
    """Over the rows of the lists named in the arguments; without a list, over the arguments."""
    count(compiler, node, name, 1, None)
    outer = compiler.lists
    if outer is not None:
        return _over_arguments(compiler, node, name)
    compiler.lists = {}
    try:
        parts = [compiler.expression(argument) for argument in node.args]
        lists = frozenset(compiler.lists)
    finally:
        compiler.lists = outer
    if not lists:
        return _over_arguments(compiler, node, name)
    compiler.counted = True
    most = 2 if name in rule_aggregates.CONDITIONED else 1
    count(compiler, node, name, 1, most)
    where = condition(compiler, node, parts)
    _aggregable(compiler, node, name, parts[0].type)
    of_truths = parts[0].type.kind == "bool"
    run = rule_aggregates.over_rows(name, of_truths, parts[0].run, where, lists)
    return Expr(_result(name, parts[0].type), run)


def condition(compiler: Compiler, node: ast.Call, parts: Sequence[Expr]) -> Run | None:
    if len(parts) < 2:
        return None
    if parts[1].type.kind != "bool":
        compiler.fail(node.args[1], f"the condition must be true or false, not {parts[1].type}")
    return parts[1].run


def _over_arguments(compiler: Compiler, node: ast.Call, name: str) -> Expr:
    if len(node.args) < 2 or name in ("first", "last"):
        compiler.fail(node.args[0], f"{name}() needs something that has several values here")
    parts = [compiler.expression(argument) for argument in node.args]
    kind = parts[0].type
    for part in parts[1:]:
        kind = kind if name == "count" else compiler.unify(node, kind, part.type)
    _aggregable(compiler, node, name, kind)
    of_truths = all(part.type.kind == "bool" for part in parts)
    runs = [part.run for part in parts]
    return Expr(_result(name, kind), rule_aggregates.over_arguments(name, of_truths, runs))


def _aggregable(compiler: Compiler, node: ast.Call, name: str, kind: Type) -> None:
    allowed = {
        "sum": ("number",),
        "min": ("number", "date", "time", "datetime"),
        "max": ("number", "date", "time", "datetime"),
        "any_of": ("bool",),
        "all_of": ("bool",),
    }.get(name)
    if allowed and kind.kind not in allowed:
        text = compiler.text(node.args[0])
        hint = f"compare it, for example {text} == 'Y'" if allowed == ("bool",) else None
        compiler.fail(node.args[0], f"{name}() cannot be used with {kind}", hint)


def _result(name: str, element: Type) -> Type:
    if name in ("sum", "count"):
        return NUMBER
    return BOOL if name in ("any_of", "all_of") else element

"""Calls in rules: the forms of the language, and functions by name."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ecrf.definition import rule_aggregates
from ecrf.definition.rule_forms import FORMS, aggregate, count
from ecrf.definition.rule_nodes import Expr, Run, constant, read
from ecrf.definition.rule_types import DATE, Function, Type, near
from ecrf.definition.values import Censored, PartialDate

if TYPE_CHECKING:
    from ecrf.definition.rule_compiler import Compiler


def call(compiler: Compiler, node: ast.Call) -> Expr:
    name = compiler.dotted_name(node.func)
    function = compiler.functions.get(name)
    if function is not None and function.keywords:
        compiler.called.add(name)
        return apply_named(compiler, node, function)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        compiler.fail(node, f"{name}() takes its arguments in order, without names")
    compiler.called.add(name)
    if name in rule_aggregates.NAMES:
        return aggregate(compiler, node, name)
    if name in FORMS:
        build, least, most = FORMS[name]
        count(compiler, node, name, least, most)
        return build(compiler, node)
    if function is None:
        known = [*compiler.functions, *FORMS, *rule_aggregates.NAMES]
        compiler.fail(node, f'unknown function "{name}"', near(name, known))
    return apply(compiler, node, function)


def apply(compiler: Compiler, node: ast.Call, function: Function) -> Expr:
    most = None if function.variadic else len(function.parameters)
    count(compiler, node, function.name, len(function.parameters) - function.optional, most)
    runs = []
    for i, argument in enumerate(node.args):
        wanted = function.parameters[min(i, len(function.parameters) - 1)]
        runs.append(_argument(compiler, argument, wanted, function.name))
    return Expr(function.result, _called(function, runs))


def apply_named(compiler: Compiler, node: ast.Call, function: Function) -> Expr:
    """A call with names; a parameter that is not given is unknown."""
    if node.args:
        first = function.keywords[0]
        compiler.fail(
            node.args[0], f"{function.name}() takes names", f"write {function.name}({first}=...)"
        )
    runs: list[Run] = [constant(None)] * len(function.parameters)
    for keyword in node.keywords:
        if keyword.arg not in function.keywords:
            hint = near(keyword.arg or "", function.keywords)
            compiler.fail(keyword.value, f"{function.name}() has no input {keyword.arg!r}", hint)
        place = function.keywords.index(keyword.arg)
        wanted = function.parameters[place]
        runs[place] = _argument(compiler, keyword.value, wanted, function.name)
    return Expr(function.result, _called(function, runs))


def _argument(compiler: Compiler, node: ast.expr, wanted: Type, name: str) -> Run:
    if wanted.kind == "list":
        return _list_argument(compiler, node, wanted, name)
    if wanted.kind == "any":
        return compiler.expression(node).run
    if wanted.kind == "day":
        return _complete(compiler.expect(node, DATE, f"{name}()").run)
    expr = compiler.expect(node, wanted, f"{name}()")
    strange = sorted((expr.type.codes or frozenset()) - (wanted.codes or expr.type.codes or set()))
    if strange and isinstance(node, ast.Constant):
        hint = near(strange[0], wanted.codes or frozenset())
        compiler.fail(node, f"{name}() does not know '{strange[0]}'", hint)
    return expr.run


def _list_argument(compiler: Compiler, node: ast.expr, wanted: Type, name: str) -> Run:
    element = wanted.of or Type("any")
    if isinstance(node, ast.List | ast.Tuple):
        runs = [_argument(compiler, item, element, name) for item in node.elts]
        return lambda env: tuple(run(env) for run in runs)
    listed = compiler.dotted_name(node)
    kind = compiler.resolve(node, listed)
    if kind.kind != "list" or (kind.of or kind).kind != element.kind != "any":
        compiler.fail(node, f"{name}() needs a list here, but {listed} is {kind}")
    whole = read(listed)
    return lambda env: tuple(whole(env) or ())


def _complete(run: Run) -> Run:
    def value(env: Any) -> dt.date | None:
        date = run(env)
        return date.earliest if date is not None and date.day else None

    return value


def _called(function: Function, runs: Sequence[Run]) -> Run:
    call, strict = function.call, function.strict
    finish = _FINISH.get(function.result.kind)

    def value(env: Any) -> Any:
        values = []
        for run in runs:
            argument = run(env)
            if argument is None and strict:
                return None
            if type(argument) is Censored and not function.censored:
                return None
            values.append(argument)
        try:
            result = call(*values)
        except (ValueError, ArithmeticError):
            return None
        return result if finish is None or result is None else finish(result)

    return value


def _number(result: Any) -> Any:
    if type(result) is int:
        return Decimal(result)
    if type(result) is Decimal and not result.is_finite():
        return None
    return result


def _date(result: Any) -> Any:
    if isinstance(result, dt.date):
        return PartialDate(result.year, result.month, result.day)
    return result


_FINISH: dict[str, Callable[[Any], Any]] = {"number": _number, "date": _date}

"""The rule language: a small, typed, three-valued subset of Python expressions.

``compile_rule`` reads a rule with the standard library's parser, checks every name and type, and
turns it into closures; nothing is ever passed to ``eval``. Size and depth are bounded when a rule
is compiled, the rows it may look at when it runs.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecrf.definition.rule_compiler import Compiler, flat, indent
from ecrf.definition.rule_nodes import MAX_STEPS, Counted, Run
from ecrf.definition.rule_types import (
    ANY,
    BOOL,
    CODES,
    DATE,
    DATETIME,
    DAY,
    NUMBER,
    TEXT,
    TIME,
    Env,
    Function,
    RuleError,
    RuleLimit,
    Scope,
    Type,
    code,
    list_of,
)

MAX_LENGTH = 4000
MAX_DEPTH = 40
MAX_NODES = 600
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")

# What people write from the habit of other languages, and what to write instead.
HABITS = {
    "&&": "and",
    "||": "or",
    "<>": "!=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "“": "'...'",
    "‘": "'...'",
    "（": "( )",
    "，": ",",
}


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run. ``names`` are all names it may read; ``looked_up`` are those it only
    asks whether they hold a value (``X in others.FORM.ITEM``)."""

    source: str
    type: Type
    names: frozenset[str]
    functions: frozenset[str]
    run: Run
    counted: bool
    looked_up: frozenset[str] = frozenset()

    def evaluate(self, env: Env) -> Any:
        """The value of the rule, None when unknown; RuleLimit if it has too many rows to see."""
        return self.run(Counted(env)) if self.counted else self.run(env)

    def fires(self, env: Env) -> bool:
        """Whether the rule is definitely true."""
        return self.evaluate(env) is True


def compile_rule(
    source: str, scope: Scope, functions: Mapping[str, Function] | None = None
) -> CompiledRule:
    tree = parse(source)
    compiler = Compiler(source, scope, functions or {})
    expr = compiler.expression(tree)
    return CompiledRule(
        source,
        expr.type,
        frozenset(compiler.names | compiler.looked_up),
        frozenset(compiler.called),
        expr.run,
        compiler.counted,
        frozenset(compiler.looked_up - compiler.names),
    )


def parse(source: str) -> ast.expr:
    """The syntax tree of a rule, within its bounds; columns count from the first non-blank."""
    if len(source) > MAX_LENGTH:
        raise RuleError(f"a rule has at most {MAX_LENGTH} characters, this one {len(source)}")
    strange = re.search(r"[\\\0#]", QUOTED.sub(lambda m: "." * len(m[0]), source))
    if strange or "\\" in source or "\0" in source:
        at = strange.start() if strange else 0
        raise RuleError("a rule holds no backslash and no comment", at)
    tree = _syntax(source)
    nodes = 0
    for _, depth in _walk(tree):
        nodes += 1
        if depth > MAX_DEPTH:
            raise RuleError(f"a rule may be nested {MAX_DEPTH} deep, this one is deeper")
        if nodes > MAX_NODES:
            raise RuleError(f"a rule has at most {MAX_NODES} parts, this one more")
    return tree


def _syntax(source: str) -> ast.expr:
    line = flat(source)
    if not line:
        raise RuleError("the rule is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(line, mode="eval").body
    except SyntaxError as error:
        column = min(max((error.offset or 1) - 1, 0), len(line) - 1) + indent(source)
        raise RuleError(f"not a rule: {error.msg}", column, _habit(source)) from None
    except (ValueError, RecursionError, MemoryError):
        raise RuleError("not a rule: too deeply nested") from None


def _habit(source: str) -> str | None:
    for habit, instead in HABITS.items():
        if habit in source:
            return f'write "{instead}", not "{habit}"'
    return None


def _walk(tree: ast.expr) -> Iterator[tuple[ast.expr, int]]:
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend(
            (child, depth + 1)
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        )


__all__ = [
    "ANY", "BOOL", "CODES", "DATE", "DATETIME", "DAY", "MAX_STEPS", "NUMBER", "TEXT", "TIME",
    "CompiledRule", "Env", "Function", "RuleError", "RuleLimit", "Scope", "Type", "code",
    "compile_rule", "list_of",
]  # fmt: skip

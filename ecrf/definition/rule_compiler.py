"""From the syntax tree of a rule to typed closures."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from ecrf.definition import rule_calls
from ecrf.definition.references import reference
from ecrf.definition.rule_functions import BUILTINS
from ecrf.definition.rule_nodes import (
    Expr,
    arithmetic,
    both,
    choice,
    compared,
    constant,
    contains,
    either,
    inverted,
    member,
    read,
)
from ecrf.definition.rule_types import (
    BOOL,
    NUMBER,
    TEXT,
    Function,
    RuleError,
    Scope,
    Type,
    code,
    near,
)
from ecrf.definition.rule_values import add, divide, multiply, subtract

Compute = Callable[[Decimal, Decimal], Decimal | None]
OPERATORS: dict[type[ast.operator], tuple[str, Compute | None]] = {
    ast.Add: ("+", add),
    ast.Sub: ("-", subtract),
    ast.Mult: ("*", multiply),
    ast.Div: ("/", divide),
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
ORDERED = ("number", "date", "time", "datetime")
SEVERAL = "use it inside any_of(), all_of(), count(), sum(), min(), max() or last()"
MOST_DOTS = 3  # every.LBC.K.LBTOXGR
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def flat(source: str) -> str:
    """A rule on one line; columns are those of the source, less its indent."""
    return re.sub(r"\s", " ", source).strip(" ")


def indent(source: str) -> int:
    return len(source) - len(re.sub(r"\s", " ", source).lstrip(" "))


class Compiler:
    """Compiles one rule. ``names``, ``looked_up`` and ``called`` collect what it uses."""

    def __init__(self, source: str, scope: Scope, functions: Mapping[str, Function]) -> None:
        self.source = flat(source)
        self.indent = indent(source)
        self.scope = scope
        self.functions = {**BUILTINS, **functions}
        self.names: set[str] = set()
        self.looked_up: set[str] = set()
        self.called: set[str] = set()
        self.counted = False
        # Inside an aggregate: the lists it runs over, name -> where the list comes from.
        self.lists: dict[str, str] | None = None

    def offset(self, length: int) -> int:
        """The parser counts UTF-8 bytes, people count characters."""
        return len(self.source.encode()[:length].decode(errors="ignore"))

    def fail(self, node: ast.expr, message: str, hint: str | None = None) -> NoReturn:
        raise RuleError(message, self.offset(node.col_offset) + self.indent, hint)

    def text(self, node: ast.expr) -> str:
        end = node.end_col_offset or 0
        return " ".join(self.source[self.offset(node.col_offset) : self.offset(end)].split())

    def expression(self, node: ast.expr) -> Expr:
        build = NODES.get(type(node))
        if build is None:
            self.fail(node, f"{self.text(node)!r} cannot be used in a rule")
        return build(self, node)

    def expect(self, node: ast.expr, wanted: Type, what: str) -> Expr:
        expr = self.expression(node)
        if expr.type.kind != wanted.kind:
            self.fail(node, f"{what} needs {wanted}, but {self.text(node)} is {expr.type}",
                      _hint(expr.type, wanted, self.text(node)))  # fmt: skip
        return expr

    # One method per kind of syntax

    def constant(self, node: ast.Constant) -> Expr:
        if isinstance(node.value, bool):
            return Expr(BOOL, constant(node.value), True)
        if isinstance(node.value, str):
            return Expr(code([node.value]), constant(node.value), True)
        literal = self.text(node)
        if PLAIN_NUMBER.fullmatch(literal):
            return Expr(NUMBER, constant(Decimal(literal)), True)
        hint = "use blank(X) or present(X)" if node.value is None else None
        self.fail(node, f"{literal} cannot be used in a rule", hint)

    def name(self, node: ast.Name) -> Expr:
        return self.named(node, node.id)

    def dotted(self, node: ast.Attribute) -> Expr:
        return self.named(node, self.dotted_name(node))

    def dotted_name(self, node: ast.expr) -> str:
        parts: list[str] = []
        part = node
        while isinstance(part, ast.Attribute):
            parts.append(part.attr)
            part = part.value
        if not isinstance(part, ast.Name) or len(parts) > MOST_DOTS:
            self.fail(node, f"{self.text(node)!r} is not a name")
        return ".".join((part.id, *reversed(parts)))

    def named(self, node: ast.expr, name: str) -> Expr:
        kind = self.resolve(node, name)
        if name in self.scope.constants:
            return Expr(kind, constant(self.scope.constants[name]), True)
        if kind.kind != "list" or kind.of is None:
            return Expr(kind, read(name))
        if self.lists is None:
            self.fail(node, f"{name} has several values here", SEVERAL)
        self.lists[name] = kind.source
        if len(set(self.lists.values())) > 1:
            self.fail(node, f"{' and '.join(sorted(self.lists))} have different rows")
        return Expr(kind.of, read(name))

    def resolve(self, node: ast.expr, name: str) -> Type:
        kind = self.scope.names.get(name)
        if kind is None:
            called = "write the brackets of the function" if name in self.functions else None
            self.fail(node, f'unknown name "{name}"', called or near(name, self.scope.names))
        self.names.add(name)
        return kind

    def elsewhere(self, node: ast.expr) -> str:
        """The name of an item of other subjects' records, in which a text can be looked up;
        empty when the node is none."""
        name = self.dotted_name(node) if isinstance(node, ast.Attribute) else ""
        kind, ref = self.scope.names.get(name), reference(name)
        if kind is None or ref is None or ref.where != "others":
            return ""
        free = kind.of is not None and kind.of.kind == "text" and kind.of.codes is None
        if not free or kind.source != f"others.{ref.form}" or ref.pseudo or ref.facet:
            self.fail(node, f"{name} is no item of free text outside a table", SEVERAL)
        return name

    def boolean(self, node: ast.BoolOp) -> Expr:
        word = "and" if isinstance(node.op, ast.And) else "or"
        runs = [self.expect(part, BOOL, f'"{word}"').run for part in node.values]
        return Expr(BOOL, both(runs) if word == "and" else either(runs))

    def unary(self, node: ast.UnaryOp) -> Expr:
        if isinstance(node.op, ast.Not):
            return Expr(BOOL, inverted(self.expect(node.operand, BOOL, '"not"').run))
        if not isinstance(node.op, ast.USub):
            self.fail(node, f"{self.text(node)!r} cannot be used in a rule")
        number = self.expect(node.operand, NUMBER, '"-"')
        zero = constant(Decimal(0))
        return Expr(NUMBER, arithmetic(subtract, zero, number.run), number.constant)

    def binary(self, node: ast.BinOp) -> Expr:
        sign, call = OPERATORS.get(type(node.op), ("", None))
        if call is None:
            self.fail(node, f"{self.text(node)!r}: only + - * / compute in a rule")
        left = self.expect(node.left, NUMBER, f'"{sign}"')
        right = self.expect(node.right, NUMBER, f'"{sign}"')
        return Expr(NUMBER, arithmetic(call, left.run, right.run))

    def conditional(self, node: ast.IfExp) -> Expr:
        test = self.expect(node.test, BOOL, '"if"')
        yes, no = self.expression(node.body), self.expression(node.orelse)
        return Expr(self.unify(node, yes.type, no.type), choice(test.run, yes.run, no.run))

    def comparison(self, node: ast.Compare) -> Expr:
        runs = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            runs.append(self.compare(node, left, op, right))
            left = right
        return Expr(BOOL, runs[0] if len(runs) == 1 else both(runs))

    def compare(self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        if isinstance(op, ast.In | ast.NotIn):
            run = self.membership(left, right)
            return inverted(run) if isinstance(op, ast.NotIn) else run
        sign = COMPARISONS.get(type(op))
        if sign is None:
            self.fail(node, '"is" cannot be used in a rule', 'write "=="')
        a, b = self.expression(left), self.expression(right)
        self.comparable(left, a.type, right, b.type)
        if sign not in ("==", "!=") and a.type.kind not in ORDERED:
            self.fail(left, f'"{sign}" needs numbers or dates, but {self.text(left)} is {a.type}',
                      f"write number({self.text(left)})" if a.type.codes else None)  # fmt: skip
        if a.type.kind == "any":
            self.fail(left, f"{self.text(left)} can only be used in present(), blank(), missing()")
        return compared(sign, a.type.kind, a.run, b.run)

    def membership(self, left: ast.expr, right: ast.expr) -> Any:
        part = self.expression(left)
        if name := self.elsewhere(right):
            self.comparable(right, TEXT, left, part.type)
            self.looked_up.add(name)
            return contains(read(name), part.run)
        if not isinstance(right, ast.List | ast.Tuple):
            codes = self.expression(right)
            if codes.type.kind != "codes" or part.type.kind != "text":
                self.fail(right, "\"in\" needs a list such as ['A', 'B'] or a multiple choice")
            self.comparable(right, Type("text", codes.type.codes), left, part.type)
            return contains(codes.run, part.run)
        items = [self.expression(item) for item in right.elts]
        for node, item in zip(right.elts, items, strict=True):
            self.comparable(left, part.type, node, item.type)
        if all(isinstance(item, ast.Constant) for item in right.elts) and part.type.kind == "text":
            return member(part.run, frozenset(item.run(None) for item in items))
        return either([compared("==", part.type.kind, part.run, item.run) for item in items])

    def comparable(self, left: ast.expr, a: Type, right: ast.expr, b: Type) -> None:
        """Same kind; and a literal must be one of the codes it is compared with."""
        if a.kind != b.kind:
            self.fail(right, f"{self.text(left)} is {a}, but {self.text(right)} is {b}",
                      _hint(b, a, self.text(right)) or _hint(a, b, self.text(left)))  # fmt: skip
        if a.codes is None or b.codes is None:
            return
        if isinstance(left, ast.Constant):
            left, a, right, b = right, b, left, a
        ours, theirs = a.codes or frozenset(), b.codes or frozenset()
        strange = sorted(theirs - ours)
        if strange and (isinstance(right, ast.Constant) or len(strange) == len(theirs)):
            hint = near(strange[0], ours) or f"it has {', '.join(sorted(ours))}"
            message = f"{self.text(left)} has no code '{strange[0]}'"
            self.fail(right, message, hint.replace('"', "'"))

    def unify(self, node: ast.expr, a: Type, b: Type) -> Type:
        if a.kind != b.kind:
            self.fail(node, f"one result is {a}, the other {b}; both must be the same")
        if a.codes is None or b.codes is None:
            return Type(a.kind, of=a.of)
        return Type(a.kind, a.codes | b.codes)

    def call(self, node: ast.Call) -> Expr:
        return rule_calls.call(self, node)


def _hint(given: Type, wanted: Type, text: str) -> str | None:
    """How to turn what is given into what is wanted."""
    return {
        ("text", "number"): f"write number({text})",
        ("text", "bool"): f"compare it, for example {text} == 'Y'",
        ("text", "date"): f"write date({text})" if text.startswith("'") else None,
        ("text", "time"): f"write time({text})" if text.startswith("'") else None,
        ("datetime", "date"): f"write date_of({text})",
        ("date", "number"): "write days(a, b) or add_days(a, n)",
        ("codes", "text"): f"write 'CODE' in {text}",
        ("bool", "number"): f"write 1 if {text} else 0",
    }.get((given.kind, wanted.kind))


NODES: dict[type[ast.expr], Callable[[Compiler, Any], Expr]] = {
    ast.Constant: Compiler.constant,
    ast.Name: Compiler.name,
    ast.Attribute: Compiler.dotted,
    ast.BoolOp: Compiler.boolean,
    ast.UnaryOp: Compiler.unary,
    ast.BinOp: Compiler.binary,
    ast.IfExp: Compiler.conditional,
    ast.Compare: Compiler.comparison,
    ast.Call: Compiler.call,
}

"""One YAML file as plain data, with the position of everything in it.

YAML 1.2 without anchors, tags and dates: a plain scalar is null, true, false, a JSON number (kept
as Decimal, so that ``0.10`` stays ``0.10``) or text. ``no``, ``on``, ``Y`` and ``01`` are text.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.tag import Tag

from ecrf.definition.errors import DefinitionError

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
WORDS: dict[str, Any] = {"": None, "null": None, "~": None, "true": True, "false": False}
# What the resolver gives a node without a tag of its own; compared by identity.
UNTAGGED: dict[type[Node], Tag] = {
    ScalarNode: Tag(suffix="scalar"),
    SequenceNode: Tag(suffix="sequence"),
    MappingNode: Tag(suffix="mapping"),
}
MAX_DEPTH = 30
# The keys that name a part of a definition, for the "where" of a message.
NAMING = ("item", "check", "group", "event", "code", "analyte", "name", "cohort", "site", "form",
          "codelist", "catalogue", "laboratory", "build", "study", "id")  # fmt: skip

Step = str | int


@dataclass(slots=True)
class Source:
    """A file that was read: ``data`` to validate, ``locate`` and ``error`` to complain."""

    path: str
    text: str
    digest: str
    data: Any = None
    node: Node | None = None
    errors: list[DefinitionError] = field(default_factory=list)

    def locate(self, steps: Sequence[Step], key: bool = False) -> tuple[Node | None, str]:
        """The node at a path, or the nearest one above it, and the name of the part it is in.

        Steps that are not in the file (names of union members) are passed over. ``key`` gives
        the key of the last step instead of its value.
        """
        node, where = self.node, ""
        last: Node | None = node
        for step in steps:
            where = _named(node) or where
            below = _below(node, step)
            if below is None:
                continue
            last, node = below[0 if key else 1], below[1]
        return last if key else node, _named(node) or where

    def error(
        self,
        steps: Sequence[Step],
        message: str,
        hint: str | None = None,
        *,
        key: bool = False,
        rule: str | None = None,
        offset: int = 0,
    ) -> None:
        """Note what is wrong at a path; ``offset`` counts characters into the rule there."""
        node, where = self.locate(steps, key)
        line, column = _start(node)
        if isinstance(node, ScalarNode) and node.value == rule:
            column += self._inside(node, offset)
        self.errors.append(DefinitionError(self.path, line, column, where, message, hint))

    def _inside(self, node: ScalarNode, offset: int) -> int:
        """Columns from the start of a scalar to a character of its value, if on one line."""
        mark = node.start_mark
        line = self.text.split("\n")[mark.line]
        at = line.find(node.value, mark.column, mark.column + len(node.value) + 1)
        return at - mark.column + offset if at >= 0 else 0


def _named(node: Node | None) -> str:
    if not isinstance(node, MappingNode):
        return ""
    scalars = {k.value: v.value for k, v in node.value[:2] if isinstance(v, ScalarNode)}
    key = next((key for key in NAMING if scalars.get(key)), None)
    if key is None:
        return ""
    return f"build {scalars[key]}" if key == "build" else str(scalars[key])


def _below(node: Node | None, step: Step) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _start(node: Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)


def read(path: Path, name: str) -> Source:
    """Read a file. What is wrong with it as YAML is in ``errors``, and ``data`` is then None."""
    content = path.read_bytes()
    source = Source(name, "", hashlib.sha256(content).hexdigest())
    try:
        source.text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        source.errors.append(DefinitionError(name, line, 1, "", "the file is not UTF-8"))
        return source
    try:
        source.node = compose(source.text)
    except YAMLError as error:
        source.errors.append(_syntax_error(name, error))
        return source
    if source.node is None:
        source.errors.append(DefinitionError(name, 1, 1, "", "the file is empty"))
        return source
    data = _Builder(source).build(source.node, ())
    source.data = None if source.errors else data
    return source


class _Unresolved(BaseResolver):
    """Leaves every scalar a text, read by the rules of YAML 1.2; ``scalar`` resolves them."""

    processing_version = (1, 2)

    def __init__(self, version: Any = None, loader: Any = None, loadumper: Any = None) -> None:
        super().__init__(loadumper=loader or loadumper)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        return UNTAGGED[kind]

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing depends on the place in the tree."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the place in the tree."""


def _c_loader() -> Any:
    """ruamel's C parser and composer, fifteen times faster, if it is installed; else None."""
    if importlib.util.find_spec("_ruamel_yaml") is None:
        return None
    parser = importlib.import_module("_ruamel_yaml").CParser

    def start(self: Any, text: str) -> None:
        parser.__init__(self, text)
        self._parser = self._composer = self
        _Unresolved.__init__(self, loadumper=self)

    return type("CLoader", (parser, _Unresolved), {"__init__": start})


C_LOADER = _c_loader()


def compose(text: str) -> Node | None:
    """The node tree of a text; YAMLError if it is not YAML."""
    composed: Node | None
    if C_LOADER is not None and not _deep(text):
        with suppress(YAMLError):  # then read again, for a message that is always the same
            composed = C_LOADER(text).get_single_node()
            return composed
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _Unresolved
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # every anchor is refused
    composed = yaml.compose(text)
    return composed


def _deep(text: str) -> bool:
    """Whether a text may nest so deeply that the C parser, which recurses, must not see it."""
    if len(text) > 1_000_000 or re.search(r"(?:[-?:][ \t]+){20}", text):
        return True
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _syntax_error(name: str, error: YAMLError) -> DefinitionError:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return DefinitionError(name, 1, 1, "", f"not YAML: {str(error).splitlines()[0]}")
    mark = error.problem_mark
    if isinstance(error, MaxDepthExceededError):
        return DefinitionError(name, mark.line + 1, mark.column + 1, "", "nested too deeply")
    parts = (error.context, error.problem)
    message = ", ".join(" ".join(part.split()) for part in parts if part)
    return DefinitionError(name, mark.line + 1, mark.column + 1, "", f"not YAML: {message}")


class _Builder:
    """Plain data from nodes; refuses what these files must not use."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()

    def build(self, node: Node, steps: tuple[Step, ...]) -> Any:
        if id(node) in self.seen or node.ctag is not UNTAGGED[type(node)]:
            self.refuse(node, "an alias (*) or a tag (!) cannot be used here", "repeat the text")
            return None
        self.seen.add(id(node))
        if len(steps) > MAX_DEPTH:
            self.refuse(node, "nested too deeply")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, steps)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*steps, i)) for i, item in enumerate(node.value)]
        return scalar(node) if isinstance(node, ScalarNode) else None

    def mapping(self, node: MappingNode, steps: tuple[Step, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.refuse(key, "a key must be a word")
                continue
            if key.value in data:
                self.refuse(key, f'"{key.value}" is given twice')
            data[key.value] = self.build(value, (*steps, key.value))
        return data

    def refuse(self, node: Node, message: str, hint: str | None = None) -> None:
        line, column = _start(node)
        self.source.errors.append(
            DefinitionError(self.source.path, line, column, "", message, hint)
        )


def scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.style:  # quoted, or a block
        return text
    if NUMBER.fullmatch(text):
        return Decimal(text)
    return WORDS.get(text, text)

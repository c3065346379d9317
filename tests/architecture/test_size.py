"""Small files, small functions, a word about each module, no unfinished business."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import (
    findings,
    functions,
    python_files,
    styles_and_scripts,
    templates,
)

MODULE_LINES = 400
FUNCTION_LINES = 60
TEMPLATE_LINES = 200
# Spelled apart, so that this file passes its own test.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def long_module(source: str) -> Iterator[str]:
    if (lines := len(source.splitlines())) > MODULE_LINES:
        yield f" {lines} lines"


def long_function(source: str) -> Iterator[str]:
    for function in functions(ast.parse(source)):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield f"{function.lineno}: {function.name} has {lines} lines"


def long_template(source: str) -> Iterator[str]:
    if (lines := len(source.splitlines())) > TEMPLATE_LINES:
        yield f" {lines} lines"


def no_docstring(source: str) -> Iterator[str]:
    if not ast.get_docstring(ast.parse(source)):
        yield "1: no docstring"


def unfinished(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if found := UNFINISHED.search(line):
            yield f"{number}: {found[0]}"


def test_modules_are_short() -> None:
    assert findings(long_module, python_files("ecrf", "tests")) == []


def test_functions_are_short() -> None:
    assert findings(long_function, python_files("ecrf", "tests")) == []


def test_templates_are_short() -> None:
    assert findings(long_template, templates()) == []


def test_modules_say_what_they_are() -> None:
    assert findings(no_docstring, python_files("ecrf", "tests", "migrations")) == []


def test_nothing_is_left_unfinished() -> None:
    files = python_files("ecrf", "tests", "migrations") + templates() + styles_and_scripts()

    assert findings(unfinished, files) == []


def test_the_checks_find_bad_examples() -> None:
    long = "def f():\n" + "    x = 1\n" * FUNCTION_LINES

    assert list(long_function(long)) == ["1: f has 61 lines"]
    assert list(long_function(long.replace("    x = 1\n", "", 1))) == []
    assert list(long_module("\n" * 401)) == [" 401 lines"]
    assert list(long_template("\n" * 201)) == [" 201 lines"]
    assert list(no_docstring("x = 1")) == ["1: no docstring"]
    assert list(unfinished("# FIX" + "ME later")) == ["1: FIX" + "ME"]

"""Nothing runs text as code, escapes escaping, calls the network or removes clinical data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from ecrf import models
from tests.architecture.sources import (
    ROOT,
    findings,
    python_files,
    styles_and_scripts,
    templates,
)

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "telnetlib", "ftplib"}
FORBIDDEN_ATTRIBUTES = {("yaml", "load"), ("os", "system"), ("os", "popen")}

# Files that may mark text as HTML, because they make that HTML themselves.
MAY_MARK_HTML: frozenset[str] = frozenset()
UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\b")

# Names of XML vocabularies look like addresses but are never fetched.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml")
ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[\w./#-]*")

# Tables whose rows may go: who is signed in or at a form, what is being typed, what is to be done,
# and what is worked out from the records.
MAY_LOSE_ROWS = {"login_session", "draft", "job", "recheck", "identifier", "presence"}
# It tries to delete, to see that the database refuses, and rolls back.
MAY_TRY_TO_DELETE = "ecrf/install.py"
DELETE_SQL = re.compile(
    r"\bDELETE\s+FROM\b|^\s*TRUNCATE\b|\b(TRUNCATE|DROP)\s+TABLE\b", re.IGNORECASE
)


def dangerous(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        for name in _names(node):
            yield f"{getattr(node, 'lineno', 0)}: {name}"


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [node.func.id] if node.func.id in FORBIDDEN_CALLS else []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        both = (node.value.id, node.attr)
        return [".".join(both)] if both in FORBIDDEN_ATTRIBUTES else []
    if isinstance(node, ast.Import):
        return [name.name for name in node.names if name.name in FORBIDDEN_MODULES]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module in FORBIDDEN_MODULES else []
    return []


def unescaped(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if found := UNESCAPED.search(line):
            yield f"{number}: {found[0]}"


def address(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        for found in ADDRESS.finditer(line):
            if not found[0].startswith(NAMESPACES):
                yield f"{number}: {found[0]}"


def deletion(source: str) -> Iterator[str]:
    """Deletes written as SQL, ``delete(table)`` or ``session.delete(object)``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if DELETE_SQL.search(node.value):
                yield f"{node.lineno}: {node.value}"
        elif isinstance(node, ast.Call) and _called(node).endswith("delete"):
            what = ast.unparse(node.args[0]) if node.args else ast.unparse(node.func)
            if not _may_go(what):
                yield f"{node.lineno}: {_called(node)}({what})"


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _may_go(expression: str) -> bool:
    """Does the expression name a class, or a table of it, whose rows may go?"""
    model = getattr(models, expression.removeprefix("models.").split(".")[0], None)
    return getattr(model, "__tablename__", None) in MAY_LOSE_ROWS


def test_no_text_is_run_as_code() -> None:
    assert findings(dangerous, python_files("ecrf", "migrations")) == []


def test_all_output_is_escaped() -> None:
    files = [
        path
        for path in python_files("ecrf") + templates()
        if str(path.relative_to(ROOT)) not in MAY_MARK_HTML
    ]

    assert findings(unescaped, files) == []


def test_pages_fetch_nothing_from_elsewhere() -> None:
    assert findings(address, templates() + styles_and_scripts()) == []


def test_nothing_deletes_clinical_data() -> None:
    files = [path for path in python_files("ecrf") if path != ROOT / MAY_TRY_TO_DELETE]

    assert findings(deletion, files) == []


def test_the_allow_list_is_not_stale() -> None:
    for name in MAY_MARK_HTML:
        assert list(unescaped((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (dangerous, "eval('1')"),
        (dangerous, "import pickle"),
        (dangerous, "from pickle import loads"),
        (dangerous, "yaml.load(x)"),
        (unescaped, "{{ name|safe }}"),
        (unescaped, "return Markup(text)"),
        (address, '<script src="https://cdn.example.org/x.js">'),
        (address, '<img src="//example.org/x.png">'),
        (deletion, "db.session.delete(record)"),
        (deletion, "execute(text('DELETE FROM record'))"),
        (deletion, "delete(Record)"),
        (deletion, "delete(models.Signature).where(x)"),
    ],
)
def test_the_checks_find_bad_examples(check, bad: str) -> None:
    assert len(list(check(bad))) == 1


def test_drafts_may_go() -> None:
    assert list(deletion("delete(Draft)")) == []


def test_a_namespace_is_not_an_address() -> None:
    assert list(address('<svg xmlns="http://www.w3.org/2000/svg">')) == []

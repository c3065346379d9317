"""The project's own files, as the tests about the code read them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "ecrf" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "templates"

Check = Callable[[str], Iterator[str]]


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders of the project."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no Python files in {folders}"
    return found


def templates() -> list[Path]:
    found = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
    assert found, "no templates"
    return found


def styles_and_scripts() -> list[Path]:
    """Own CSS, JavaScript and SVG; what others made is checked by digest instead."""
    kinds = {".css", ".js", ".svg"}
    return [
        path
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in kinds and VENDOR not in path.parents
    ]


def findings(check: Check, paths: list[Path]) -> list[str]:
    """What the check says about each file, with the file's name in front."""
    return [
        f"{path.relative_to(ROOT)}:{finding}"
        for path in paths
        for finding in check(path.read_text(encoding="utf-8"))
    ]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node

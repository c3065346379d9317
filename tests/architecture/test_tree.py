"""The listing is the architecture: the top level, and templates that use what they import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tests.architecture.sources import ROOT, findings, templates

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitignore",
    "Makefile",
    "README.md",
    "bench",
    "docs",
    "ecrf",
    "forms",
    "migrations",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "setup.cfg",
    "templates",
    "tests",
    "wsgi.py",
}

IMPORT = re.compile(r"\{%-?\s*from\s+[\"'].+?[\"']\s+import\s+(.+?)\s*(?:with context)?\s*-?%\}")


def unused_imports(source: str) -> Iterator[str]:
    """Macros that a template imports and never names again."""
    rest = IMPORT.sub("", source)
    for statement in IMPORT.finditer(source):
        for part in statement[1].split(","):
            name = part.split()[-1]
            if not re.search(rf"\b{re.escape(name)}\b", rest):
                yield f" {name} is imported and not used"


def listing(folder: Path) -> set[str]:
    """What is in the folder, less what .gitignore names there."""
    ignored = [".git", *(line.strip("/") for line in read(folder / ".gitignore").split())]
    names = {path.name for path in folder.iterdir()}
    return {name for name in names if not any(fnmatch(name, pattern) for pattern in ignored)}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_top_level_is_the_intended_one() -> None:
    assert listing(ROOT) == TOP_LEVEL


def test_a_stray_file_is_found(tmp_path: Path) -> None:
    for name in (".gitignore", "notes.txt", "x.pyc"):
        (tmp_path / name).write_text("*.pyc\n")

    assert listing(tmp_path) == {".gitignore", "notes.txt"}


def test_templates_use_the_macros_they_import() -> None:
    html = [path for path in templates() if path.suffix == ".html"]

    assert findings(unused_imports, html) == []


def test_an_unused_macro_is_found() -> None:
    source = '{% from "components/x.html" import a, b as c %}{{ a() }}'

    assert list(unused_imports(source)) == [" c is imported and not used"]

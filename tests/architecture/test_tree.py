"""The listing is the architecture: the top level, and templates that use what they import."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

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


def test_the_top_level_is_the_intended_one() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert {path.split("/")[0] for path in listing.stdout.splitlines()} == TOP_LEVEL


def test_templates_use_the_macros_they_import() -> None:
    html = [path for path in templates() if path.suffix == ".html"]

    assert findings(unused_imports, html) == []


def test_an_unused_macro_is_found() -> None:
    source = '{% from "components/x.html" import a, b as c %}{{ a() }}'

    assert list(unused_imports(source)) == [" c is imported and not used"]

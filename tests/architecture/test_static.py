"""What others made is pinned: each vendored file is declared and has the declared digest."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import VENDOR

LOCK = "vendor.lock.toml"
KEYS = {"name", "version", "licence", "sha256", "file"}


def problems(folder: Path) -> Iterator[str]:
    """The lock holds ``[[file]]`` tables with exactly the five keys."""
    entries = tomllib.loads((folder / LOCK).read_text(encoding="utf-8")).get("file", [])
    for entry in entries:
        if missing := KEYS - entry.keys():
            yield f"{entry}: no {', '.join(sorted(missing))}"
        elif not (folder / entry["file"]).is_file():
            yield f"{entry['file']}: declared, but missing"
        elif digest(folder / entry["file"]) != entry["sha256"]:
            yield f"{entry['file']}: changed"
    declared = {entry.get("file") for entry in entries} | {LOCK}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and str(path.relative_to(folder)) not in declared:
            yield f"{path.relative_to(folder)}: not declared"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_vendored_files_are_as_declared() -> None:
    assert list(problems(VENDOR)) == []


def test_a_changed_a_missing_and_a_foreign_file_are_found(tmp_path: Path) -> None:
    entry = '[[file]]\nname = "a"\nversion = "1"\nlicence = "MIT"\nsha256 = "0"\nfile = "{}"\n'
    (tmp_path / LOCK).write_text(entry.format("a.js") + entry.format("b.js"))
    (tmp_path / "a.js").write_text("changed")
    (tmp_path / "c.js").write_text("foreign")

    assert list(problems(tmp_path)) == [
        "a.js: changed",
        "b.js: declared, but missing",
        "c.js: not declared",
    ]

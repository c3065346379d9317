"""Released files never change: their SHA-256 is kept in released.sha256 and compared at start.

Released are every build of that status, the form versions and criteria it names, and the code
lists and analyte catalogues those name. study.yaml (sites join) and laboratories (ranges are added
and closed) live on and are not frozen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecrf.definition.resolve import pinned
from ecrf.definition.source import read

LISTING = "released.sha256"
NAMING = (("codelist", "codelists"), ("suggest", "codelists"), ("catalogue", "analytes"))
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def digests(root: Path) -> dict[str, str]:
    """The digest of every released file, by its path under ``root``."""
    return {name: _digest(root / name) for name in released(root) if (root / name).is_file()}


def verify(root: Path) -> list[str]:
    """What differs from the list: a file that changed, is gone, or is released but not listed."""
    listed, problems = _listed(root)
    for name, digest in listed.items():
        path = root / name
        if not path.is_file():
            problems.append(f"{path.as_posix()}: released, but the file is gone")
        elif _digest(path) != digest:
            problems.append(
                f"{path.as_posix()}: changed after its release; write a new version instead"
            )
    for name in released(root):
        path = root / name
        if name not in listed and path.is_file():
            problems.append(f"{path.as_posix()}: released, but not listed in {LISTING}")
    return sorted(problems)


def write(root: Path) -> list[str]:
    """List what is newly released and return its names; ValueError if a released file changed."""
    wrong = [problem for problem in verify(root) if not problem.endswith(f"listed in {LISTING}")]
    if wrong:
        raise ValueError("\n".join(wrong))
    listed, _ = _listed(root)
    new = {name: digest for name, digest in digests(root).items() if name not in listed}
    lines = [f"{digest}  {name}\n" for name, digest in sorted((listed | new).items())]
    (root / LISTING).write_text("".join(lines), encoding="utf-8")
    return sorted(new)


def released(root: Path) -> list[str]:
    """The paths of what the released builds are made of."""
    names: set[str] = set()
    for path in sorted((root / "builds").glob("*.yaml")):
        build = read(path, path.as_posix()).data
        if isinstance(build, dict) and build.get("status") == "released":
            names.add(f"builds/{path.name}")
            names |= {f"forms/{form}/{version}.yaml" for form, version in _forms(build)}
            if build.get("criteria"):
                names.add(f"criteria/{build['criteria']}.yaml")
    for name in [name for name in names if name.startswith("forms/")]:
        names |= set(_lists(root, root / name))
    for name in [name for name in names if name.startswith("analytes/")]:
        names |= set(_lists(root, root / name))
    return sorted(names)


def _forms(build: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for event in build.get("events") or ():
        for ref in event.get("forms") or ():
            yield str(ref.get("form")).lower(), str(ref.get("version"))


def _lists(root: Path, path: Path) -> Iterator[str]:
    """The code lists and catalogues that a file names, however deep."""
    waiting: list[Any] = [read(path, path.as_posix()).data] if path.is_file() else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            for key, folder in NAMING:
                name = part.get(key)
                if isinstance(name, str) and "version" not in part:
                    oid, version = pinned(name)
                    yield f"{folder}/{oid.lower()}/{version}.yaml"


def _listed(root: Path) -> tuple[dict[str, str], list[str]]:
    path = root / LISTING
    listed: dict[str, str] = {}
    problems = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line)
        if match is None or ".." in match[2].split("/") or match[2].startswith("/"):
            problems.append(f"{path.as_posix()}:{number}: not a digest and a path")
        else:
            listed[match[2]] = match[1]
    return listed, problems


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

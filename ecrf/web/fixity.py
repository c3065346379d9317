"""Whether the sealed files are still what was registered (R-108, R-110)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask

from ecrf.services import copy_files
from ecrf.services.copy_files import Fault
from ecrf.services.work import Actor, reading
from ecrf.web.store import store


@dataclass(frozen=True, slots=True)
class Report:
    """How many files were read, and those that are missing or changed."""

    files: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok, "files": self.files, "faults": [asdict(f) for f in self.faults]}


def check(app: Flask, actor: Actor, step: Callable[[int, int], None] | None = None) -> Report:
    """Read every registered file again; no transaction is open meanwhile."""
    with reading(app.extensions["catalogue"], actor) as work:
        files = copy_files.every(work)
    found = []
    for done, fault in enumerate(copy_files.faults(store(app), files), 1):
        if fault is not None:
            found.append(fault)
        if step is not None:
            step(done, len(files))
    return Report(len(files), tuple(found))

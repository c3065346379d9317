"""Read-only mode: while it lasts everything can be read and nothing is written.

A file of the instance folder says so, not a table: it must hold while the database is being moved
or restored, and for every process of the server at once.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from ecrf.services import audit
from ecrf.services.audit import Entry
from ecrf.services.work import Work

FILE = "read-only.json"


@dataclass(frozen=True, slots=True)
class Notice:
    """Since when (UTC), and what the operator tells the users; empty when nothing."""

    since: str = ""
    en: str = ""
    zh: str = ""

    def told(self, language: str) -> str:
        """In this language, else in the other: better than nothing."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def notice(folder: Path) -> Notice | None:
    """What holds now. A notice that cannot be read still holds: it stops writing, not reading."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return Notice(**{key: str(found.get(key, "")) for key in ("since", "en", "zh")})
    except FileNotFoundError:
        return None
    except (ValueError, AttributeError):
        return Notice()


def begin(work: Work, folder: Path, en: str, zh: str) -> Notice:
    """Switch to read-only, or change what is told; recorded before it holds."""
    before = notice(folder)
    told = Notice(before.since if before and before.since else work.at, en, zh)
    audit.append(work, [Entry("system.read_only", detail=asdict(told))], audit.SYSTEM_LOG)
    draft = folder / f"{FILE}.new"
    draft.write_text(json.dumps(asdict(told), ensure_ascii=False), "utf-8")
    os.replace(draft, folder / FILE)
    return told


def end(work: Work, folder: Path) -> bool:
    """Let writing go on; False when nothing stopped it."""
    before = notice(folder)
    if before is None:
        return False
    audit.append(work, [Entry("system.writable", detail=asdict(before))], audit.SYSTEM_LOG)
    (folder / FILE).unlink()
    return True

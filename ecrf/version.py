"""What made a thing: version, commit and schema, written into every audit entry, signature and
export (R-118)."""

from __future__ import annotations

import os
from pathlib import Path

from ecrf import __version__

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "0017"  # the newest migration; a test compares it with migrations/


def commit(root: Path = ROOT) -> str:
    """Seven digits of the commit of the checkout; ECRF_COMMIT where there is no checkout."""
    given = os.environ.get("ECRF_COMMIT", "")
    return (given or _checked_out(root / ".git") or "unknown")[:7]


def _checked_out(git: Path) -> str:
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (git / name).exists():
            return (git / name).read_text().strip()
        packed = (git / "packed-refs").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")


APPLICATION = f"{__version__}+{commit()}.s{SCHEMA}"

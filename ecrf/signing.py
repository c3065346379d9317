"""What a signature covers, and whether it still holds. Pure: no database, no web server.

The signed content names every item of the form with its value version and the salted commitment
to its value, so any change of any item changes the digest (R-025), and recomputing it from the
record at hand exposes a change made behind the program's back (R-027).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.crypto import Certificate, verify_cms

Status = Literal["valid", "superseded", "invalid"]


def commitment(salt: str, value: str) -> str:
    """SHA-256(0x02 || salt || value), hexadecimal; value is canonical JSON text."""
    return hashlib.sha256(b"\x02" + bytes.fromhex(salt) + value.encode()).hexdigest()


def covered_items(
    data: Mapping[str, Mapping[str, Any]],
    versions: Mapping[str, int],
    salts: Mapping[int, str],
) -> dict[str, list[Any]]:
    """path -> [value version, commitment to the value as the record holds it now].

    salts: value version -> salt of its commitment, from the audit trail.
    """
    items: dict[str, list[Any]] = {}
    for path, seq in sorted(versions.items()):
        value = canonical_json(data.get(path, {"v": ""})).decode()
        items[path] = [seq, commitment(salts[seq], value)]
    return items


def holds(
    content: str,
    digest: str,
    cms: bytes,
    items: Mapping[str, list[Any]] | None,
    roots: tuple[Certificate, ...],
) -> bool:
    """Whether a stored signature is intact and, when ``items`` is given, still fits the record.

    content  the canonical JSON that was signed; cms  the detached CMS over its bytes
    items    covered_items of the record now; None for a superseded signature
    """
    raw = content.encode()
    if sha256_hex(raw) != digest or not verify_cms(cms, raw, roots).ok:
        return False
    return items is None or json.loads(content)["items"] == items

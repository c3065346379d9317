"""Several registered copies as one ZIP file, sent while it is written, with a list of digests."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecrf.models import PdfCopy
from ecrf.models.columns import moment
from ecrf.services import copies, copy_files
from ecrf.services.copy_files import File
from ecrf.services.scopes import Scope
from ecrf.services.work import Work
from ecrf.version import APPLICATION
from ecrf.web import pdf

FORMAT = "ecrf-copy-set/1"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A copy under its name in the set, free of the session it was read in."""

    name: str
    row: PdfCopy
    scope: Scope
    file: File

    @property
    def listed(self) -> dict[str, Any]:
        """What the manifest says of it."""
        copy = self.row
        return {
            "name": self.name,
            "sha256": self.file.sha256,
            "size": self.file.size,
            "copy": self.scope.copy_id(copy.copy_no),
            "subject": self.scope.subject,
            "revision": copy.revision,
            "signed": copy.signed,
            "made": copy.created_at,
        }


def entries(work: Work, store: Path, found: Sequence[PdfCopy]) -> list[Entry]:
    """The copies with their names. Raises FileLost when one is not as it was registered."""
    study, listed = work.catalogue.study.study, []
    for copy in found:
        _row, scope = copies.get(work, copy.id)
        file = copy_files.newest(work, copy)
        copy_files.read(store, file)
        listed.append(Entry(pdf.file_name(study, scope, copy), copy, scope, file))
    return listed


def manifest(about: Mapping[str, Any], listed: Sequence[Entry]) -> bytes:
    """Every file with its SHA-256; ``about`` says of what and for whom."""
    content = {
        "format": FORMAT,
        "software": APPLICATION,
        **about,
        "files": [entry.listed for entry in listed],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()


def stream(store: Path, listed: Iterable[Entry], first: bytes, at: str) -> Iterator[bytes]:
    """The ZIP file piece by piece, the manifest first; no file is held but the one being sent."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr(_info(MANIFEST, at), first)
        yield out.taken()
        for entry in listed:
            file.writestr(
                _info(entry.name, entry.row.created_at), copy_files.read(store, entry.file)
            )
            yield out.taken()
    yield out.taken()


def _info(name: str, at: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, moment(at).timetuple()[:6])
    info.external_attr = 0o600 << 16
    return info


class _Out(io.RawIOBase):
    """A file that cannot be gone back in: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        whole, self._parts = b"".join(self._parts), []
        return whole

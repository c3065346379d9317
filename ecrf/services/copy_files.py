"""The files of sealed copies: kept by content digest, never changed, looked after every night.

A copy is registered with the file that was sealed; each time-stamp adds a longer file that begins
with it. The newest is given out, and all are kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, or_, select

from ecrf.canonical import sha256_hex
from ecrf.models import PdfCopy, PdfStamp
from ecrf.services import audit
from ecrf.services.errors import FileLost
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class File:
    """What the store holds under ``name``."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it was registered: missing or changed."""

    copy: int
    file: str
    why: str


def keep(store: Path, content: bytes) -> File:
    """Write by content digest; complete or not at all."""
    digest = sha256_hex(content)
    path = store / digest[:2] / f"{digest}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return File(f"{digest[:2]}/{digest}.pdf", digest, len(content))


def read(store: Path, file: File) -> bytes:
    """The registered bytes; a missing or changed file is an error, never made again silently."""
    try:
        content = (store / file.name).read_bytes()
    except OSError as error:
        raise FileLost("missing", "copy") from error
    if sha256_hex(content) != file.sha256:
        raise FileLost("changed", "copy")
    return content


def newest(work: Work, copy: PdfCopy) -> File:
    """The file of a copy that is given out."""
    row = _last(work, copy.id) or copy
    return File(row.file, row.sha256, row.size)


def stamp(work: Work, store: Path, copy: PdfCopy, before: str, content: bytes, until: str) -> bool:
    """Register a copy with one more time-stamp, good ``until``; False when another process was
    faster. ``before`` is the digest of the file that was stamped."""
    work.session.get_one(PdfCopy, copy.id, with_for_update=True)
    if newest(work, copy).sha256 != before:
        return False
    file, last = keep(store, content), _last(work, copy.id)
    row = PdfStamp(
        copy_id=copy.id,
        number=last.number + 1 if last else 1,
        sha256=file.sha256,
        size=file.size,
        file=file.name,
        until=until,
        created_at=work.at,
    )
    work.session.add(row)
    detail = {"copy": copy.copy_no, "place": copy.place, "sha256": file.sha256, "until": until}
    audit.append(work, [audit.Entry("pdf.stamp", detail=detail)], audit.SYSTEM_LOG)
    return True


def owner(work: Work, sha256: str) -> PdfCopy | None:
    """The copy that this file is or was."""
    stamped = select(PdfStamp.copy_id).where(PdfStamp.sha256 == sha256)
    query = select(PdfCopy).where(or_(PdfCopy.sha256 == sha256, PdfCopy.id.in_(stamped)))
    return work.session.scalars(query).first()


def unproved(work: Work, ends_before: str) -> Sequence[int]:
    """The copies without a time-stamp, or whose last one ends before this time."""
    last = (
        select(PdfStamp.copy_id, func.max(PdfStamp.until).label("until"))
        .group_by(PdfStamp.copy_id)
        .subquery()
    )
    query = (
        select(PdfCopy.id)
        .outerjoin(last, last.c.copy_id == PdfCopy.id)
        .where(or_(last.c.until.is_(None), last.c.until < ends_before))
        .order_by(PdfCopy.id)
    )
    return work.session.scalars(query).all()


def every(work: Work) -> list[tuple[int, File]]:
    """Every file that the store must hold, with the number of its copy."""
    sealed = work.session.execute(select(PdfCopy.id, PdfCopy.file, PdfCopy.sha256, PdfCopy.size))
    stamps = select(PdfStamp.copy_id, PdfStamp.file, PdfStamp.sha256, PdfStamp.size)
    rows = [*sealed, *work.session.execute(stamps)]
    return [(copy, File(name, digest, size)) for copy, name, digest, size in rows]


def faults(store: Path, files: Sequence[tuple[int, File]]) -> Iterator[Fault | None]:
    """Read each file again, one a step: None for one that is as it was registered (R-108)."""
    for copy, file in files:
        try:
            read(store, file)
        except FileLost as error:
            yield Fault(copy, file.name, error.why)
        else:
            yield None


def _last(work: Work, copy_id: int) -> PdfStamp | None:
    query = select(PdfStamp).where(PdfStamp.copy_id == copy_id)
    return work.session.scalars(query.order_by(PdfStamp.number.desc()).limit(1)).first()

"""Sealed PDF copies: one register, the same bytes for the same state, a new number for a new one
(R-108, R-110). The caller hands in how a copy is made, so that this layer knows no renderer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from ecrf.canonical import sha256_hex
from ecrf.models import PdfCopy, Record
from ecrf.services import audit, keys
from ecrf.services.errors import Invalid, NotFound
from ecrf.services.work import Work

LANGUAGES = ("en", "zh", "both")


@dataclass(frozen=True, slots=True)
class Order:
    """What the maker of a copy has to print on it."""

    record_id: int
    language: str
    copy_no: int
    copy_id: str
    predecessor: str | None
    requested_by: str
    at: str


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file and whether it shows a valid signature."""

    content: bytes
    signed: bool


def issue(
    work: Work, store: Path, record_id: int, language: str, make: Callable[[Order], Made]
) -> tuple[PdfCopy, bytes]:
    """The copy of a form in its present state: the registered bytes, or made and registered now."""
    record, subject = keys.record(work, record_id)
    work.require("pdf.export", subject.site)
    if language not in LANGUAGES:
        raise Invalid("pdf.language")
    work.session.refresh(record, with_for_update=True)
    copies = _copies(work, record)
    for known in copies:
        if (known.language, known.state_seq) == (language, record.last_seq):
            _log(work, record, known, "pdf.download")
            return known, read(store, known)
    number = 1 + max((c.copy_no for c in copies), default=0)
    previous = max((c for c in copies if c.language == language), key=_number, default=None)
    order = Order(
        record_id=record.id,
        language=language,
        copy_no=number,
        copy_id=f"C-{record.id:06d}-{number:02d}",
        predecessor=f"C-{record.id:06d}-{previous.copy_no:02d}" if previous else None,
        requested_by=work.actor.name,
        at=work.at,
    )
    made = make(order)
    copy = _register(work, store, record, order, made, previous)
    _log(work, record, copy, "pdf.issue")
    return copy, made.content


def _number(copy: PdfCopy) -> int:
    return copy.copy_no


def _copies(work: Work, record: Record) -> list[PdfCopy]:
    query = select(PdfCopy).where(PdfCopy.record_id == record.id).order_by(PdfCopy.copy_no)
    return list(work.session.scalars(query))


def _register(
    work: Work, store: Path, record: Record, order: Order, made: Made, previous: PdfCopy | None
) -> PdfCopy:
    digest = sha256_hex(made.content)
    _store(store, digest, made.content)
    copy = PdfCopy(
        record_id=record.id,
        revision=record.revision,
        state_seq=record.last_seq,
        language=order.language,
        copy_no=order.copy_no,
        predecessor=previous.id if previous else None,
        signed=made.signed,
        sha256=digest,
        size=len(made.content),
        file=f"{digest[:2]}/{digest}.pdf",
        requested_by=work.actor.username,
        created_at=work.at,
    )
    work.session.add(copy)
    work.session.flush()
    return copy


def _store(store: Path, digest: str, content: bytes) -> None:
    """Write by content digest; complete or not at all."""
    path = store / digest[:2] / f"{digest}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read(store: Path, copy: PdfCopy) -> bytes:
    """The registered bytes; a missing or changed file is an error, never made again silently."""
    try:
        content = (store / copy.file).read_bytes()
    except OSError as error:
        raise NotFound(f"copy {copy.copy_no}: the file is missing from the store") from error
    if sha256_hex(content) != copy.sha256:
        raise Invalid("pdf.changed_in_store", copy=str(copy.copy_no))
    return content


def _log(work: Work, record: Record, copy: PdfCopy, action: str) -> None:
    # Not an entry of the form's own trail: an export does not change what the form shows.
    detail = {"record": record.id, "copy": copy.copy_no, "sha256": copy.sha256}
    entry = audit.Entry(action, detail=detail | {"account": work.actor.username})
    audit.append(work, [entry], audit.SYSTEM_LOG)


def lookup(work: Work, sha256: str) -> dict[str, object] | None:
    """What the register knows of a file, for verification (R-111)."""
    copy = work.session.scalars(select(PdfCopy).where(PdfCopy.sha256 == sha256)).first()
    if copy is None:
        return None
    record, subject = keys.record(work, copy.record_id)
    newer = [c for c in _copies(work, record) if c.copy_no > copy.copy_no]
    newest = [c for c in newer if c.language == copy.language]
    return {
        "copy": f"C-{record.id:06d}-{copy.copy_no:02d}",
        "copy_no": copy.copy_no,
        "subject": subject.code,
        "form": record.form,
        "revision": copy.revision,
        "current_revision": record.revision,
        "superseded": copy.state_seq != record.last_seq,
        "superseded_by": f"C-{record.id:06d}-{newest[-1].copy_no:02d}" if newest else None,
        "issued_at": copy.created_at,
        "language": copy.language,
    }

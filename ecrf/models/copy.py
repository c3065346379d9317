"""The register of sealed PDF copies (R-108, R-110): written once; a newer copy supersedes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class PdfCopy(db.Model):
    __tablename__ = "pdf_copy"
    __table_args__ = (
        UniqueConstraint("record_id", "language", "state_seq"),
        UniqueConstraint("record_id", "copy_no"),
    )

    id: Mapped[Key]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    revision: Mapped[int]
    state_seq: Mapped[Ref]  # last audit entry of the form that the copy shows
    language: Mapped[str] = mapped_column(String(4))  # en, zh, both
    copy_no: Mapped[int]
    predecessor: Mapped[int | None]
    signed: Mapped[bool]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    file: Mapped[str] = mapped_column(String(200))  # name in the store, made of the digest
    requested_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]

"""Files attached to a subject's forms: written once, the bytes are in the store (R-147)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key


class Attachment(db.Model):
    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject_id", "sha256", "id"),)

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    media_type: Mapped[str] = mapped_column(String(40))  # as the bytes say, never the name
    name: Mapped[str] = mapped_column(String(120))  # as the person's file was called
    uploaded_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]

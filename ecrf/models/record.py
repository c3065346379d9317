"""Records: one form instance as one JSON document with a revision; and drafts, its waiting room.

``data``      path -> value as ecrf.definition.values writes it
``versions``  path -> audit sequence number that produced the current value (its value version);
              a cleared item keeps its number, so that it is never again a "first entry"
``confirmed`` finding id @ path -> value version it was confirmed for
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecrf.extensions import db
from ecrf.models.columns import Instant, Json, Key, Ref
from ecrf.models.subject import Subject


class Record(db.Model):
    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("subject_id", "event", "event_no", "form", "repeat"),)

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    repeat: Mapped[int]
    form_version: Mapped[int]
    build: Mapped[int]
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))  # part, complete
    data: Mapped[Json]
    versions: Mapped[Json]
    confirmed: Mapped[Json]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the canonical document
    last_seq: Mapped[Ref]
    inactive: Mapped[bool] = mapped_column(default=False)
    frozen: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    subject: Mapped[Subject] = relationship()


class Draft(db.Model):
    """What one person has typed and not yet saved: raw text, judged but never refused."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_id", "event", "event_no", "form", "repeat"),
        Index("ix_draft_subject_id", "subject_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    repeat: Mapped[int]
    base_revision: Mapped[int]
    entries: Mapped[Json]  # path -> {"v": text, "u": unit}
    updated_at: Mapped[Instant]

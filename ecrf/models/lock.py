"""Freezes and locks of a form, visit, subject or the study, and their openings (R-087 to R-089)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Json, Key, Ref


class Lock(db.Model):
    """``scope``: form, visit, subject or study; the parts of the place that it leaves open are
    empty. ``state``: what was accepted as unmet, and the digest of the data at that moment."""

    __tablename__ = "lock"
    __table_args__ = (Index("ix_lock_subject", "subject_id", "ended_at"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(10))  # freeze, lock
    scope: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40), default="")
    event_no: Mapped[int] = mapped_column(default=0)
    form: Mapped[str] = mapped_column(String(40), default="")
    repeat: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[Json]
    by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    at: Mapped[Instant]
    seq: Mapped[Ref]
    ended_at: Mapped[Instant | None]


class Opening(db.Model):
    """A lock opened for a time: asked for by one person, granted by another."""

    __tablename__ = "lock_opening"

    id: Mapped[Key]
    lock_id: Mapped[int] = mapped_column(ForeignKey("lock.id"), index=True)
    event: Mapped[str] = mapped_column(String(40), default="")  # empty: all that the lock covers
    event_no: Mapped[int] = mapped_column(default=0)
    form: Mapped[str] = mapped_column(String(40), default="")
    repeat: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Instant]
    granted_by: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]  # refused, or locked again before its time
    seq: Mapped[Ref]

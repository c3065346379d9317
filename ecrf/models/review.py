"""Marks on a value version: source verification, medical and data review (R-082, R-083, R-085).

Each row is one act; the latest row of (record, path, kind) is the state. A change of the value
adds a ``reset`` row in the same transaction and leaves the earlier mark readable.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class ReviewMark(db.Model):
    __tablename__ = "review_mark"
    __table_args__ = (Index("ix_review_mark_item", "record_id", "kind", "path", "id"),)

    id: Mapped[Key]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    path: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))  # sdv, medical, data
    act: Mapped[str] = mapped_column(String(10))  # verify, undo, reset
    value_seq: Mapped[Ref]
    by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(Text, default="")
    seq: Mapped[Ref]

"""Queries about a value version (R-076): the text never changes, each move is an event."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class Query(db.Model):
    __tablename__ = "query"
    __table_args__ = (Index("ix_query_record_state", "record_id", "state"),)

    id: Mapped[Key]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    path: Mapped[str] = mapped_column(String(120))  # empty: the form as a whole
    value_seq: Mapped[Ref | None]
    check: Mapped[str | None] = mapped_column(String(60))  # raised by a check, or by a person
    text: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[str] = mapped_column(String(64))
    raised_role: Mapped[str] = mapped_column(String(32))
    raised_at: Mapped[Instant]
    state: Mapped[str] = mapped_column(String(10))  # open answered reopened closed cancelled


class QueryEvent(db.Model):
    __tablename__ = "query_event"

    id: Mapped[Key]
    query_id: Mapped[int] = mapped_column(ForeignKey("query.id"), index=True)
    move: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    at: Mapped[Instant]
    value_seq: Mapped[Ref | None]  # the change that answered it
    seq: Mapped[Ref]

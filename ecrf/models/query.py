"""Queries about a value, a row, a form or a visit (R-076): the text never changes, each move is an
event.

A query stands at a place, not only at a record: a form that should have been filled in has none.
``moves`` counts the events, so that whoever moves a query says which state of it was seen.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class Query(db.Model):
    __tablename__ = "query"
    __table_args__ = (
        Index("ix_query_record_state", "record_id", "state"),
        Index("ix_query_place", "subject_id", "event", "event_no", "form", "repeat"),
        Index("ix_query_state_raised", "state", "raised_at"),
    )

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    form: Mapped[str] = mapped_column(String(40), default="")  # empty: the visit as a whole
    repeat: Mapped[int] = mapped_column(default=1)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))  # once there is one
    path: Mapped[str] = mapped_column(String(120))  # empty: the form as a whole
    value_seq: Mapped[Ref | None]
    check: Mapped[str | None] = mapped_column(String(60))  # raised by a check, or by a person
    text: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str | None] = mapped_column(Text)  # the same, where the study has it in Chinese
    raised_by: Mapped[str] = mapped_column(String(64))
    raised_role: Mapped[str] = mapped_column(String(32))
    raised_at: Mapped[Instant]
    state: Mapped[str] = mapped_column(String(10))  # open answered reopened closed cancelled
    moves: Mapped[int] = mapped_column(default=1)
    moved_at: Mapped[Instant]
    assigned_to: Mapped[str | None] = mapped_column(String(64), index=True)
    rejects: Mapped[bool] = mapped_column(default=False)  # an investigator sent the form back
    token: Mapped[str | None] = mapped_column(String(32), unique=True)  # of the page it came from


class QueryEvent(db.Model):
    __tablename__ = "query_event"

    id: Mapped[Key]
    query_id: Mapped[int] = mapped_column(ForeignKey("query.id"), index=True)
    move: Mapped[str] = mapped_column(String(10))  # open answer reopen close cancel assign
    text: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))  # of the commitment to the text in the trail
    by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    at: Mapped[Instant]
    value_seq: Mapped[Ref | None]  # the value version it is about; on an answer, the change
    seq: Mapped[Ref]

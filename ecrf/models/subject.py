"""Participants, known by their study code only (R-145), and visits the build cannot know."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key


class Subject(db.Model):
    __tablename__ = "subject"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("site", "cohort", "number"))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40))
    site: Mapped[str] = mapped_column(String(40))
    cohort: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(20), default="screening")
    locked: Mapped[bool] = mapped_column(default=False)
    build: Mapped[int]
    created_at: Mapped[Instant]


class Visit(db.Model):
    """An occurrence of an event that may happen more than once (unscheduled visits)."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("subject_id", "event", "event_no"),)

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    date: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[Instant]

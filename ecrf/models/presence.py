"""Who has a form open for entry just now; nothing of what is typed, and no record of anything."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key


class Presence(db.Model):
    """One person at one form; the row goes with the person."""

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("subject_id", "event", "event_no", "form", "repeat", "user_id"),
    )

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    repeat: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    typing: Mapped[bool]
    seen_at: Mapped[Instant]

"""Background work: this table is the truth, the queue only wakes a worker."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Json, Key


class Job(db.Model):
    __tablename__ = "job"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[Json]
    state: Mapped[str] = mapped_column(String(10), index=True)  # waiting running done failed
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    heartbeat: Mapped[Instant | None]
    result: Mapped[str | None] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]

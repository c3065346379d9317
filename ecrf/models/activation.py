"""Which build of the study is in use, since when and by whose decision (R-120, R-121)."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Json, Key, Ref


class Activation(db.Model):
    """Asked for by one person, granted by another; the last one granted is in use. ``sites``:
    site -> date of the ethics approval and date from which the site may use the build."""

    __tablename__ = "build_activation"

    id: Mapped[Key]
    build: Mapped[int]
    sites: Mapped[Json]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Instant]
    granted_by: Mapped[str | None] = mapped_column(String(64))
    granted_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]  # refused or withdrawn
    seq: Mapped[Ref]

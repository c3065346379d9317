"""Reviews of the audit trail that were done: who looked at what, and what came of it (R-020)."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Json, Key, Ref


class TrailReview(db.Model):
    """``scope``: what the view was narrowed to; ``upto``: the last entry of the trail at that
    moment; ``outcome``: none or finding, which ``remark`` explains."""

    __tablename__ = "trail_review"

    id: Mapped[Key]
    view: Mapped[str] = mapped_column(String(20))
    scope: Mapped[Json]
    upto: Mapped[Ref]
    found: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    remark: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    site: Mapped[str] = mapped_column(String(40))
    at: Mapped[Instant]
    seq: Mapped[Ref]

"""What has to be judged again: forms of a subject whose rules look at something that changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Key


class Recheck(db.Model):
    __tablename__ = "recheck"
    __table_args__ = (Index("ix_recheck_subject", "subject_id", "form"),)

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    form: Mapped[str] = mapped_column(String(40))

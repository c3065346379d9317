"""What an identifying item of a record holds (a barcode, a batch number), so that a rule can ask in
one step whether another subject's record holds the same. Worked out from the records; the record
is what counts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Key


class Identifier(db.Model):
    __tablename__ = "identifier"
    __table_args__ = (
        UniqueConstraint("record_id", "item"),
        Index("ix_identifier_value", "item", "value"),
    )

    id: Mapped[Key]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    item: Mapped[str] = mapped_column(String(90))  # FORM.ITEM
    value: Mapped[str]

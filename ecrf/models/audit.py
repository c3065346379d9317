"""The audit trail: one append-only, gapless, hash-chained log per study and one for the system.

An entry's ``body`` is the canonical JSON that was hashed; the columns beside it repeat what is
searched for. A body never holds a clinical value, only a salted commitment to it: value and salt
stand in ``audit_value``, so that a mistakenly typed identifier can be taken out by two people and
the chain still verifies (R-019). Triggers refuse UPDATE, DELETE and TRUNCATE on both databases.
"""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Ref


class AuditLog(db.Model):
    """The head of a log: the last sequence number and its hash."""

    __tablename__ = "audit_log"

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[Ref] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(db.Model):
    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "log", "record_id", "path", "seq"),
        Index("ix_audit_entry_subject", "log", "subject", "seq"),
    )

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(40))
    record_id: Mapped[Ref | None]
    path: Mapped[str | None] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class AuditValue(db.Model):
    """The new value of an entry, as canonical JSON, with the salt of its commitment."""

    __tablename__ = "audit_value"

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(Text)

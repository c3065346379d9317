"""Electronic signatures: written once; their end is a row of its own (R-025, R-026, R-030).

The signed content names every covered item with its value version and the commitment to its
value, so that any change shows, and a redaction does not break the signature.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class Signature(db.Model):
    __tablename__ = "signature"

    id: Mapped[Key]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    revision: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(32))
    site: Mapped[str] = mapped_column(String(40))
    meaning: Mapped[str] = mapped_column(String(20))
    attestation: Mapped[str] = mapped_column(Text)
    attestation_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[Instant]
    content: Mapped[str] = mapped_column(Text)  # canonical JSON, what was signed
    digest: Mapped[str] = mapped_column(String(64))
    cms: Mapped[bytes] = mapped_column(LargeBinary)  # detached CMS SignedData over content
    certificate: Mapped[str] = mapped_column(Text)
    seq: Mapped[Ref]


class SignatureEnd(db.Model):
    __tablename__ = "signature_end"

    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signature.id"), primary_key=True, autoincrement=False
    )
    at: Mapped[Instant]
    why: Mapped[str] = mapped_column(String(40))  # superseded by change
    actor: Mapped[str] = mapped_column(String(64))
    seq: Mapped[Ref]  # the audit entry of the change


class SignOff(db.Model):
    """One act over a whole visit or milestone: its content names every form of the list with its
    digest, signed or not; each signed form keeps a signature of its own (R-032)."""

    __tablename__ = "sign_off"

    id: Mapped[Key]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    scope: Mapped[str] = mapped_column(String(10))  # visit, milestone
    name: Mapped[str] = mapped_column(String(40))  # event or milestone
    event_no: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    signer: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(32))
    meaning: Mapped[str] = mapped_column(String(20))
    attestation: Mapped[str] = mapped_column(Text)
    attestation_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[Instant]
    content: Mapped[str] = mapped_column(Text)  # canonical JSON, what was signed
    digest: Mapped[str] = mapped_column(String(64))
    cms: Mapped[bytes] = mapped_column(LargeBinary)  # detached CMS SignedData over content
    certificate: Mapped[str] = mapped_column(Text)
    seq: Mapped[Ref]


class SignOffForm(db.Model):
    """The signatures of the forms that an act covers, made by it or valid before."""

    __tablename__ = "sign_off_form"

    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), primary_key=True)

"""The register of sealed PDF copies (R-108, R-110): written once; a newer copy supersedes, and a
time-stamp makes a longer file of the same copy."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.extensions import db
from ecrf.models.columns import Instant, Key, Ref


class PdfCopy(db.Model):
    """``place`` names what is shown, ``state`` is a digest of how that stood: one copy of each
    state in a language and rendition. Purpose, recipient and country are as first asked for."""

    __tablename__ = "pdf_copy"
    __table_args__ = (
        UniqueConstraint("place", "language", "rendition", "state"),
        UniqueConstraint("place", "copy_no"),
        Index("ix_pdf_copy_subject", "subject_id", "created_at"),
        Index("ix_pdf_copy_site", "site"),
    )

    id: Mapped[Key]
    scope: Mapped[str] = mapped_column(String(12))  # form, visit, casebook, eligibility, queries
    place: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    site: Mapped[str | None] = mapped_column(String(40))  # of a list over a whole site
    narrowed: Mapped[str] = mapped_column(String(12), server_default="")  # to which queries
    event: Mapped[str] = mapped_column(String(40))
    event_no: Mapped[int]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))  # of a form
    revision: Mapped[int]  # of the form; of several, the sum of theirs
    state: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(4))  # en, zh, both
    rendition: Mapped[str] = mapped_column(String(10))  # archive, submission
    copy_no: Mapped[int]
    predecessor: Mapped[int | None]
    signed: Mapped[bool]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    file: Mapped[str] = mapped_column(String(200))  # name in the store, made of the digest
    purpose: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    requested_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]


class PdfStamp(db.Model):
    """A copy with one more time-stamp: the file that is given out from then on. ``until`` is when
    the certificate of the stamp ends."""

    __tablename__ = "pdf_stamp"
    __table_args__ = (UniqueConstraint("copy_id", "number"),)

    id: Mapped[Key]
    copy_id: Mapped[Ref] = mapped_column(ForeignKey("pdf_copy.id"))
    number: Mapped[int]  # 1, 2, ... within the copy
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    file: Mapped[str] = mapped_column(String(200))
    until: Mapped[Instant]
    created_at: Mapped[Instant]

"""People, what they may do and where, and their sessions (R-030, R-039, R-040, R-156, R-158)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecrf.extensions import db
from ecrf.models.columns import Document, Instant, Json, Key, Ref


class User(db.Model):
    """One person. The user name is never given to anybody else; the row is never removed."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("username"),)

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="en")
    status: Mapped[str] = mapped_column(String(10), default="active")  # active, closed
    demo: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_old: Mapped[list[str]] = mapped_column(
        Document, default=list
    )  # the last five hashes
    password_single_use: Mapped[bool] = mapped_column(default=True)
    password_expires: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Instant | None]
    certificate: Mapped[str | None]  # PEM of the person's own signing certificate
    private_key: Mapped[str | None]  # PKCS#8 PEM, encrypted under the person's password
    private_key_kdf: Mapped[Json | None]
    factor_secret: Mapped[str | None] = mapped_column(String(300))  # wrapped by the key store
    factor_step: Mapped[Ref] = mapped_column(default=0)  # the last step of time used
    factor_codes: Mapped[list[str]] = mapped_column(
        Document, default=list
    )  # digests, each good once
    factor_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    signed_in_at: Mapped[Instant | None]

    grants: Mapped[list[Grant]] = relationship(back_populates="user")


class Grant(db.Model):
    """A role at a site (``*`` = every site) for a period; ended, never removed (R-046)."""

    __tablename__ = "grant"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    site: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[Instant]
    valid_to: Mapped[Instant | None]
    granted_by: Mapped[str] = mapped_column(String(64))
    granted_at: Mapped[Instant]

    user: Mapped[User] = relationship(back_populates="grants")


class LoginSession(db.Model):
    """A session lives here, not in the cookie; only the digest of its secret is kept."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_user_id", "user_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(String(32))
    site: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    locked_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    ended_why: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship()

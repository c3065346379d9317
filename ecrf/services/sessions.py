"""Sessions are server rows; the cookie only carries a secret whose digest is the row's key."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from ecrf.canonical import sha256_hex
from ecrf.models import Grant, LoginSession, User
from ecrf.models.columns import moment
from ecrf.services import accounts
from ecrf.services.errors import Forbidden
from ecrf.services.work import Actor, Work

TOUCH = dt.timedelta(seconds=60)  # last-seen is written at most this often


@dataclass(frozen=True)
class Limits:
    idle: dt.timedelta
    absolute: dt.timedelta


def begin(work: Work, user: User, grant: Grant, address: str, agent: str) -> str:
    """Start a session in one role at one site; returns the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    work.session.add(
        LoginSession(
            digest=sha256_hex(secret.encode()),
            user_id=user.id,
            role=grant.role,
            site=grant.site,
            language=user.language,
            address=address[:64],
            agent=agent[:200],
            created_at=work.at,
            seen_at=work.at,
        )
    )
    user.signed_in_at = work.at
    accounts.log(work, "login.success", user.username, role=grant.role, site=grant.site)
    return secret


def find(work: Work, secret: str, limits: Limits) -> LoginSession | None:
    """The live session of a cookie, locked or not; None when it has ended or run out."""
    query = (
        select(LoginSession)
        .options(joinedload(LoginSession.user))
        .where(LoginSession.digest == sha256_hex(secret.encode()))
    )
    found = work.session.scalars(query).one_or_none()
    if found is None or found.ended_at or found.user.status != "active":
        return None
    if work.now - moment(found.created_at) > limits.absolute:
        return None
    return found


def idle(work: Work, session: LoginSession, limits: Limits) -> bool:
    """Whether the session has to be unlocked with the password (R-158)."""
    return bool(session.locked_at) or work.now - moment(session.seen_at) > limits.idle


def stale(work: Work, session: LoginSession) -> bool:
    """Whether last-seen is due to be written."""
    return work.now - moment(session.seen_at) > TOUCH


def touch(work: Work, digest: str) -> None:
    """Note that the person is there."""
    work.session.execute(
        update(LoginSession).where(LoginSession.digest == digest).values(seen_at=work.at)
    )


def lock(work: Work, digest: str) -> None:
    """Lock until the password is typed again; logged once."""
    session = work.session.get(LoginSession, digest)
    if session is not None and session.locked_at is None:
        session.locked_at = work.at
        accounts.log(work, "session.lock", session.user.username)


def renew(work: Work, session: LoginSession, address: str) -> str:
    """After an unlock: a new secret, the old one is dead (T-12)."""
    fresh = work.session.get(LoginSession, session.digest)
    if fresh is None:
        raise Forbidden("account.self")
    secret = secrets.token_urlsafe(32)
    work.session.add(
        LoginSession(
            digest=sha256_hex(secret.encode()),
            user_id=fresh.user_id,
            role=fresh.role,
            site=fresh.site,
            language=fresh.language,
            address=address[:64],
            agent=fresh.agent,
            created_at=fresh.created_at,
            seen_at=work.at,
        )
    )
    fresh.ended_at, fresh.ended_why = work.at, "renewed"
    accounts.log(work, "session.unlock", fresh.user.username)
    return secret


def end(work: Work, digest: str, why: str) -> None:
    """Sign out, or end by another's hand."""
    session = work.session.get(LoginSession, digest)
    if session is not None and session.ended_at is None:
        session.ended_at, session.ended_why = work.at, why
        accounts.log(work, f"logout.{why}", session.user.username)


def set_language(work: Work, digest: str, language: str) -> None:
    """Remember the language for this session and the next."""
    session = work.session.get(LoginSession, digest)
    if session is not None:
        session.language = language
        session.user.language = language


def actor_of(work: Work, session: LoginSession, address: str) -> Actor:
    """Who the session's person is; a grant that has ended ends the role."""
    user = session.user
    held = {(g.role, g.site) for g in accounts.grants_now(work, user)}
    if (session.role, session.site) not in held:
        raise Forbidden("account.self")
    return Actor(
        user_id=user.id,
        username=user.username,
        name=user.name,
        role=session.role,
        organisation=user.organisation,
        site=session.site,
        address=address,
        language=session.language,
    )

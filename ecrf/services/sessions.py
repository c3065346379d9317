"""Sessions are server rows; the cookie only carries a secret whose digest is the row's key."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select, update

from ecrf.canonical import sha256_hex
from ecrf.models import Grant, LoginSession, User
from ecrf.models.columns import instant, moment
from ecrf.services import accounts
from ecrf.services.work import ACTIVE, Actor, Work

MARK = 16  # characters of a digest that name a session on a page
TOUCH = dt.timedelta(seconds=60)  # last-seen is written at most this often


@dataclass(frozen=True)
class Limits:
    idle: dt.timedelta
    absolute: dt.timedelta


@dataclass(frozen=True)
class Login:
    """A live session and its person, as every request needs them."""

    digest: str
    user_id: int
    username: str
    name: str
    organisation: str
    role: str
    site: str
    language: str
    created_at: str
    seen_at: str
    locked_at: str | None
    single_use: bool
    build: int | None
    factor_at: str | None


# One statement, built once, for every request; on the tables, because mapping rows to objects costs
# as much again. A grant that has ended ends the role.
_SESSION, _USER, _GRANT = LoginSession.__table__.c, User.__table__.c, Grant.__table__.c
_FIND = (
    select(
        _SESSION.digest,
        _SESSION.user_id,
        _USER.username,
        _USER.name,
        _USER.organisation,
        _SESSION.role,
        _SESSION.site,
        _SESSION.language,
        _SESSION.created_at,
        _SESSION.seen_at,
        _SESSION.locked_at,
        _USER.password_single_use.label("single_use"),
        _USER.factor_at,
        ACTIVE.scalar_subquery().label("build"),
    )
    .join(User.__table__, _USER.id == _SESSION.user_id)
    .join(
        Grant.__table__,
        and_(
            _GRANT.user_id == _USER.id,
            _GRANT.role == _SESSION.role,
            _GRANT.site == _SESSION.site,
            _GRANT.valid_from <= bindparam("now"),
            or_(_GRANT.valid_to.is_(None), _GRANT.valid_to > bindparam("now")),
        ),
    )
    .where(
        _SESSION.digest == bindparam("digest"),
        _SESSION.ended_at.is_(None),
        _USER.status == "active",
    )
)


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


def find(work: Work, secret: str, limits: Limits) -> Login | None:
    """The live session of a cookie, locked or not; None when it has ended, run out, or the role
    was taken away (R-045, R-052)."""
    where = {"digest": sha256_hex(secret.encode()), "now": work.at}
    row = work.session.execute(_FIND, where).first()
    if row is None or work.now - moment(row.created_at) > limits.absolute:
        return None
    return Login(**row._mapping)


def idle(work: Work, login: Login, limits: Limits) -> bool:
    """Whether the session has to be unlocked with the password (R-158)."""
    return bool(login.locked_at) or work.now - moment(login.seen_at) > limits.idle


def stale(work: Work, login: Login) -> bool:
    """Whether last-seen is due to be written."""
    return work.now - moment(login.seen_at) > TOUCH


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


def renew(work: Work, digest: str, address: str) -> str:
    """After an unlock: a new secret, the old one is dead (T-12)."""
    old = work.session.get_one(LoginSession, digest)
    secret = secrets.token_urlsafe(32)
    work.session.add(
        LoginSession(
            digest=sha256_hex(secret.encode()),
            user_id=old.user_id,
            role=old.role,
            site=old.site,
            language=old.language,
            address=address[:64],
            agent=old.agent,
            created_at=old.created_at,
            seen_at=work.at,
        )
    )
    old.ended_at, old.ended_why = work.at, "renewed"
    accounts.log(work, "session.unlock", old.user.username)
    return secret


def end(work: Work, digest: str, why: str) -> None:
    """Sign out, or end by another's hand."""
    session = work.session.get(LoginSession, digest)
    if session is not None and session.ended_at is None:
        session.ended_at, session.ended_why = work.at, why
        accounts.log(work, f"logout.{why}", session.user.username)


def of_person(work: Work, limits: Limits) -> list[LoginSession]:
    """The actor's sessions that are still open, the newest first."""
    query = (
        select(LoginSession)
        .where(
            LoginSession.user_id == work.actor.user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.created_at > instant(work.now - limits.absolute),
        )
        .order_by(LoginSession.created_at.desc())
    )
    return list(work.session.scalars(query))


def end_own(work: Work, mark: str) -> None:
    """End one of the actor's own sessions, named by the start of its digest."""
    query = select(LoginSession.digest).where(
        LoginSession.user_id == work.actor.user_id, LoginSession.digest.startswith(mark)
    )
    for digest in work.session.scalars(query).all() if len(mark) >= MARK else ():
        end(work, digest, "elsewhere")


def end_others(work: Work, digest: str) -> int:
    """End every session of the actor's own but this one; how many there were."""
    query = select(LoginSession.digest).where(
        LoginSession.user_id == work.actor.user_id,
        LoginSession.digest != digest,
        LoginSession.ended_at.is_(None),
    )
    others = work.session.scalars(query).all()
    for other in others:
        end(work, other, "elsewhere")
    return len(others)


def set_language(work: Work, digest: str, language: str) -> None:
    """Remember the language for this session and the next."""
    session = work.session.get(LoginSession, digest)
    if session is not None:
        session.language = language
        session.user.language = language


def actor_of(login: Login, address: str) -> Actor:
    """Who the session's person is, in the role of the session."""
    return Actor(
        user_id=login.user_id,
        username=login.username,
        name=login.name,
        role=login.role,
        organisation=login.organisation,
        site=login.site,
        address=address,
        language=login.language,
    )

"""Accounts: created for one person, never given to another, each step in the system's audit log."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from ecrf import crypto
from ecrf.keystore import KeyStore
from ecrf.models import Grant, User
from ecrf.models.columns import instant
from ecrf.services import audit, passwords
from ecrf.services.audit import SYSTEM_LOG, Entry
from ecrf.services.errors import Invalid
from ecrf.services.permissions import ROLES, conflict
from ecrf.services.work import Work

ATTEMPTS = 5
LOCKOUT = dt.timedelta(minutes=15)
FIRST_PASSWORD = dt.timedelta(hours=24)
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")


def log(work: Work, action: str, target: str, **detail: object) -> int:
    """Write an account or access event (R-010)."""
    entry = Entry(action, detail={"account": target, **detail})
    return audit.append(work, [entry], SYSTEM_LOG)[0]


def find(work: Work, username: str) -> User | None:
    return work.session.scalars(select(User).where(User.username == username)).one_or_none()


def add(
    work: Work,
    *,
    username: str,
    name: str,
    organisation: str,
    email: str,
    role: str,
    site: str,
    language: str = "zh",
) -> tuple[User, str]:
    """A new account and its single-use first password. Raises Invalid."""
    if not _USERNAME.fullmatch(username):
        raise Invalid("user.username")
    if role not in ROLES:
        raise Invalid("user.role", roles=", ".join(ROLES))
    if site != "*" and site not in {s.site for s in work.catalogue.study.sites}:
        raise Invalid("user.site", site=site)
    if find(work, username) is not None:
        raise Invalid("user.exists", username=username)  # also when it is closed
    password = passwords.single_use()
    user = User(
        username=username,
        name=name,
        organisation=organisation,
        email=email,
        language=language,
        password_hash=passwords.hash_of(password),
        password_old=[],
        password_single_use=True,
        password_expires=instant(work.now + FIRST_PASSWORD),
        created_at=work.at,
    )
    work.session.add(user)
    work.session.flush()
    log(work, "account.create", username, name=name, organisation=organisation)
    grant(work, user, role, site)
    return user, password


def grant(work: Work, user: User, role: str, site: str) -> Grant:
    """Give a role at a site from now on; refuses pairs that may not meet (R-042)."""
    held = {g.role for g in user.grants if g.valid_to is None}
    clash = conflict(held | {role})
    if clash:
        raise Invalid("user.conflict", first=clash[0], second=clash[1])
    if user.username == work.actor.username:
        raise Invalid("user.own_role")
    given = Grant(
        user=user,
        role=role,
        site=site,
        valid_from=work.at,
        granted_by=work.actor.username,
        granted_at=work.at,
    )
    work.session.add(given)
    work.session.flush()
    log(work, "account.grant", user.username, role=role, site=site)
    return given


def grants_now(work: Work, user: User) -> list[Grant]:
    """The grants in force at this moment."""
    return [
        g
        for g in user.grants
        if g.valid_from <= work.at and (g.valid_to is None or work.at < g.valid_to)
    ]


def authenticate(work: Work, username: str, password: str) -> User | None:
    """The user when user name, password and account are good, else None.

    The failure is counted and logged in this transaction, so the caller commits either way. The
    time taken does not say whether the user exists.
    """
    user = find(work, username)
    fits = passwords.verify(user.password_hash if user else None, password)
    if user is None:
        log(work, "login.failed", "unknown", why="unknown user")
        return None
    if user.locked_until and work.at < user.locked_until:
        log(work, "login.failed", username, why="locked")
        return None
    if not fits or user.status != "active" or _expired(work, user):
        count_failure(work, user, "credentials")
        return None
    if user.factor_secret is None:  # else the count goes on until the second factor is right too
        user.failures = 0
        user.locked_until = None
    return user


def _expired(work: Work, user: User) -> bool:
    return bool(
        user.password_single_use and user.password_expires and user.password_expires < work.at
    )


def count_failure(work: Work, user: User, why: str) -> None:
    """One more wrong answer; after five the account is locked for a while (R-157)."""
    user.failures += 1
    log(work, "login.failed", user.username, why=why, failures=user.failures)
    if user.failures >= ATTEMPTS:
        user.locked_until = instant(work.now + LOCKOUT)
        user.failures = 0
        log(work, "account.lockout", user.username, until=user.locked_until)


def set_password(work: Work, keystore: KeyStore, user: User, new: str) -> None:
    """The person's own password. With it come a new signing key and certificate: the key is
    locked under the password, so that nobody else can sign; old signatures stay valid."""
    passwords.check_new(new, user.username, [*user.password_old, user.password_hash])
    user.password_old = [*user.password_old, user.password_hash][-passwords.REMEMBERED :]
    user.password_hash = passwords.hash_of(new)
    user.password_single_use = False
    user.password_expires = None
    key, certificate = keystore.issue_user(user.username, user.name)
    user.private_key, user.private_key_kdf = crypto.protect(key, new)
    user.certificate = crypto.certificate_pem(certificate)
    log(work, "account.password", user.username, certificate=crypto.fingerprint(certificate))


def demonstration(work: Work) -> list[str]:
    """User names of accounts whose password everybody knows; none may exist beside real data."""
    query = select(User.username).where(User.demo.is_(True), User.status == "active")
    return list(work.session.scalars(query.order_by(User.username)))


def close(work: Work, user: User, reason: str) -> None:
    """End an account; its name and signatures stay (R-030, R-045)."""
    user.status = "closed"
    for held in user.grants:
        held.valid_to = held.valid_to or work.at
    log(work, "account.close", user.username, reason=reason)

"""A unit of work: who acts, when, on what study, in which transaction.

Every service function takes one as its first argument. Leaving the ``with`` block commits all or
nothing; a service never commits by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf.definition.catalogue import Catalogue
from ecrf.extensions import db
from ecrf.models import Activation
from ecrf.models.columns import instant
from ecrf.services.errors import Forbidden, Recorded
from ecrf.services.permissions import allowed


@dataclass(frozen=True)
class Actor:
    """Who acts. ``user_id`` 0 is the system, ``initiator`` the person it acts for (R-015)."""

    user_id: int
    username: str
    name: str
    role: str
    organisation: str
    site: str = "*"
    channel: str = "screen"  # screen, import, job, command, rule
    address: str = ""
    language: str = "en"
    initiator: str | None = None

    def may(self, action: str, site: str | None = None) -> bool:
        here = site is None or self.site in ("*", site)
        return here and allowed(self.role, action)


SYSTEM = Actor(0, "system", "System", "system", "eCRF", channel="job")


@dataclass(frozen=True)
class Work:
    session: Session
    catalogue: Catalogue
    actor: Actor
    now: dt.datetime

    @cached_property
    def at(self) -> str:
        return instant(self.now)

    def require(self, action: str, site: str | None = None) -> None:
        """Raise Forbidden unless the actor may do this here."""
        if not self.actor.may(action, site):
            raise Forbidden(action)

    def as_system(self, name: str) -> Work:
        """The same work, attributed to a named part of the system and its initiator."""
        system = replace(
            SYSTEM, username=f"system:{name}", channel="rule", initiator=self.actor.username
        )
        return replace(self, actor=system)


# The build in use; none before the first was activated. Built once, asked for by every request.
ACTIVE = (
    select(Activation.build)
    .where(Activation.granted_at.is_not(None))
    .order_by(Activation.id.desc())
    .limit(1)
)


def in_use(session: Session, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the build in use; one that has it already is not asked about again."""
    if catalogue.active is not None:
        return catalogue
    return catalogue.using(session.scalar(ACTIVE) or catalogue.first)


def utc_now() -> dt.datetime:
    """The server's clock: the only source of time (R-113)."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def working(catalogue: Catalogue, actor: Actor, now: dt.datetime | None = None) -> Iterator[Work]:
    """One transaction on the writer; commits at the end, rolls back on any error, except on a
    refusal that is itself to be recorded."""
    session = db.session()
    session.info.pop("reader", None)
    try:
        yield Work(session, in_use(session, catalogue), actor, now or utc_now())
        session.commit()
    except Recorded:
        session.commit()
        raise
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading(catalogue: Catalogue, actor: Actor) -> Iterator[Work]:
    """One consistent read; writes nothing."""
    session = db.session()
    session.info["reader"] = True
    try:
        yield Work(session, in_use(session, catalogue), actor, utc_now())
    finally:
        session.rollback()


@contextmanager
def snapshot(catalogue: Catalogue, actor: Actor) -> Iterator[Work]:
    """A read of many statements that all see one moment (R-101).

    SQLite gives every read that; PostgreSQL has to be asked for it.
    """
    session = db.session()
    session.info["reader"] = True
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    with reading(catalogue, actor) as work:
        yield work

"""Until when, and by which delegation, a person signs (R-028, R-052).

A delegation is the grant of a role at a site for a period. A session ends with it; signing asks
again in its own transaction, keeps what it found in the signed content, and logs a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ecrf.models import Grant, User
from ecrf.services import accounts
from ecrf.services.errors import NotDelegated
from ecrf.services.permissions import allowed
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Delegation:
    """``site`` is * for every site; ``until`` None while no end is set. Instants in UTC."""

    role: str
    site: str
    since: str
    until: str | None

    def content(self) -> dict[str, str | None]:
        """As the signed content says it."""
        return asdict(self)


def read(content: Mapping[str, str | None]) -> Delegation:
    """The delegation of a signed content."""
    return Delegation(**content)  # type: ignore[arg-type]


def current(work: Work, site: str) -> Delegation | None:
    """By which delegation the actor may sign at the site now, the longest lasting; None if none."""
    found = [g for g in accounts.grants_now(work, _user(work)) if _fits(work, g, site)]
    longest = max(found, key=lambda g: g.valid_to or "~", default=None)
    if longest is None:
        return None
    return Delegation(longest.role, longest.site, longest.valid_from, longest.valid_to)


def require(work: Work, site: str, **about: object) -> Delegation:
    """The delegation to sign by. Raises NotDelegated, and the refusal is in the log."""
    held = current(work, site)
    if held is not None:
        return held
    name = work.actor.username
    accounts.log(work, "signature.refused", name, why="delegation", site=site, **about)
    ended, coming = _nearest(work, site)
    raise NotDelegated(ended, coming)


def _nearest(work: Work, site: str) -> tuple[str | None, str | None]:
    """When the last delegation to sign here ended, and when the next begins."""
    fitting = [g for g in _user(work).grants if _fits(work, g, site)]
    ended = max((g.valid_to for g in fitting if g.valid_to and g.valid_to <= work.at), default=None)
    coming = min((g.valid_from for g in fitting if g.valid_from > work.at), default=None)
    return ended, coming


def _user(work: Work) -> User:
    return work.session.get_one(User, work.actor.user_id)


def _fits(work: Work, grant: Grant, site: str) -> bool:
    here = grant.site in ("*", site)
    return here and grant.role == work.actor.role and allowed(grant.role, "record.sign")

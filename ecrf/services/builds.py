"""The builds of the study: which one is in use, what another would change, and activating it.

One person asks, with the dates of the ethics approval of each site, and another grants it (R-119,
R-120). From then on forms are entered in the versions of that build; what was entered before stays
in its own (R-121).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update

from ecrf.definition import differences
from ecrf.definition.differences import FormChange
from ecrf.definition.model import Build
from ecrf.models import Activation, Record
from ecrf.services import audit
from ecrf.services.audit import Entry
from ecrf.services.errors import Invalid, NotFound, ReasonNeeded, Stale
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Affected:
    """A form that the build enters in another version, and the records begun in others."""

    change: FormChange
    records: int


@dataclass(frozen=True, slots=True)
class Dates:
    """Of a site: the approval of the ethics committee, and the day from which it uses the build."""

    ethics: str
    active: str


def impact(work: Work, build: Build) -> list[Affected]:
    """What activating the build would change, against the one in use."""
    work.require("build.read")
    query = select(Record.form, Record.form_version, func.count()).where(Record.inactive.is_(False))
    counted = work.session.execute(query.group_by(Record.form, Record.form_version))
    rows = [(form, version, n) for form, version, n in counted]
    changes = differences.builds(work.catalogue, work.catalogue.build, build)
    return [Affected(change, _others(rows, change)) for change in changes]


def _others(rows: Iterable[tuple[str, int, int]], change: FormChange) -> int:
    """Records of the form in another version than it would have."""
    version = change.now.version if change.now else 0
    return sum(n for form, was, n in rows if form == change.form and was != version)


def find(work: Work, number: int) -> Build:
    """A build of the study. Raises NotFound."""
    found = work.catalogue.builds.get(number)
    if found is None:
        raise NotFound(str(number))
    return found


def history(work: Work) -> list[Activation]:
    """Every activation that was asked for, the newest first."""
    work.require("build.read")
    return list(work.session.scalars(select(Activation).order_by(Activation.id.desc())))


def ask(work: Work, number: int, dates: Mapping[str, Dates], reason: str) -> Activation:
    """Ask for a build to be used. Raises Forbidden, NotFound, Invalid, ReasonNeeded."""
    work.require("build.activate")
    build = find(work, number)
    if build.status != "released":
        raise Invalid("build.not_released")
    if number == work.catalogue.build.build:
        raise Invalid("build.in_use")
    if any(one.closed_at is None and one.granted_at is None for one in history(work)):
        raise Invalid("build.asked")
    sites = {site.site: _dates(work, dates.get(site.site)) for site in work.catalogue.study.sites}
    if not reason.strip():
        raise ReasonNeeded(("",))
    asked = Activation(
        build=number,
        sites=sites,
        reason=reason.strip(),
        asked_by=work.actor.username,
        asked_at=work.at,
        granted_by=None,
        granted_at=None,
        closed_at=None,
        seq=0,
    )
    asked.seq = _log(work, "build.ask", asked)
    work.session.add(asked)
    work.session.flush()
    return asked


def _dates(work: Work, given: Dates | None) -> dict[str, str]:
    """Two calendar dates, neither to come, the approval first (R-120)."""
    try:
        ethics = dt.date.fromisoformat(given.ethics if given else "")
        active = dt.date.fromisoformat(given.active if given else "")
    except ValueError:
        raise Invalid("build.dates") from None
    if not ethics <= active <= (work.now + dt.timedelta(days=1)).date():
        raise Invalid("build.dates_order")
    return {"ethics": ethics.isoformat(), "active": active.isoformat()}


def grant(work: Work, number: int) -> Activation:
    """Use the build from now on; by another person than the one who asked. Raises Invalid."""
    asked = _undecided(work, number)
    if asked.asked_by == work.actor.username:
        raise Invalid("build.second_person")
    _decide(work, asked, granted_by=work.actor.username, granted_at=work.at)
    _log(work, "build.activate", asked)
    return asked


def refuse(work: Work, number: int) -> Activation:
    """Refuse what another asked for, or withdraw one's own."""
    asked = _undecided(work, number)
    _decide(work, asked, closed_at=work.at)
    _log(work, "build.refuse", asked)
    return asked


def _decide(work: Work, asked: Activation, **values: str) -> None:
    """Decided once: whoever comes second is told."""
    row = Activation.__table__.c
    still = (row.id == asked.id, row.granted_at.is_(None), row.closed_at.is_(None))
    done = work.session.execute(update(Activation).where(*still).values(**values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(0, {})


def _undecided(work: Work, number: int) -> Activation:
    work.require("build.activate")
    asked = work.session.get(Activation, number)
    if asked is None:
        raise NotFound(str(number))
    if asked.granted_at or asked.closed_at:
        raise Stale(0, {})
    return asked


def _log(work: Work, action: str, asked: Activation) -> int:
    build = work.catalogue.builds[asked.build]
    detail = {
        "build": asked.build,
        "protocol_version": build.protocol_version,
        "instead_of": work.catalogue.build.build,
        "sites": asked.sites,
    }
    return audit.append(work, [Entry(action, reason=("other", asked.reason), detail=detail)])[0]

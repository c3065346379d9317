"""Ready views of the audit trail: what a reviewer looks for first (R-020).

Each view is one statement over the whole trail of the sites that the actor sees; what stands in a
row is the same for all of them, what its number counts differs (``VIEWS``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
)

from ecrf.models import (
    AuditEntry,
    AuditValue,
    Lock,
    Record,
    ReviewMark,
    Signature,
    Subject,
)
from ecrf.models.columns import instant
from ecrf.services import subjects
from ecrf.services.work import Work

MOST = 2000  # rows of a view; a review narrows it until they fit
DAY = range(6, 22)  # hours of the site's clock at which entries are usual (ASSUMED)
CHANGES = ("item.change", "item.clear", "row.strike", "row.restore")
ENTRIES = ("item.enter", *CHANGES)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a view is narrowed to: subject code, username, days at the site as ISO 8601, and the
    least number that counts (0: the usual of the view)."""

    subject: str = ""
    who: str = ""
    since: str = ""
    until: str = ""
    least: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """From an address; what is not a day or a number is left out."""
        told = {name: query.get(name, "").strip() for name in ("subject", "who")}
        days = {name: _day(query.get(name, "").strip()) for name in ("since", "until")}
        least = query.get("least", "").strip()
        return cls(**told, **days, least=int(least) if least.isdecimal() else 0)

    def said(self) -> dict[str, str]:
        """Only what narrows, for an address and for the record of a review."""
        told = {name: str(getattr(self, name)) for name in self.__slots__}
        return {name: value for name, value in told.items() if value not in ("", "0")}


@dataclass(frozen=True, slots=True)
class Spotted:
    """One row: the last entry of what was spotted, and what the view counts.

    ``record_id`` and ``path`` say where; ``value`` is the repeated value, as JSON.
    """

    seq: int
    at: str
    who: str
    subject: str = ""
    record_id: int | None = None
    path: str = ""
    number: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """``least``: from which number on a row is shown, 0 where there is nothing to count."""

    least: int
    find: Callable[[Work, Filter, int], Iterable[Spotted]]


def spotted(work: Work, name: str, wanted: Filter) -> list[Spotted]:
    """The rows of a view, the newest or the most striking first, at most MOST."""
    view = VIEWS[name]
    return list(view.find(work, wanted, wanted.least or view.least))[:MOST]


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _zone(work: Work) -> ZoneInfo:
    """The clock of the actor's site; of the first for who sees all."""
    sites = work.catalogue.study.sites
    here = next((one for one in sites if one.site == work.actor.site), sites[0])
    return ZoneInfo(here.timezone)


def _narrowed(work: Work, wanted: Filter, actions: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """The entries of people that a view looks at; what the system derives is nobody's doing."""
    entry, zone = AuditEntry, _zone(work)
    found = [
        entry.log == work.catalogue.study.study,
        entry.action.in_(actions),
        ~entry.actor.startswith("system"),
    ]
    if work.actor.site != "*":
        here = select(Subject.code).where(Subject.site == work.actor.site)
        found.append(entry.subject.in_(here))
    if wanted.subject:
        found.append(entry.subject == wanted.subject)
    if wanted.who:
        found.append(entry.actor == wanted.who)
    for day, later in ((wanted.since, 0), (wanted.until, 1)):
        if day:
            date = dt.date.fromisoformat(day) + dt.timedelta(days=later)
            moment = instant(dt.datetime.combine(date, dt.time(), zone))
            found.append(entry.at < moment if later else entry.at >= moment)
    return found


_ENTRY = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.subject,
    AuditEntry.record_id,
    AuditEntry.path,
)


def _entries(
    work: Work, query: Select[int, str, str, str | None, int | None, str | None]
) -> Iterable[Spotted]:
    newest = query.order_by(AuditEntry.seq.desc()).limit(MOST)
    for seq, at, who, subject, record_id, path in work.session.execute(newest):
        yield Spotted(seq, at, who, subject or "", record_id, path or "")


def _after_verification(work: Work, wanted: Filter, _least: int) -> Iterable[Spotted]:
    """Changes of values that somebody had verified against source."""
    before = exists().where(
        ReviewMark.record_id == AuditEntry.record_id,
        ReviewMark.path == AuditEntry.path,
        ReviewMark.kind == "sdv",
        ReviewMark.act == "verify",
        ReviewMark.seq < AuditEntry.seq,
    )
    return _entries(work, select(*_ENTRY).where(*_narrowed(work, wanted, CHANGES), before))


def _after_signature(work: Work, wanted: Filter, _least: int) -> Iterable[Spotted]:
    """Entries and changes on forms that somebody had signed."""
    before = exists().where(
        Signature.record_id == AuditEntry.record_id, Signature.seq < AuditEntry.seq
    )
    return _entries(work, select(*_ENTRY).where(*_narrowed(work, wanted, ENTRIES), before))


def _after_lock(work: Work, wanted: Filter, _least: int) -> Iterable[Spotted]:
    """Entries and changes while a lock stood over the form, opened for a time."""
    before = exists().where(
        Record.id == AuditEntry.record_id,
        Lock.kind == "lock",
        Lock.seq < AuditEntry.seq,
        or_(Lock.subject_id.is_(None), Lock.subject_id == Record.subject_id),
        or_(Lock.event == "", and_(Lock.event == Record.event, Lock.event_no == Record.event_no)),
        or_(Lock.form == "", and_(Lock.form == Record.form, Lock.repeat == Record.repeat)),
    )
    return _entries(work, select(*_ENTRY).where(*_narrowed(work, wanted, ENTRIES), before))


def _late(work: Work, wanted: Filter, least: int) -> Iterable[Spotted]:
    """Forms first saved so many days after the visit; the number is the days."""
    visits = {
        state.record_id: at.date
        for book in subjects.matrix(work)
        for at in book.events
        for state in at.forms
        if state.record_id and at.date
    }
    first = (
        select(
            func.min(AuditEntry.seq),
            func.min(AuditEntry.at),
            func.min(AuditEntry.actor),
            AuditEntry.subject,
            AuditEntry.record_id,
        )
        .where(*_narrowed(work, wanted, ("item.enter",)))
        .group_by(AuditEntry.record_id, AuditEntry.subject)
    )
    zone, found = _zone(work), []
    for seq, at, who, subject, record_id in work.session.execute(first):
        if record_id in visits:
            days = (_local(at, zone).date() - visits[record_id]).days
            if days >= least:
                found.append(Spotted(seq, at, who, subject or "", record_id, number=days))
    return sorted(found, key=lambda one: (-one.number, one.seq))


def _odd_hours(work: Work, wanted: Filter, _least: int) -> Iterable[Spotted]:
    """Entries in the night of the site, by person, form and hour; the number is the values."""
    zone = _zone(work)
    rows = _grouped(work, wanted, ENTRIES, func.substr(AuditEntry.at, 1, 13))
    night = (one for one in rows if _local(one.at, zone).hour not in DAY)
    return sorted(night, key=lambda one: -one.seq)


def _bulk(work: Work, wanted: Filter, least: int) -> Iterable[Spotted]:
    """Many values by one person within a minute; the number is the values."""
    minute = func.substr(AuditEntry.at, 1, 16)
    query = (
        select(
            func.max(AuditEntry.seq),
            func.min(AuditEntry.at),
            AuditEntry.actor,
            func.max(AuditEntry.subject),
            func.max(AuditEntry.record_id),
            func.count(),
        )
        .where(*_narrowed(work, wanted, ENTRIES))
        .group_by(AuditEntry.actor, minute)
        .having(func.count() >= least)
        .order_by(func.count().desc(), func.max(AuditEntry.seq).desc())
        .limit(MOST)
    )
    for seq, at, who, subject, record_id, number in work.session.execute(query):
        yield Spotted(seq, at, who, subject or "", record_id, number=number)


def _repeated(work: Work, wanted: Filter, least: int) -> Iterable[Spotted]:
    """One measured value of one subject over and over, by one person; the number is the forms."""
    entry, value = AuditEntry, AuditValue
    same = and_(value.log == entry.log, value.seq == entry.seq)
    forms = func.count(distinct(entry.record_id))
    query = (
        select(
            func.max(entry.seq),
            func.max(entry.at),
            entry.actor,
            entry.subject,
            func.max(entry.record_id),
            entry.path,
            forms,
            value.value,
        )
        .join(value, same)
        .where(
            *_narrowed(work, wanted, ("item.enter", "item.change")),
            entry.path.in_(_measured(work)),
        )
        .group_by(entry.actor, entry.subject, entry.path, value.value)
        .having(forms >= least)
        .order_by(forms.desc(), func.max(entry.seq).desc())
        .limit(MOST)
    )
    for seq, at, who, subject, record_id, path, number, text in work.session.execute(query):
        yield Spotted(seq, at, who, subject or "", record_id, path or "", number, text)


def _measured(work: Work) -> list[str]:
    """Items that hold a number somebody read off, once a form."""
    return sorted(
        {
            item.item
            for form in work.catalogue.forms.values()
            for group, item in form.model.items()
            if item.type in ("integer", "decimal") and not group.repeats
        }
    )


def _by_person(work: Work, wanted: Filter, least: int) -> Iterable[Spotted]:
    """Of a hundred values that a person entered, how many were changed by that person."""
    for seq, at, name, rate in _rates(work, wanted, least, "actor"):
        yield Spotted(seq, at, name, number=rate)


def _by_item(work: Work, wanted: Filter, least: int) -> Iterable[Spotted]:
    """Of a hundred values of an item, how many were changed."""
    for seq, at, name, rate in _rates(work, wanted, least, "path"):
        yield Spotted(seq, at, "", path=name, number=rate)


def _rates(work: Work, wanted: Filter, least: int, by: str) -> list[tuple[int, str, str, int]]:
    """Last entry, its time, the name in column ``by``, and changes in a hundred entries."""
    changes = func.sum(case((AuditEntry.action.in_(CHANGES), 1), else_=0))
    entered = func.sum(case((AuditEntry.action == "item.enter", 1), else_=0))
    column = getattr(AuditEntry, by)
    query = (
        select(func.max(AuditEntry.seq), func.max(AuditEntry.at), column, changes, entered)
        .where(*_narrowed(work, wanted, ENTRIES))
        .group_by(column)
    )
    found = [
        (seq, at, name or "", round(100 * changed / typed) if typed else 100)
        for seq, at, name, changed, typed in work.session.execute(query)
        if changed
    ]
    return sorted((one for one in found if one[3] >= least), key=lambda one: (-one[3], one[0]))


def _grouped(
    work: Work, wanted: Filter, actions: tuple[str, ...], slot: ColumnElement[str]
) -> Iterable[Spotted]:
    """Entries by person, form and slot of time."""
    query = (
        select(
            func.max(AuditEntry.seq),
            func.min(AuditEntry.at),
            AuditEntry.actor,
            func.max(AuditEntry.subject),
            AuditEntry.record_id,
            func.count(),
        )
        .where(*_narrowed(work, wanted, actions))
        .group_by(AuditEntry.actor, AuditEntry.record_id, slot)
    )
    for seq, at, who, subject, record_id, number in work.session.execute(query):
        yield Spotted(seq, at, who, subject or "", record_id, number=number)


def _local(at: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.fromisoformat(at).astimezone(zone)


VIEWS: Mapping[str, View] = {
    "verified": View(0, _after_verification),
    "signed": View(0, _after_signature),
    "locked": View(0, _after_lock),
    "late": View(7, _late),
    "hours": View(0, _odd_hours),
    "bulk": View(120, _bulk),
    "repeated": View(5, _repeated),
    "people": View(5, _by_person),
    "items": View(5, _by_item),
}

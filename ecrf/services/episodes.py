"""The episodes of a subject, such as CRS: from when to when, and how severe."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from ecrf.definition.episodes import Episode
from ecrf.definition.values import Value
from ecrf.entry import content
from ecrf.models import Record, Subject
from ecrf.services import schedule
from ecrf.services.keys import Key
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Spell:
    """One episode; ``end`` is None while it lasts, ``grade`` empty while nobody has graded it."""

    kind: Episode
    key: Key
    start: dt.date
    end: dt.date | None
    grade: str


def of(work: Work, subject: Subject) -> list[Spell]:
    """What has a first day, in the order of the study and then of time; struck records left out."""
    work.require("subject.list", subject.site)
    found = []
    for kind in work.catalogue.study.episodes:
        query = select(Record).where(
            Record.subject_id == subject.id, Record.form == kind.form, ~Record.inactive
        )
        spells = (_spell(work, subject, kind, record) for record in work.session.scalars(query))
        drawn = [spell for spell in spells if spell is not None]
        found += sorted(drawn, key=lambda spell: (spell.start, spell.key.repeat))
    return found


def _spell(work: Work, subject: Subject, kind: Episode, record: Record) -> Spell | None:
    form = work.catalogue.form(record.form, record.form_version)
    data = content.Stored(form, record.data)
    start = schedule.date_of(data.get(kind.start))
    grade = _grade(data.get(kind.grade) if kind.grade else None)
    if start is None or (kind.least and int(grade or 0) < kind.least):
        return None
    key = Key(subject.code, record.event, record.event_no, record.form, record.repeat)
    return Spell(kind, key, start, schedule.date_of(data.get(kind.end)), grade)


def _grade(value: Value | None) -> str:
    return value.text if value is not None and value.text.isdigit() else ""

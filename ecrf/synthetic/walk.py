"""One subject's casebook, typed event by event through the one write service."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask

from ecrf.definition.model import Event, FormRef
from ecrf.services import keys as places
from ecrf.services import records, signatures, subjects
from ecrf.services.errors import Refused
from ecrf.services.keys import Key
from ecrf.services.work import Actor, Work, working
from ecrf.synthetic import answers, filler, logs
from ecrf.synthetic.filler import Setting
from ecrf.synthetic.logs import Line
from ecrf.synthetic.person import Person

SIGNED = ("ELIG", "APE", "PLD", "IC")
REPEATED = {"INFV": 9, "CRSD": 1, "ICE": 1, "CARK": 1, "LD": 2, "COI": 8}
SITE = "BJ01"
AHEAD = 3  # days that visits of the last weeks are typed late


@dataclass(slots=True)
class Made:
    """What a seeding wrote; ``left`` are forms that were refused, with the findings."""

    subjects: int = 0
    records: int = 0
    values: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Staff:
    coordinator: Actor
    investigator: Actor
    password: str

    @property
    def people(self) -> tuple[str, ...]:
        return str(self.investigator.user_id), str(self.coordinator.user_id)


class Walk:
    """What is written of a person up to a day; ``made`` counts it."""

    def __init__(
        self, app: Flask, staff: Staff, person: Person, until: dt.date, made: Made
    ) -> None:
        self.app, self.staff, self.person, self.made = app, staff, person, made
        self.until, self.repeats = until, Counter[str]()
        self.catalogue = app.extensions["catalogue"]
        with working(self.catalogue, staff.coordinator) as work:
            self.code = subjects.create(work, SITE, person.cohort).code
            self.laboratory = filler.laboratory(work)

    def write(self) -> None:
        """Every event and every line of the logs, in the order of their days."""
        case = self.person.case
        last = self.until - dt.timedelta(days=AHEAD)
        lines = logs.course(self.person) if case.fate == "infused" else []
        for event in self.catalogue.build.events:
            day = self.person.day_of(event)
            if day is None or day > last:
                continue
            if case.fate == "infused" or event.event == "SCR":
                lines = self.lines(lines, day)
                self.event(event, day)
        self.lines(lines, last)

    def lines(self, lines: list[Line], day: dt.date) -> list[Line]:
        """Type the lines of the logs before a day; returns those that are left."""
        for line in (line for line in lines if line.day < day):
            self.line(line)
        return [line for line in lines if line.day >= day]

    def line(self, line: Line) -> None:
        self.repeats[line.form] += 1
        self.form("LOG", line.form, self.repeats[line.form], line.day, line.answers)

    def event(self, event: Event, day: dt.date) -> None:
        for ref in self.due(event):
            if event.event in self.person.case.missed and ref.form != "SV":
                continue
            if ref.form == "ELIG":
                for line in logs.history(self.person):
                    self.line(line)
            for repeat in range(1, REPEATED.get(ref.form, 1) + 1):
                self.form(event.event, ref.form, repeat, day)

    def due(self, event: Event) -> Iterator[FormRef]:
        for ref in event.forms:
            if not ref.optional and (not ref.cohorts or self.person.cohort in ref.cohorts):
                yield ref

    def form(
        self,
        event: str,
        form: str,
        repeat: int,
        day: dt.date,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        key = Key(self.code, event, 1, form, repeat)
        given = answers.given(self.person, event, form, repeat, day, self.named, extra)
        if given is None:
            return
        person = self.person
        setting = Setting(day, self.staff.people, person.chance, self.laboratory, person.sex)
        with working(self.catalogue, self.staff.coordinator) as work:
            saved = _save(work, key, given, setting)
        if isinstance(saved, str):
            self.made.left.append(f"{self.code} {event} {form} {repeat}: {saved}")
            return
        record_id, values = saved
        self.made.records += 1
        self.made.values += values
        if form in SIGNED:
            self.sign(record_id)

    @property
    def named(self) -> dict[str, str]:
        """Who stands for the marks in the answers."""
        one, two = self.staff.people
        return {"one": one, "two": two, "code": self.code}

    def sign(self, record_id: int) -> None:
        with working(self.catalogue, self.staff.investigator) as work:
            record, _ = places.record(work, record_id)
            if record.status != "complete":
                return
            signatures.sign(
                work,
                self.app.extensions["keystore"],
                record_id,
                revision=record.revision,
                username=self.staff.investigator.username,
                password=self.staff.password,
                meaning="review",
            )


def _save(
    work: Work, key: Key, given: Mapping[str, str], setting: Setting
) -> tuple[int, int] | str:
    """Complete if it can be, else in part: (record, values); why, when it is refused."""
    entries = filler.fill(work, key, given, setting)
    evaluation = records.judge(work, key, entries)[0]
    soft = frozenset(f"{f.id}@{f.path}" for f in evaluation.findings if f.severity == "soft")
    why = ""
    for complete in (True, None):
        try:
            with work.session.begin_nested():
                saved = records.save(
                    work, key, entries, revision=0, confirmed=soft, complete=complete
                )
            return saved.record_id, len(entries)
        except Refused as refused:
            why = ", ".join(f"{f.id}@{f.path}" for f in refused.findings)
    return why

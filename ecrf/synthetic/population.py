"""The population, written through the one write service: the same seed gives the same people."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask

from ecrf.definition.model import Event, FormRef
from ecrf.services import contexts, records, signatures, subjects
from ecrf.services import keys as places
from ecrf.services.errors import NotFound, ReasonNeeded, Refused
from ecrf.services.keys import Key
from ecrf.services.work import Actor, Work, working
from ecrf.synthetic import answers, cases, filler, logs
from ecrf.synthetic.filler import Setting
from ecrf.synthetic.person import Person

SIGNED = ("ELIG", "APE", "PLD", "IC")
REPEATED = {"INFV": 9, "CRSD": 1, "ICE": 1, "CARK": 1, "LD": 2, "COI": 2}
AHEAD = 3  # days that visits of the last weeks are typed late


@dataclass(slots=True)
class Made:
    """What a seeding wrote; ``left`` are forms that could not be completed."""

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


def seed(app: Flask, staff: Staff, count: int, number: int, step: Callable[[], None]) -> Made:
    """Write ``count`` subjects with all visits up to today; ``step`` is called after each."""
    made = Made()
    chance = random.Random(number)  # noqa: S311 - invented data, repeatable on purpose
    with app.app_context():
        for index in range(count):
            Walk(app, staff, chance, index, count, made).write()
            made.subjects += 1
            step()
    return made


class Walk:
    """One subject's casebook, typed event by event."""

    def __init__(
        self,
        app: Flask,
        staff: Staff,
        chance: random.Random,
        index: int,
        count: int,
        made: Made,
    ) -> None:
        self.app, self.staff, self.made, self.chance = app, staff, made, chance
        self.catalogue = app.extensions["catalogue"]
        cohorts = [cohort.cohort for cohort in self.catalogue.study.cohorts]
        with working(self.catalogue, staff.coordinator) as work:
            self.today = contexts.today(work, "BJ01")
            cohort = cohorts[index % len(cohorts)]
            self.code = subjects.create(work, "BJ01", cohort).code
            self.laboratory = filler.laboratory(work)
        spread = max(1, 520 // max(count, 1))
        consent = self.today - dt.timedelta(days=560 - spread * index + chance.randint(0, 3))
        if count <= 9:
            consent = self.today - dt.timedelta(days=(210, 130, 96, 75, 40, 12)[index % 6])
        self.person = Person(index, cohort, chance, consent, case=cases.of(index))
        self.person.level = "DL1" if index < 6 else self.person.level

    def write(self) -> None:
        for event in self.catalogue.build.events:
            day = self.person.day_of(event)
            if day is not None and day <= self.today - dt.timedelta(days=AHEAD):
                if self.person.case.fate == "infused" or event.event == "SCR":
                    self.event(event, day)
        if self.person.case.fate == "infused" and self.person.infusion < self.today:
            self.safety()

    def event(self, event: Event, day: dt.date) -> None:
        for ref in self.due(event):
            if event.event in self.person.case.missed and ref.form != "SV":
                continue
            if ref.form == "ELIG":
                self.logs()
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
        given = answers.given(self.person, event, form, repeat, day, self.named)
        if given is None:
            return
        setting = Setting(day, self.staff.people, self.chance, self.laboratory, self.person.sex)
        with working(self.catalogue, self.staff.coordinator) as work:
            saved = _save(work, key, {**given, **(extra or {})}, setting)
        if saved is None:
            self.made.left.append(f"{self.code} {event} {form}")
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

    def logs(self) -> None:
        """History and medication, then what rests on them."""
        for form, lines in logs.history(self.person).items():
            for repeat, line in enumerate(lines, start=1):
                self.form("LOG", form, repeat, self.person.screening, line)

    def safety(self) -> None:
        """Adverse events of the course."""
        for repeat, line in enumerate(logs.adverse_events(self.person), start=1):
            day = dt.date.fromisoformat(line["AESTDAT"])
            if day < self.today:
                self.form("LOG", "AE", repeat, day, line)


def _save(
    work: Work, key: Key, given: Mapping[str, str], setting: Setting
) -> tuple[int, int] | None:
    """Complete if it can be, else in part; None when it cannot be saved at all."""
    entries = filler.fill(work, key, given, setting)
    evaluation = records.judge(work, key, entries)[0]
    soft = frozenset(f"{f.id}@{f.path}" for f in evaluation.findings if f.severity == "soft")
    for complete in (True, None):
        try:
            with work.session.begin_nested():
                saved = records.save(
                    work, key, entries, revision=0, confirmed=soft, complete=complete
                )
            return saved.record_id, len(entries)
        except (Refused, ReasonNeeded, NotFound) as refusal:
            if complete is None and isinstance(refusal, ReasonNeeded):
                raise
    return None

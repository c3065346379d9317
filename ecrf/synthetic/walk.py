"""One subject's casebook, typed event by event through the one write service."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from flask import Flask

from ecrf.definition.model import Event, FormRef
from ecrf.services import dependents, rechecks, signatures, subjects
from ecrf.services import keys as places
from ecrf.services.keys import Key
from ecrf.services.work import SYSTEM, Actor, Work, reading, working
from ecrf.synthetic import answers, desk, filler, logs, planted, questions
from ecrf.synthetic.filler import Setting
from ecrf.synthetic.logs import Line
from ecrf.synthetic.person import Person

CHECKER = replace(SYSTEM, username="system:worker", role="regulatory")  # as in the background
SIGNED = ("ELIG", "APE", "PLD", "IC")
REPEATED = {"INFV": 9, "CRSD": 1, "ICE": 1, "CARK": 1, "LD": 2, "COI": 8}
SITE = "BJ01"
UNTIL_STOPPED = ("SCR", "APE", "LK", "MFG", "PLD", "LD1", "LD2", "LD3", "BL", "D0")
OF_INFUSION = ("INF", "INFV", "CRSD", "ICE")
SECOND = 0.3  # of the sittings are those of the second coordinator
AHEAD = 3  # days that visits of the last weeks are typed late


@dataclass(slots=True)
class Made:
    """What a seeding wrote; ``left`` are forms that were refused, with the findings."""

    subjects: int = 0
    records: int = 0
    values: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Staff:
    """Who enters, signs and asks; the password is typed once, ``pen`` is the key it unlocked."""

    coordinator: Actor
    second: Actor  # who enters as well
    investigator: Actor
    monitor: Actor
    password: str
    pen: signatures.Pen | None = None

    @property
    def people(self) -> tuple[str, ...]:
        return str(self.investigator.user_id), str(self.coordinator.user_id)


class Walk:
    """What is written of a person up to a day; ``made`` counts it."""

    work: Work

    def __init__(
        self, app: Flask, staff: Staff, person: Person, until: dt.date, made: Made
    ) -> None:
        self.app, self.staff, self.person, self.made = app, staff, person, made
        self.until, self.repeats = until, Counter[str]()
        # Chances of its own: who types does not change what is typed.
        self.desk = random.Random(f"{person.index}/desk")  # noqa: S311 - repeatable on purpose
        self.catalogue = app.extensions["catalogue"]
        with working(self.catalogue, staff.coordinator) as work:
            self.code = subjects.create(work, SITE, person.cohort).code
            self.laboratory = filler.laboratory(work)
        one, two = staff.people
        # What stands for a mark like {one} in the answers.
        self.named = {"one": one, "two": two, "code": self.code}

    def write(self) -> None:
        """Every event and every line of the logs, in the order of their days; then what rests on
        them is judged again, and the queries are dealt with."""
        self.casebook()
        self.judge_again()
        if self.person.case.untidy:  # what is planted stays as it was found
            people = questions.Desks(self.staff.coordinator, self.staff.monitor)
            questions.run(self.app, people, self.code, self.desk)

    def judge_again(self) -> None:
        """What the worker does soon after a save."""
        while True:
            with working(self.catalogue, self.staff.coordinator) as work:
                touched = dependents.take(work)
                ids = [
                    number
                    for subject, forms in touched
                    for number in rechecks.of_subject(work, subject, forms)
                ]
            if not touched:
                return
            rechecks.run(
                lambda: reading(self.catalogue, CHECKER),
                lambda: working(self.catalogue, CHECKER),
                ids,
            )

    def casebook(self) -> None:
        last = self.until - dt.timedelta(days=AHEAD)
        lines = planted.lines(self.person)
        for event in self.catalogue.build.events:
            day = self.person.day_of(event)
            if day is None or day > last or not self.takes_place(event):
                continue
            with self.sitting():
                lines = self.lines(lines, day)
                self.event(event, day)
        with self.sitting():
            self.lines(lines, last)

    @contextmanager
    def sitting(self) -> Iterator[None]:
        """What one of the coordinators types at one time, in one transaction."""
        entering = self.staff.second if self.desk.random() < SECOND else self.staff.coordinator
        with working(self.catalogue, entering) as self.work:
            yield

    def takes_place(self, event: Event) -> bool:
        """How far a course goes that ends before the infusion."""
        fate = self.person.case.fate
        return fate == "infused" or event.event in (
            UNTIL_STOPPED if fate == "stopped" else ("SCR",)
        )

    def lines(self, lines: list[Line], day: dt.date) -> list[Line]:
        """Type the lines of the logs before a day; returns those that are left."""
        for line in (line for line in lines if line.day < day):
            self.line(line)
        return [line for line in lines if line.day >= day]

    def line(self, line: Line) -> None:
        self.repeats[line.form] += 1
        number = self.repeats[line.form]
        self.form("LOG", line.form, number, line.day, line.answers)
        if line.name:
            self.named[line.name] = f"{line.form}-{number}"

    def event(self, event: Event, day: dt.date) -> None:
        for ref in self.due(event):
            if event.event in self.person.absent and ref.form != "SV":
                continue
            if self.person.case.fate == "stopped" and ref.form in OF_INFUSION:
                continue
            if ref.form == "ELIG":
                for line in logs.history(self.person):
                    self.line(line)
            for repeat in range(1, REPEATED.get(ref.form, 1) + 1):
                self.form(event.event, ref.form, repeat, day)
            if ref.form == "DM" and self.person.case.name == "child":
                self.form(event.event, "IC", 1, day)  # asks a minor more, once the age is known

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
        untidy = person.case.untidy and day > person.infusion
        saved = desk.enter(self.work, key, given, setting, untidy=untidy)
        if isinstance(saved, str):
            self.made.left.append(f"{self.code} {event} {form} {repeat}: {saved}")
            return
        record_id, values = saved
        self.made.records += 1
        self.made.values += values
        if form in SIGNED:
            self.sign(self.work, record_id)

    def sign(self, work: Work, record_id: int) -> None:
        record, subject = places.record(work, record_id)
        if record.status != "complete":
            return
        signing = replace(work, actor=self.staff.investigator)
        pen = self.pen(signing, subject.site)
        signatures.sign_with(signing, pen, record_id, record.revision, "review")

    def pen(self, work: Work, site: str) -> signatures.Pen:
        """The investigator's own; LookupError when the password is not theirs."""
        if self.staff.pen is None:
            keystore, password = self.app.extensions["keystore"], self.staff.password
            typed = (work.actor.username, password, "")
            signer = signatures.identify(work, keystore, typed, site)
            if signer is None:
                raise LookupError(f"{work.actor.username} has another password")
            self.staff.pen = signatures.pen(keystore, signer, password)
        return self.staff.pen

"""A demonstration: accounts anybody may use, and synthetic subjects written through the one write
service, so that audit, derivations and findings are real. The same seed gives the same data.

The demonstration marks itself: ECRF_DEMO puts a banner on every page, and a production start
refuses a database that holds demonstration accounts (R-039).
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import func, select

from ecrf import config
from ecrf.app import create_app
from ecrf.extensions import db
from ecrf.models import Record, Subject, User
from ecrf.services import accounts, contexts, records, schema, signatures, subjects
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Reason
from ecrf.services.work import SYSTEM, Actor, Work, working

PASSWORD = "CellTherapy-2026"  # noqa: S105 - printed at every start, refused in production
PEOPLE = (
    ("wang.li", "王丽 Wang Li", "coordinator", "BJ01"),
    ("zhao.min", "赵敏 Zhao Min", "investigator", "BJ01"),
    ("liu.yang", "刘洋 Liu Yang", "principal_investigator", "BJ01"),
    ("chen.jing", "陈静 Chen Jing", "monitor", "BJ01"),
    ("sun.hao", "孙浩 Sun Hao", "data_manager", "*"),
    ("he.xin", "何欣 He Xin", "regulatory", "*"),
    ("gao.lei", "高磊 Gao Lei", "study_builder", "*"),
    ("lin.tao", "林涛 Lin Tao", "user_administrator", "*"),
    ("ma.rui", "马瑞 Ma Rui", "inspector", "*"),
)
ACCOUNTS = tuple((username, PASSWORD, role) for username, _, role, _ in PEOPLE)
OPERATOR = replace(SYSTEM, username="system:demo", name="Demonstration", channel="command")


@dataclass(slots=True)
class Made:
    """What a seeding wrote."""

    subjects: int = 0
    records: int = 0
    values: int = 0


def prepare() -> None:
    """Instance folder, database, accounts and subjects, each only where it is missing."""
    os.environ.setdefault("ECRF_DEMO", "1")
    config.prepare_instance(config.load({"SECRET_KEY": "unused"})["INSTANCE_DIR"])
    app = create_app()
    schema.upgrade(app)
    with app.app_context():
        empty = db.session.scalar(select(func.count()).select_from(User)) == 0
        db.session.rollback()
    if empty:
        add_accounts(app)
        seed(app, 6, 7, lambda: None)


def add_accounts(app: Flask) -> None:
    """One account a role, with the demonstration's password and a signing key of their own."""
    with app.app_context(), working(app.extensions["catalogue"], OPERATOR) as work:
        for username, name, role, site in PEOPLE:
            user, _ = accounts.add(
                work,
                username=username,
                name=name,
                organisation="演示医院 Demonstration Hospital",
                email=f"{username}@example.org",
                role=role,
                site=site,
            )
            user.demo = True
            accounts.set_password(work, app.extensions["keystore"], user, PASSWORD)


def seed(app: Flask, count: int, number: int, step: Callable[[], None]) -> Made:
    """Write ``count`` subjects; ``step`` is called after each."""
    made = Made()
    chance = random.Random(number)  # noqa: S311 - invented data, repeatable on purpose
    with app.app_context():
        for index in range(count):
            _subject(app, chance, index, made)
            step()
    return made


class _Hand:
    """One person at the keyboard: saves forms of one subject."""

    def __init__(self, app: Flask, actor: Actor, subject: str, made: Made) -> None:
        self._app, self._actor, self._subject, self._made = app, actor, subject, made

    def save(
        self, event: str, form: str, values: dict[str, str], repeat: int = 1, complete: bool = True
    ) -> int:
        key = Key(self._subject, event, 1, form, repeat)
        entries = {path: _entry(text) for path, text in values.items() if text != ""}
        with working(self._app.extensions["catalogue"], self._actor) as work:
            entries |= _judged_harmless(work, key, entries)
            saved = records.save(
                work,
                key,
                entries,
                revision=0,
                confirmed=_soft(work, key, entries),
                complete=complete or None,
            )
        self._made.records += 1
        self._made.values += len(entries)
        return saved.record_id

    def correct(self, event: str, form: str, path: str, text: str, reason: Reason) -> None:
        key = Key(self._subject, event, 1, form, 1)
        with working(self._app.extensions["catalogue"], self._actor) as work:
            revision = work.session.scalar(
                select(Record.revision)
                .join(Subject)
                .where(Subject.code == self._subject, Record.event == event, Record.form == form)
            )
            entries = {path: _entry(text)}
            records.save(
                work,
                key,
                entries,
                revision=revision or 0,
                reasons={path: reason},
                confirmed=_soft(work, key, entries),
            )


def _soft(work: Work, key: Key, entries: dict[str, Entry]) -> frozenset[str]:
    """The soft findings of these entries: a demonstration confirms them all."""
    found = records.judge(work, key, entries)[0].findings
    return frozenset(f"{f.id}@{f.path}" for f in found if f.severity == "soft")


def _judged_harmless(work: Work, key: Key, entries: dict[str, Entry]) -> dict[str, Entry]:
    """Results out of range, judged not clinically significant."""
    found = records.judge(work, key, entries)[0].findings
    asked = {f.path: f.path.rpartition(".")[2] for f in found if f.severity == "required"}
    answers = {"LBCLSIG": Entry("NCS")}
    return {path: answers[item] for path, item in asked.items() if item in answers}


def _entry(text: str) -> Entry:
    value, _, unit = text.partition("|")
    return Entry(value, unit or None)


def _actor(work: Work, username: str) -> Actor:
    user = accounts.find(work, username)
    if user is None:
        raise LookupError(f"no demonstration account {username}: run `ecrf serve --demo` first")
    grant = accounts.grants_now(work, user)[0]
    return Actor(user.id, username, user.name, grant.role, user.organisation, grant.site)


def _subject(app: Flask, chance: random.Random, index: int, made: Made) -> None:
    catalogue = app.extensions["catalogue"]
    with working(catalogue, OPERATOR) as work:
        coordinator = _actor(work, "wang.li")
        investigator = _actor(work, "zhao.min")
        today = contexts.today(work, "BJ01")
    with working(catalogue, coordinator) as work:
        cohorts = [c.cohort for c in catalogue.study.cohorts]
        code = subjects.create(work, "BJ01", cohorts[index % len(cohorts)]).code
    made.subjects += 1
    person = _Person(chance, today, investigator.user_id, coordinator.user_id, index)
    hand = _Hand(app, coordinator, code, made)
    consent = hand.save("SCR", "IC", person.consent())
    hand.save("SCR", "DM", person.demographics())
    hand.save("SCR", "VS", person.vital_signs(person.screening))
    hand.save("SCR", "LBH", person.haematology(person.screening, treated=False))
    if index % 3 == 2:  # still in screening
        return
    hand.save("D0", "VS", person.vital_signs(person.infusion))
    hand.save("D0", "INF", person.car_t())
    hand.save("D1", "VS", person.vital_signs(person.infusion + dt.timedelta(days=1)))
    day1 = person.infusion + dt.timedelta(days=1)
    hand.save("D1", "LBH", person.haematology(day1, treated=True))
    hand.save("LOG", "AE", person.fever())
    if index == 0:
        hand.correct("SCR", "VS", "PULSE", "84", Reason("transcription"))
    _sign(app, investigator, consent)


def _sign(app: Flask, actor: Actor, record_id: int) -> None:
    with working(app.extensions["catalogue"], actor) as work:
        record = work.session.get_one(Record, record_id)
        signatures.sign(
            work,
            app.extensions["keystore"],
            record_id,
            revision=record.revision,
            username=actor.username,
            password=PASSWORD,
            meaning="review",
        )


class _Person:
    """One invented person; every date lies before today."""

    def __init__(
        self,
        chance: random.Random,
        today: dt.date,
        investigator: int,
        coordinator: int,
        index: int,
    ) -> None:
        self._chance = chance
        self._investigator, self._coordinator = str(investigator), str(coordinator)
        self.sex = "M" if chance.random() < 0.2 else "F"
        self.consented = today - dt.timedelta(days=70 + 6 * index)
        self.screening = self.consented + dt.timedelta(days=chance.randint(1, 5))
        self.infusion = self.consented + dt.timedelta(days=45 + chance.randint(0, 8))
        years, days = chance.randint(21, 58), chance.randint(0, 364)
        self.birth = self.consented - dt.timedelta(days=int(years * 365.25) + days)
        self.weight = round(chance.gauss(58 if self.sex == "F" else 68, 7), 1)
        self.height = round(chance.gauss(161 if self.sex == "F" else 172, 5), 1)

    def _near(self, mean: float, spread: float, places: int = 0) -> str:
        return f"{self._chance.gauss(mean, spread):.{places}f}"

    def consent(self) -> dict[str, str]:
        day = self.consented.isoformat()
        return {
            "ic_version": "V1.2",
            "ic_version_date": "2025-03-01",
            "ic_date": day,
            "ic_time": "09:30",
            "ic_signer": "SUBJ",
            "ic_witness": "N",
            "ic_inv": self._investigator,
            "ic_inv_date": day,
            "ic_copy": "Y",
            "ic_ltfu": "Y",
            "ic_biobank": "Y",
            "ic_genetic": "N",
        }

    def demographics(self) -> dict[str, str]:
        letters = "".join(self._chance.choice("ABCDGHJKLMQSWXYZ") for _ in range(3))
        return {
            "initials": letters,
            "birth_date": self.birth.isoformat(),
            "sex": self.sex,
            "race": "ASIAN",
            "ethnic_cn": "01",
            "educ": self._chance.choice(["SEN", "COLL", "BACH"]),
            "marital": self._chance.choice(["SINGLE", "MARRIED"]),
            "abo": self._chance.choice(["A", "B", "AB", "O"]),
            "rhd": "POS",
        }

    def vital_signs(self, day: dt.date) -> dict[str, str]:
        return {
            "VSDAT": day.isoformat(),
            "VSTIM": f"{self._chance.randint(7, 10):02d}:{self._chance.randint(0, 59):02d}",
            "TEMP": self._near(36.6, 0.3, 1),
            "TEMPLOC": "AX",
            "SYSBP": self._near(122, 9),
            "DIABP": self._near(76, 6),
            "PULSE": self._near(78, 8),
            "RESP": self._near(17, 1.5),
            "SPO2": str(min(100, int(self._near(98, 0.8)))),
            "O2DEV": "RA",
            "WEIGHT": f"{self.weight}",
            "HEIGHT": f"{self.height}",
        }

    def haematology(self, day: dt.date, *, treated: bool) -> dict[str, str]:
        white = 0.9 if treated else max(3.0, self._chance.gauss(5.6, 1.1))
        share = {"NEUT": 0.6, "LYM": 0.28, "MONO": 0.07, "EOS": 0.02, "BASO": 0.01}
        if treated:
            share |= {"NEUT": 0.82, "LYM": 0.08}
        results = {"WBC": f"{white:.2f}"}
        results |= {code: f"{white * part:.2f}" for code, part in share.items()}
        percent = {
            "NEUTLE": "NEUT",
            "LYMLE": "LYM",
            "MONOLE": "MONO",
            "EOSLE": "EOS",
            "BASOLE": "BASO",
        }
        results |= {code: f"{share[of] * 100:.1f}" for code, of in percent.items()}
        red = self._chance.gauss(4.3, 0.2)
        results |= {
            "RBC": f"{red:.2f}",
            "HGB": f"{red * 30:.0f}",
            "HCT": f"{red * 0.09:.3f}",
            "MCV": "90.1",
            "MCH": "30.0",
            "MCHC": "333",
            "RDW": self._near(13.2, 0.5, 1),
            "PLAT": self._near(90 if treated else 220, 20),
            "MPV": self._near(10.1, 0.4, 1),
            "RETI": self._near(55, 8, 1),
            "RETIRBC": self._near(1.2, 0.2, 1),
            "ANGLOBDR": "NEG",
            "HAPTOG": self._near(1.2, 0.2, 2),
        }
        values = {f"LB[{code}].LBORRES": text for code, text in results.items()}
        return values | {
            "LBPERF": "Y",
            "lb_transf": "N",
            "LBDAT": day.isoformat(),
            "LBTIM": "06:40",
            "LBNAM": "BJ01LAB",
        }

    def car_t(self) -> dict[str, str]:
        day = self.infusion.isoformat()
        return {
            "INFDAT": day,
            "INFDOSLV": "DL2",
            "INFWT": f"{self.weight}",
            "FORMUL": "CRYO",
            "PREMEDW": "对乙酰氨基酚、苯海拉明",
            "BAG[1].BAGCONC": f"{self.weight / 50:.3f}",  # 1.0 x 10^6 a kilogram in 50 mL
            "BAG[1].BAGVOLN": "50.0",
            "INFV1": self._investigator,
            "INFV2": self._coordinator,
            "BAG[1].BAGID": "GB2500017HB016",
            "BAG[1].BAGSTDTM": f"{day}T10:05",
            "BAG[1].BAGENDTM": f"{day}T10:21",
            "BAG[1].BAGTHAWD": f"{day}T09:58",
            "BAG[1].BAGTHTMP": "37.0",
            "BAG[1].BAGVIAB": "88.5",
            "BAG[1].BAGVOLI": "50.0",
            "BAG[1].BAGINT": "N",
            "PREMED": "Y",
            "INFREACT": "N",
            "INFFLUSH": "Y",
        }

    def fever(self) -> dict[str, str]:
        start = self.infusion + dt.timedelta(days=4)
        return {
            "AETERM": "发热",
            "AETERMEN": "Fever",
            "GRSYS": "CTCAE5",
            "CTCTERM": "Fever",
            "AESTDAT": start.isoformat(),
            "AESTTIM": "21:10",
            "AEONGO": "N",
            "AEENDAT": (start + dt.timedelta(days=2)).isoformat(),
            "AETOXGR": "1",
            "AEPRES": "N",
            "AESER": "N",
            "AEREL": "2",
            "AERELLD": "4",
            "AERELAPH": "5",
            "AERELDIS": "4",
            "AESIYN": "N",
            "AEACN": "NA",
            "AECONTRT": "Y",
            "AECMLINK": "布洛芬 0.3 g 口服",
            "AEICU": "N",
            "AEOUT": "REC",
            "AEINV": self._investigator,
        }

"""Volume: subjects with consent and demographics, and stored haematology panels to work beside.

The panels that only make up the volume are copies of a genuine record, inserted row by row with
Core: they carry no audit entries, so the figures for the audit trail are those of the real saves.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from sqlalchemy import insert, select

from bench.site import Site
from ecrf import demo
from ecrf.models import Record, Subject
from ecrf.services import contexts, subjects
from ecrf.services.keys import Key
from ecrf.services.records import Entry, save
from ecrf.services.work import Actor, Work, working
from ecrf.synthetic import answers, filler, visits
from ecrf.synthetic.filler import Setting
from ecrf.synthetic.person import Person
from ecrf.synthetic.walk import Staff

RESULTS = {
    "WBC": "0.90", "NEUT": "0.74", "LYM": "0.07", "MONO": "0.06", "EOS": "0.02", "BASO": "0.01",
    "NEUTLE": "82.0", "LYMLE": "8.0", "MONOLE": "7.0", "EOSLE": "2.0", "BASOLE": "1.0",
    "RBC": "4.38", "HGB": "134", "HCT": "0.400", "MCV": "90.1", "MCH": "30.0", "MCHC": "333",
    "RDW": "13.2", "PLAT": "90", "MPV": "10.1", "RETI": "55.0", "RETIRBC": "1.2",
    "ANGLOBDR": "NEG", "HAPTOG": "1.20",
}  # fmt: skip
OUT_OF_RANGE = ("WBC", "NEUT", "LYM", "MONO", "NEUTLE", "LYMLE", "PLAT")
OWNERS = 54  # subjects that the volume belongs to
UNITS = {"HGB": "g/L", "WBC": "10*9/L", "PLAT": "10*9/L"}


@dataclass
class People:
    """Who enters, and the invented person whose values are entered."""

    actor: Actor
    staff: Staff
    person: Person


def people(site: Site) -> People:
    with site.app.app_context(), working(site.app.extensions["catalogue"], demo.OPERATOR) as work:
        staff = demo.staff(work)
        consent = contexts.today(work, "BJ01") - dt.timedelta(days=9)
    return People(staff.coordinator, staff, Person(0, "LN", random.Random(7), consent))


def consented(site: Site, who: People, count: int) -> list[str]:
    """So many subjects with consent and demographics; returns their codes."""
    catalogue = site.app.extensions["catalogue"]
    codes = []
    with site.app.app_context():
        for _ in range(count):
            with working(catalogue, who.actor) as work:
                code = subjects.create(work, "BJ01", who.person.cohort).code
                for form in ("IC", "DM"):
                    save(work, Key(code, "SCR", 1, form), _typed(work, who, code, form), revision=0)
            codes.append(code)
    return codes


def panel(who: People) -> dict[str, dict[str, str]]:
    """A form of forty entries: head, 24 results, significance, as the browser sends it."""
    head = visits.sample(who.person, "SCR", 1, who.person.screening)
    del head["LBFAST"]  # asked of biochemistry
    sent = {path: {"v": text} for path, text in {**head, "LBREFID": "H20261019-0417"}.items()}
    for code, text in RESULTS.items():
        unit = {"u": UNITS[code]} if code in UNITS else {}
        sent[f"LB[{code}].LBORRES"] = {"v": text} | unit
    return sent | {f"LB[{code}].LBCLSIG": {"v": "NCS"} for code in OUT_OF_RANGE}


def _typed(work: Work, who: People, code: str, form: str) -> dict[str, Entry]:
    day, key = who.person.screening, Key(code, "SCR", 1, form)
    one, two = who.staff.people
    given = answers.given(who.person, "SCR", form, 1, day, {"one": one, "two": two, "code": code})
    setting = Setting(
        day, who.staff.people, who.person.chance, filler.laboratory(work), who.person.sex
    )
    return filler.fill(work, key, given or {}, setting)[0]


def fill(site: Site, who: People, forms: int) -> None:
    """Bring the number of stored forms up to ``forms`` with copies of one panel, as unscheduled
    visits of subjects of their own."""
    owners = consented(site, who, OWNERS)
    with site.app.app_context(), working(site.app.extensions["catalogue"], demo.OPERATOR) as work:
        model = work.session.scalars(select(Record).where(Record.form == "LBH")).first()
        assert model is not None
        ids = list(work.session.scalars(select(Subject.id).where(Subject.code.in_(owners))))
        columns = [c.name for c in Record.__table__.columns if c.name != "id"]
        copy = {name: getattr(model, name) for name in columns}
        have = work.session.query(Record).count()
        rows = [
            copy | {"subject_id": ids[n % OWNERS], "event": "UNS", "event_no": n + 1}
            for n in range(forms - have)
        ]
        for start in range(0, len(rows), 1000):
            work.session.execute(insert(Record), rows[start : start + 1000])

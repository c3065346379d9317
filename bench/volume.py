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
from ecrf.services import subjects
from ecrf.services.keys import Key
from ecrf.services.records import Entry, save
from ecrf.services.work import Actor, working

OUT_OF_RANGE = ("WBC", "NEUT", "LYM", "MONO", "NEUTLE", "LYMLE", "PLAT")


@dataclass
class People:
    """Who enters, and the invented person whose values are entered."""

    actor: Actor
    person: demo._Person


def people(site: Site) -> People:
    catalogue = site.app.extensions["catalogue"]
    with site.app.app_context(), working(catalogue, demo.OPERATOR) as work:
        actor = demo._actor(work, "wang.li")
        doctor = demo._actor(work, "zhao.min")
    chance = random.Random(7)
    person = demo._Person(chance, dt.date.today(), doctor.user_id, actor.user_id, 0)
    return People(actor, person)


def consented(site: Site, who: People, count: int) -> list[str]:
    """So many subjects with consent and demographics; returns their codes."""
    catalogue = site.app.extensions["catalogue"]
    codes = []
    with site.app.app_context():
        for _ in range(count):
            with working(catalogue, who.actor) as work:
                code = subjects.create(work, "BJ01", "LN").code
                for form, values in (
                    ("IC", who.person.consent()),
                    ("DM", who.person.demographics()),
                ):
                    entries = {path: Entry(text) for path, text in values.items() if text}
                    save(work, Key(code, "SCR", 1, form), entries, revision=0)
            codes.append(code)
    return codes


def panel(who: People) -> dict[str, dict[str, str]]:
    """A form of forty entries: head, 24 results, significance, as the browser sends it."""
    values = who.person.haematology(who.person.screening, treated=True)
    values |= {f"LB[{code}].LBCLSIG": "NCS" for code in OUT_OF_RANGE}
    values |= {"LBREFID": "H20261019-0417"}
    entries = {path: {"v": text} for path, text in values.items()}
    for code, unit in (("HGB", "g/L"), ("WBC", "10*9/L"), ("PLAT", "10*9/L")):
        entries[f"LB[{code}].LBORRES"]["u"] = unit
    return entries


def fill(site: Site, forms: int) -> None:
    """Bring the number of stored forms up to ``forms`` with copies of one panel."""
    with site.app.app_context(), working(site.app.extensions["catalogue"], demo.OPERATOR) as work:
        model = work.session.scalars(select(Record).where(Record.form == "LBH")).first()
        owner = work.session.scalars(select(Subject).order_by(Subject.id.desc())).first()
        assert model is not None and owner is not None
        have = work.session.query(Record).count()
        columns = [c.name for c in Record.__table__.columns if c.name != "id"]
        copy = {name: getattr(model, name) for name in columns}
        rows = [
            copy | {"subject_id": owner.id, "event": "UNS", "event_no": 1, "repeat": n + 1}
            for n in range(have, forms)
        ]
        for start in range(0, len(rows), 1000):
            work.session.execute(insert(Record), rows[start : start + 1000])

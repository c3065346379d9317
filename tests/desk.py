"""A desk at the site: people of the demonstration who save, correct and sign through services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from ecrf import demo
from ecrf.models import Record
from ecrf.services import (
    accounts,
    audit_trail,
    history,
    keys,
    records,
    signatures,
    subjects,
)
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Reason, Saved
from ecrf.services.work import SYSTEM, Actor, Work, reading, working

CONSENT = {
    "ic_version": "V1.2",
    "ic_version_date": "2025-03-01",
    "ic_date": "2026-03-02",
    "ic_time": "09:30",
    "ic_signer": "SUBJ",
    "ic_witness": "N",
    "ic_inv_date": "2026-03-02",
    "ic_copy": "Y",
    "ic_ltfu": "Y",
    "ic_biobank": "Y",
    "ic_genetic": "N",
}
VITAL_SIGNS = {
    "VSDAT": "2026-03-03",
    "VSTIM": "08:15",
    "TEMP": "36.6",
    "TEMPLOC": "AX",
    "SYSBP": "122",
    "DIABP": "78",
    "PULSE": "76",
    "RESP": "16",
    "SPO2": "98",
    "O2DEV": "RA",
    "WEIGHT": "58.0",
    "HEIGHT": "161.0",
}
TYPO = Reason("transcription")


class Desk:
    """What people at the site do, each in a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.catalogue = app.extensions["catalogue"]
        self.keystore = app.extensions["keystore"]

    @contextmanager
    def work(
        self, username: str = "wang.li", now: dt.datetime | None = None, **changes: Any
    ) -> Iterator[Work]:
        actor = self.actor(username, **changes)
        with self.app.app_context(), working(self.catalogue, actor, now) as work:
            yield work

    def actor(self, username: str, **changes: Any) -> Actor:
        with self.app.app_context(), reading(self.catalogue, SYSTEM) as work:
            user = accounts.find(work, username)
            assert user is not None
            grant = user.grants[0]
            actor = Actor(user.id, username, user.name, grant.role, user.organisation, grant.site)
        return replace(actor, **changes)

    def verify(self) -> audit_trail.Report:
        with self.app.app_context(), reading(self.catalogue, SYSTEM) as work:
            return audit_trail.verify(work)

    def subject(self, cohort: str = "LN") -> str:
        with self.work() as work:
            return subjects.create(work, "BJ01", cohort).code

    def consented(self) -> str:
        """A subject whose consent form is complete."""
        code = self.subject()
        who = str(self.actor("zhao.min").user_id)
        self.save(Key(code, "SCR", 1, "IC"), {**CONSENT, "ic_inv": who}, complete=True)
        return code

    def save(
        self,
        key: Key,
        texts: dict[str, str],
        *,
        by: str = "wang.li",
        revision: int = 0,
        reasons: dict[str, Reason] | None = None,
        now: dt.datetime | None = None,
        **options: Any,
    ) -> Saved:
        entries = {path: Entry(*text.split("|")) for path, text in texts.items()}
        with self.work(by, now) as work:
            return records.save(work, key, entries, revision=revision, reasons=reasons, **options)

    def vital_signs(self) -> tuple[Key, Saved]:
        """Complete vital signs of a consented subject."""
        key = Key(self.consented(), "SCR", 1, "VS")
        return key, self.save(key, VITAL_SIGNS, complete=True)

    def history(self, record_id: int, path: str, by: str = "wang.li") -> list[history.Line]:
        with self.work(by) as work:
            return history.of_item(work, record_id, path)

    def record(self, key: Key) -> Record:
        with self.work() as work:
            found = keys.find(work, keys.subject(work, key.subject), key)
            assert found is not None
            work.session.refresh(found)
            work.session.expunge(found)
            return found

    def load(self, work: Work, saved: Saved) -> Record:
        return work.session.get_one(Record, saved.record_id)

    def sign(self, saved: Saved, by: str = "zhao.min", **changes: Any) -> Any:
        given = {
            "revision": saved.revision,
            "username": by,
            "password": demo.PASSWORD,
            "meaning": "review",
        }
        with self.work(by) as work:
            made = signatures.sign(work, self.keystore, saved.record_id, **{**given, **changes})
            return made.id if made else None

    def signatures(self, saved: Saved) -> list[str]:
        """The status of each signature of the record, oldest first."""
        with self.work("zhao.min") as work:
            record = self.load(work, saved)
            return [s.status for s in signatures.states(work, self.keystore, record)]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)

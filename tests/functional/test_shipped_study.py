"""The study as shipped: a subject of every cohort, the order of the protocol, the sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from ecrf import demo
from ecrf.extensions import READER, db
from ecrf.models import Record, Signature, Subject
from ecrf.services import eligibility, keys, records
from ecrf.services.errors import Refused
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from tests.desk import Desk
from tests.functional.conftest import ClientRequest

COHORTS = 3
MOST_STATEMENTS = 15  # each costs a fiftieth of the time that a save may take


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


def test_a_subject_of_every_cohort_can_be_entered_to_the_end(app: Flask) -> None:
    made = demo.seed(app, COHORTS, 7, lambda: None)
    assert (made.subjects, made.left) == (COHORTS, [])
    with app.app_context():
        states = dict(
            db.session.execute(select(Record.status, func.count()).group_by(Record.status)).all()
        )
        assert states == {"complete": made.records}
        assert made.records > 300
        assert db.session.scalar(select(func.count()).select_from(Signature))
        codes = db.session.scalars(select(Subject.code)).all()
    with app.app_context(), Desk(app).work() as work:
        found = [eligibility.screen(work, keys.subject(work, code)).evaluation for code in codes]
        assert [one.result for one in found] == ["ELIGIBLE"] * COHORTS


@pytest.mark.req("R-066")
def test_no_apheresis_before_its_time(app: Flask) -> None:
    with app.app_context():
        desk = Desk(app)
        key = Key(desk.consented(), "LK", 1, "APH", 1)
        with desk.work() as work, pytest.raises(Refused) as refused:
            records.save(work, key, {"APHDAT": Entry("2026-03-20")}, revision=0)
    assert {finding.id for finding in refused.value.findings} == {"gate.ENR", "gate.APE"}


@pytest.mark.req("R-066")
def test_the_form_says_what_must_come_first(client_request: ClientRequest, subject: str) -> None:
    client_request.sign_in()
    page = client_request.get(
        "records.page", subject=subject, event="LK", event_no=1, form="APH", repeat=1
    )
    (banner,) = page.xpath("//*[contains(@class, 'before')]")
    assert "Sign the apheresis assessment first" in banner.text_content()
    assert [link for link in banner.xpath(".//a/@href") if "/APE/" in link]


@pytest.mark.sqlite
def test_the_sheet_of_a_new_subject_names_what_is_missing(
    client_request: ClientRequest, subject: str
) -> None:
    client_request.sign_in()
    for language in ("en", "zh"):
        client_request.speak(language)
        page = client_request.get("eligibility.sheet", code=subject)
        rows = page.xpath("//table[contains(@class, 'criteria')]/tbody/tr")
        assert len(rows) > 12
        assert all(row.xpath("string(th)").strip() for row in rows)
        assert page.xpath("//table[contains(@class, 'criteria')]//td[last()]//a/@href")


@pytest.mark.sqlite
def test_a_screened_subject_meets_every_criterion(
    app: Flask, client_request: ClientRequest
) -> None:
    demo.seed(app, 1, 7, lambda: None)
    client_request.sign_in("zhao.min")
    page = client_request.get("eligibility.sheet", code="BJ01-L001")
    tags = page.xpath("//table[contains(@class, 'criteria')]//span[contains(@class, 'tag')]")
    assert {tag.text_content().strip() for tag in tags} <= {"Met", "Not applicable"}


def test_a_panel_with_a_barcode_is_saved_in_few_statements(
    app: Flask, client_request: ClientRequest
) -> None:
    with app.app_context():
        code = Desk(app).consented()
    client_request.sign_in()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        for engine in (db.engine, db.engines[READER]):
            event.listen(engine, "before_cursor_execute", note)
    place = {"subject": code, "event": "SCR", "event_no": 1, "form": "LBH", "repeat": 1}
    answer = client_request.client.post(
        client_request.url("records.save", **place),
        json={"revision": 0, "entries": {"LBREFID": {"v": "H-1"}, "LB[WBC].LBORRES": {"v": "5.1"}}},
        headers={"X-CSRFToken": client_request.token},
    )

    assert answer.status_code == 200, answer.text
    written = [one for one in seen if one.startswith("INSERT INTO record ")]
    assert len(written) == 1 and len(seen) <= MOST_STATEMENTS, "\n".join(seen)

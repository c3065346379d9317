"""The investigator assesses an event of the DLT window and signs; then an input changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from ecrf import demo, worker
from ecrf.services import (
    confirmations,
    contexts,
    keys,
    signatures,
    subjects,
    toxicity,
    waiting,
)
from ecrf.services.errors import Refused
from ecrf.services.keys import Key
from tests.desk import TYPO, Desk
from tests.functional.conftest import ClientRequest
from tests.functional.pages import plain

SIGNER = "zhao.min"


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A subject of the first cohort, screened, treated and past day 28."""
    demo.seed(app, 1, 7, lambda: None)
    return Desk(app)


@pytest.fixture
def code(desk: Desk) -> str:
    return "BJ01-L001"


EVENT = 50  # beyond the events that the seeded subject has of its own
DECISION = {"CAND[1].DLTAE": f"AE-{EVENT}", "CAND[1].DLTINV": "Y", "CAND[1].DLTCAT": "D06"}


def day(desk: Desk, code: str, number: int) -> dt.date:
    """A day after the infusion; the subject was screened some months before today."""
    with desk.work() as work:
        infused = subjects.casebook(work, code).anchors["infusion"]
    assert infused is not None
    return infused + dt.timedelta(number)


def pneumonia(desk: Desk, code: str, **changes: str) -> None:
    """A related infection of grade 4 on day 6, still going on."""
    began = day(desk, code, 6).isoformat()
    said = {"AETERM": "Pneumonia", "AESTDAT": began, "AEONGO": "Y", "AETOXGR": "4"}
    special = {"AESIYN": "Y", "AESICAT": "INF", "AEREL": "2"}
    desk.save(Key(code, "LOG", 1, "AE", EVENT), {**said, **special, **changes})


def assessed(desk: Desk, code: str) -> toxicity.Assessment:
    with desk.work(SIGNER) as work:
        subject = keys.subject(work, code)
        return toxicity.assess(work, subject, contexts.today(work, subject.site))


def decide(desk: Desk, code: str) -> Key:
    """List the event, decide it, complete the form; its serious report follows."""
    key = Key(code, "D28", 1, "DLT")
    given = {"revision": desk.record(key).revision, "reasons": dict.fromkeys(DECISION, TYPO)}
    with pytest.raises(Refused) as refusal:
        desk.save(key, DECISION, **given, complete=True)
    asked = frozenset(confirmations.finding_key(finding) for finding in refusal.value.findings)
    assert {one.split("@")[0] for one in asked} == {"X-09"}
    desk.save(key, DECISION, **given, complete=True, confirmed=asked)
    return key


def sign(desk: Desk, key: Key) -> list[str]:
    """Sign the form as it is; the status of all its signatures."""
    record = desk.record(key)
    given = {"username": SIGNER, "password": demo.PASSWORD, "meaning": "review"}
    with desk.work(SIGNER) as work:
        signatures.sign(work, desk.keystore, record.id, revision=record.revision, **given)
    return standing(desk, key)


def standing(desk: Desk, key: Key) -> list[str]:
    with desk.work(SIGNER) as work:
        record = keys.find(work, keys.subject(work, key.subject), key)
        return [one.status for one in signatures.states(work, desk.keystore, record)]


@pytest.mark.req("R-026", "R-032", "R-066")
def test_an_input_that_alters_the_assessment_takes_the_signed_decision_back(
    client_request: ClientRequest, desk: Desk, code: str
) -> None:
    pneumonia(desk, code)
    (event,) = assessed(desk, code).events
    assert (event.name, event.rules, event.row) == (f"AE-{EVENT}", ("D06",), None)
    worker.run(desk.app, once=True)
    client_request.sign_in(SIGNER)
    page = plain(client_request.get("toxicity.sheet", code=code))
    assert "not listed in the form" in page and "D06" in page
    assert "An event of grade 4 or 5 in the window is not listed" in page  # query, and to settle

    key = decide(desk, code)
    data = {path: value["v"] for path, value in desk.record(key).data.items()}
    assert (data["CAND[1].DLTRULE"], data["DLTYN"], data["DLTEVAL"]) == ("D06", "Y", "EV_DLT")
    said = f"AE-{EVENT} Pneumonia: INF; grade 4; related 2; {day(desk, code, 6)} to ongoing"
    assert said in data["DLTSNAP"]
    assert sign(desk, key)[-1] == "valid"

    event = Key(code, "LOG", 1, "AE", EVENT)
    seen = desk.record(event)
    changes = {"AETOXGR": "3"}
    desk.save(event, changes, revision=seen.revision, reasons=dict.fromkeys(changes, TYPO))
    worker.run(desk.app, once=True)
    assert standing(desk, key)[-1] == "superseded"
    assert desk.record(key).data["CAND[1].DLTRULE"]["v"] == "NORULE"
    with desk.work(SIGNER) as work:
        piles = {pile.kind: pile.things for pile in waiting.piles(work)}
        assert "DLT" in {thing.form.oid for thing in piles["superseded"] if thing.form}
    for language, alert in (("en", "changed since"), ("zh", "其依据")):
        client_request.speak(language)
        page = client_request.get("toxicity.sheet", code=code)
        assert alert in plain(page.xpath("//*[@role='alert']")[0])
    assert desk.verify().ok


@pytest.mark.req("R-026")
def test_an_input_that_alters_nothing_of_the_assessment_leaves_the_decision_signed(
    desk: Desk, code: str
) -> None:
    pneumonia(desk, code)
    worker.run(desk.app, once=True)
    key = decide(desk, code)
    sign(desk, key)
    seen = desk.record(Key(code, "LOG", 1, "AE", EVENT))
    desk.save(Key(code, "LOG", 1, "AE", EVENT), {"AEACN": "NA"}, revision=seen.revision)
    worker.run(desk.app, once=True)
    assert standing(desk, key)[-1] == "valid"


@pytest.mark.req("R-026")
def test_what_is_missing_is_named_and_time_alone_changes_no_snapshot(desk: Desk, code: str) -> None:
    pneumonia(desk, code, AEREL="", AESIYN="N", AESICAT="")
    (event,) = assessed(desk, code).events
    assert event.rules is None and event.missing == ("AEREL",)

    days = [day(desk, code, number) for number in (37, 67)]
    with desk.work(SIGNER) as work:
        subject = keys.subject(work, code)
        first, later = (toxicity.assess(work, subject, one).summary for one in days)
    assert first == later

"""An amendment: build 2 is asked for, granted by a second person, and what was entered stays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from ecrf.models import Query
from ecrf.services import builds, eligibility, form_versions, keys, records
from ecrf.services.builds import Dates
from ecrf.services.errors import Forbidden, Invalid, ReasonNeeded, Refused
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Reason, Saved
from tests.desk import VITAL_SIGNS, Desk
from tests.functional.conftest import ClientRequest

WHY = Reason("other", "Amendment 1")
COMPLETE = {**VITAL_SIGNS, "vs_done": "Y", "vs_pos": "SITTING"}
APPROVED = {"BJ01": Dates("2025-10-10", "2025-10-20")}


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


def vital_signs(desk: Desk) -> tuple[Key, Saved]:
    """Complete vital signs of the shipped study, which asks for more than that of the tests."""
    key = Key(desk.consented(), "SCR", 1, "VS")
    return key, desk.save(key, COMPLETE, complete=True)


def activate(desk: Desk) -> None:
    with desk.work("sun.hao") as work:
        asked = builds.ask(work, 2, APPROVED, "Amendment 1 approved.").id
    with desk.work("liu.yang") as work:
        builds.grant(work, asked)


def use(desk: Desk) -> tuple[int, int]:
    """The build in use and the version in which vital signs are entered."""
    with desk.work() as work:
        return work.catalogue.build.build, work.catalogue.current("VS").version


@pytest.mark.req("R-119", "R-120")
def test_a_released_build_waits_until_two_people_activate_it(app: Flask) -> None:
    desk = Desk(app)
    assert use(desk) == (1, 1)
    with desk.work("sun.hao") as work, pytest.raises(Invalid, match=r"build\.dates "):
        builds.ask(work, 2, {"BJ01": Dates("", "2025-10-20")}, "Amendment.")
    with desk.work("sun.hao") as work, pytest.raises(Invalid, match="dates_order"):
        builds.ask(work, 2, {"BJ01": Dates("2025-10-21", "2025-10-20")}, "Amendment.")
    with desk.work("sun.hao") as work, pytest.raises(ReasonNeeded):
        builds.ask(work, 2, APPROVED, " ")
    with desk.work("wang.li") as work, pytest.raises(Forbidden):
        builds.ask(work, 2, APPROVED, "Amendment.")
    with desk.work("sun.hao") as work:
        asked = builds.ask(work, 2, APPROVED, "Amendment.").id
    with desk.work("sun.hao") as work, pytest.raises(Invalid, match="second_person"):
        builds.grant(work, asked)
    assert use(desk) == (1, 1)
    with desk.work("liu.yang") as work:
        builds.grant(work, asked)
    assert use(desk) == (2, 2)
    assert desk.verify().ok


@pytest.mark.req("R-121")
def test_what_was_entered_before_stays_in_its_version_and_is_corrected_there(app: Flask) -> None:
    desk = Desk(app)
    key, saved = vital_signs(desk)
    forehead = {"TEMPLOC": Entry("FORE")}
    with desk.work() as work:
        saved = records.save(work, key, forehead, revision=saved.revision, reasons={"TEMPLOC": WHY})
    activate(desk)
    with desk.work() as work:
        texts = {"TEMP": Entry("36.9")}
        records.save(work, key, texts, revision=saved.revision, reasons={"TEMP": WHY})
    record = desk.record(key)
    assert (record.form_version, record.build) == (1, 1)
    assert record.data["TEMPLOC"]["v"] == "FORE"
    new = Key(key.subject, "BL", 1, "VS")
    with pytest.raises(Refused, match=r"TEMPLOC\.format"):
        desk.save(new, {**VITAL_SIGNS, "TEMPLOC": "FORE"})
    desk.save(new, VITAL_SIGNS)
    record = desk.record(new)
    assert (record.form_version, record.build) == (2, 2)


@pytest.mark.req("R-121", "R-026")
def test_moving_a_record_asks_for_what_is_new_and_ends_its_signature(app: Flask) -> None:
    desk = Desk(app)
    code = desk.consented()
    key = Key(code, "SCR", 1, "MHX")
    with desk.work() as work:
        names = [i.item for _, i in work.catalogue.form("MHX", 1).model.items()]
    asked = {n: "N" for n in names if n.startswith("mhx_") and n.count("_") == 1}
    saved = desk.save(key, {**asked, "mhx_smoke": "NEVER"}, complete=True)
    desk.sign(saved)
    activate(desk)
    with desk.work() as work:
        moved = form_versions.move(work, key, saved.revision, WHY)
    record = desk.record(key)
    assert (record.form_version, record.build, record.status) == (2, 2, "complete")
    assert desk.signatures(moved) == ["superseded"]
    with desk.work() as work:
        open_ = work.session.query(Query).filter_by(record_id=record.id, state="open")
        assert {query.path for query in open_} >= {"ex_trial_any", "ex_hypers", "ex_other"}
    reasons = {}
    texts = {"ex_trial_any": "N", "ex_hypers": "N", "ex_other": "N", "ex_egfr_ln": "NA"}
    desk.save(key, texts, revision=moved.revision, reasons=reasons)
    with desk.work() as work:
        open_ = work.session.query(Query).filter_by(record_id=record.id, state="open")
        assert [query.path for query in open_] == []
    assert desk.verify().ok


@pytest.mark.req("R-121")
def test_a_value_that_the_new_version_cannot_hold_keeps_the_record_where_it_is(app: Flask) -> None:
    desk = Desk(app)
    key, saved = vital_signs(desk)
    saved = desk.save(key, {"TEMPLOC": "FORE"}, revision=saved.revision, reasons={"TEMPLOC": WHY})
    with desk.work() as work, pytest.raises(Invalid):
        form_versions.move(work, key, saved.revision, WHY)  # nothing newer is in use
    activate(desk)
    with desk.work() as work, pytest.raises(ReasonNeeded):
        form_versions.move(work, key, saved.revision, Reason(""))
    with desk.work() as work, pytest.raises(Refused, match=r"TEMPLOC\.format"):
        form_versions.move(work, key, saved.revision, WHY)
    assert desk.record(key).form_version == 1


def test_eligibility_is_judged_by_the_criteria_under_which_it_was_begun(app: Flask) -> None:
    desk = Desk(app)
    begun, later = desk.consented(), desk.consented()
    desk.save(Key(begun, "SCR", 1, "ELIG"), {"elig_cd19": "Y"})
    activate(desk)

    def judged(code: str) -> list[str]:
        with desk.work() as work:
            found = eligibility.screen(work, keys.subject(work, code))
            assert found is not None
            assert set(found.criteria) == {one.id for one in found.evaluation.criteria}
            return list(found.criteria)

    assert len(judged(begun)) == 14
    assert len(judged(later)) == 14 + 1 + 22
    assert judged(later)[-22:] == [f"EX-{n:02}" for n in range(1, 23)]


@pytest.mark.req("R-119", "R-120", "R-121")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_amendment_on_the_screen(
    app: Flask, client_request: ClientRequest, language: str
) -> None:
    desk = Desk(app)
    key, _ = vital_signs(desk)

    def come(username: str) -> None:
        client_request.sign_in(username)
        client_request.speak(language)

    come("sun.hao")
    client_request.get("builds.overview")
    page = client_request.get("builds.page", number=2)
    assert "TEMPLOC" in page.text_content()
    assert page.xpath("//tr[.//b = 'VS']/td[last()][starts-with(normalize-space(), '1')]")
    fields = {"ethics:BJ01": "2025-10-10", "active:BJ01": "2025-10-20"}
    client_request.post("builds.ask", 422, {"number": 2}, **fields)
    client_request.post("builds.ask", 303, {"number": 2}, **fields, reason="Amendment 1.")
    number = _only(desk)
    client_request.post("builds.decide", 422, {"number": number, "move": "grant"})
    client_request.post("accounts.sign_out")
    come("liu.yang")
    client_request.get("builds.overview")
    client_request.post("builds.decide", 303, {"number": number, "move": "grant"})
    client_request.post("accounts.sign_out")
    come("wang.li")
    place = {"subject": key.subject, "event": "SCR", "event_no": 1, "form": "VS", "repeat": 1}
    page = client_request.get("records.page", **place)
    assert "v1" in page.xpath("string(//p[@class='sub'])")
    client_request.post("records.version", 422, place, revision="1")
    client_request.post(
        "records.version", 303, place, revision="1", **{"reason:": "other", "reason_text:": "A1"}
    )
    page = client_request.get("records.page", **place)
    assert "v2" in page.xpath("string(//p[@class='sub'])")


def _only(desk: Desk) -> int:
    with desk.work("sun.hao") as work:
        (asked,) = builds.history(work)
        assert asked.asked_at[:10] == dt.datetime.now(dt.UTC).date().isoformat()
        return asked.id

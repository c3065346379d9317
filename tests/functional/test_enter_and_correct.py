"""A coordinator enters vital signs, corrects one with its reason, and completes the form."""

from __future__ import annotations

import re

import pytest

from tests.desk import VITAL_SIGNS
from tests.functional.seats import address, sit


@pytest.fixture
def place(vital_signs) -> str:
    """Vital signs that are still to be entered."""
    return address(vital_signs[0].subject, "D0", "VS")


@pytest.fixture
def full(vital_signs) -> str:
    """Vital signs that are complete."""
    return address(vital_signs[0].subject, "SCR", "VS")


@pytest.mark.req("R-059")
def test_a_form_opens_blank(app, place):
    body = sit(app).get(place).get_data(as_text=True)

    assert not re.search(r'<input type="text"[^>]* value="[^"]+"', body)
    assert not re.search(r'value="[^"]+" checked', body)
    assert not re.search(r'<option value="[^"]+" selected>(?!°C|mmHg|kg|cm)', body)  # but units


@pytest.mark.req("R-065")
def test_the_script_saves_and_learns_what_the_record_holds(app, place):
    seat = sit(app)
    seat.get(place)

    answer = seat.send(f"{place}/save", entries=VITAL_SIGNS, leave="complete")

    assert answer.status_code == 200
    assert answer.json["revision"] == 1
    assert answer.json["was"]["TEMP"] == ["36.6", "Cel"]
    assert answer.json["next"] == place.replace("/VS/", "/INF/")
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_was_saved_is_shown(app, place):
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/save", entries=VITAL_SIGNS)

    body = seat.get(place).get_data(as_text=True)

    assert 'name="TEMP" value="36.6"' in body
    assert re.search(r'value="AX" checked', body)


@pytest.mark.req("R-003")
def test_a_correction_needs_its_reason(app, place):
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/save", entries=VITAL_SIGNS)
    change = {"revision": 1, "entries": {"TEMP": "36.8"}}

    refused = seat.send(f"{place}/save", **change)
    reasons = {"TEMP": {"code": "transcription", "text": ""}}
    accepted = seat.send(f"{place}/save", **change, reasons=reasons)

    assert refused.status_code == 422
    assert [p["text"] for p in refused.json["problems"]] == [
        "Body temperature: say why it changes."
    ]
    assert refused.json["state"]["cells"]["TEMP"]["reason"]
    assert accepted.status_code == 200


@pytest.mark.req("R-060", "R-061")
def test_what_is_impossible_is_refused_with_the_place_and_the_reason(app, place):
    seat = sit(app)
    seat.get(place)

    answer = seat.send(f"{place}/save", entries={**VITAL_SIGNS, "TEMP": "51.0", "PULSE": "abc"})

    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json["problems"]} == {"PULSE"}
    assert answer.json["state"]["cells"]["TEMP"]["messages"][0][0] == "err"
    assert answer.json["heading"].startswith("1 thing to settle")


def test_completing_says_what_is_missing(app, place):
    seat = sit(app)
    seat.get(place)

    answer = seat.send(f"{place}/save", entries={"VSDAT": "2026-03-03"}, leave="complete")

    assert answer.status_code == 422
    assert "VSTIM" in {problem["path"] for problem in answer.json["problems"]}


# Without scripts


def test_a_plain_post_saves_and_comes_back(app, place):
    seat = sit(app)
    seat.get(place)

    answer = seat.post(f"{place}/save", {"revision": "0", **VITAL_SIGNS, "leave": "stay"})

    assert answer.status_code == 303
    assert 'name="TEMP" value="36.6"' in seat.get(place).get_data(as_text=True)


def test_a_refused_plain_post_keeps_everything_typed(app, place):
    seat = sit(app)
    seat.get(place)
    fields = {"revision": "0", **VITAL_SIGNS, "TEMP": "51.0", "PULSE": "abc"}

    answer = seat.post(f"{place}/save", fields)
    body = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'name="PULSE" value="abc"' in body and 'name="TEMP" value="51.0"' in body
    assert 'href="#PULSE"' in body
    assert 'value="AX" checked' in body


@pytest.mark.req("R-003")
def test_a_plain_post_asks_for_the_reason_and_takes_it(app, place):
    seat = sit(app)
    seat.get(place)
    seat.post(f"{place}/save", {"revision": "0", **VITAL_SIGNS})
    fields = {"revision": "1", **VITAL_SIGNS, "TEMP": "36.8"}

    asked = seat.post(f"{place}/save", fields)
    body = asked.get_data(as_text=True)
    given = seat.post(f"{place}/save", {**fields, "reason:TEMP": "other", "reason_text:TEMP": "x"})

    assert asked.status_code == 422
    assert 'name="reason:TEMP"' in body
    assert not re.search(r'name="reason:TEMP"[^>]* checked', body)
    assert given.status_code == 303


def test_a_row_is_added_without_scripts(app, vital_signs):
    place = address(vital_signs[0].subject, "D0", "INF")
    seat = sit(app)
    seat.get(place)

    answer = seat.post(f"{place}/rows", {"revision": "0", "BAG[1].BAGID": "B1", "add": "BAG"})

    assert 'name="BAG[1].BAGID" value="B1"' in answer.text
    assert 'name="BAG[2].BAGID" value=""' in answer.text


@pytest.mark.req("R-005")
def test_a_row_is_struck_out_with_a_reason_without_scripts(app, vital_signs):
    place = address(vital_signs[0].subject, "D0", "INF")
    seat = sit(app)
    seat.get(place)
    fields = {"revision": "0", "INFDAT": "2026-03-10", "BAG[1].BAGID": "B1"}
    assert seat.post(f"{place}/save", fields).status_code == 303
    fields["revision"] = "1"

    asked = seat.post(f"{place}/rows", {**fields, "strike": "BAG[1]"})
    why = {"BAG[1]": "deleted", "reason:BAG[1]": "transcription"}
    struck = seat.post(f"{place}/save", {**fields, **why})

    assert 'name="reason:BAG[1]"' in asked.text and 'name="BAG[1]" value="deleted"' in asked.text
    assert struck.status_code == 303
    assert 'class="card struck" data-row="BAG[1]"' in seat.get(place).text


@pytest.mark.req("R-005")
def test_an_adverse_event_entered_by_mistake_is_struck_out_and_stays_readable(app, vital_signs):
    place = address(vital_signs[0].subject, "LOG", "AE")
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/save", entries={"AETERM": "发热"})

    asked = seat.post(f"{place}/strike", {"revision": "1"})
    struck = seat.post(f"{place}/strike", {"revision": "1", "reason:": "transcription"})

    assert (asked.status_code, struck.status_code) == (422, 303)
    assert "发热" in seat.get(place).text
    assert seat.send(f"{place}/draft", entries={"AETERM": "x"}).status_code == 200
    assert seat.send(f"{place}/save", revision=2, entries={"AETERM": "x"}).status_code == 423


# Who may not


def test_a_monitor_reads_and_cannot_save(app, desk):
    key, _ = desk.vital_signs()
    place = address(key.subject, "SCR", "VS")
    seat = sit(app, "chen.jing")

    body = seat.get(place).get_data(as_text=True)

    assert "36.6" in body and 'name="TEMP"' not in body
    assert seat.send(f"{place}/save", entries={"TEMP": "37.0"}).status_code == 403
    assert seat.send(f"{place}/draft", entries={"TEMP": "37.0"}).status_code == 403


@pytest.mark.req("R-012", "R-014")
@pytest.mark.parametrize("who", ["wang.li", "zhao.min", "chen.jing", "sun.hao", "ma.rui"])
def test_everybody_who_reads_an_item_reads_its_history_at_once(app, full, who):
    answer = sit(app, who).get(f"{full}/history?path=TEMPLOC")

    assert answer.status_code == 200
    assert "Axillary" in answer.text and "(AX)" in answer.text
    assert "Wang Li" in answer.text


def test_the_trail_of_the_form_lists_every_entry(app, full, vital_signs):
    _, saved = vital_signs

    answer = sit(app).get(f"{full}/history")

    assert answer.text.count("<tr><td>") == len(saved.changed) + 1  # and its completion


def test_a_form_that_is_not_due_is_not_found(app, full):
    assert sit(app).get(full.replace("/VS/", "/INF/")).status_code == 404
    assert sit(app).get(address("BJ01-X999", "SCR", "VS")).status_code == 404


@pytest.mark.parametrize("body", [{}, {"entries": []}, {"entries": {"TEMP": {"v": 1}}}])
def test_a_body_of_another_shape_is_refused(app, place, body):
    seat = sit(app)
    seat.get(place)
    headers = {"X-CSRFToken": seat.token}

    assert seat.client.post(f"{place}/draft", json=body, headers=headers).status_code == 400

"""Typing is kept on the server at once, judged, and offered again to the same person only."""

from __future__ import annotations

import pytest

from tests.functional.seats import address, sit


@pytest.fixture
def place(vital_signs) -> str:
    """Vital signs that are still to be entered."""
    return address(vital_signs[0].subject, "D0", "VS")


@pytest.fixture
def full(vital_signs) -> str:
    """Vital signs that are complete."""
    return address(vital_signs[0].subject, "SCR", "VS")


@pytest.mark.req("R-065")
def test_what_was_typed_is_there_when_the_page_is_opened_again(app, place):
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/draft", entries={"TEMP": "36.", "VSDAT": "20260303"})

    body = seat.get(place).text

    assert 'name="TEMP" value="36."' in body
    assert 'name="VSDAT" value="2026-03-03"' in body
    assert "Your draft is shown: 2 items are not in the record yet." in body


def test_nobody_else_sees_a_draft(app, place):
    first = sit(app)
    first.get(place)
    first.send(f"{place}/draft", entries={"TEMP": "36.6"})

    assert 'value="36.6"' not in sit(app, "zhao.min").get(place).text


def test_a_draft_is_judged_as_it_would_be_saved(app, place):
    seat = sit(app)
    seat.get(place)

    answer = seat.send(
        f"{place}/draft", entries={"TEMP": "39.5", "PULSE": "x", "HEIGHT": "161", "WEIGHT": "58"}
    )
    cells = answer.json["cells"]

    assert [m[0] for m in cells["TEMP"]["messages"]] == ["chk"]
    assert [m[0] for m in cells["PULSE"]["messages"]] == ["err"]
    assert cells["BSA"]["shown"].startswith("1.6")
    assert (answer.json["draft"], answer.json["errors"], answer.json["checks"]) == (4, 1, 1)


def test_skip_logic_follows_the_draft(app, place):
    seat = sit(app)
    seat.get(place)

    before = seat.send(f"{place}/draft", entries={"O2DEV": "RA"}).json["hidden"]
    after = seat.send(f"{place}/draft", entries={"O2DEV": "HFNC"}).json["hidden"]

    assert "FIO2" in before and "FIO2" not in after


def test_taking_a_change_back_empties_the_draft(app, full):
    place = full
    seat = sit(app)
    seat.get(place)

    seat.send(f"{place}/draft", revision=1, entries={"TEMP": "37.0"})
    answer = seat.send(f"{place}/draft", revision=1, entries={"TEMP": "36.6"})

    assert answer.json["draft"] == 0
    assert "Your draft is shown" not in seat.get(place).text


def test_a_save_takes_its_items_out_of_the_draft(app, place):
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/draft", entries={"TEMP": "36.6", "PULSE": "x"})

    saved = seat.send(f"{place}/save", entries={"TEMP": "36.6"})

    body = seat.get(place).text
    assert saved.status_code == 200
    assert 'name="PULSE" value="x"' in body
    assert "Your draft is shown: 1 item is not in the record yet." in body


def test_a_draft_can_be_discarded(app, place):
    seat = sit(app)
    seat.get(place)
    seat.send(f"{place}/draft", entries={"TEMP": "36.6"})

    seat.post(f"{place}/discard", {})

    assert 'name="TEMP" value=""' in seat.get(place).text


def test_a_draft_begun_before_somebody_saved_says_so(app, full):
    place = full
    seat, other = sit(app), sit(app, "zhao.min")
    for one in (seat, other):
        one.get(place)
    seat.send(f"{place}/draft", revision=1, entries={"TEMP": "37.0"})
    why = {"TEMP": {"code": "transcription", "text": ""}}
    other.send(f"{place}/save", revision=1, entries={"TEMP": "36.9"}, reasons=why)

    assert "Your draft was begun before the form was last saved" in seat.get(place).text


@pytest.mark.req("R-147")
def test_text_that_names_a_person_is_warned_about_before_it_is_saved(app, vital_signs):
    place = address(vital_signs[0].subject, "D1", "LBH")
    seat = sit(app)
    seat.get(place)

    typed = "身份证 11010519491231002X"
    warned = seat.send(f"{place}/draft", entries={"LBREFID": typed}).json["cells"]
    barcode = seat.send(f"{place}/draft", entries={"LBREFID": "13800138000"}).json["cells"]

    [[kind, name, said, *_]] = warned["LBREFID"]["messages"]
    assert (kind, name) == ("chk", "LBREFID.personal@LBREFID")
    assert "looks like an identity card number" in said and "1949" not in said
    assert not barcode["LBREFID"].get("messages")

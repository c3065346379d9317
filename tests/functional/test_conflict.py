"""Two people edit one form: nobody overwrites anybody, nothing is lost (R-064)."""

from __future__ import annotations

import pytest

from tests.desk import VITAL_SIGNS
from tests.functional.seats import address, sit

WHY = {"code": "source_corrected", "text": ""}


@pytest.fixture
def two(app, vital_signs):
    """Two people at the same complete form, both having seen revision 1; the first saves."""
    key, _ = vital_signs
    place = address(key.subject, "SCR", "VS")
    first, second = sit(app), sit(app, "zhao.min")
    for seat in (first, second):
        seat.get(place)
    first.send(f"{place}/save", revision=1, entries={"TEMP": "36.7"}, reasons={"TEMP": WHY})
    return place, second


@pytest.mark.req("R-064")
def test_the_later_save_gets_both_values_and_who_was_first(two):
    place, second = two
    mine = {"TEMP": "36.9", "RESP": "18"}

    answer = second.send(
        f"{place}/save", revision=1, entries=mine, reasons=dict.fromkeys(mine, WHY)
    )

    assert answer.status_code == 409
    assert answer.json["revision"] == 2
    assert answer.json["was"]["TEMP"][0] == "36.7"
    assert answer.json["was"]["RESP"][0] == "16"  # untouched by the other: no conflict
    assert "Wang Li" in answer.json["who"]["TEMP"]
    assert answer.json["state"]["cells"]["TEMP"]["text"] == "36.9"


@pytest.mark.req("R-064")
def test_after_the_choice_everything_is_saved(two):
    place, second = two
    mine = {"TEMP": "36.9", "RESP": "18"}

    answer = second.send(
        f"{place}/save", revision=2, entries=mine, reasons=dict.fromkeys(mine, WHY)
    )

    assert answer.status_code == 200
    assert (answer.json["was"]["TEMP"][0], answer.json["was"]["RESP"][0]) == ("36.9", "18")


def test_a_plain_post_is_shown_both_values_and_keeps_what_was_typed(two):
    place, second = two

    answer = second.post(f"{place}/save", {"revision": "1", **VITAL_SIGNS, "TEMP": "36.9"})

    assert answer.status_code == 409
    assert 'name="TEMP" value="36.9"' in answer.text
    assert 'data-was="36.7"' in answer.text
    assert "Somebody saved this form while you were typing" in answer.text
    assert 'name="revision" value="2"' in answer.text


def test_the_same_save_sent_twice_has_one_effect(app, vital_signs):
    key, _ = vital_signs
    place = address(key.subject, "SCR", "VS")
    seat = sit(app)
    seat.get(place)
    change = {"revision": 1, "entries": {"TEMP": "36.7"}, "reasons": {"TEMP": WHY}}

    first, again = (seat.send(f"{place}/save", **change) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 409)
    assert again.json["was"]["TEMP"][0] == "36.7"  # what was sent: the browser goes on
    assert again.json["revision"] == 2

"""What a browser sent, as one shape, whichever way it came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from ecrf.entry import page
from ecrf.entry.page import Filling
from ecrf.services.records import Entry, Reason
from ecrf.web import posted
from tests.unit.entry.filling import fill, form, judge, study

bare = Flask("bare")


def read_json(body: Any) -> posted.Sent:
    with bare.test_request_context(method="POST", json=body):
        return posted.from_json()


def read_form(fields: dict[str, Any], saved: dict[str, Any] | None = None) -> posted.Sent:
    values = fill("VITAL", saved or {})
    filling = Filling(saved=values, changes=dict.fromkeys(values, 1))
    shown = page.build(study(), form("VITAL"), judge("VITAL", saved or {}), filling, "en")
    with bare.test_request_context(method="POST", data=fields):
        return posted.from_form(shown)


def test_a_script_sends_entries_reasons_and_confirmations() -> None:
    sent = read_json(
        {
            "revision": 3,
            "entries": {"TEMP": {"v": "98.6", "u": "[degF]"}, "O2": {"v": "Y"}},
            "reasons": {"TEMP": {"code": "other", "text": "misread"}},
            "confirmed": ["TEMP.soft@TEMP"],
            "leave": "complete",
        }
    )

    assert sent.entries == {"TEMP": Entry("98.6", "[degF]"), "O2": Entry("Y")}
    assert sent.reasons == {"TEMP": Reason("other", "misread")}
    assert (sent.revision, sent.leave) == (3, "complete")
    assert sent.confirmed == {"TEMP.soft@TEMP"}


@pytest.mark.req("R-060")
@pytest.mark.parametrize(
    "body",
    [
        [],
        {"entries": {}},
        {"revision": "x", "entries": {}},
        {"revision": 0, "entries": {"A": {}}},
        {"revision": 0, "entries": {"A": {"v": 1}}},
        {"revision": 0, "entries": {"A": {"v": "1", "u": 2}}},
        {"revision": 0, "entries": {}, "reasons": {"A": {}}},
    ],
)
def test_another_shape_is_refused(body: Any) -> None:
    with pytest.raises(BadRequest):
        read_json(body)


def test_too_many_entries_are_refused() -> None:
    entries = {f"A{n}": {"v": ""} for n in range(posted.MOST_ENTRIES + 1)}

    with pytest.raises(RequestEntityTooLarge):
        read_json(json.loads(json.dumps({"revision": 0, "entries": entries})))


def test_of_a_plain_post_only_what_differs_from_the_record_counts() -> None:
    sent = read_form({"TEMP": "36.6", "SYSBP": "120", "other": "x"}, {"TEMP": "36.6"})

    assert sent.entries == {"SYSBP": Entry("120")}


def test_a_field_left_empty_clears_what_was_saved() -> None:
    assert read_form({"TEMP": ""}, {"TEMP": "36.6", "O2": "Y"}).entries == {
        "TEMP": Entry(""),
        "O2": Entry(""),
    }


@pytest.mark.req("R-062")
def test_the_reason_for_no_value_goes_before_a_choice() -> None:
    assert read_form({"O2": "Y", "missing:O2": "ND"}).entries == {"O2": Entry("ND")}


def test_another_unit_alone_is_an_entry() -> None:
    fields = {"TEMP": "36.6", "unit:TEMP": "[degF]"}

    assert read_form(fields, {"TEMP": "36.6"}).entries == {"TEMP": Entry("36.6", "[degF]")}


def test_a_plain_post_names_its_reasons_by_path() -> None:
    sent = read_form({"reason:TEMP": "other", "reason_text:TEMP": "misread", "leave": "close"})

    assert sent.reasons == {"TEMP": Reason("other", "misread")}
    assert sent.leave == "close"

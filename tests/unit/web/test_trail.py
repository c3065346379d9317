"""Lines of a history, decoded for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from ecrf.definition.values import Value
from ecrf.services.history import Line
from ecrf.web import trail
from tests.unit.entry.filling import form

pytestmark = pytest.mark.sqlite  # decoding does not depend on the database


@pytest.fixture(autouse=True)
def request_in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def shown(oid: str, path: str, new: Value, **changes: Any) -> dict[str, Any]:
    who = {"name": "Wang Li", "role": "coordinator"}
    given = {"old": None, "reason": None, "detail": {}, "action": "item.enter", **changes}
    line = Line(
        seq=7, at="2026-10-19T06:20:11.000Z", path=path, by=who, new=new, language="en", **given
    )
    return trail.shown(form(oid), [line])[0]


@pytest.mark.req("R-014")
def test_a_coded_value_is_decoded_and_its_code_stands_beside() -> None:
    line = shown("VITAL", "O2", Value("Y"))

    assert (line["item"], line["new"], line["code"]) == ("Oxygen given", "Yes", "Y")


def test_a_number_has_its_unit_and_no_code() -> None:
    line = shown("VITAL", "TEMP", Value("36.6", unit="Cel"), old=Value("36.5", unit="Cel"))

    assert (line["old"], line["new"], line["code"]) == ("36.5 °C", "36.6 °C", "")


def test_a_result_is_named_by_its_test_and_the_rest_of_the_row_too() -> None:
    assert shown("BLOOD", "LB[NEUT].LBORRES", Value("2.0"))["item"].startswith("NEUT ")
    significance = shown("BLOOD", "LB[NEUT].LBCLSIG", Value("Y"))
    assert significance["item"].endswith("· Significant")
    assert significance["new"] == "Yes"


def test_a_row_is_named_by_its_number() -> None:
    assert shown("BAGS", "BAG[2].BAGNO", Value("B2"))["item"] == "Bag number · 2"
    assert shown("BAGS", "BAG[2]", Value("deleted"), action="row.strike")["item"] == "Row · 2"


def test_the_reason_is_said_in_words() -> None:
    why = {"code": "other", "text": "misread"}

    assert shown("VITAL", "O2", Value("Y"), reason=why)["reason"] == "Other: misread"
    assert shown("VITAL", "O2", Value("Y"))["reason"] == ""


def test_an_act_without_a_word_of_its_own_keeps_its_name() -> None:
    assert shown("VITAL", "O2", Value("Y"), action="new.act")["action"] == "new.act"

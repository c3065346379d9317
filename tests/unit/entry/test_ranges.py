"""Ranges are printed beside the tests as soon as it is known which apply."""

from __future__ import annotations

from ecrf.entry.ranges import printed
from tests.unit.entry.filling import SAMPLE, context, fill, form, study


def ranges(oid: str, typed: dict[str, str], **facts: object) -> dict[str, str]:
    return printed(study(), form(oid), fill(oid, typed), context(**facts))


def test_each_test_with_a_range_has_it() -> None:
    found = ranges("BLOOD", SAMPLE)

    assert found["LB[NEUT].LBORRES"] == "1.8–6.3"
    assert "LB[DAT].LBORRES" not in found


def test_without_laboratory_or_date_there_is_none() -> None:
    assert ranges("BLOOD", {"LBPERF": "Y"}) == {}
    assert ranges("BLOOD", {**SAMPLE, "LBDAT": ""}) == {}


def test_a_form_without_a_panel_has_none() -> None:
    assert ranges("VITAL", {}) == {}

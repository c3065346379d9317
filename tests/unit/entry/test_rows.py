"""Repeating groups: rows asked for, rows struck out, rows emptied, and checks row by row."""

from __future__ import annotations

import pytest

from ecrf.definition.values import Value
from ecrf.entry.evaluate import evaluate
from tests.unit.entry.filling import context, fill, form, found, ids, judge, study

TWO = {
    "FROZEN": "N",
    "BAG[1].BAGNO": "B1",
    "BAG[1].VOLUME": "40.0",
    "BAG[2].BAGNO": "B2",
    "BAG[2].VOLUME": "60.0",
    "BAG[2].WASTE": "1.5",
}


def judged(data):
    return evaluate(study(), form("BAGS"), data, context())


@pytest.mark.req("R-072")
def test_each_row_is_computed_and_the_form_sums_them() -> None:
    data = judge("BAGS", TWO).data

    assert [data[f"BAG[{row}].NET"].text for row in "12"] == ["40.0", "58.5"]
    assert data["TOTAL"].text == "100.0"


def test_a_form_without_rows_asks_for_the_first() -> None:
    evaluation = judge("BAGS", {})

    assert evaluation.required == {"BAG[1].BAGNO"}
    assert found(evaluation, "BAGNO.required").message.en.startswith("Bag number (row 1): ")


def test_rows_have_their_own_findings() -> None:
    evaluation = judge("BAGS", TWO | {"BAG[1].VOLUME": "101", "BAG[2].BAGNO": ""})

    assert [(f.id, f.path) for f in evaluation.findings] == [
        ("VOLUME.soft", "BAG[1].VOLUME"),
        ("BAGNO.required", "BAG[2].BAGNO"),
    ]


def test_a_check_fires_in_its_row() -> None:
    finding = found(judge("BAGS", TWO | {"BAG[2].WASTE": "61"}), "BG-01")

    assert finding.path == "BAG[2].VOLUME"
    assert finding.paths == ("BAG[2].VOLUME", "BAG[2].WASTE")


def test_a_check_over_all_rows_rests_on_all_of_them() -> None:
    finding = found(judge("BAGS", TWO | {"BAG[1].VOLUME": "199"}), "BG-02")

    assert finding.paths == ("BAG[1].NET", "BAG[2].NET")


def test_a_row_hides_what_does_not_apply_to_it() -> None:
    hidden = judge("BAGS", TWO).hidden

    assert hidden == {f"BAG[{row}].THAWED" for row in ("1", "2", "3", "__")}
    assert judge("BAGS", TWO | {"FROZEN": "Y"}).hidden == frozenset()


@pytest.mark.req("R-005")
def test_a_row_struck_out_counts_for_nothing_and_stays_as_it_was() -> None:
    kept = Value("58.5", unit="mL")
    data = fill("BAGS", TWO | {"BAG[2].WASTE": "61"}) | {
        "BAG[2]": Value("deleted"),
        "BAG[2].NET": kept,
    }

    evaluation = judged(data)

    assert evaluation.findings == ()
    assert evaluation.data["TOTAL"].text == "40.0"
    assert evaluation.data["BAG[2].NET"] is kept


def test_a_row_whose_items_were_all_cleared_is_gone() -> None:
    data = fill("BAGS", {"BAG[1].BAGNO": "B1"}) | {"BAG[2].NET": Value("58.5", unit="mL")}

    evaluation = judged(data)

    assert evaluation.required == frozenset()
    assert "BAG[2].NET" not in evaluation.data


def test_too_many_rows_are_refused() -> None:
    typed = {f"BAG[{row}].BAGNO": f"B{row}" for row in range(1, 5)}

    finding = found(judge("BAGS", typed), "BAG.rows")

    assert (finding.severity, finding.path) == ("hard", "BAG[4].BAGNO")


def test_rows_struck_out_make_room_for_others() -> None:
    data = fill("BAGS", {f"BAG[{row}].BAGNO": f"B{row}" for row in range(1, 5)})

    assert ids(judged(data | {"BAG[1]": Value("deleted")})) == []

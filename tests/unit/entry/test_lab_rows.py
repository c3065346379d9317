"""What is frozen with a laboratory result, and when it is frozen anew."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.values import Censored, Value
from ecrf.entry.evaluate import evaluate
from tests.unit.entry.filling import (
    SAMPLE,
    blood,
    context,
    fill,
    form,
    found,
    ids,
    judge,
    study,
)

NEUT = "LB[NEUT].LBORRES"
MAN = {"DM": [{"birth_date": "1975-06-20", "sex": "M"}]}


def facets(typed, forms=None, previous=None, path=NEUT):
    return judge("BLOOD", typed, forms, previous).data[path].facets


@pytest.mark.req("R-071")
def test_number_unit_range_flag_and_grade_are_frozen() -> None:
    assert facets(blood(("900", "/uL"))) == {
        "n": "0.9",
        "nu": "10*9/L",
        "lo": "1.8",
        "hi": "6.3",
        "rid": "NEUT-A",
        "ind": "LOW",
        "gr": "L3",
    }


def test_limits_are_frozen_in_the_unit_of_the_number() -> None:
    frozen = facets(blood(("8.5", "g/dL"), "HGB"), path="LB[HGB].LBORRES")

    assert (frozen["n"], frozen["lo"], frozen["hi"], frozen["gr"]) == ("85", "115", "150", "L2")


def test_a_comparator_is_kept_and_half_of_the_limit_graded() -> None:
    evaluation = judge("BLOOD", blood("<1.2"))

    assert evaluation.data[NEUT].facets["n"] == "<1.2"
    assert evaluation.data[NEUT].facets["gr"] == "L3"
    assert evaluation.data[NEUT].facets["imp"] == "Y"
    assert found(evaluation, "LBORRES.imputed").severity == "note"
    assert "LBORRES.imputed" not in ids(judge("BLOOD", blood("<0.5")))


def test_a_coded_result_has_neither_range_nor_note() -> None:
    evaluation = judge("BLOOD", blood("NEG", "DAT"))

    assert evaluation.data["LB[DAT].LBORRES"].facets == {}
    assert not [id_ for id_ in ids(evaluation) if id_.endswith(".range")]


@pytest.mark.req("R-062")
def test_a_missing_result_has_no_facets() -> None:
    assert facets(blood("ND")) == {}


# Frozen


def test_what_was_frozen_stays_while_nothing_changed() -> None:
    before = judge("BLOOD", blood("1.7")).data

    assert facets(blood("1.7"), MAN, before) is before[NEUT].facets


@pytest.mark.parametrize(
    "typed",
    [
        blood("1.6"),
        blood(("1.7", "/uL")),
        blood("1.7", LBDAT="2025-05-11"),
        blood("1.7") | {"LB[NEUT].LBSYMP": "Y"},
    ],
)
def test_a_change_of_result_unit_date_or_symptoms_freezes_anew(typed) -> None:
    before = judge("BLOOD", blood("1.7")).data

    assert facets(typed, None, before) is not before[NEUT].facets


def test_another_laboratory_takes_its_range_away() -> None:
    before = judge("BLOOD", blood("1.7")).data

    assert facets(blood("1.7", LBNAM="LAB2"), None, before)["ind"] == "UNKNOWN"


def test_without_what_was_kept_everything_is_frozen_anew() -> None:
    assert (
        facets(blood("8", "HGB") | {"LB[HGB].LBORRES": "120"}, MAN, None, "LB[HGB].LBORRES")["rid"]
        == "HGB-M"
    )


def test_a_result_kept_without_range_gets_one_as_soon_as_there_is_one() -> None:
    before = judge("BLOOD", blood("1.7"), {"DM": []}).data
    assert before[NEUT].facets["ind"] == "UNKNOWN"

    assert facets(blood("1.7"), None, before)["rid"] == "NEUT-A"


# Unknown


@pytest.mark.parametrize(
    ("head", "forms", "place", "english"),
    [
        ({"LBNAM": ""}, {}, "LBNAM", "laboratory or the sampling date"),
        ({"LBNAM": "LAB2"}, {}, "LBNAM", "no list of ranges for this laboratory"),
        ({"LBDAT": ""}, {}, "LBNAM", "laboratory or the sampling date"),
        ({}, {"DM": []}, "LBNAM", "sex or the date of birth"),
        ({}, {"DM": [{"birth_date": "2009-01-01", "sex": "F"}]}, NEUT, "has none for this test"),
    ],
)
def test_a_note_says_why_there_is_no_range(head, forms, place, english) -> None:
    evaluation = judge("BLOOD", blood("1.0", **head), forms)

    notes = [f for f in evaluation.findings if f.id.endswith(".range")]
    assert [(note.severity, note.path) for note in notes] == [("note", place)]
    assert english in notes[0].message.en
    assert NEUT in notes[0].paths
    assert evaluation.data[NEUT].facets["ind"] == "UNKNOWN"


def test_a_grade_with_absolute_limits_needs_no_range() -> None:
    assert facets(blood("1.0"), {"DM": []})["gr"] == "L2"
    assert "gr" not in facets(blood("1.7"), {"DM": []})


# In rules


def test_rules_of_a_row_see_the_frozen_flag_and_grade() -> None:
    evaluation = judge("BLOOD", blood("0.9"))

    assert evaluation.required == {"LB[WBC].LBORRES", "LB[NEUT].LBCLSIG"}
    assert found(evaluation, "LBCLSIG.required").message.en.startswith("Neutrophils, Significant:")
    finding = found(evaluation, "BL-02")
    assert (finding.path, finding.paths) == (NEUT, (NEUT,))


def test_rules_of_the_form_see_results_in_the_canonical_unit() -> None:
    finding = found(judge("BLOOD", blood(("5100", "/uL")) | {"LB[WBC].LBORRES": "5.0"}), "BL-01")

    assert finding.paths == (NEUT, "LB[WBC].LBORRES")


@pytest.mark.parametrize(("typed", "expected"), [("0.5", []), ("0.4", ["LBORRES.soft"])])
def test_limits_of_an_analyte_are_in_its_canonical_unit(typed, expected) -> None:
    result = (str(Decimal(typed) * 1000), "/uL")

    assert [i for i in ids(judge("BLOOD", blood(result))) if i == "LBORRES.soft"] == expected


def test_an_impossible_result_names_the_test() -> None:
    finding = found(judge("BLOOD", blood("301")), "LBORRES.hard")

    assert finding.message.en.startswith("Neutrophils 301 10⁹/L is above 300 10⁹/L")


def test_a_panel_not_performed_hides_its_results() -> None:
    evaluation = judge("BLOOD", {"LBPERF": "N"})

    assert evaluation.required == frozenset()
    assert {NEUT, "LB[WBC].LBCLSIG", "LBDAT"} <= evaluation.hidden


def test_a_result_read_without_its_test_is_read_again() -> None:
    data = fill("BLOOD", SAMPLE) | {NEUT: Value("<900", unit="/uL")}

    kept = evaluate(study(), form("BLOOD"), data, context()).data[NEUT]

    assert kept.typed == Censored("<", Decimal("0.9"))
    assert kept.facets["n"] == "<0.9"

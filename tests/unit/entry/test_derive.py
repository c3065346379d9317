"""Calculated items: order, rounding, and blank as soon as something is unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.values import Value
from ecrf.entry.derive import rounded
from ecrf.entry.evaluate import evaluate
from tests.unit.entry.filling import VITAL, blood, context, fill, form, judge, study


@pytest.mark.req("R-069")
def test_items_that_rest_on_each_other_are_computed_in_turn() -> None:
    data = judge("VITAL", VITAL).data

    assert (data["AREA"].text, data["AREA"].unit) == ("1.658", "m2")
    assert data["DOSE"].text == "497.5"
    assert data["DAY"].text == "9"


def test_rounding_is_half_up_and_keeps_all_digits_for_rules() -> None:
    data = judge("VITAL", VITAL | {"TEMP": "39.0", "CAUSE": "flu"}).data

    assert data["HALF"].text == "20"
    assert data["HALF"].facets == {"n": "19.5"}
    assert data["HALF"].typed == Decimal("19.5")


def test_a_dose_is_computed_from_the_unrounded_area() -> None:
    area = judge("VITAL", VITAL).data["AREA"]

    assert area.facets["n"].startswith("1.65831239517769992455746636833534")
    assert area.typed == Decimal(area.facets["n"])


def test_what_rests_on_something_unknown_is_blank() -> None:
    data = judge("VITAL", VITAL | {"WEIGHT": "ND"}).data

    assert data["AREA"].blank and data["DOSE"].blank


@pytest.mark.req("R-069")
def test_a_value_that_somebody_put_there_is_computed_again() -> None:
    data = fill("VITAL", VITAL) | {"AREA": Value("9.999", typed=Decimal("9.999"))}

    assert evaluate(study(), form("VITAL"), data, context()).data["AREA"].text == "1.658"


def test_a_result_of_a_panel_can_be_computed_with() -> None:
    typed = blood("2.0") | {"LB[WBC].LBORRES": "6.0"}

    assert judge("BLOOD", typed).data["SHARE"].text == "33.3"


def test_a_censored_result_makes_the_share_unknown() -> None:
    typed = blood("<0.5") | {"LB[WBC].LBORRES": "6.0"}

    assert judge("BLOOD", typed).data["SHARE"].blank


def test_nothing_is_divided_by_zero() -> None:
    assert judge("BLOOD", blood("2.0") | {"LB[WBC].LBORRES": "0"}).data["SHARE"].blank


def test_a_date_can_be_computed() -> None:
    assert judge("DIARY", {"WOKE": "20250131 0640"}).data["NEXT"].text == "2025-02-01"


def test_a_whole_number_has_no_decimals() -> None:
    item = form("VITAL").item("DAY")

    assert rounded(item, Decimal("2.50")).text == "3"
    assert rounded(item, Decimal("2")) == Value("2")
    assert rounded(item, None).blank
    assert rounded(item, True).blank

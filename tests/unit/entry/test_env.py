"""Names in rules: rows, other forms, and the frozen number of a result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.values import BLANK, Censored, PartialDate, Value
from ecrf.entry.env import SYSTEM, FormEnv, Names, RowEnv, live_rows, read_number, typed
from tests.unit.entry.filling import blood, context, fill, form, judge, study

BAGS = {"BAG[1].VOLUME": "40.0", "BAG[2].VOLUME": "60.0", "BAG[10].VOLUME": "5.0"}


def env(oid: str, given, forms=None, **facts) -> FormEnv:
    definition = form(oid)
    data = fill(oid, given)
    rows = {group: live_rows(data, group) for group in definition.groups}
    return FormEnv(Names(study(), definition), data, context(forms, **facts), rows)


def test_rows_come_in_their_order_and_without_those_struck_out() -> None:
    data = fill("BAGS", BAGS)

    assert live_rows(data, "BAG") == ["1", "2", "10"]
    assert live_rows(data | {"BAG[2]": Value("deleted")}, "BAG") == ["1", "10"]


def test_an_item_of_rows_is_a_list_at_form_level() -> None:
    assert env("BAGS", BAGS)("VOLUME") == [Decimal("40.0"), Decimal("60.0"), Decimal("5.0")]


def test_a_row_sees_its_own_items_first() -> None:
    form_env = env("BAGS", BAGS | {"FROZEN": "Y"})
    row = RowEnv(form_env, "BAG", "2", frozenset({"VOLUME"}), None)

    assert (row("VOLUME"), row("FROZEN")) == (Decimal("60.0"), "Y")
    assert row.value("VOLUME") == Value("60.0", unit="mL")
    assert row.value("FROZEN") == Value("Y")


def test_a_value_is_read_once_until_it_is_calculated_again() -> None:
    form_env = env("BAGS", {})
    assert form_env("TOTAL") is None

    form_env.put("TOTAL", "TOTAL", Value("5.0", typed=Decimal("5.0")))

    assert form_env("TOTAL") == Decimal("5.0")


def test_an_item_of_another_form_is_that_of_its_latest_record() -> None:
    bags = env("DIARY", {}, {"VITAL": [{"HEIGHT": "170"}, {"HEIGHT": "165"}]})

    assert bags("VITAL.HEIGHT") == Decimal(165)
    assert bags.value("VITAL.WEIGHT") == BLANK
    assert env("DIARY", {})("VITAL.HEIGHT") is None


def test_rows_of_another_form_are_a_list_of_one_record() -> None:
    seen = env("DIARY", {}, {"BAGS": [{"BAG[1].VOLUME": "9.0"}, BAGS]})

    assert seen("BAGS.VOLUME") == [Decimal("40.0"), Decimal("60.0"), Decimal("5.0")]
    assert seen("BAGS.TOTAL") is None


def test_records_of_a_repeating_form_are_a_list() -> None:
    assert env("VITAL", {}, {"DIARY": [{"PAIN": "1"}, {}]})("DIARY.PAIN") == [Decimal(1), None]


def test_an_analyte_of_another_form_is_its_canonical_number() -> None:
    assert env("DIARY", {}, {"BLOOD": [blood(("900", "/uL"))]})("BLOOD.NEUT") == Decimal("0.9")


def test_results_of_another_panel_are_a_list_in_printed_order() -> None:
    seen = env("DIARY", {}, {"BLOOD": [blood("2.0", "WBC")]})

    assert seen("BLOOD.LBORRES")[:3] == [None, Decimal("2.0"), None]


def test_a_calculated_item_of_another_form_has_all_its_digits() -> None:
    vital = judge("VITAL", {"HEIGHT": "165", "WEIGHT": "60"}).data
    stored = Value("1.658", facets=vital["AREA"].facets, typed=Decimal("1.658"))

    assert typed(stored) > Decimal("1.6583")


def test_the_event_and_the_subject_have_names() -> None:
    given = context(event_day=28)
    values = {name: read(given) for name, read in SYSTEM.items()}

    assert values["today"] == PartialDate(2025, 6, 1)
    assert (values["event.oid"], values["event.day"]) == ("V1", Decimal(28))
    assert values["event.date"] is None
    assert (values["subject.code"], values["subject.cohort"]) == ("S1-L001", "LN")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("85", Decimal(85)),
        ("-1.50", Decimal("-1.50")),
        ("<0.5", Censored("<", Decimal("0.5"))),
        (">=100", Censored(">=", Decimal(100))),
    ],
)
def test_a_frozen_number_is_read_with_its_comparator(text, number) -> None:
    assert read_number(text) == number

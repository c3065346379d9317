"""Judging a form: what is hidden, required, beyond its limits, and which checks fire."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.values import Value
from tests.unit.entry.filling import VITAL, blood, form, found, ids, judge, study


@pytest.mark.req("R-061")
def test_a_form_filled_in_well_has_no_findings() -> None:
    assert judge("VITAL", VITAL).findings == ()


# Required


def test_what_is_required_and_empty_is_listed_in_the_order_of_the_form() -> None:
    evaluation = judge("VITAL", {})

    assert ids(evaluation) == ["VDAT.required", "TEMP.required", "SYSBP.required", "O2.required"]
    assert evaluation.required == {"VDAT", "TEMP", "SYSBP", "O2"}


def test_a_rule_decides_what_is_required() -> None:
    assert "SYSBP" not in judge("VITAL", {}, event="V2").required


@pytest.mark.req("R-062")
def test_a_missing_code_satisfies_what_is_required() -> None:
    evaluation = judge("VITAL", VITAL | {"TEMP": "ND", "O2": "UNK"})

    assert evaluation.required == frozenset()
    assert evaluation.findings == ()


def test_a_message_names_the_item_in_both_languages() -> None:
    finding = found(judge("VITAL", {}), "TEMP.required")

    assert finding.severity == "required"
    assert finding.message.en.startswith("Temperature: a value is needed")
    assert finding.message.zh.startswith("体温：")


# Hidden


def test_skip_logic_hides_items_and_groups() -> None:
    assert judge("VITAL", VITAL).hidden == {"FLOW", "CAUSE", "HALF"}
    assert judge("VITAL", VITAL | {"O2": "Y"}).hidden == {"CAUSE", "HALF"}
    assert judge("VITAL", VITAL | {"TEMP": "38.0"}).hidden == {"FLOW"}


@pytest.mark.req("R-059")
def test_an_item_whose_condition_is_unknown_is_hidden_and_not_required() -> None:
    evaluation = judge("VITAL", VITAL | {"O2": "UNK"})

    assert "FLOW" in evaluation.hidden
    assert "FLOW" not in evaluation.required


def test_a_hidden_item_that_holds_a_value_is_refused() -> None:
    finding = found(judge("VITAL", VITAL | {"FLOW": "2.0"}), "FLOW.hidden")

    assert (finding.severity, finding.path) == ("hard", "FLOW")


def test_a_missing_code_in_a_hidden_item_is_a_content_too() -> None:
    assert "FLOW.hidden" in ids(judge("VITAL", VITAL | {"FLOW": "ND"}))


def test_a_hidden_calculated_item_is_blank_and_no_finding() -> None:
    evaluation = judge("VITAL", VITAL)

    assert evaluation.data["HALF"].blank
    assert "HALF.hidden" not in ids(evaluation)


# Limits


@pytest.mark.req("R-061")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("38.5", []),
        ("38.6", ["TEMP.soft"]),
        ("35.4", ["TEMP.soft"]),
        ("45.0", ["TEMP.soft"]),
        ("45.1", ["TEMP.hard"]),
        ("29.9", ["TEMP.hard"]),
        (("101.3", "[degF]"), []),
        (("101.4", "[degF]"), ["TEMP.soft"]),
        (("113.1", "[degF]"), ["TEMP.hard"]),
    ],
)
def test_limits_are_inclusive_and_in_the_canonical_unit(typed, expected) -> None:
    evaluation = judge("VITAL", VITAL | {"TEMP": typed, "CAUSE": "flu"})

    assert [id_ for id_ in ids(evaluation) if id_.startswith("TEMP")] == expected


@pytest.mark.req("R-071")
def test_a_message_gives_the_value_and_the_limit_in_the_canonical_unit() -> None:
    finding = found(judge("VITAL", VITAL | {"TEMP": ("113.1", "[degF]")}), "TEMP.hard")

    assert finding.message.en == (
        "Temperature 45.056 °C is above 45.0 °C, the highest possible. Check and correct it."
    )
    assert finding.message.zh == "体温 45.056 °C 高于可能的最大值 45.0 °C。请核对并更正。"


def test_the_first_limits_whose_condition_holds_apply() -> None:
    child = {"DM": [{"birth_date": "2015-01-01", "sex": "F"}]}

    assert "SYSBP.soft" in ids(judge("VITAL", VITAL | {"SYSBP": "140"}, child))
    assert "SYSBP.soft" not in ids(judge("VITAL", VITAL | {"SYSBP": "140"}))
    assert "SYSBP.soft" not in ids(judge("VITAL", VITAL | {"SYSBP": "140"}, {"DM": []}))


def test_the_definition_may_word_a_limit_itself() -> None:
    finding = found(judge("VITAL", VITAL | {"SYSBP": "161"}), "SYSBP.soft")

    assert finding.message.zh == "请核对收缩压。"


def test_a_limit_may_be_a_date_of_another_form() -> None:
    early = judge("VITAL", VITAL | {"VDAT": "2025-04-30"})

    assert found(early, "VDAT.hard").message.en.startswith("Date 2025-04-30 is before 2025-05-01")
    assert "VDAT.hard" not in ids(judge("VITAL", VITAL | {"VDAT": "2025-05-01"}))
    assert "VDAT.hard" not in ids(judge("VITAL", VITAL, {"IC": []}))


def test_a_date_with_time_is_compared_with_a_day() -> None:
    today = dt.date(2025, 5, 10)

    assert ids(judge("DIARY", {"WOKE": "20250510 2359"}, today=today)) == []
    assert ids(judge("DIARY", {"WOKE": "20250511 0000"}, today=today)) == ["WOKE.soft"]


def test_a_time_has_limits_too() -> None:
    assert found(judge("VITAL", VITAL | {"VTIM": "0559"}), "VTIM.soft").message.en.startswith(
        "Time 05:59 is unusual: before 06:00."
    )


# Checks


@pytest.mark.req("R-067")
def test_a_check_fires_at_its_first_item_and_names_all_it_rests_on() -> None:
    finding = found(judge("VITAL", VITAL | {"DIABP": "120"}), "VT-01")

    assert (finding.severity, finding.path) == ("hard", "DIABP")
    assert finding.paths == ("DIABP", "SYSBP")
    assert not finding.query


def test_a_check_on_a_missing_value_stays_silent() -> None:
    assert ids(judge("VITAL", VITAL | {"DIABP": "120", "SYSBP": "ND"})) == []


@pytest.mark.req("R-079")
def test_a_check_may_ask_for_a_query() -> None:
    finding = found(judge("VITAL", VITAL | {"WEIGHT": "151"}), "VT-02")

    assert (finding.path, finding.query) == ("WEIGHT", True)


def test_checks_come_after_items_in_the_order_of_the_definition() -> None:
    typed = VITAL | {"DIABP": "120", "WEIGHT": "160", "TEMP": "39", "CAUSE": "flu"}

    assert ids(judge("VITAL", typed)) == ["TEMP.soft", "AREA.soft", "VT-01", "VT-02"]


def test_a_check_sees_all_records_of_a_repeating_form() -> None:
    diary = {"DIARY": [{"PAIN": "1"}, {"PAIN": "6"}]}

    assert ids(judge("VITAL", VITAL, diary)) == ["VT-03"]
    assert ids(judge("VITAL", VITAL, {"DIARY": [{"PAIN": "1"}]})) == []


def test_a_check_without_an_item_of_the_form_stands_at_the_form() -> None:
    finding = found(judge("VITAL", VITAL, {"DIARY": [{"PAIN": "6"}]}), "VT-03")

    assert (finding.path, finding.paths) == ("", ())


def test_a_check_sees_rows_analytes_and_calculated_items_of_other_forms() -> None:
    others = {
        "BAGS": [{"BAG[1].VOLUME": "40.0", "BAG[2].VOLUME": "60.0"}],
        "BLOOD": [judge("BLOOD", blood(("900", "/uL"))).data],
        "VITAL": [judge("VITAL", VITAL).data],
    }

    assert ids(judge("DIARY", {"PAIN": "1"}, others)) == ["DI-01"]
    assert ids(judge("DIARY", {"PAIN": "1"}, others | {"BLOOD": []})) == []


def test_a_check_with_more_rows_than_it_may_look_at_stays_silent() -> None:
    rows = {f"BAG[{row}].VOLUME": Value("60.0", typed=Decimal("60.0")) for row in range(1, 10_002)}
    others = {
        "BAGS": [rows],
        "BLOOD": [judge("BLOOD", blood("0.9")).data],
        "VITAL": [judge("VITAL", VITAL).data],
    }

    assert ids(judge("DIARY", {"PAIN": "1"}, others)) == []


def test_a_limit_may_be_the_highest_value_of_rows() -> None:
    bags = {"BAGS": [{"BAG[1].VOLUME": "4.0", "BAG[2].VOLUME": "6.0"}]}

    assert ids(judge("DIARY", {"PAIN": "6"}, bags)) == []
    assert ids(judge("DIARY", {"PAIN": "7"}, bags)) == ["PAIN.soft"]


def test_a_stored_text_that_can_no_longer_be_read_is_not_judged() -> None:
    assert ids(judge("VITAL", VITAL | {"TEMP": Value("warm")})) == []


@pytest.mark.req("R-072")
def test_a_form_version_is_planned_once_and_judged_the_same_again() -> None:
    first, second = judge("VITAL", VITAL), judge("VITAL", VITAL)

    assert first == second
    assert form("VITAL") is study().form("VITAL", 1)

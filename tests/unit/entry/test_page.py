"""The form page as data: what stands in each cell, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from ecrf.definition.model import Text
from ecrf.definition.values import Value
from ecrf.entry import page
from ecrf.entry.cells import Cell, Page
from ecrf.entry.evaluate import Evaluation, Finding
from ecrf.entry.page import Filling, Typed
from tests.unit.entry.filling import SAMPLE, VITAL, blood, fill, form, judge, study


def shown(oid: str, typed: dict[str, Any], language: str = "en", **filling: Any) -> Page:
    """The page of a form in which ``typed`` stands; nothing of it is saved yet."""
    draft = {
        path: Typed(*([text] if isinstance(text, str) else text)) for path, text in typed.items()
    }
    evaluation = filling.pop("evaluation", None) or judge(oid, typed)
    return page.build(study(), form(oid), evaluation, Filling(typed=draft, **filling), language)


def cell(found: Page, path: str) -> Cell:
    return next(one for one in found.cells() if one.path == path)


def refused(path: str) -> Evaluation:
    """An evaluation of nothing but an unreadable text."""
    text = Text(en="This is not a number.", zh="不是数字。")
    finding = Finding(f"{path}.format", "hard", path, text, (path,))
    return Evaluation({}, (finding,), frozenset(), frozenset())


@pytest.mark.req("R-059")
def test_a_first_entry_is_blank_and_nothing_is_chosen() -> None:
    found = shown("VITAL", {})

    assert {one.text for one in found.cells()} == {""}
    assert not any(option.on for one in found.cells() for option in one.options)
    assert (found.done, found.drafts, found.errors) == (0, 0, 0)


def test_a_value_stands_as_the_server_reads_it() -> None:
    found = shown("VITAL", {"VDAT": "20250510", "TEMP": "３６．６", "O2": "y"})

    assert [cell(found, path).text for path in ("VDAT", "TEMP", "O2")] == [
        "2025-05-10",
        "36.6",
        "Y",
    ]
    assert [option.code for option in cell(found, "O2").options if option.on] == ["Y"]


def test_what_cannot_be_read_stays_as_typed_and_names_its_item() -> None:
    found = shown("VITAL", {"TEMP": "36,x"}, evaluation=refused("TEMP"))

    assert cell(found, "TEMP").text == "36,x"
    assert [m.text for m in cell(found, "TEMP").messages] == ["Temperature: This is not a number."]
    assert found.errors == 1


def test_the_page_speaks_the_language_asked_for() -> None:
    found = shown("VITAL", {"O2": "Y"}, "zh")

    assert found.title == "生命体征"
    assert (cell(found, "O2").label, cell(found, "O2").shown) == ("吸氧", "是")


@pytest.mark.req("R-062")
def test_a_missing_code_is_marked_and_decoded() -> None:
    temperature = cell(shown("VITAL", {"TEMP": "nd"}), "TEMP")

    assert temperature.missing and temperature.text == "ND"
    assert temperature.shown == "Not done (ND)"
    assert [option.code for option in temperature.missing_options if option.on] == ["ND"]


def test_skip_logic_hides_a_cell_and_takes_it_out_of_the_count() -> None:
    without, with_oxygen = shown("VITAL", {"O2": "N"}), shown("VITAL", {"O2": "Y"})

    assert cell(without, "FLOW").hidden and not cell(with_oxygen, "FLOW").hidden
    assert with_oxygen.total == without.total + 1


def test_a_hidden_cell_that_holds_a_value_is_shown_with_its_error() -> None:
    flow = cell(shown("VITAL", {"O2": "N", "FLOW": "2.0"}), "FLOW")

    assert not flow.hidden and flow.error


def test_a_group_is_hidden_with_all_its_cells() -> None:
    blocks = {block.oid: block for block in shown("VITAL", {"TEMP": "36.6"}).blocks}

    assert blocks["VFEVER"].hidden and not blocks["VMAIN"].hidden


def test_units_are_a_choice_only_where_there_is_more_than_one() -> None:
    found = shown("VITAL", {"TEMP": ("98.6", "[degF]")})

    assert cell(found, "TEMP").units == (("Cel", "°C"), ("[degF]", "°F"))
    assert cell(found, "TEMP").unit == "[degF]"
    assert cell(found, "DIABP").units == (("mm[Hg]", "mmHg"),)


def test_a_calculated_value_is_shown_rounded_and_not_counted() -> None:
    found = shown("VITAL", VITAL)

    assert cell(found, "AREA").shown == "1.658"
    assert not cell(found, "AREA").counts


@pytest.mark.req("R-061")
def test_an_unusual_value_asks_until_it_is_confirmed() -> None:
    typed = {"TEMP": "39.0"}
    asked = shown("VITAL", typed)
    answered = shown("VITAL", typed, confirmed=frozenset({"TEMP.soft@TEMP"}))

    assert (asked.checks, answered.checks) == (1, 0)
    assert cell(answered, "TEMP").messages[0].confirmed
    assert cell(asked, "TEMP").messages[0].paths == ("TEMP",)


def test_what_is_empty_is_said_only_when_the_form_is_to_be_complete() -> None:
    assert shown("VITAL", {}).errors == 0
    assert shown("VITAL", {}, finishing=True).errors == 4


@pytest.mark.req("R-003")
def test_a_saved_value_is_known_even_after_it_was_cleared() -> None:
    saved = fill("VITAL", {"TEMP": "36.6"})
    found = shown("VITAL", {"TEMP": "36.7"}, saved=saved, changes={"TEMP": 2, "SYSBP": 2})

    assert (cell(found, "TEMP").saved, cell(found, "TEMP").was) == (True, "36.6")
    assert (cell(found, "SYSBP").saved, cell(found, "SYSBP").was) == (True, "")
    assert not cell(found, "DIABP").saved
    assert found.drafts == 1


def test_another_unit_alone_is_a_change() -> None:
    saved = fill("VITAL", {"TEMP": "36.6"})
    found = shown("VITAL", {"TEMP": ("36.6", "[degF]")}, saved=saved, changes={"TEMP": 1})

    assert cell(found, "TEMP").changed


# Panels


def test_a_panel_has_a_row_for_each_test_with_its_flag_and_range() -> None:
    found = shown("BLOOD", blood("0.4"))
    panel = found.blocks[1]
    result = cell(found, "LB[NEUT].LBORRES")

    assert [row.key for row in panel.rows] == ["NEUT", "WBC", "HGB", "ALP", "CRP", "DAT"]
    assert (result.flag, result.grade) == ("LL", "L4")
    assert result.range == "1.8–6.3"
    assert panel.progress == (1, 6)


def test_a_long_panel_stands_in_two_halves() -> None:
    panel = shown("BLOOD", SAMPLE).blocks[1]

    assert len(panel.halves) == 1
    assert [len(half) for half in replace_rows(panel, 9).halves] == [5, 4]


def replace_rows(panel: Any, count: int) -> Any:
    return type(panel)(panel.oid, "panel", panel.label, (), rows=panel.rows[:1] * count)


def test_the_range_is_printed_before_there_is_a_result() -> None:
    found = shown("BLOOD", SAMPLE, ranges={"LB[WBC].LBORRES": "3.5–9.5"})

    assert cell(found, "LB[WBC].LBORRES").range == "3.5–9.5"


def test_a_test_answered_with_a_code_has_its_choices() -> None:
    assert [option.code for option in cell(shown("BLOOD", SAMPLE), "LB[DAT].LBORRES").options]


def test_earlier_values_stand_beside_the_current_one() -> None:
    before = {"LB[NEUT].LBORRES": Value("2.1")}
    found = shown("BLOOD", SAMPLE, previous=[("V0", {}), ("V1", before)])

    assert cell(found, "LB[NEUT].LBORRES").before == ("", "2.1")
    assert cell(found, "LB[WBC].LBORRES").before == ()


# Rows


def test_a_repeating_group_begins_with_one_empty_row() -> None:
    bags = shown("BAGS", {}).blocks[1]

    assert [row.key for row in bags.rows] == ["1"]
    assert bags.next_row == 2
    assert bags.pattern is not None and bags.pattern.cells[0].path == "BAG[__].BAGNO"


def test_numbers_of_rows_are_never_used_again() -> None:
    saved = {"BAG[3]": Value(page.STRUCK), **fill("BAGS", {"BAG[3].BAGNO": "B3"})}
    bags = shown("BAGS", {"BAG[1].BAGNO": "B1"}, saved=saved).blocks[1]

    assert [(row.key, row.struck) for row in bags.rows] == [("1", False), ("3", True)]
    assert bags.next_row == 4


@pytest.mark.req("R-005")
def test_a_struck_row_is_shown_and_not_counted() -> None:
    saved = {"BAG[1]": Value(page.STRUCK), **fill("BAGS", {"BAG[1].BAGNO": "B1"})}
    found = shown("BAGS", {}, saved=saved)

    assert found.blocks[1].rows[0].struck
    assert not any(one.path.startswith("BAG[1]") for one in found.cells())


def test_a_row_to_be_struck_out_says_so() -> None:
    saved = fill("BAGS", {"BAG[1].BAGNO": "B1"})
    evaluation = judge("BAGS", {"BAG[1].BAGNO": "B1"})
    found = shown("BAGS", {"BAG[1]": page.STRUCK}, saved=saved, evaluation=evaluation)

    assert found.blocks[1].rows[0].striking


def test_rows_are_opened_without_content() -> None:
    assert len(shown("BAGS", {}, rows={"BAG": 3}).blocks[1].rows) == 3


def test_a_reader_sees_no_empty_row_beyond_those_required() -> None:
    assert len(shown("BAGS", {}, readonly=True).blocks[1].rows) == 1  # min_rows


# The answer to a draft


def test_the_state_holds_only_cells_about_which_there_is_something_to_say() -> None:
    answer = page.state(shown("VITAL", {"TEMP": "39.0", "O2": "N"}))

    assert set(answer["cells"]) == {"TEMP", "O2", "HALF"}  # HALF is calculated
    assert answer["cells"]["TEMP"]["messages"][0][:2] == ["chk", "TEMP.soft@TEMP"]
    assert answer["hidden"] == ["FLOW"]
    assert answer["groups"]["VFEVER"] == [0, 1, False]
    assert (answer["draft"], answer["checks"]) == (2, 1)


def test_the_state_of_a_result_has_range_flag_and_grade() -> None:
    answer = page.state(shown("BLOOD", blood("0.4")))["cells"]["LB[NEUT].LBORRES"]

    assert (answer["range"], answer["flag"], answer["grade"]) == ("1.8–6.3", "LL", "L4")

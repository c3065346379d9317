"""What is posted, read by path and through WTForms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ecrf.definition.values import Problem, Value
from ecrf.entry.form import form_class, posted, read, read_path
from tests.unit.entry.filling import fill, form


@pytest.mark.req("R-060")
def test_texts_become_values_and_problems() -> None:
    values, problems = read(
        form("VITAL"),
        {"TEMP": {"v": "101.30", "u": "[degF]"}, "SYSBP": {"v": "high"}, "O2": {"v": "nd"}},
    )

    assert values == {"O2": Value(missing="ND")}
    assert problems["TEMP"] == Problem("number.places", {"places": "1"})
    assert problems["SYSBP"] == Problem("integer.format")


def test_digits_are_kept_exactly() -> None:
    values, _ = read(form("BLOOD"), {"LB[NEUT].LBORRES": {"v": "0.10", "u": ""}})

    assert values["LB[NEUT].LBORRES"].text == "0.10"
    assert values["LB[NEUT].LBORRES"].unit == "10*9/L"


@pytest.mark.parametrize("path", ["NOPE", "BAG[1].NOPE", "BAG[x].BAGNO", "FROZEN.BAGNO", "BAG[1"])
def test_a_path_that_the_form_does_not_have_is_a_problem(path: str) -> None:
    assert read_path(form("BAGS"), path, "1") == Problem("item.unknown", {"path": path})


@pytest.mark.req("R-069")
def test_a_calculated_item_cannot_be_typed() -> None:
    for text in ("5", "ND", ""):
        assert read_path(form("BAGS"), "TOTAL", text) == Problem("calculated.read_only")


def test_a_row_is_struck_out_at_its_own_path() -> None:
    assert read_path(form("BAGS"), "BAG[2]", "deleted") == Value("deleted")
    assert read_path(form("BAGS"), "BAG[2]", "") == Value()


@given(st.text(max_size=60), st.text(max_size=20), st.none() | st.text(max_size=10))
def test_no_text_makes_reading_fail(path: str, text: str, unit: str | None) -> None:
    for known in (path, "TEMP", "VDAT", "VTIM", "O2", "CAUSE", "AREA"):
        assert isinstance(read_path(form("VITAL"), known, text, unit), Value | Problem)


# A posted page


def test_a_page_is_folded_into_entries() -> None:
    page = MultiDict(
        [
            ("csrf_token", "x"),
            ("TEMP", "98.6"),
            ("unit:TEMP", "[degF]"),
            ("FLOW", ""),
            ("missing:FLOW", "ND"),
            ("missing:O2", "UNK"),
            ("HEIGHT", "165"),
            ("missing:HEIGHT", "ND"),
            ("reason:TEMP", "other"),
        ]
    )

    assert posted(form("VITAL"), page) == {
        "TEMP": {"v": "98.6", "u": "[degF]"},
        "FLOW": {"v": "ND"},
        "O2": {"v": "UNK"},
        "HEIGHT": {"v": "ND"},
    }


def test_several_choices_are_one_entry() -> None:
    page = MultiDict([("DRUGS", "B"), ("DRUGS", "A")])

    assert posted(form("DIARY"), page) == {"DRUGS": {"v": "B A"}}
    assert form_class(form("DIARY"))(page).values["DRUGS"].typed == ("A", "B")


# WTForms


def test_one_class_for_one_form_version() -> None:
    assert form_class(form("VITAL")) is form_class(form("VITAL"))
    assert form_class(form("VITAL")) is not form_class(form("BAGS"))


def test_fields_are_the_items_and_the_results_of_panels() -> None:
    names = [field.name for field in form_class(form("BLOOD"))()]

    assert names[:4] == ["LBPERF", "LBDAT", "LBNAM", "SHARE"]
    assert "LB[DAT].LBORRES" in names


@pytest.mark.req("R-059")
def test_a_first_page_is_blank() -> None:
    page = form_class(form("VITAL"))()

    assert all(field.data.blank and field._value() == "" for field in page)


def test_rows_become_fields_when_they_are_kept_or_posted() -> None:
    kept = fill("BAGS", {"BAG[1].BAGNO": "B1"})

    page = form_class(form("BAGS"))(MultiDict([("BAG[2].VOLUME", "40.0")]), kept)

    assert page["BAG[1].BAGNO"].data == Value("B1")
    assert page["BAG[2].VOLUME"].data.typed == Decimal("40.0")


@pytest.mark.req("R-060")
def test_what_cannot_be_read_is_shown_again_with_its_error() -> None:
    page = form_class(form("VITAL"))(MultiDict([("TEMP", "hot"), ("O2", "Y")]), language="zh")

    assert not page.validate()
    assert page["TEMP"]._value() == "hot"
    assert page["TEMP"].errors == ["不是数字。请输入数字，小数用小数点，例如 36.5。"]
    assert page.problems == {"TEMP": Problem("number.format")}
    assert page.values["O2"] == Value("Y")


def test_a_unit_is_read_with_its_value() -> None:
    page = form_class(form("VITAL"))(MultiDict([("TEMP", "98.6"), ("unit:TEMP", "[degF]")]))

    assert page["TEMP"].data.typed == Decimal(37)
    assert page["TEMP"].data.unit == "[degF]"


def test_coded_items_have_their_choices() -> None:
    page = form_class(form("BLOOD"))()

    assert [choice.code for choice in page["LBNAM"].choices] == ["LAB1", "LAB2"]
    assert [choice.code for choice in page["LB[DAT].LBORRES"].choices] == ["NEG", "POS"]
    assert [choice.code for choice in page["LB[DAT].LBCLSIG"].choices] == ["Y", "N"]


def test_a_missing_code_is_shown_as_it_was_typed() -> None:
    page = form_class(form("VITAL"))(None, fill("VITAL", {"TEMP": "nd"}))

    assert page["TEMP"]._value() == "ND"

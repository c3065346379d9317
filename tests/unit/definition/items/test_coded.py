"""Coded items: the code is kept, the label is shown."""

from __future__ import annotations

import pytest

from ecrf.definition import items
from ecrf.definition.values import BLANK, Problem, Value
from tests.unit.definition.items.examples import CODE, COOMBS, LAB, MULTI, YES_NO


@pytest.mark.parametrize("raw", ["SKIN", "skin", "ＳＫＩＮ", " Skin "])
def test_a_code_may_be_typed_in_any_case(raw):
    value = items.parse(CODE, raw)

    assert value == Value("SKIN")
    assert value.typed == "SKIN"


@pytest.mark.req("R-060")
@pytest.mark.parametrize("raw", ["SKI", "SKIN RENAL", "皮肤", "1"])
def test_another_code_is_refused(raw):
    assert items.parse(CODE, raw) == Problem("code.unknown")


@pytest.mark.parametrize(
    "raw", ["RENAL SKIN", ["RENAL", "SKIN"], "renal, skin", ["SKIN", "RENAL", "SKIN"]]
)
def test_several_codes_are_kept_in_the_order_of_the_list(raw):
    value = items.parse(MULTI, raw)

    assert value.text == "SKIN RENAL"
    assert value.typed == ("SKIN", "RENAL")
    assert items.display(MULTI, value, "zh") == "皮肤；肾脏"


def test_no_code_ticked_is_blank():
    assert items.parse(MULTI, []) == BLANK
    assert items.parse(MULTI, ["", " "]) == BLANK


def test_one_wrong_code_among_several_is_refused():
    assert items.parse(MULTI, ["SKIN", "X"]) == Problem("code.unknown")


def test_a_list_with_one_missing_code_is_that_missing_code():
    assert items.parse(MULTI, ["UNK"]) == Value(missing="UNK")


def test_yes_and_no():
    assert items.parse(YES_NO, "y") == Value("Y")
    assert items.display(YES_NO, Value("N"), "zh") == "否"
    assert [choice.code for choice in items.choices(YES_NO)] == ["Y", "N"]


def test_labels_are_those_of_the_language():
    assert items.display(CODE, Value("RENAL"), "en") == "Kidney"
    assert items.display(LAB, Value("SKIN"), "zh-Hans", COOMBS) == "皮肤"
    assert items.display(CODE, Value("GONE"), "en") == "GONE"

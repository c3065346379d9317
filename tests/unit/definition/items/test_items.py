"""What holds for every item type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition import items
from ecrf.definition.values import BLANK, MISSING_CODES, Problem, Value
from tests.unit.definition.items import examples

EVERY = st.sampled_from(examples.EVERY)
ANALYTES = st.sampled_from([None, examples.CREATININE, examples.COOMBS])
# What looks like an entry, with what makes it wrong.
CHARACTERS = st.text("0123456789.-+<>=:/ eETNADUKS皮\n０．＜年", max_size=14)


@pytest.mark.req("R-060")
@given(EVERY, st.one_of(st.text(max_size=40), CHARACTERS), st.text(max_size=8), ANALYTES)
def test_no_text_makes_parsing_fail_otherwise(item, raw, unit, analyte):
    for given_unit in (None, unit):
        assert isinstance(items.parse(item, raw, given_unit, analyte), Value | Problem)


@given(EVERY, CHARACTERS, ANALYTES)
def test_what_was_accepted_is_restored_and_accepted_again(item, raw, analyte):
    value = items.parse(item, raw, None, analyte)
    if isinstance(value, Problem):
        return
    kept = items.restore(item, value.to_json(), analyte)

    assert (kept, kept.typed) == (value, value.typed)
    assert items.parse(item, kept.missing or kept.text, kept.unit, analyte) == value
    assert isinstance(items.display(item, value, "zh", analyte), str)


@pytest.mark.req("R-062")
@pytest.mark.parametrize(
    ("item", "code"),
    [
        (item, code)
        for item in examples.EVERY
        for code in MISSING_CODES
        if code not in [choice.code for choice in items.choices(item)]
    ],
    ids=lambda given: getattr(given, "type", given),
)
def test_a_missing_code_is_no_value_and_not_blank(item, code):
    value = items.parse(item, code, None, examples.CREATININE)

    assert value == Value(missing=code)
    assert value != BLANK and not value.blank and value.typed is None
    assert items.restore(item, value.to_json()) == value


@pytest.mark.parametrize("item", examples.EVERY, ids=lambda item: item.type)
@pytest.mark.parametrize("raw", ["", "  ", "\n"])
def test_nothing_typed_is_blank(item, raw):
    assert items.parse(item, raw) == BLANK


def test_missing_codes_may_be_typed_in_any_case_except_in_texts():
    assert items.parse(examples.DATE, "unk") == Value(missing="UNK")
    assert items.parse(examples.DECIMAL, "ｎｄ") == Value(missing="ND")
    assert items.parse(examples.TEXT, "na").text == "na"


def test_a_missing_code_that_is_not_allowed_is_refused_but_stays_a_text():
    date = examples.DATE.model_copy(update={"missing": ("UNK",)})
    text = examples.TEXT.model_copy(update={"missing": ()})

    assert items.parse(date, "ND") == Problem("missing.not_allowed", {"codes": "UNK"})
    assert items.parse(text, "ND").text == "ND"


def test_a_code_list_wins_over_missing_codes():
    assert items.parse(examples.CODE, "ND") == Value("ND")
    assert items.parse(examples.LAB, "nd", None, examples.COOMBS) == Value("ND")


def test_a_missing_value_is_shown_with_its_code():
    assert items.display(examples.DATE, Value(missing="ND"), "en") == "Not done (ND)"
    assert items.display(examples.DATE, Value(missing="ND"), "zh") == "未做 (ND)"


def test_a_value_that_no_longer_fits_keeps_its_text():
    assert items.restore(examples.CODE, {"v": "GONE"}) == Value("GONE")
    assert items.restore(examples.CODE, {"v": "GONE"}).typed is None

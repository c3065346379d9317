"""Widths, limits and names of controls."""

from __future__ import annotations

import pytest

from ecrf.definition.model import (
    Bounds,
    DateItem,
    DecimalItem,
    MultiItem,
    Text,
    TextItem,
)
from ecrf.definition.model import CodeItem as Code
from ecrf.entry import layout

LABEL = Text(en="x", zh="某")
SHORT = ("Axilla", "Oral", "Ear")


def text(length: int) -> TextItem:
    return TextItem(item="X", label=LABEL, type="text", length=length)


def code(**changes: str) -> Code:
    return Code(item="X", label=LABEL, type="code", codelist="NY", **changes)


def decimal(**bounds: Bounds) -> DecimalItem:
    limits = {name: (bound,) for name, bound in bounds.items()}
    return DecimalItem(item="X", label=LABEL, type="decimal", places=1, **limits)


@pytest.mark.parametrize(
    ("path", "name"),
    [("VSDAT", "VSDAT"), ("BAG[2].BAGID", "BAG-2-BAGID"), ("BAG[2]", "BAG-2")],
)
def test_a_path_becomes_a_name_without_brackets(path: str, name: str) -> None:
    assert layout.html_id(path) == name


@pytest.mark.parametrize(("length", "wide"), [(12, 2), (40, 3), (80, 4), (200, 6)])
def test_a_longer_text_stands_in_a_wider_box(length: int, wide: int) -> None:
    assert layout.columns(text(length)) == wide


def test_a_date_takes_two_columns() -> None:
    assert layout.columns(DateItem(item="X", label=LABEL, type="date")) == 2


def test_few_short_choices_stand_side_by_side() -> None:
    assert layout.is_radio(code(), SHORT)
    assert layout.columns(code(), SHORT) == 3


def test_many_or_long_choices_are_a_list() -> None:
    assert not layout.is_radio(code(), SHORT * 2)
    assert not layout.is_radio(code(), ("a very long label of a choice" * 2,) * 3)
    assert layout.columns(code(), SHORT * 2) == 2


def test_the_definition_may_ask_for_either() -> None:
    assert layout.is_radio(code(display="radio"), ("A", "B", "C", "D", "E", "F"))
    assert not layout.is_radio(code(display="select"), SHORT)


def test_several_choices_take_half_a_line_or_all_of_it() -> None:
    item = MultiItem(item="X", label=LABEL, type="multi", codelist="NY")

    assert layout.columns(item, SHORT) == 6
    assert layout.columns(item, SHORT * 4) == layout.FULL


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert layout.text_px("体温") == layout.text_px("abcd")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [("1", "2", "1–2"), (None, "2", "≤ 2"), ("1", "", "≥ 1"), (None, None, "")],
)
def test_a_span_is_said_in_the_shortest_way(low: object, high: object, said: str) -> None:
    assert layout.span_text(low, high) == said


def test_limits_that_are_numbers_are_printed() -> None:
    assert layout.bounds_text(decimal(soft=Bounds(min=35.5, max=38.5)), "soft") == "35.5–38.5"


def test_limits_that_depend_on_the_subject_are_not() -> None:
    ruled = Bounds(min="age(DM.birth_date, VSDAT)", max=38)

    assert layout.bounds_text(decimal(soft=ruled), "soft") == "≤ 38"
    assert layout.bounds_text(decimal(soft=Bounds(max=38, when="x")), "soft") == ""
    assert layout.bounds_text(decimal(), "soft") == ""

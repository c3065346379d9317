"""Calculated items, files and persons."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition import items
from ecrf.definition.model import CalculatedItem
from ecrf.definition.values import BLANK, PartialDate, Problem, Value
from tests.unit.definition.items.examples import CALCULATED, FILE, LABEL, PERSON


def calculated(result, **given):
    return CalculatedItem(
        item="C", label=LABEL, type="calculated", derive="1", result=result, **given
    )


@pytest.mark.req("R-069")
def test_a_calculated_item_cannot_be_typed():
    assert items.parse(CALCULATED, "1.5") == Problem("calculated.read_only")


def test_all_digits_are_kept_and_rounded_only_when_shown():
    value = items.computed(CALCULATED, Decimal("1.73205"))

    assert value == Value("1.73205", unit="m2")
    assert items.display(CALCULATED, value, "en") == "1.73 m²"
    assert items.restore(CALCULATED, value.to_json()).typed == Decimal("1.73205")


@pytest.mark.parametrize(
    ("result", "typed", "text", "shown"),
    [
        ("integer", Decimal("2.5"), "2.5", "3"),
        ("integer", Decimal("1E+2"), "100", "100"),
        ("date", PartialDate(2025, 5, 1), "2025-05-01", "2025-05-01"),
        ("text", "abc", "abc", "abc"),
        ("code", "Y", "Y", "Y"),
    ],
)
def test_every_kind_of_result(result, typed, text, shown):
    item = calculated(result)
    value = items.computed(item, typed)

    assert value.text == text
    assert items.display(item, value, "en") == shown
    assert items.restore(item, value.to_json()).typed == typed


def test_an_unknown_result_is_blank():
    assert items.computed(CALCULATED, None) == BLANK


def test_a_result_of_another_kind_is_a_mistake_of_the_program():
    with pytest.raises(TypeError):
        items.computed(CALCULATED, ["x"])


def test_a_file_is_kept_by_its_digest_and_shown_by_its_name():
    value = Value("ab" * 32, facets={"name": "scan.pdf"})

    assert items.parse(FILE, "ab" * 32) == Value("ab" * 32)
    assert items.display(FILE, value, "en") == "scan.pdf"


@pytest.mark.parametrize("text", ["x" * 65, "a\x00b"])
def test_what_can_be_no_digest_is_refused(text):
    assert items.parse(FILE, text) == Problem("file.unknown")


def test_a_person_is_shown_by_the_frozen_name():
    value = Value("u7", facets={"name": "Dr Li", "role": "investigator"})

    assert items.parse(PERSON, "u7") == Value("u7")
    assert items.display(PERSON, value, "en") == "Dr Li"
    assert items.parse(PERSON, "x" * 65) == Problem("person.unknown")

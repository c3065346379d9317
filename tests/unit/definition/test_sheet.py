"""A form in words, for people who read definitions."""

from __future__ import annotations

import pytest

from ecrf.definition import sheet
from ecrf.definition.model import Bounds, DecimalItem, TextItem, YesNoItem

LABEL = {"en": "Question", "zh": "问题"}


def item(model, type_, **keys):
    return model(item="X", label=LABEL, type=type_, **keys)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (item(TextItem, "text", length=20), "text (20)"),
        (item(YesNoItem, "yes_no"), "yes no"),
        (
            item(
                DecimalItem,
                "decimal",
                places=1,
                unit="kg",
                units=[{"unit": "g", "factor": "1/1000"}],
            ),
            "decimal, 1 decimal; kg; g × 1/1000",
        ),
    ],
)
def test_a_type_is_said_with_its_size_and_units(given, said):
    assert sheet.kind(given) == said


def test_limits_are_said_with_the_rule_that_says_when():
    bounds = (Bounds(min=80, max=130, when="AGE < 12"), Bounds(min=85), Bounds(max=160))

    assert sheet.limits(bounds) == "80 to 130 if AGE < 12; from 85; up to 160"
    assert sheet.limits(None) == ""


def test_what_else_holds_is_said_in_order():
    given = item(TextItem, "text", length=5, required="A > 1", show="A > 0", missing=("UNK",))

    assert list(sheet.notes(given)) == [
        ("required when", "A > 1"),
        ("shown when", "A > 0"),
        ("missing codes", "UNK"),
    ]

"""Free text: kept as typed, within its length and characters."""

from __future__ import annotations

import pytest

from ecrf.definition import items
from ecrf.definition.model import Choice, Text
from ecrf.definition.values import Problem
from tests.unit.definition.items.examples import LONG, TEXT


def test_inner_blanks_and_wide_characters_stay():
    assert items.parse(TEXT, " ａ  b ").text == "ａ  b"


@pytest.mark.req("R-060")
def test_a_text_that_is_too_long_is_refused():
    assert items.parse(TEXT, "一二三四五").text == "一二三四五"
    assert items.parse(TEXT, "一二三四五六") == Problem(
        "text.too_long", {"length": "5", "given": "6"}
    )


@pytest.mark.parametrize("raw", ["a\nb", "a\x00b", "a\x1bb", "a\u202eb", "a\ud800b", "a\tb"])
def test_characters_that_cannot_be_seen_are_refused(raw):
    assert items.parse(TEXT, raw) == Problem("text.characters")


def test_lines_are_for_long_texts():
    assert items.parse(LONG, "a\r\nb\tc").text == "a\nb\tc"


@pytest.mark.parametrize(
    ("pattern", "raw", "accepted"),
    [
        ("A-Z", "ABC", True),
        ("A-Z", "ABc", False),
        ("A-Z0-9-", "A-1", True),
        ("^]", "^]", True),
        ("^]", "a", False),
        ("[&&a]", "&a[]", True),
    ],
)
def test_a_pattern_is_a_set_of_characters(pattern, raw, accepted):
    item = TEXT.model_copy(update={"pattern": pattern})
    value = items.parse(item, raw)

    assert value == Problem("text.pattern", {"pattern": pattern}) or accepted
    assert not accepted or value.text == raw


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anemia", "Anemia"),
        (" anemia ", "Anemia"),
        ("贫血", "Anemia"),
        ("Immune system disorders － Other，specify", "Other, specify"),
        ("Anaemia of pregnancy", "Anaemia of pregnancy"),
    ],
)
def test_a_suggestion_is_kept_by_its_english_name(typed: str, kept: str) -> None:
    listed = {"Anemia": "贫血", "Other, specify": "Immune system disorders － Other，specify"}
    choices = tuple(
        Choice(code=str(n), label=Text(en=en, zh=zh)) for n, (en, zh) in enumerate(listed.items())
    )
    item = TEXT.model_copy(update={"length": 60, "suggestions": choices})
    assert items.parse(item, typed).text == kept

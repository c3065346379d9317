"""Fixed words: both languages for every code, and no code is ever lost."""

import pytest

from ecrf.definition.items import missing
from ecrf.outputs import fonts, legend, words
from ecrf.outputs.casebook import Words
from ecrf.services import attestations, item_entries, permissions

TABLES = [value for value in vars(words).values() if isinstance(value, dict)]
ALL = [w for table in TABLES for w in table.values() if isinstance(w, Words)]


@pytest.mark.req("R-014")
def test_every_code_that_is_stored_has_words():
    assert set(permissions.ROLES) <= set(words.ROLES)
    assert set(item_entries.REASONS) <= set(words.REASONS)
    assert {code: Words.of(text) for code, text in attestations.MEANINGS.items()} == words.MEANINGS


def test_an_unknown_code_is_printed_as_it_is():
    assert words.of(words.ACTIONS, "record.frobnicate") == Words(
        "record.frobnicate", "record.frobnicate"
    )


def test_a_linked_code_is_decoded():
    assert words.linked("meaning", "review").zh == "审核并批准"
    assert words.linked("query", "7") == Words("7", "7")


@pytest.mark.req("R-107")
def test_every_fixed_word_can_be_printed():
    every = [*ALL, *legend.NOTICES.values(), *(w for pair in legend.LEGEND for w in pair)]
    every += [Words.of(text) for text in missing.LABELS.values()]

    assert all(w.en and w.zh for w in every)
    assert {char for w in every for char in w.en + w.zh} <= fonts.coverage()

"""Suggestions for mistyped names."""

from __future__ import annotations

import pytest

from ecrf.definition.rule_types import NUMBER, list_of, near

NAMES = ("VS.SYSBP", "VSDAT", "TEMP", "O2DEV", "IC.ic_date")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("temp", "TEMP"),
        ("VSDATE", "VSDAT"),
        ("VS.SYSPB", "VS.SYSBP"),
        ("ic.IC_DATE", "IC.ic_date"),
        ("o2dve", "O2DEV"),
    ],
)
def test_the_nearest_name_whatever_its_case(typed, meant):
    assert near(typed, NAMES) == f'did you mean "{meant}"?'


def test_nothing_is_suggested_for_what_is_far():
    assert near("qqq", NAMES) is None
    assert near("x", ()) is None


def test_a_type_reads_as_words():
    assert str(NUMBER) == "a number"
    assert str(list_of(NUMBER)) == "a list"

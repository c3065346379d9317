"""Aggregates over rows: what they give, and when that is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.rule_aggregates import greatest, least
from ecrf.definition.values import PartialDate
from tests.unit.definition.envs import result, typed


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("sum(VOL)", [1, 2, 3], 6),
        ("sum(VOL)", [], 0),
        ("sum(VOL)", [1, None], None),
        ("sum(VOL)", [1, "<2"], None),
        ("sum(coalesce(VOL, 0))", [1, None], 1),
        ("sum(VOL * 2, VOL > 1)", [1, 2, 3], 10),
        ("sum(VOL, VOL > 1)", [1, None], None),
        ("count(VOL)", [1, None, 3], 2),
        ("count(VOL > 1)", [1, 2, 3], 2),
        ("count(VOL > 1)", [1, None, 3], None),
        ("min(VOL)", [3, 1, 2], 1),
        ("max(VOL)", [3, 1, 2], 3),
        ("min(VOL)", [], None),
        ("min(VOL)", [3, "<1"], typed("<1")),
        ("min(VOL)", [3, "<5"], None),
        ("max(VOL)", [3, "<1"], 3),
        ("max(VOL, VOL < 3)", [3, 1, 2], 2),
        ("any_of(VOL > 2)", [1, None, 3], True),
        ("any_of(VOL > 2)", [1, None], None),
        ("any_of(VOL > 2)", [], False),
        ("all_of(VOL > 2)", [], True),
        ("all_of(VOL > 2)", [1, None], False),
        ("all_of(VOL > 2)", [3, None], None),
        ("first(VOL)", [1, 2], 1),
        ("last(VOL)", [1, 2], 2),
        ("last(VOL, VOL < 2)", [1, 2], 1),
        ("last(VOL, VOL < 2)", [1, None], None),
        ("last(VOL)", [], None),
        ("sum(min(VOL, 2))", [1, 5], 3),
    ],
)
def test_over_rows(source, values, expected):
    assert result(source, VOL=values) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum(A, B, 1)", 6),
        ("min(A, B)", 2),
        ("max(A, B)", 3),
        ("count(A, B, TXT)", 2),
        ("count(A > 2, B > 2)", 1),
        ("any_of(A > 2, B > 2)", True),
        ("all_of(A > 2, B > 2)", False),
        ("min(D, E)", typed("2024-05")),
    ],
)
def test_over_arguments(source, expected):
    assert result(source, A=2, B=3, D="2024-05", E="2024-07-01") == expected


def test_several_lists_of_the_same_rows():
    values = {"VOL": [1, 2], "DAY": ["2024-05-01", "2024-06-01"]}

    assert result("sum(VOL, DAY > date('2024-05-15'))", **values) == 2


DATES = st.builds(
    PartialDate,
    st.integers(2023, 2025),
    st.integers(1, 12),
    st.one_of(st.none(), st.integers(1, 28)),
)


@given(st.lists(DATES, min_size=1, max_size=5))
def test_the_least_is_no_later_than_any_other_can_be(dates):
    found, last = least(dates), greatest(dates)

    if found is not None:
        assert all(found.latest <= d.earliest for d in dates if d is not found)
    if last is not None:
        assert all(last.earliest >= d.latest for d in dates if d is not last)

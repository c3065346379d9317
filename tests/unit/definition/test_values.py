"""Values, partial dates and paths."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.values import (
    BLANK,
    Censored,
    PartialDate,
    Value,
    item_path,
    split_path,
)

OIDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)


@pytest.mark.req("R-063")
@pytest.mark.parametrize(
    ("date", "text", "earliest", "latest"),
    [
        (PartialDate(2024), "2024", "2024-01-01", "2024-12-31"),
        (PartialDate(2024, 2), "2024-02", "2024-02-01", "2024-02-29"),
        (PartialDate(2024, 12), "2024-12", "2024-12-01", "2024-12-31"),
        (PartialDate(2024, 5, 7), "2024-05-07", "2024-05-07", "2024-05-07"),
    ],
)
def test_a_partial_date_stands_for_an_interval(date, text, earliest, latest):
    assert str(date) == text
    assert date.earliest == dt.date.fromisoformat(earliest)
    assert date.latest == dt.date.fromisoformat(latest)
    assert date.complete == (len(text) == 10)


def test_blank_and_missing_differ_in_what_is_kept():
    assert BLANK.to_json() == {"v": ""}
    assert Value(missing="ND").to_json() == {"m": "ND"}
    assert BLANK.blank and not Value(missing="ND").blank


def test_what_is_kept_is_small_and_in_order():
    value = Value("1.0", unit="mg/dL", facets={"nu": "umol/L", "n": "88.4"}, typed=Decimal("88.4"))

    assert list(value.to_json()["f"]) == ["n", "nu"]
    assert value == Value("1.0", unit="mg/dL", facets={"n": "88.4", "nu": "umol/L"})


def test_a_censored_number_reads_as_reported():
    assert str(Censored("<", Decimal("0.50"))) == "<0.50"


@given(OIDS, st.one_of(st.none(), OIDS), OIDS)
def test_a_path_is_taken_apart_as_it_was_put_together(item, group, row):
    path = item_path(item, group, row if group else None)

    assert split_path(path) == (item, group, row if group else None)


def test_the_path_of_a_row():
    assert split_path("BAG[2]") == ("", "BAG", "2")

"""Dates and times: every way of typing them, one way of keeping them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition import items
from ecrf.definition.values import PartialDate, Problem
from tests.unit.definition.items.examples import DATE, MOMENT, PARTIAL, TIME

YEARS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(YEARS, st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]))
def test_a_date_is_kept_as_iso(date, pattern):
    typed = f"{date.year:04d}{date.strftime(pattern)[4:]}"
    value = items.parse(DATE, typed)

    assert value.text == date.isoformat()
    assert value.typed == PartialDate(date.year, date.month, date.day)


@pytest.mark.req("R-063")
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2026", "2026"),
        ("2026-10", "2026-10"),
        ("2026/1", "2026-01"),
        ("2026年1月", "2026-01"),
        ("2026-1-5", "2026-01-05"),
        ("２０２６－１０", "2026-10"),
    ],
)
def test_a_partial_date_keeps_what_is_known(raw, text):
    value = items.parse(PARTIAL, raw)

    assert value.text == text
    assert str(value.typed) == text
    assert items.parse(DATE, raw) == (value if len(text) == 10 else Problem("date.incomplete"))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2026-02-30", "date.impossible"),
        ("2026-13", "date.impossible"),
        ("2026-00-10", "date.impossible"),
        ("20260230", "date.impossible"),
        ("0001-01-01", "date.impossible"),
        ("261019", "date.format"),
        ("202610", "date.format"),
        ("19-10-2026", "date.format"),
        ("today", "date.format"),
        ("2026-10-19-01", "date.format"),
    ],
)
def test_what_is_no_date(raw, code):
    assert items.parse(PARTIAL, raw).code == code


@pytest.mark.parametrize(
    ("raw", "text"),
    [("640", "06:40"), ("0640", "06:40"), ("6:40", "06:40"), ("２３：５９", "23:59")],
)
def test_a_time_is_kept_with_a_colon(raw, text):
    assert items.parse(TIME, raw).text == text


@pytest.mark.parametrize("raw", ["24:00", "12:60", "6", "06:40:30", "6.40", "am"])
def test_what_is_no_time(raw):
    assert items.parse(TIME, raw) == Problem("time.format")


@pytest.mark.parametrize(
    "raw",
    [
        "20261019 0640",
        "202610190640",
        "2026-10-19T06:40",
        "2026-10-19 6:40",
        "2026/10/19  640",
        "2026年10月19日 06：40",
    ],
)
def test_a_moment_is_kept_as_iso(raw):
    value = items.parse(MOMENT, raw)

    assert value.text == "2026-10-19T06:40"
    assert value.typed == dt.datetime(2026, 10, 19, 6, 40)
    assert items.display(MOMENT, value, "en") == "2026-10-19 06:40"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2026-10-19", "datetime.incomplete"),
        ("2026-10 0640", "date.incomplete"),
        ("2026-02-30 0640", "date.impossible"),
        ("2026-10-19 2460", "time.format"),
        ("0640", "datetime.format"),
        ("x", "datetime.format"),
    ],
)
def test_what_is_no_moment(raw, code):
    assert items.parse(MOMENT, raw).code == code

"""Study days: the worked examples of part B 3.11."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.clinical.study_day import protocol_day, protocol_day_of, sdtm_day

D0 = dt.date(2025, 8, 20)
EXAMPLES = [
    ("2025-08-15", -5, -5),
    ("2025-08-19", -1, -1),
    ("2025-08-20", 0, 1),
    ("2025-08-21", 1, 2),
    ("2025-09-17", 28, 29),
]


@pytest.mark.req("R-069")
@pytest.mark.parametrize(("date", "protocol", "sdtm"), EXAMPLES)
def test_the_days_are_the_published_ones(date: str, protocol: int, sdtm: int) -> None:
    day = dt.date.fromisoformat(date)

    assert (protocol_day(day, D0), sdtm_day(day, D0)) == (protocol, sdtm)


@given(st.dates(), st.dates())
def test_sdtm_has_no_day_zero_and_leads_back(date: dt.date, d0: dt.date) -> None:
    day = sdtm_day(date, d0)

    assert day != 0
    assert protocol_day_of(day) == protocol_day(date, d0)


def test_day_zero_of_sdtm_is_no_day() -> None:
    assert protocol_day_of(0) is None

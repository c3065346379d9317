"""How limits and values are written in messages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.values import Censored, PartialDate
from ecrf.entry.bounds import written
from tests.unit.entry.filling import form


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (Decimal("45.0"), "45.0 °C"),
        (Decimal("37.77777777777777777777777777777778"), "37.778 °C"),
        (Decimal("1E+2"), "100 °C"),
        (Censored("<", Decimal(30)), "<30 °C"),
        (PartialDate(2025, 5), "2025-05"),
        (dt.time(6, 5), "06:05"),
        (dt.datetime(2025, 5, 10, 6, 5), "2025-05-10 06:05"),
    ],
)
def test_a_value_is_written_for_people(typed: object, text: str) -> None:
    assert written(typed, form("VITAL").item("TEMP")) == text

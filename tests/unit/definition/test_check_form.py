"""Small decisions of the form checks; the messages are in the corpus."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.check_form import check_limits, check_units, decimals
from ecrf.definition.model import AltUnit, Bounds
from ecrf.definition.source import Source


def messages(check, *given):
    source = Source("x", "", "")
    check(*given, source, ())
    return [error.message for error in source.errors]


@pytest.mark.parametrize(
    ("factor", "problems"),
    [
        ("88.4", 0),
        ("5/9", 0),
        ("1/113.12", 0),
        ("-1", 1),
        ("0", 1),
        ("1/0", 1),
        ("1/0.0", 1),
        ("1e3", 1),
        ("x", 1),
        ("1/2/3", 1),
    ],
)
def test_a_factor_is_a_positive_decimal_or_fraction(factor, problems):
    assert len(messages(check_units, "kg", [AltUnit(unit="g", factor=factor)])) == problems


def test_a_limit_may_be_open_or_a_rule():
    assert messages(check_limits, Bounds(min=1), 0) == []
    assert messages(check_limits, Bounds(min="A", max=Decimal("1.5")), 1) == []
    assert messages(check_limits, Bounds(), 0) == ["limits need a min or a max"]


@pytest.mark.parametrize(("limit", "count"), [("1", 0), ("1.50", 2), ("1E+2", 0)])
def test_decimals_are_counted_as_written(limit, count):
    assert decimals(Decimal(limit)) == count

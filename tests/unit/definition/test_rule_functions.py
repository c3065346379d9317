"""The functions of the language, called as rules call them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.rule_functions import number
from tests.unit.definition.envs import result

HALF_PAST_TEN = dt.time(10, 30)


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("sqrt(A)", {"A": 9}, Decimal(3)),
        ("sqrt(A)", {"A": -1}, None),
        ("abs(A)", {"A": "-1.50"}, Decimal("1.50")),
        ("floor(A)", {"A": "-1.5"}, Decimal(-2)),
        ("len(TXT)", {"TXT": "体温"}, Decimal(2)),
        ("number(SEV) >= 2", {}, None),
        ("starts(TXT, 'ABN')", {"TXT": "ABN_CS"}, True),
        ("grade(TXT)", {"TXT": "L3"}, Decimal(3)),
        ("grade(TXT)", {"TXT": "none"}, None),
        ("direction(TXT) == 'L'", {"TXT": "L3"}, True),
        ("direction(TXT) == ''", {"TXT": "0x"}, True),
        ("year(D)", {"D": "2024-05"}, Decimal(2024)),
        ("days(D, E)", {"D": "2024-02-28", "E": "2024-03-01"}, Decimal(2)),
        ("days(D, E)", {"D": "2024-02", "E": "2024-03-01"}, None),
        ("add_days(D, 1.5)", {"D": "2024-02-28"}, None),
        ("add_days(D, 99999)", {"D": "9999-12-31"}, None),
        ("year(add_years(D, 2))", {"D": "2024-02-29"}, Decimal(2026)),
        ("chosen(ORG)", {"ORG": ("SKIN", "RENAL")}, Decimal(2)),
        ("age(D, E)", {"D": "2000-01-01", "E": "2018-01-01"}, Decimal(18)),
        ("date_of(M) == D", {"M": dt.datetime(2024, 5, 1, 8, 0), "D": "2024-05-01"}, True),
        ("minutes(at(D, T), M)", {"D": "2024-05-01", "T": HALF_PAST_TEN,
                                  "M": dt.datetime(2024, 5, 1, 11, 0)}, Decimal(30)),
        ("T > time('10:00')", {"T": HALF_PAST_TEN}, True),
    ],
)  # fmt: skip
def test_functions(source, values, expected):
    assert result(source, **values) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("3", 3), ("-2", -2), ("1.5", Decimal("1.5")), ("A", None), (".5", None)]
)
def test_the_number_of_a_code(text, expected):
    assert number(text) == expected

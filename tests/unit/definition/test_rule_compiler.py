"""Types of expressions: what may be compared, combined and returned."""

from __future__ import annotations

import datetime as dt

import pytest

from ecrf.definition.rules import RuleError, compile_rule
from tests.unit.definition.envs import SCOPE, result


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("A + 1", "number"),
        ("A > 1", "bool"),
        ("D", "date"),
        ("DEV", "text"),
        ("ORG", "codes"),
        ("A if P else B", "number"),
        ("coalesce(D, E)", "date"),
        ("count(VOL)", "number"),
        ("last(DAY)", "date"),
        ("at(D, T)", "datetime"),
    ],
)
def test_the_type_of_a_rule(source, kind):
    assert compile_rule(source, SCOPE).type.kind == kind


def test_the_codes_a_rule_can_give():
    assert compile_rule("'Y' if P else 'N'", SCOPE).type.codes == {"Y", "N"}
    assert compile_rule("DEV if P else TXT", SCOPE).type.codes is None


@pytest.mark.parametrize(
    "source",
    [
        "A > D",
        "A == DEV",
        "D == M",
        "T < D",
        "TXT < 'b'",
        "DEV >= 'HFNC'",
        "P > Q",
        "A and P",
        "not A",
        "-D",
        "A + DEV",
        "D - E",
        "'a' + 'b' == TXT",
        "A if B else A",
        "A if P else D",
        "DEV in ORG and A",
        "A in ORG",
        "DEV in 'RA'",
        "DEV in ['RA', 'X']",
        "DEV == SEV",
        "'X' == DEV",
        "DEV != 'X'",
        "A in [1, 'x']",
        "VOL > 1",
        "ORG == 'SKIN'",
        "+A",
        "~A",
        "A % 2 == 1",
        "A // 2 == 1",
        "P is Q",
        "A.B.C > 1",
        "A.x > 1",
        "days > 1",
    ],
)
def test_what_does_not_fit_together(source):
    with pytest.raises(RuleError):
        compile_rule(source, SCOPE)


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("P and Q", {"P": True, "Q": None}, None),
        ("P and Q", {"P": None, "Q": False}, False),
        ("P or Q", {"P": None, "Q": True}, True),
        ("not P", {}, None),
        ("A if P else B", {"A": 1, "B": 1}, 1),
        ("A if P else B", {"A": 1, "B": 2}, None),
        ("A if P else B", {"A": 1, "B": 2, "P": False}, 2),
        ("DEV in ['RA', 'HFNC']", {"DEV": "RA"}, True),
        ("DEV not in ['RA', 'HFNC']", {"DEV": "RA"}, False),
        ("DEV in ['RA']", {}, None),
        ("'SKIN' in ORG", {"ORG": ("SKIN",)}, True),
        ("TXT in ORG", {"ORG": ("SKIN",)}, None),
        ("A in [B, 3]", {"A": 3}, True),
        ("A in [B, 3]", {"A": 4}, None),
        ("D in [E]", {"D": "2024-05", "E": "2024-05-01"}, None),
        ("1 < A < 3", {"A": "<5"}, None),
        ("1 < A < 3", {"A": ">5"}, False),
        ("A + 1", {"A": "<5"}, None),
        ("-A", {"A": "1.50"}, -1.5),
        ("M < N", {"M": dt.datetime(2024, 1, 1), "N": dt.datetime(2024, 1, 2)}, True),
        ("P == Q", {"P": True, "Q": True}, True),
        ("TXT != 'x'", {"TXT": "y"}, True),
        ("D <= IC.ic_date", {"D": "2024-05-01", "IC__ic_date": "2024-05"}, True),
    ],
)
def test_three_valued_results(source, values, expected):
    assert result(source, **values) == expected

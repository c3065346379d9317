"""The forms of the language: present, blank, missing, coalesce, round, date, time, aggregates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.rules import RuleError, compile_rule
from ecrf.definition.values import BLANK, Value
from tests.unit.definition.envs import SCOPE, result


@pytest.mark.req("R-062")
def test_blank_missing_and_present_differ():
    kept, coded = Value("1", typed=Decimal(1)), Value(missing="ND")

    for value, expected in ((kept, "present"), (coded, "missing"), (BLANK, "blank")):
        for name in ("present", "missing", "blank"):
            assert result(f"{name}(A)", A=value) is (name == expected)


def test_present_takes_any_expression():
    assert result("present(today)", today="2024-05-01") is True
    assert result("present(A + B)", A=1) is False


def test_blank_inside_rows():
    assert result("any_of(blank(VOL))", VOL=[1, 2]) is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("coalesce(A, B, 3)", 2),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(2.5)", 3),
        ("round(A)", None),
    ],
)
def test_coalesce_and_round(source, expected):
    assert result(source, B=2) == expected


@pytest.mark.parametrize(
    "source",
    [
        "blank(A + 1)",
        "blank(today)",
        "blank(params.limit)",
        "coalesce(A)",
        "coalesce(A, TXT)",
        "round(A, B)",
        "round(A, 1.5)",
        "round(A, 99)",
        "round(A, True)",
        "date(TXT)",
        "date('2024-2-1')",
        "time('25:00')",
        "sum(A)",
        "sum(BAD)",
        "sum(TXT, TXT)",
        "any_of(VOL)",
        "min(VOL, 3)",
        "last(A, B)",
        "sum(VOL, VOL > 1, VOL > 2)",
        "sum(sum(VOL))",
        "sum(VOL + OTHER)",
        "min(ORG, ORG)",
    ],
)
def test_forms_of_the_language_are_typed(source):
    with pytest.raises(RuleError):
        compile_rule(source, SCOPE)

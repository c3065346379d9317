"""Functions that the caller brings: how rules call them, and with what."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.rules import (
    DATE,
    DAY,
    NUMBER,
    TEXT,
    Function,
    RuleError,
    code,
    compile_rule,
    list_of,
)
from tests.unit.definition.envs import SCOPE, Given

FUNCTIONS = {
    function.name: function
    for function in (
        Function("double", (NUMBER,), NUMBER, lambda n: n * 2),
        Function("loud", (NUMBER,), NUMBER, lambda n: n, censored=True),
        Function("unless", (NUMBER, NUMBER), NUMBER, lambda a, b: a or b or 0, strict=False),
        Function("third", (NUMBER,), NUMBER, lambda n: 1 / (n - n)),
        Function("week", (DAY,), NUMBER, lambda d: d.isocalendar().week),
        Function("next_day", (DAY,), DATE, lambda d: d + dt.timedelta(days=1)),
        Function("total", (list_of(NUMBER),), NUMBER, lambda ns: sum(n or 0 for n in ns)),
        Function("join", (TEXT, TEXT), TEXT, lambda *t: "".join(t), optional=1, variadic=True),
        Function("device", (code(["RA"]),), TEXT, lambda t: t),
    )
}


def called(source, **values):
    return compile_rule(source, SCOPE, FUNCTIONS).evaluate(Given(**values))


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("double(A)", {"A": "1.25"}, Decimal("2.50")),
        ("double(A)", {}, None),
        ("double(A)", {"A": "<1"}, None),
        ("loud(A) < 2", {"A": "<1"}, True),
        ("unless(A, B)", {"B": 3}, 3),
        ("third(A)", {"A": 1}, None),
        ("week(D)", {"D": "2024-05-01"}, 18),
        ("week(D)", {"D": "2024-05"}, None),
        ("next_day(D) == E", {"D": "2024-05-01", "E": "2024-05-02"}, True),
        ("total(VOL)", {"VOL": [1, None, 2]}, 3),
        ("total([A, B])", {"A": 1}, 1),
        ("join('a', TXT, 'c')", {"TXT": "b"}, "abc"),
        ("join('a')", {}, "a"),
    ],
)
def test_functions_of_the_caller(source, values, expected):
    assert called(source, **values) == expected


@pytest.mark.parametrize(
    "source",
    ["double()", "double(A, B)", "double(TXT)", "total(A)", "week(M)", "device('HFNC')", "join()"],
)
def test_wrong_arguments_are_refused(source):
    with pytest.raises(RuleError):
        compile_rule(source, SCOPE, FUNCTIONS)

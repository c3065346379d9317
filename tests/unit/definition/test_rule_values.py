"""Kleene logic, and comparisons of intervals against every point in them."""

from __future__ import annotations

import datetime as dt
import itertools
import operator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.rule_values import (
    add,
    compare_dates,
    compare_numbers,
    divide,
    every,
    multiply,
    negate,
    round_half_up,
    some,
    subtract,
)
from ecrf.definition.values import Censored, PartialDate

TRUTHS = (True, False, None)
OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def agreed(answers):
    """What all answers say, None when they differ."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def completions(truth):
    return (True, False) if truth is None else (truth,)


@pytest.mark.req("R-062")
@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_logic_is_what_every_completion_agrees_on(a, b):
    pairs = list(itertools.product(completions(a), completions(b)))

    assert every((a, b)) == agreed(x and y for x, y in pairs)
    assert some((a, b)) == agreed(x or y for x, y in pairs)
    assert negate(a) == agreed(not x for x in completions(a))


@given(st.lists(st.sampled_from(TRUTHS), max_size=6))
def test_de_morgan_holds(truths):
    assert negate(every(truths)) == some(negate(truth) for truth in truths)
    assert every(truths) == every(reversed(truths))


@st.composite
def partial_dates(draw):
    date = draw(st.dates(dt.date(2023, 11, 1), dt.date(2024, 4, 30)))
    known = draw(st.integers(1, 3))
    return PartialDate(*(date.year, date.month, date.day)[:known])


WINDOW = [dt.date(2023, 11, 1) + dt.timedelta(days=day) for day in range(182)]


def days_of(date):
    """The completions of a date that can matter: its ends, and all where other dates are."""
    inside = {day for day in WINDOW if date.earliest <= day <= date.latest}
    return inside | {date.earliest, date.latest}


@pytest.mark.req("R-063")
@given(partial_dates(), partial_dates(), st.sampled_from(sorted(OPERATORS)))
def test_partial_dates_compare_as_every_completion(a, b, op):
    pairs = itertools.product(days_of(a), days_of(b))
    expected = agreed(OPERATORS[op](x, y) for x, y in pairs)

    assert compare_dates(op, a, b) == expected


NUMBERS = st.integers(-3, 3).map(Decimal)
CENSORED = st.builds(Censored, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS)


def points_of(number):
    """Points on both sides of every whole number near by, and far away."""
    near = [Decimal(n) / 4 for n in range(-24, 25)] + [Decimal(-99), Decimal(99)]
    if isinstance(number, Decimal):
        return [number]
    return [point for point in near if OPERATORS[number.op](point, number.value)]


@given(st.one_of(NUMBERS, CENSORED), st.one_of(NUMBERS, CENSORED), st.sampled_from(list(OPERATORS)))
def test_censored_numbers_compare_as_every_point(a, b, op):
    pairs = itertools.product(points_of(a), points_of(b))

    assert compare_numbers(op, a, b) == agreed(OPERATORS[op](x, y) for x, y in pairs)


@pytest.mark.parametrize(
    ("value", "op", "limit", "expected"),
    [
        ("<80", ">=", "80", False),
        (">1000", ">=", "80", True),
        ("<0.5", "<", "0.3", None),
        ("<0.5", "<", "0.5", True),
        ("<=0.5", "<", "0.5", None),
    ],
)
def test_the_examples_of_the_specification(value, op, limit, expected):
    sign = value[: 2 if value[1] == "=" else 1]
    censored = Censored(sign, Decimal(value.removeprefix(sign)))

    assert compare_numbers(op, censored, Decimal(limit)) is expected


def test_arithmetic_is_exact_or_has_34_digits():
    assert add(Decimal("0.1"), Decimal("0.2")) == Decimal("0.3")
    assert subtract(Decimal("20.1"), Decimal("10.1")) == 10
    assert multiply(Decimal("56.56"), Decimal("0.5")) == Decimal("28.28")
    assert len(str(divide(Decimal(1), Decimal(3)))) == 36


def test_what_has_no_result_is_unknown():
    assert divide(Decimal(1), Decimal(0)) is None
    assert multiply(Decimal("1E6000"), Decimal("1E6000")) is None


@pytest.mark.parametrize(
    ("number", "places", "expected"), [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("1.005", 2, "1.01")]
)
def test_rounding_is_half_up(number, places, expected):
    assert round_half_up(Decimal(number), places) == Decimal(expected)

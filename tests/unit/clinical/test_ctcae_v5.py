"""Every row of data/ctcae_v5.csv: the worked examples of the specification, and each boundary."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.clinical import ctcae_v5
from ecrf.clinical.ctcae_v5 import Facts, Interval, lab_grade
from ecrf.clinical.ctcae_v5_table import TABLE

DATA = Path(__file__).with_name("data") / "ctcae_v5.csv"
EXAMPLES = [tuple(row) for row in csv.reader(DATA.read_text(encoding="utf-8").splitlines())][1:]
ANALYTES = sorted({row.analyte for row in TABLE})
INFINITY = Decimal("Infinity")

numbers = st.decimals(min_value=0, max_value=2000, places=2)
maybe = st.none() | numbers
answers = st.none() | st.booleans()


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def answer(text: str) -> bool | None:
    return {"Y": True, "N": False}.get(text)


def result(text: str) -> Decimal | Interval:
    closed = "=" in text
    if text.startswith("<"):
        return -INFINITY, False, Decimal(text.strip("<=")), closed
    if text.startswith(">"):
        return Decimal(text.strip(">=")), closed, INFINITY, False
    return Decimal(text)


@pytest.mark.req("R-069")
@pytest.mark.parametrize("example", EXAMPLES, ids=",".join)
def test_a_result_has_the_published_grade(example: tuple[str, ...]) -> None:
    analyte, lln, uln, baseline, symptoms, warfarin, value, expected = example
    facts = Facts(number(lln), number(uln), number(baseline), answer(symptoms), answer(warfarin))

    grade = lab_grade(analyte, result(value), facts)

    assert ("" if grade is None else str(grade)) == expected


def test_every_term_is_reached_by_an_example() -> None:
    graded = {example[0] for example in EXAMPLES if example[-1] not in ("", "0")}

    assert graded == set(ANALYTES)


def test_every_condition_of_the_table_can_be_read() -> None:
    assert all(ctcae_v5._ladder(row.grades) for row in TABLE)


def test_a_condition_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="not a condition"):
        ctcae_v5._ladder("1 below LLN")


def test_urine_protein_is_graded_by_age() -> None:
    child, adult = Facts(age_years=17), Facts(age_years=18)

    assert str(lab_grade("UPCR", Decimal(2), child)) == "H3"
    assert lab_grade("UPCR", Decimal(2), adult) is None
    assert str(lab_grade("UPROT24", Decimal(4), adult)) == "H3"


def test_the_dipstick_has_its_own_grades() -> None:
    assert [ctcae_v5.dipstick_grade(code) for code in ("NEG", "P1", "P3", "P4", "?")] == [
        0,
        1,
        2,
        3,
        None,
    ]


def test_a_grade_names_its_term_in_both_languages() -> None:
    grade = lab_grade("HGB", Decimal(79), Facts(Decimal(115), Decimal(150)))

    assert grade is not None and grade.term is not None
    assert (grade.term.en, grade.term.zh) == ("Anemia", "贫血")


@given(st.sampled_from(TABLE), numbers, numbers, maybe, maybe, maybe, answers, answers)
def test_a_worse_result_never_has_a_milder_grade(
    row, one, other, lln, uln, baseline, symptoms, warfarin
) -> None:
    facts = Facts(lln, uln, baseline, symptoms, warfarin)
    low, high = sorted((one, other))
    better, worse = (high, low) if row.direction == "L" else (low, high)

    mild = ctcae_v5._graded(row, (better, True, better, True), facts)
    severe = ctcae_v5._graded(row, (worse, True, worse, True), facts)

    assert severe is None or mild is None or severe >= mild


@given(st.sampled_from(ANALYTES), st.sampled_from("<>"), numbers, numbers, maybe, maybe, maybe)
def test_an_interval_has_a_grade_only_if_all_of_it_has_that_grade(
    analyte, op, limit, distance, lln, uln, baseline
) -> None:
    facts = Facts(lln, uln, baseline)
    whole = lab_grade(analyte, result(f"{op}{limit}"), facts)
    point = limit - distance if op == "<" else limit + distance

    if whole is not None and distance:
        assert str(lab_grade(analyte, point, facts)) == str(whole)


@given(st.sampled_from(ANALYTES), numbers, numbers, numbers, maybe)
def test_an_unknown_limit_never_changes_a_grade_that_stands(
    analyte, value, lln, uln, baseline
) -> None:
    without = lab_grade(analyte, value, Facts())
    known = lab_grade(analyte, value, Facts(lln=min(lln, uln), uln=max(lln, uln)))

    if without is not None and known is not None and without.direction == known.direction:
        assert known.grade >= without.grade


def test_the_ladder_goes_from_the_worst_grade_down() -> None:
    for row in TABLE:
        grades = [grade for grade, _ in ctcae_v5._ladder(row.grades)]
        assert all(a > b for a, b in pairwise(grades))

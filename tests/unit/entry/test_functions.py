"""Clinical functions as rules call them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.rules import (
    DATE,
    NUMBER,
    TEXT,
    RuleError,
    Scope,
    compile_rule,
    list_of,
)
from ecrf.definition.values import PartialDate
from ecrf.entry.functions import FUNCTIONS

SCOPE = Scope({"H": NUMBER, "W": NUMBER, "D": DATE, "D0": DATE})
KNOWN = {"H": Decimal(165), "W": Decimal(60), "D0": PartialDate(2025, 8, 20)}


def value(source: str, **given):
    return compile_rule(source, SCOPE, FUNCTIONS).evaluate((KNOWN | given).get)


@pytest.mark.req("R-069")
def test_the_body_surface_is_not_rounded() -> None:
    assert str(value("bsa_mosteller(H, W)")).startswith("1.6583123951")
    assert value("bsa_mosteller(H, W)", W=None) is None


def test_days_are_counted_from_the_infusion() -> None:
    day = PartialDate(2025, 8, 19)

    assert value("protocol_day(D, D0)", D=day) == Decimal(-1)
    assert value("sdtm_day(D, D0)", D=PartialDate(2025, 8, 20)) == Decimal(1)


def test_an_incomplete_date_has_no_study_day() -> None:
    assert value("protocol_day(D, D0)", D=PartialDate(2025, 9)) is None


@pytest.mark.req("R-069")
def test_a_calculator_is_called_with_names() -> None:
    scope = Scope({"CITY": NUMBER, "GROUP": TEXT})
    rule = compile_rule("ice_score(ICEYEAR=1, ICECITY=CITY)", scope, FUNCTIONS)

    assert rule.evaluate({}.get) is None
    with pytest.raises(RuleError, match="no input 'ICECITI'; did you mean \"ICECITY\""):
        compile_rule("ice_score(ICECITI=1)", scope, FUNCTIONS)
    with pytest.raises(RuleError, match="write ice_score"):
        compile_rule("ice_score(1)", scope, FUNCTIONS)


def test_a_grade_is_the_code_of_a_list() -> None:
    scope = Scope({"T": NUMBER})
    rule = compile_rule(
        "astct_crs_grade(CRSDTEMP=T, CRSDFOC='N', CRSDAP='N', CRSDHYP='NONE', CRSDO2='RA',"
        " CRSDHOC='N', CRSDOOC='N', EPISODE_OPEN='N', DEATH='N') == '1'",
        scope,
        FUNCTIONS,
    )

    assert rule.evaluate({"T": Decimal("38.2")}.get) is True


@pytest.mark.req("R-069")
def test_a_course_of_counts_is_graded_from_the_infusion() -> None:
    scope = Scope({"D": list_of(DATE, "LBH"), "N": list_of(NUMBER, "LBH"), "D0": DATE, "T": DATE})
    rule = compile_rule("icaht_early(D, N, D0, T) == '1'", scope, FUNCTIONS)
    days = [PartialDate(2025, 8, 20), PartialDate(2025, 8, 22), None, PartialDate(2025, 8, 26)]
    known = {"D": days, "N": [Decimal(2), Decimal("0.4"), Decimal(0), Decimal(3)]}

    known |= {"D0": PartialDate(2025, 8, 20), "T": PartialDate(2025, 8, 26)}
    assert rule.evaluate(known.get) is True


@pytest.mark.req("R-069")
def test_the_later_date_is_the_known_one() -> None:
    scope = Scope({"A": DATE, "B": DATE, "C": DATE})
    rule = compile_rule("later(A, B) == C", scope, FUNCTIONS)
    one, two = PartialDate(2025, 8, 20), PartialDate(2025, 8, 26)

    assert rule.evaluate({"A": one, "B": two, "C": two}.get) is True
    assert rule.evaluate({"A": two, "B": one, "C": two}.get) is True
    assert rule.evaluate({"A": one, "B": None, "C": one}.get) is True
    assert rule.evaluate({"A": None, "B": None, "C": one}.get) is None


def test_every_function_is_known_by_its_own_name() -> None:
    assert all(name == function.name for name, function in FUNCTIONS.items())


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("analyte", "direction", "term"),
    [
        ("HGB", "L", "Anemia"),
        ("LYM", "L", "Lymphocyte count decreased"),
        ("LYM", "H", "Lymphocyte count increased"),
        ("NEUT", "H", None),
    ],
)
def test_a_graded_result_has_the_term_of_its_direction(
    analyte: str, direction: str, term: str | None
) -> None:
    assert FUNCTIONS["ctcae_term"].call(analyte, direction) == term

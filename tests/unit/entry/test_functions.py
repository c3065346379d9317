"""Clinical functions as rules call them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.rules import DATE, NUMBER, Scope, compile_rule
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


def test_every_function_is_known_by_its_own_name() -> None:
    assert all(name == function.name for name, function in FUNCTIONS.items())

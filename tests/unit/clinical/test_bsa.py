"""Body surface area: the worked examples of part A 3.13 and part B 3.10."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.clinical.bsa import bsa_mosteller

EXAMPLES = [
    ("165", "60", "1.658"),
    ("120", "22", "0.856"),
    ("178", "82.5", "2.020"),
    ("165", "58", "1.630"),
    ("172", "70", "1.829"),
    ("128", "26", "0.961"),
]


@pytest.mark.req("R-069")
@pytest.mark.parametrize(("height", "weight", "area"), EXAMPLES)
def test_the_area_is_the_published_one(height: str, weight: str, area: str) -> None:
    found = bsa_mosteller(Decimal(height), Decimal(weight))

    assert found is not None and round(found, 3) == Decimal(area)


@pytest.mark.parametrize(("height", "weight"), [("0", "60"), ("165", "0"), ("-1", "-1")])
def test_nobody_without_height_or_weight_has_an_area(height: str, weight: str) -> None:
    assert bsa_mosteller(Decimal(height), Decimal(weight)) is None

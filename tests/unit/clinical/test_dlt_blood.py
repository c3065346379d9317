"""Rule D05: days of low counts, and whether they hold at day 28 (part B 3.8, cases 4, 5)."""

from decimal import Decimal

import pytest

from ecrf.clinical.dlt import days_low


def counts(*runs):
    """(first day, last day, count) -> a count every day."""
    return [(day, Decimal(n)) for first, last, n in runs for day in range(first, last + 1)]


@pytest.mark.parametrize(
    ("neutrophils", "platelets", "found"),
    [
        (counts((0, 5, "2"), (6, 24, "0.3"), (25, 40, "0.7")), [], (19, False)),
        (counts((0, 9, "2"), (10, 29, "0.2"), (30, 40, "1")), [], (20, True)),
        ([], counts((0, 20, "90"), (21, 28, "20")), (8, True)),
        (counts((0, 20, "0.4")), counts((21, 30, "24")), (31, True)),
        (counts((0, 40, "0.5")), counts((0, 40, "25")), (0, False)),  # the limits are not low
        ([], [], (0, False)),
    ],
)
def test_low_counts(neutrophils, platelets, found):
    assert days_low(neutrophils, platelets) == found

"""Exact age, as reference ranges need it (part A 4.1): completed units and the fraction begun.

A person of 12 years and 364 days is still in the range [2, 13). Whoever was born on 29 February
is a year older on 1 March of a common year (part A 0.5), a month older on the first day after a
month that is too short.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction


def exact_age(birth: dt.date, on: dt.date, unit: str) -> Fraction:
    """Age on a day in years (Y), months (M) or days (D), with the fraction of the unit begun.

    Before birth it is negative, so that no range [0, ...) holds it.
    """
    if unit == "D" or on < birth:
        return Fraction((on - birth).days)
    length = {"Y": 12, "M": 1}[unit]
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    whole = months // length
    last = _birthday(birth, whole * length)
    following = _birthday(birth, (whole + 1) * length)
    return whole + Fraction((on - last).days, (following - last).days)


def _birthday(birth: dt.date, months: int) -> dt.date:
    """The day on which a person is so many months old."""
    years, month = divmod(birth.year * 12 + birth.month - 1 + months, 12)
    try:
        return dt.date(years, month + 1, birth.day)
    except ValueError:  # the month is too short
        return dt.date(years, month + 2, 1)

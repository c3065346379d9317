"""Calendar arithmetic of rules (part A 0.5). Incomplete dates give an answer only when every
completion gives the same one."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal

from ecrf.definition.rule_values import divide
from ecrf.definition.values import PartialDate

MINUTE = dt.timedelta(minutes=1)


def full_years(birth: dt.date, on: dt.date) -> int:
    """Completed years; a person born on 29 February is a year older on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def full_months(start: dt.date, on: dt.date) -> int:
    return (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)


def age(birth: PartialDate, on: PartialDate) -> int | None:
    least = full_years(birth.latest, on.earliest)
    return least if least == full_years(birth.earliest, on.latest) else None


def months(start: PartialDate, on: PartialDate) -> int | None:
    least = full_months(start.latest, on.earliest)
    return least if least == full_months(start.earliest, on.latest) else None


def days(start: dt.date, end: dt.date) -> int:
    return (end - start).days


def add_days(date: dt.date, number: Decimal) -> dt.date:
    return date + dt.timedelta(days=whole(number))


def add_months(date: dt.date, number: Decimal) -> dt.date:
    """The same day of the month, or the last day when that month is shorter."""
    years, month = divmod(date.year * 12 + date.month - 1 + whole(number), 12)
    last = calendar.monthrange(years, month + 1)[1]
    return dt.date(years, month + 1, min(date.day, last))


def add_years(date: dt.date, number: Decimal) -> dt.date:
    return add_months(date, number * 12)


def year(date: PartialDate) -> int:
    return date.year


def at(date: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(date, time)


def date_of(moment: dt.datetime) -> dt.date:
    return moment.date()


def minutes(start: dt.datetime, end: dt.datetime) -> Decimal:
    return Decimal((end - start) // MINUTE)


def hours(start: dt.datetime, end: dt.datetime) -> Decimal | None:
    return divide(minutes(start, end), Decimal(60))


def iso_date(text: str) -> PartialDate:
    """``2024``, ``2024-05`` or ``2024-05-17``; ValueError otherwise."""
    parts = [int(part) for part in text.split("-")]
    if [len(part) for part in text.split("-")] != [4, 2, 2][: len(parts)]:
        raise ValueError(text)
    date = PartialDate(*parts)
    _ = date.earliest, date.latest  # refuses a day that is not in the calendar
    return date


def whole(number: Decimal) -> int:
    if number != number.to_integral_value() or abs(number) > 100_000:
        raise ValueError("a whole number is needed")
    return int(number)

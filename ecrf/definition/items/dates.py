"""Dates, partial dates, times, and dates with time; stored as ISO 8601, never completed."""

from __future__ import annotations

import datetime as dt
import re

from ecrf.definition.items.fold import fold
from ecrf.definition.model import DateItem, DateTimeItem, PartialDateItem, TimeItem
from ecrf.definition.values import PartialDate, Problem, Value

COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
PARTS = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?[-/.]?")
CLOCK = re.compile(r"([0-9]{1,2}):?([0-9]{2})")
MOMENT = re.compile(r"([0-9]{8}|[0-9]{4}[-/.].+?)(?:\s*T\s*|\s+)([0-9:]+)|([0-9]{8})([0-9]{4})")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def parse_date(item: DateItem | PartialDateItem, raw: str) -> Value | Problem:
    date = read_date(fold(raw))
    if isinstance(date, Problem):
        return date
    if item.type == "date" and not date.complete:
        return Problem("date.incomplete")
    return Value(str(date), typed=date)


def parse_time(item: TimeItem, raw: str) -> Value | Problem:
    time = read_time(fold(raw))
    return time if isinstance(time, Problem) else Value(time.isoformat("minutes"), typed=time)


def parse_datetime(item: DateTimeItem, raw: str) -> Value | Problem:
    text = fold(raw).upper()
    match = MOMENT.fullmatch(text)
    if match is None:
        alone = read_date(text)
        whole = isinstance(alone, PartialDate)
        return Problem("datetime.incomplete" if whole else "datetime.format")
    date = read_date(match[1] or match[3])
    time = read_time(match[2] or match[4])
    if isinstance(date, Problem):
        return date
    if isinstance(time, Problem):
        return time
    if not date.complete:
        return Problem("date.incomplete")
    moment = dt.datetime.combine(date.earliest, time)
    return Value(moment.isoformat(timespec="minutes"), typed=moment)


def read_date(text: str) -> PartialDate | Problem:
    match = COMPACT.fullmatch(text) or PARTS.fullmatch(text)
    if match is None:
        return Problem("date.format")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return Problem("date.impossible")
    try:
        dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return Problem("date.impossible")
    return PartialDate(year, month, day)


def read_time(text: str) -> dt.time | Problem:
    match = CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return Problem("time.format")
    return dt.time(int(match[1]), int(match[2]))

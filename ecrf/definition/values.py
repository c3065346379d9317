"""What a person may put into an item: the exact text, or the reason why there is none.

A :class:`Value` is what a record keeps (as JSON), what the audit trail commits to, and, through
``typed``, what a rule computes with. Nothing here knows a web server or a database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

# Reasons for a missing value (clinical specification part A 0.2). A blank is none of these.
MISSING_CODES = ("ND", "UNK", "NA", "ASKU", "PEND")


@dataclass(frozen=True, slots=True, order=False)
class PartialDate:
    """A date known to the year, the month or the day; never completed by guessing.

    ``2024-05`` stands for the interval [2024-05-01, 2024-05-31] (part A 0.3).
    """

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> dt.date:
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> dt.date:
        if self.day:
            return self.earliest
        if self.month is None or self.month == 12:
            return dt.date(self.year, 12, 31)
        return dt.date(self.year, self.month + 1, 1) - dt.timedelta(days=1)

    @property
    def complete(self) -> bool:
        return self.day is not None

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text


@dataclass(frozen=True, slots=True)
class Censored:
    """A number reported with a comparator (``<0.5``): an interval, not a value (part A 0.4)."""

    op: str  # one of < <= > >=
    value: Decimal

    def __str__(self) -> str:
        return f"{self.op}{self.value}"


Typed = (
    Decimal | Censored | PartialDate | dt.time | dt.datetime | str | bool | tuple[str, ...] | None
)


@dataclass(frozen=True, slots=True)
class Value:
    """One item's content.

    text     the exact text kept (``0.10`` stays ``0.10``); the code for coded items;
             codes joined by one space for multiple choice; empty when missing
    missing  one of MISSING_CODES, or None
    unit     UCUM code of the unit as entered, or None
    facets   what was frozen with the value when it was saved; for a laboratory result
             n (canonical number), nu (canonical unit), lo, hi, rid (range row), ind
             (LOW NORMAL HIGH LL HH UNKNOWN), gr (CTCAE grade such as ``L3``); for a file,
             whose text is its SHA-256, sha256, size, type and name; for a person name and role.
             All values are text.
    typed    the value rules compute with; None when missing. Not stored, not compared.
    """

    text: str = ""
    missing: str | None = None
    unit: str | None = None
    facets: Mapping[str, str] = field(default_factory=dict)
    typed: Typed = field(default=None, compare=False)

    @property
    def blank(self) -> bool:
        return not self.text and self.missing is None

    def to_json(self) -> dict[str, Any]:
        """The stored form: short keys, only what is there, canonical order."""
        out: dict[str, Any] = {}
        if self.missing is not None:
            out["m"] = self.missing
        else:
            out["v"] = self.text
        if self.unit is not None:
            out["u"] = self.unit
        if self.facets:
            out["f"] = dict(sorted(self.facets.items()))
        return out


BLANK = Value()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text was refused: a code of the message catalogue and what fills its placeholders."""

    code: str  # e.g. number.format, date.future, text.too_long
    params: Mapping[str, str] = field(default_factory=dict)


# A path names one item of a record: ``VSDAT``; in a repeating group ``BAG[2].BAGID``; in a
# laboratory panel ``LB[WBC].LBORRES``. A row itself is ``BAG[2]`` (its Value is kept only when
# the row is struck out, text "deleted").
def item_path(item: str, group: str | None = None, row: str | int | None = None) -> str:
    return item if group is None else f"{group}[{row}].{item}"


@lru_cache(maxsize=50_000)
def split_path(path: str) -> tuple[str, str | None, str | None]:
    """``BAG[2].BAGID`` -> (BAGID, BAG, 2); ``VSDAT`` -> (VSDAT, None, None); a row: ("", BAG, 2)"""
    if "[" not in path:
        return path, None, None
    group, rest = path.split("[", 1)
    row, _, item = rest.partition("]")
    return item.lstrip("."), group, row

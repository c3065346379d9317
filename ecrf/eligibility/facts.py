"""The records of a subject as the criteria see them; what was looked at is kept as evidence.

Values are texts exactly as entered, under the field names of part A, which are unique in the
study; so a record is known by the fields it has. A missing value, whatever the reason, is None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ecrf.definition.rule_dates import full_years
from ecrf.definition.rule_values import (
    INTERVAL_ORDER,
    Interval,
    Truth,
    date_interval,
    number_interval,
)
from ecrf.definition.values import MISSING_CODES, Censored, PartialDate

UNKNOWN = frozenset(MISSING_CODES) | {"", "U"}
DEFAULTS: Mapping[str, Any] = {
    "screening_window_days": 28,
    "rhc_max_age_days": 180,
    "ln08_include_gc": False,
    "adult_age": 18,
    "assent_mandatory_from": 8,
    "ipra_as_prost": True,
    "gc_factor_beta": "20/3",
    "cmv_limit": None,
    "ebv_limit": None,
}
OPERATORS = {
    "EQ": "",
    "=": "",
    "LT": "<",
    "GT": ">",
    "GE": ">=",
    "LE": "<=",
    "≤": "<=",
    "≥": ">=",
}


class BadInput(ValueError):
    """A value that cannot be what its field holds: which field, and why."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One record: its form, its number among the records of that form, field -> text."""

    form: str
    number: int
    fields: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """The text of a field; None when missing."""
        raw = self.fields.get(name)
        if raw is None or isinstance(raw, Mapping | list):
            return None
        text = str(raw).strip()
        return None if text in UNKNOWN else text


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that a criterion looked at, and where it stands."""

    field: str
    value: str
    form: str
    record: int
    date: str | None = None


@dataclass(slots=True)
class Notes:
    """What one criterion looked at, missed and warns of."""

    evidence: list[Evidence] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def miss(self, name: str) -> None:
        if name not in self.missing:
            self.missing.append(name)

    def warn(self, code: str) -> None:
        if code not in self.warnings:
            self.warnings.append(code)


class Facts:
    """Records, evaluation date and parameters; ``notes`` collects for the criterion at work."""

    def __init__(
        self,
        records: Mapping[str, Sequence[Mapping[str, Any]]],
        on: dt.date,
        parameters: Mapping[str, Any] | None = None,
        cohort: str = "",
    ) -> None:
        self.on = on
        self.cohort = cohort
        self.parameters = {**DEFAULTS, **(parameters or {})}
        self.notes = Notes()
        self.records = [
            Filled(form, number, {str(key).lower(): value for key, value in fields.items()})
            for form, found in records.items()
            for number, fields in enumerate(found, 1)
        ]

    # Finding records

    def having(self, *names: str) -> list[Filled]:
        """Records that have one of these fields, even if it holds no value."""
        return [r for r in self.records if any(name in r.fields for name in names)]

    def starting(self, prefix: str) -> list[Filled]:
        return [r for r in self.records if any(name.startswith(prefix) for name in r.fields)]

    def once(self, name: str) -> Filled | None:
        """The record of a form that is filled in once: the last that has the field."""
        return next(reversed(self.having(name)), None)

    def latest(
        self, found: Sequence[Filled], dated: str, first: dt.date | None, last: dt.date
    ) -> list[Filled]:
        """The latest records by their own date within [first, last]; several if dated alike."""
        keyed = []
        for record in found:
            moment = self.moment(record, dated)
            if moment and (first is None or first <= moment[0]) and moment[0] <= last:
                keyed.append((moment, record))
        newest = max((moment for moment, _ in keyed), default=None)
        return [record for moment, record in keyed if moment == newest]

    def in_window(self, found: Sequence[Filled], dated: str) -> list[Filled]:
        """The latest of the screening window (part A 2.0); none while its start is unknown."""
        start = self.window_start()
        if start is None:
            self.notes.miss("sv_date")
            return []
        return self.latest(found, dated, start, self.on)

    def moment(self, record: Filled, dated: str) -> tuple[dt.date, str] | None:
        text = record.text(dated)
        if text is None:
            return None
        date = read_date(text, dated)
        if not date.complete:
            return None
        return date.earliest, text[10:].strip(" T")

    # Reading values

    def code(self, record: Filled | Sequence[Filled] | None, name: str) -> str | None:
        """The code or text of a field, kept as evidence; None and noted as missing otherwise.

        Two records of one moment that differ are no evidence for either.
        """
        records = [record] if isinstance(record, Filled) else list(record or ())
        texts = {r.text(name) for r in records}
        if len(texts) > 1:
            self.notes.warn("W-TIED")
        text = texts.pop() if len(texts) == 1 else None
        if text is None:
            self.notes.miss(name)
        else:
            self.keep(records[0], name, text)
        return text

    def keep(self, record: Filled, name: str, text: str) -> None:
        date = next((record.text(key) for key in DATES if record.text(key)), None)
        self.notes.evidence.append(Evidence(name, text, record.form, record.number, date))

    def yes(self, name: str) -> Truth:
        """A question answered once: Y true, N false, else unknown."""
        return truth(self.code(self.once(name), name))

    def number(self, record: Filled | Sequence[Filled] | None, name: str) -> Interval | None:
        text = self.code(record, name)
        return None if text is None else read_number(text, name)

    def date(self, record: Filled | Sequence[Filled] | None, name: str) -> PartialDate | None:
        text = self.code(record, name)
        return None if text is None else read_date(text, name)

    # Reference dates (part A 0.7)

    def full_date(self, name: str) -> dt.date | None:
        date = self.date(self.once(name), name)
        return date.earliest if date and date.complete else None

    def screened(self) -> dt.date | None:
        """scr_date: the date of the screening visit."""
        for record in self.having("sv_date"):
            if (record.text("sv_visit") or "SCR") == "SCR":
                date = self.moment(record, "sv_date")
                return date[0] if date else None
        return None

    def window_start(self) -> dt.date | None:
        screened = self.screened()
        days = int(self.parameters["screening_window_days"])
        return screened - dt.timedelta(days=days) if screened else None

    def screening_end(self) -> dt.date:
        """scr_end: the decision, before it the evaluation date."""
        decided = [self.moment(r, "elig_date") for r in self.having("elig_date")]
        return next((moment[0] for moment in decided if moment), self.on)

    def reference(self, *names: str) -> tuple[dt.date, bool]:
        """The first known of these dates, else the evaluation date; whether it was known."""
        for name in names:
            dates = [m[0] for r in self.having(name) for m in (self.moment(r, name),) if m]
            if dates:
                return min(dates), True
        return self.on, False

    def age_at_consent(self) -> int | None:
        birth, consent = self.full_date("birth_date"), self.full_date("ic_date")
        return full_years(birth, consent) if birth and consent else None


# A field that says when the rest of its record was found, for the evidence.
DATES = (
    "lb_dt", "vs_dt", "ab_dt", "inf_dt", "eg_dt", "rp_test_dt", "ps_date", "rb_date", "rhc_date",
    "wfc_date", "smw_date", "echo_date", "pft_date", "ct_date", "sj_date", "ic_date",
)  # fmt: skip


def truth(code: str | None) -> Truth:
    return None if code is None else code == "Y"


def one_of(code: str | None, codes: frozenset[str] | set[str]) -> Truth:
    return None if code is None else code in codes


def compare(a: Interval | None, sign: str, b: Interval | Decimal | int | None) -> Truth:
    """a < b and so on over intervals; unknown when either is."""
    if a is None or b is None:
        return None
    other = number_interval(Decimal(b)) if isinstance(b, int | Decimal) else b
    return INTERVAL_ORDER[sign](a, other)


def compare_dates(
    a: PartialDate | dt.date | None, sign: str, b: PartialDate | dt.date | None
) -> Truth:
    if a is None or b is None:
        return None
    return INTERVAL_ORDER[sign](date_interval(a), date_interval(b))


def read_number(text: str, name: str) -> Interval:
    """``0.5``, ``<0.5``, ``≥ 80`` as an interval."""
    op = ""
    rest = text.strip()
    for sign in ("<=", ">=", "≤", "≥", "<", ">", "="):
        if rest.startswith(sign):
            op, rest = OPERATORS.get(sign, sign), rest[len(sign) :].strip()
            break
    digits = rest.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise BadInput(f"{name}: {text!r} is not a number")
    return number_interval(Censored(op, Decimal(rest)) if op else Decimal(rest))


def read_date(text: str, name: str) -> PartialDate:
    """``2025``, ``2025-06``, ``2025-06-10``, also with a time behind it."""
    parts = text.strip()[:10].split("-")
    try:
        if not 1 <= len(parts) <= 3:
            raise ValueError
        date = PartialDate(*map(int, parts))
        date.earliest  # noqa: B018 - refuses what the calendar does not have
    except (TypeError, ValueError):
        raise BadInput(f"{name}: {text!r} is not a date") from None
    return date


def each_day(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first += dt.timedelta(days=1)

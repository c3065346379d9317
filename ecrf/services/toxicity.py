"""The DLT assessment of a subject: the events of the window, the rules they meet, what is listed
and decided (part B 3.8).

Judged over the stored records whenever the form DLT is. What it says stands in the form as a
calculated value, so that a signature covers it: an input that alters it supersedes the signature.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from ecrf.clinical import dlt
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.references import record_name
from ecrf.definition.values import BLANK, PartialDate, item_path
from ecrf.entry import content
from ecrf.entry.context import Record as Data
from ecrf.entry.env import live_rows, result_paths
from ecrf.models import Record, Subject
from ecrf.services.keys import Key, key_of
from ecrf.services.work import Work

FORM = "DLT"
ROWS = "CAND"
BLOOD = "LBH"
EPISODES = {"CRS": ("CRS", "CRSG3HR"), "ICANS": ("ICANS", "ICG3HR")}  # category -> form, hours
READS = frozenset({"AE", "INF", BLOOD, *(form for form, _ in EPISODES.values())})
_SPECIAL = frozenset({"CRS", "ICANS", "IECHS", "ICAHT", "INF", "IRR", "NEURO", "CARD", "SRC"})
NEEDED = ("AETOXGR", "AESTDAT", "AEREL")


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate of the form DLT: the row, the rule it meets there, the investigator's decision
    and the committee's."""

    row: str
    rule: str
    decided: str
    category: str
    reason: str
    committee: str


@dataclass(frozen=True, slots=True)
class Event:
    """An adverse event. ``rules`` are those it meets; None when ``missing`` items would tell.

    hours   at grade 3 or more, as far as known; of blood counts see ``days_low``
    linked  the record of its CRS or ICANS episode
    """

    name: str  # AE-3
    key: Key
    term: str
    category: str
    grade: str
    onset: str
    end: str
    causality: str
    hours: Decimal | None
    rules: tuple[str, ...] | None
    missing: tuple[str, ...]
    linked: Key | None
    row: Row | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """``opens`` and ``closes``: first and last day of the window; None before the infusion.
    ``others`` counts events that can be no candidate."""

    opens: dt.date | None
    closes: dt.date | None
    events: tuple[Event, ...] = ()
    others: int = 0
    days_low: int = 0
    low_at_28: bool = False

    @property
    def summary(self) -> str:
        """What was judged, a line each: nothing in it changes by the passing of time alone."""
        if self.opens is None:
            return ""
        head = f"{self.opens} to {self.closes}; blood counts low {self.days_low} d"
        return "\n".join(
            [f"{head}, at D28 {'Y' if self.low_at_28 else 'N'}", *map(_line, self.events)]
        )


def _line(event: Event) -> str:
    facts = (
        event.category or "-",
        f"grade {event.grade or '-'}",
        f"related {event.causality or '-'}",
    )
    hours = () if event.hours is None else (f"{event.hours} h",)
    when = f"{event.onset or '-'} to {event.end or 'ongoing'}"
    return f"{event.name} {event.term}: {'; '.join((*facts, when, *hours))}"


@dataclass(slots=True)
class _Filed:
    """The live records of a subject by form, each with its place."""

    found: dict[str, list[tuple[Key, FormDefinition, Data]]] = field(default_factory=dict)

    def of(self, form: str) -> list[tuple[Key, FormDefinition, Data]]:
        return self.found.get(form, [])


def assess(
    work: Work,
    subject: Subject,
    today: dt.date,
    own: tuple[Key, FormDefinition, Data] | None = None,
) -> Assessment:
    """Judge the subject's events by its stored records; ``own`` is a record about to be saved."""
    filed = _file(work, subject, own)
    opens = min((d for _, _, data in filed.of("INF") if (d := _date(data, "INFDAT"))), default=None)
    if opens is None:
        return Assessment(None, None)
    counts = _blood(filed, opens)
    days_low, low_at_28 = dlt.days_low(counts["NEUT"], counts["PLAT"])
    rows = {row: found for row, found in _rows(filed)}
    events = []
    for key, _, data in filed.of("AE"):
        judged = _Judged(filed, data, opens, today, days_low, low_at_28)
        events.append(_event(key, data, judged, rows.get(record_name("AE", key.repeat))))
    shown = tuple(event for event in events if _concerns(event, opens))
    closes = opens + dt.timedelta(days=dlt.WINDOW)
    return Assessment(opens, closes, shown, len(events) - len(shown), days_low, low_at_28)


def _file(work: Work, subject: Subject, own: tuple[Key, FormDefinition, Data] | None) -> _Filed:
    query = select(Record).where(
        Record.subject_id == subject.id,
        Record.form.in_(sorted({*READS, FORM})),
        Record.inactive.is_(False),
    )
    filed = _Filed()
    for record in work.session.scalars(query.order_by(Record.form, Record.repeat, Record.id)):
        key = key_of(record, subject)
        if own is None or own[0] != key:
            form = work.catalogue.form(record.form, record.form_version)
            stored = content.Stored(form, record.data)
            filed.found.setdefault(record.form, []).append((key, form, stored))
    if own is not None:
        filed.found.setdefault(own[0].form, []).append(own)
    return filed


def _rows(filed: _Filed) -> Iterator[tuple[str, Row]]:
    """Adverse event -> its candidate row."""
    for _, _, data in filed.of(FORM):
        for row in live_rows(data, ROWS):
            items = ("DLTAE", "DLTRULE", "DLTINV", "DLTCAT", "DLTINVRS", "DLTSRC")
            said = [_text(data, item_path(item, ROWS, row)) for item in items]
            yield said[0], Row(row, *said[1:])


def _blood(filed: _Filed, opens: dt.date) -> Mapping[str, list[tuple[int, Decimal]]]:
    """Neutrophils and platelets by protocol day."""
    series: Mapping[str, list[tuple[int, Decimal]]] = {"NEUT": [], "PLAT": []}
    for _, form, data in filed.of(BLOOD):
        day = _date(data, "LBDAT")
        paths = result_paths(form)
        for code, counts in series.items():
            count = data.get(paths.get(code, ""), BLANK).facets.get("n")
            if day is not None and count:
                counts.append(((day - opens).days, Decimal(count)))
    return series


@dataclass(frozen=True, slots=True)
class _Judged:
    """One adverse event and what its rules look at."""

    filed: _Filed
    data: Data
    opens: dt.date
    today: dt.date
    days_low: int
    low_at_28: bool

    @property
    def category(self) -> str:
        return _text(self.data, "AESICAT")

    @property
    def linked(self) -> tuple[Key, Data] | None:
        """The record of the episode; the only one there is when none is named."""
        form = EPISODES.get(self.category, ("", ""))[0]
        found = [(key, data) for key, _, data in self.filed.of(form)]
        name = _text(self.data, "AESILINK")
        named = [one for one in found if record_name(form, one[0].repeat) == name]
        return next(iter(named or (found if len(found) == 1 else ())), None)

    @property
    def hours(self) -> Decimal | None:
        """Hours at grade 3 or more: of the episode, of the grade history, else of the event."""
        if self.category in EPISODES:
            known = self.linked
            value = known[1].get(EPISODES[self.category][1], BLANK).typed if known else None
            return value if isinstance(value, Decimal) else None
        severe = [row for row in live_rows(self.data, "GRDHIST") if _severe(self.data, row)]
        if severe:
            path = [[item_path(i, "GRDHIST", r) for i in ("GRDSTDAT", "GRDENDAT")] for r in severe]
            return _sum(self._span(start, end) for start, end in path)
        return self._span("AESTDAT", "AEENDAT")

    def _span(self, start: str, end: str) -> Decimal | None:
        """From one date to the other, in hours; what has no end lasts until now."""
        first, last = _date(self.data, start), _date(self.data, end)
        if last is None and not _text(self.data, end):
            last = _date(self.data, "AEENDAT") or self.today
        return None if first is None or last is None else Decimal(24 * (last - first).days)

    @property
    def acute(self) -> bool:
        """Pulmonary hypertensive or renal crisis, right-heart failure: at any duration."""
        term = _text(self.data, "CTCTERM")
        return dlt.acute(self.category, term)

    @property
    def low_platelets(self) -> bool:
        """Below 50 within three days of the onset."""
        onset = _date(self.data, "AESTDAT")
        if onset is None:
            return False
        day = (onset - self.opens).days
        counts = _blood(self.filed, self.opens)["PLAT"]
        return any(abs(at - day) <= 3 and count < 50 for at, count in counts)

    def rules(self) -> tuple[str, ...] | None:
        """The rules it meets; None when they cannot be told."""
        onset, grade = _date(self.data, "AESTDAT"), _text(self.data, "AETOXGR")
        term = _text(self.data, "CTCTERM")
        kind = dlt.kind_of(self.category, term, self.low_platelets)
        severe = grade in ("3", "4", "5")
        if severe and self.hours is None and kind not in ("HAEM", "INFECTION", "IECHS"):
            return None
        return dlt.dlt_rules(
            kind,
            Decimal(grade) if grade.isdigit() else None,
            None if onset is None else Decimal((onset - self.opens).days),
            _text(self.data, "AEREL") or None,
            self.hours,
            Decimal(self.days_low),
            "Y" if self.low_at_28 else "N",
            bleeding="Y" if dlt.bleeding(term) else "N",
            acute="Y" if self.acute else "N",
        ).rules


def _event(key: Key, data: Data, judged: _Judged, row: Row | None) -> Event:
    rules = judged.rules()
    if row is not None and row.rule:  # what the form says of it stands
        rules = () if row.rule == "NORULE" else (row.rule,)
    ongoing = not _text(data, "AEENDAT") and judged.category not in EPISODES
    missing = [name for name in NEEDED if not _text(data, name)]
    if rules is None and not missing:
        missing = [EPISODES[judged.category][1] if judged.category in EPISODES else "AEENDAT"]
    return Event(
        record_name("AE", key.repeat),
        key,
        _text(data, "AETERM"),
        judged.category,
        _text(data, "AETOXGR"),
        _text(data, "AESTDAT"),
        _text(data, "AEENDAT"),
        _text(data, "AEREL"),
        None if ongoing else judged.hours,
        rules,
        tuple(missing) if rules is None else (),
        judged.linked[0] if judged.linked else None,
        row,
    )


def _concerns(event: Event, opens: dt.date) -> bool:
    """Whether it can be a candidate or is one: severe or of a category, and not before or after
    the window."""
    if event.row is not None or event.rules:
        return True
    if event.onset and not str(opens)[: len(event.onset)] <= event.onset <= _closes(opens):
        return False
    return event.grade not in ("1", "2") or event.category in _SPECIAL


def _closes(opens: dt.date) -> str:
    return str(opens + dt.timedelta(days=dlt.WINDOW))


def _sum(hours: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for one in hours:
        if one is None:
            return None
        total += one
    return total


def _severe(data: Data, row: str) -> bool:
    return _text(data, item_path("GRDTOXGR", "GRDHIST", row)) in ("3", "4", "5")


def _text(data: Data, path: str) -> str:
    return data.get(path, BLANK).text


def _date(data: Data, path: str) -> dt.date | None:
    """The day, where it is known to the day."""
    value = data.get(path, BLANK).typed
    return value.earliest if isinstance(value, PartialDate) and value.complete else None

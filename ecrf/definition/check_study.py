"""What only shows between files: builds and their forms, event windows, laboratories, the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from ecrf.definition import units
from ecrf.definition.anchors import Leaving
from ecrf.definition.check_form import Steps, unique
from ecrf.definition.model import (
    AnalyteCatalogue,
    Build,
    Event,
    FormRef,
    Laboratory,
    ReferenceRange,
    Study,
)
from ecrf.definition.rule_types import Type, near
from ecrf.definition.source import Source
from ecrf.definition.values import MISSING_CODES

DAYS = {"Y": Decimal("365.25"), "M": Decimal("30.4375"), "D": Decimal(1)}
DATED = ("date", "datetime")


def check_study(study: Study, source: Source, names: Mapping[str, Type] | None) -> None:
    """``names`` are the items of all forms, ``FORM.item``; None if some form has errors."""
    for key, field in (
        ("sites", "site"),
        ("cohorts", "cohort"),
        ("cohorts", "letter"),
        ("missing_codes", "code"),
        ("parameters", "name"),
    ):
        parts = getattr(study, key)
        unique(
            [(getattr(part, field), (key, i, field)) for i, part in enumerate(parts)],
            source,
            f"under {key}",
        )
    for i, missing in enumerate(study.missing_codes):
        if missing.code not in MISSING_CODES:
            message = f'"{missing.code}" is not a missing code; they are {", ".join(MISSING_CODES)}'
            source.error(("missing_codes", i, "code"), message)
    for key in ("consent", "infusion", "visit_date", "visit_done"):
        kinds = ("text",) if key == "visit_done" else DATED
        if getattr(study, key) is not None:
            _anchor(getattr(study, key), source, (key,), names, kinds)
    _calendar(study, source, names)


def _calendar(study: Study, source: Source, names: Mapping[str, Type] | None) -> None:
    """What anchors, leaving and baselines look at."""
    for i, anchor in enumerate(study.anchors):
        for d, name in enumerate(anchor.dates):
            _anchor(name, source, ("anchors", i, "dates", d), names)
    for i, leaving in enumerate(study.leaving):
        _leaving(leaving, source, ("leaving", i), names)
    for i, baseline in enumerate(study.baseline):
        _anchor(baseline.date, source, ("baseline", i, "date"), names)
        if baseline.time is not None:
            _anchor(baseline.time, source, ("baseline", i, "time"), names, ("time",))


def _leaving(
    leaving: Leaving, source: Source, steps: Steps, names: Mapping[str, Type] | None
) -> None:
    """Items known, and answers that are codes of the item."""
    _anchor(leaving.item, source, (*steps, "item"), names, ("text",))
    if leaving.follow_up is not None:
        _anchor(leaving.follow_up, source, (*steps, "follow_up"), names, ("text",))
    kind = (names or {}).get(leaving.item)
    codes = (kind.of or kind).codes if kind else None
    for i, value in enumerate(leaving.values):
        if codes is not None and value not in codes:
            place = (*steps, "values", i)
            source.error(place, f'"{value}" is no code of {leaving.item}', near(value, codes))


def _anchor(
    name: str,
    source: Source,
    steps: Steps,
    names: Mapping[str, Type] | None,
    kinds: tuple[str, ...] = DATED,
) -> None:
    if names is None:
        return
    if name not in names:
        source.error(steps, f'there is no item "{name}"', near(name, names))
    elif (names[name].of or names[name]).kind not in kinds:
        source.error(steps, f"{name} is {names[name]}, not a {kinds[0]}")


def check_build(
    build: Build,
    source: Source,
    study: Study | None,
    forms: Mapping[tuple[str, int], Any],
    broken: frozenset[str],
) -> None:
    events = [(event.event, ("events", i, "event")) for i, event in enumerate(build.events)]
    unique(events, source, "in this build")
    for i, event in enumerate(build.events):
        steps: Steps = ("events", i)
        _window(event, source, steps, study)
        pins = [(ref.form, (*steps, "forms", f)) for f, ref in enumerate(event.forms)]
        unique(pins, source, "at this event")
        for f, ref in enumerate(event.forms):
            _reference(ref, source, (*steps, "forms", f), study, forms, broken)
    _overlaps(build.events, source)


def _window(event: Event, source: Source, steps: Steps, study: Study | None) -> None:
    timed = event.day is not None or event.years is not None
    if (event.anchor is not None) != timed:
        source.error(steps, "an event has both an anchor and a day (or years), or neither")
    if event.day is not None and event.years is not None:
        source.error((*steps, "years"), "an event has a day or years, not both")
    if event.kind in ("unscheduled", "log") and event.anchor is not None:
        source.error((*steps, "anchor"), f"an event of kind {event.kind} has no planned day")
    if (event.until is not None) != (event.kind == "interval"):
        source.error(steps, "an interval, and only an interval, says until when")
    known = frozenset(anchor.anchor for anchor in study.all_anchors()) if study else None
    named = [("anchor",), ("until", "anchor")] if event.until else [("anchor",)]
    for place in named:
        name = event.until.anchor if event.until and len(place) > 1 else event.anchor
        if known is not None and name is not None and name not in known:
            source.error((*steps, *place), f'there is no anchor "{name}"', near(name, known))
    for key in ("early", "late"):
        if getattr(event, key) < 0:
            source.error((*steps, key), f"{key} is a number of days, 0 or more")


def _overlaps(events: Sequence[Event], source: Source) -> None:
    """No two windows after the infusion may overlap: a visit must belong to one event."""
    after = [
        (event.day, event, i)
        for i, event in enumerate(events)
        if event.anchor == "infusion"
        and event.kind == "scheduled"
        and event.day is not None
        and event.day >= 0
    ]
    for (day, first, _), (next_day, second, i) in combinations(sorted(after, key=_by_day), 2):
        if day + first.late >= next_day - second.early:
            message = (
                f"the window overlaps that of {first.event}, which ends on day {day + first.late}"
            )
            source.error(("events", i), message)


def _by_day(entry: tuple[int, Event, int]) -> tuple[int, int]:
    return entry[0], entry[2]


def _reference(
    ref: FormRef,
    source: Source,
    steps: Steps,
    study: Study | None,
    forms: Mapping[tuple[str, int], Any],
    broken: frozenset[str],
) -> None:
    versions = sorted(version for form, version in forms if form == ref.form)
    if ref.form.lower() not in broken and not versions:
        known = {form for form, _ in forms}
        source.error(
            (*steps, "form"),
            f'there is no form "{ref.form}"',
            near(ref.form, sorted(known)),
        )
    elif ref.form.lower() not in broken and ref.version not in versions:
        have = ", ".join(map(str, versions))
        message = f"{ref.form} has no version {ref.version}"
        source.error((*steps, "version"), message, f"it has {have}")
    cohorts = [cohort.cohort for cohort in study.cohorts] if study else list(ref.cohorts)
    for i, cohort in enumerate(ref.cohorts):
        if cohort not in cohorts:
            message = f'there is no cohort "{cohort}"'
            source.error((*steps, "cohorts", i), message, near(cohort, cohorts))


def check_laboratory(
    laboratory: Laboratory, source: Source, catalogues: Sequence[AnalyteCatalogue]
) -> None:
    accepted: dict[str, set[str]] = {}
    for catalogue in catalogues:
        for analyte in catalogue.analytes:
            own = {unit for unit in (analyte.unit, *(u.unit for u in analyte.units)) if unit}
            accepted.setdefault(analyte.code, set()).update(own)
    ids = [(entry.id, ("ranges", i, "id")) for i, entry in enumerate(laboratory.ranges)]
    unique([(name, tuple(steps)) for name, steps in ids], source, "in this laboratory")
    for i, entry in enumerate(laboratory.ranges):
        _range(entry, source, ("ranges", i), accepted)
    _range_overlaps(laboratory.ranges, source)


def _range(
    entry: ReferenceRange,
    source: Source,
    steps: Steps,
    accepted: Mapping[str, set[str]],
) -> None:
    if entry.analyte not in accepted:
        message = f'there is no analyte "{entry.analyte}"'
        source.error((*steps, "analyte"), message, near(entry.analyte, list(accepted)))
    elif not units.valid(entry.unit):
        meant = units.suggestion(entry.unit)
        hint = f'did you mean "{meant}"?' if meant else None
        source.error((*steps, "unit"), f'unit "{entry.unit}" is not UCUM', hint)
    elif entry.unit not in accepted[entry.analyte]:
        message = f'unit "{entry.unit}" is not one of {entry.analyte}'
        source.error((*steps, "unit"), message, near(entry.unit, list(accepted[entry.analyte])))
    for low, high in (
        ("low", "high"),
        ("alert_low", "alert_high"),
        ("age_from", "age_to"),
    ):
        _ordered(entry, low, high, source, steps)
    if entry.effective_to is not None and entry.effective_to <= entry.effective_from:
        source.error((*steps, "effective_to"), "effective_to must be after effective_from")


def _ordered(entry: ReferenceRange, low: str, high: str, source: Source, steps: Steps) -> None:
    a, b = getattr(entry, low), getattr(entry, high)
    if a is not None and b is not None and a > b:
        source.error((*steps, low), f"{low} {a} is greater than {high} {b}")


def _range_overlaps(ranges: Sequence[ReferenceRange], source: Source) -> None:
    by_test: dict[tuple[str, str], list[tuple[int, ReferenceRange]]] = {}
    for i, entry in enumerate(ranges):
        by_test.setdefault((entry.analyte, entry.sex), []).append((i, entry))
    for entries in by_test.values():
        for (_, first), (i, second) in combinations(entries, 2):
            if _same_age(first, second) and _same_time(first, second):
                message = f"the range overlaps {first.id}: one result would have two ranges"
                source.error(("ranges", i), message)


def _same_age(a: ReferenceRange, b: ReferenceRange) -> bool:
    low = max(entry.age_from * DAYS[entry.age_unit] for entry in (a, b))
    return low < min(entry.age_to * DAYS[entry.age_unit] for entry in (a, b))


def _same_time(a: ReferenceRange, b: ReferenceRange) -> bool:
    start = max(a.effective_from, b.effective_from)
    ends = [entry.effective_to for entry in (a, b) if entry.effective_to is not None]
    return all(start < end for end in ends)

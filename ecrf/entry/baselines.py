"""The baseline of a laboratory result (part B LB-05): the last value before the first
lymphodepletion dose, else before the infusion; without one a grade treats it as normal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical import ctcae_v5
from ecrf.definition.anchors import Baseline
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Study
from ecrf.definition.values import BLANK, PartialDate
from ecrf.entry.context import Context, Record
from ecrf.entry.env import read_number, result_paths
from ecrf.entry.labs import SAMPLED

SAMPLED_AT = "LBTIM"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day where it is known."""

    day: dt.date
    time: dt.time | None

    def before(self, other: Moment) -> bool:
        """Whether it is certainly earlier."""
        if self.day != other.day or self.time is None or other.time is None:
            return self.day < other.day
        return self.time < other.time


def graded(form: FormDefinition) -> bool:
    """Whether a grade on the form can depend on a baseline."""
    return any(
        analyte.grade is not None and ctcae_v5.needs_baseline(analyte.grade)
        for analytes in form.panels.values()
        for analyte in analytes
    )


def items_of(study: Study) -> Iterator[str]:
    """The items that say when the baseline ends, as FORM.ITEM."""
    for baseline in study.baseline:
        yield baseline.date
        if baseline.time:
            yield baseline.time


def of(study: Study, form: FormDefinition, data: Record, context: Context) -> Mapping[str, Decimal]:
    """Analyte -> its baseline, in its own unit; empty for a sample that is not after it."""
    end = _end(study, context)
    own = _moment(data, SAMPLED, SAMPLED_AT)
    if end is None or own is None or own.before(end) or not graded(form):
        return {}
    earlier = [
        (moment, filed.data)
        for filed in context.forms.get(form.oid, ())
        if (moment := _moment(filed.data, SAMPLED, SAMPLED_AT)) is not None and moment.before(end)
    ]
    earlier.sort(key=lambda pair: (pair[0].day, pair[0].time or dt.time.min))
    return {
        code: number
        for code, path in result_paths(form).items()
        if (number := _last([record for _, record in earlier], path)) is not None
    }


def _last(records: list[Record], path: str) -> Decimal | None:
    for record in reversed(records):
        text = (record.get(path, BLANK).facets or {}).get("n")
        number = read_number(text) if text else None
        if isinstance(number, Decimal):
            return number
    return None


def _end(study: Study, context: Context) -> Moment | None:
    for baseline in study.baseline:
        found = list(_moments(baseline, context))
        if found:
            return min(found, key=lambda moment: (moment.day, moment.time or dt.time.min))
    return None


def _moments(baseline: Baseline, context: Context) -> Iterator[Moment]:
    form, date = baseline.date.split(".")
    time = baseline.time.split(".")[1] if baseline.time else ""
    for filed in context.forms.get(form, ()):
        moment = _moment(filed.data, date, time)
        if moment is not None:
            yield moment


def _moment(data: Record, date: str, time: str) -> Moment | None:
    day, at = data.get(date, BLANK).typed, data.get(time, BLANK).typed
    if not isinstance(day, PartialDate) or not day.complete:
        return None
    return Moment(day.earliest, at if isinstance(at, dt.time) else None)

"""Eligibility of a subject: the stored records as the engine wants them, and its verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.criteria import PANEL, Criteria, Criterion, Read, Recoded, items_of
from ecrf.definition.model import Build
from ecrf.definition.values import BLANK, PartialDate, Value, item_path, split_path
from ecrf.eligibility.evaluate import Criterion as Judged
from ecrf.eligibility.evaluate import Evaluation, evaluate
from ecrf.entry import content
from ecrf.entry.context import Record as Data
from ecrf.entry.env import lab_item, live_rows
from ecrf.models import Record, Subject
from ecrf.services.keys import Key
from ecrf.services.work import Work

FORM = "ELIG"  # the form with the investigator's judgements and decision
DECIDED = "elig_date"
SNAPSHOT = "elig_snapshot"  # the summary, as it was when the form was last saved


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value of the evaluation stands: the record, and the path of the item in it."""

    key: Key
    record_id: int
    path: str
    item: Any


@dataclass(frozen=True, slots=True)
class Screening:
    """The evaluation of one subject. ``places``: (form, number, field) of the evidence -> Source;
    ``homes``: field -> a form and item that would hold it; ``decided``: on the date of the
    decision, not just today."""

    cohort: str
    build: int
    version: int
    on: dt.date
    decided: bool
    evaluation: Evaluation
    criteria: Mapping[str, Criterion]
    places: Mapping[tuple[str, int, str], Source]
    homes: Mapping[str, tuple[FormDefinition, str]]

    @property
    def summary(self) -> str:
        """Every criterion with its result and what decided it, in one line each."""
        lines = [*map(_line, self.evaluation.criteria), *self.evaluation.warnings]
        return "\n".join(lines)

    def agrees(self, decision: Record) -> bool:
        """Whether the decision was taken on these results and this evidence; warnings may come
        and go."""
        count = len(self.evaluation.criteria)
        signed = str(decision.data.get(SNAPSHOT, {}).get("v", ""))
        return signed.splitlines()[:count] == self.summary.splitlines()[:count]


def _line(judged: Judged) -> str:
    said = ", ".join(f"{e.field}={e.value}" for e in judged.evidence)
    lacking = f"; missing: {', '.join(judged.missing)}" if judged.missing else ""
    warned = f"; {', '.join(judged.warnings)}" if judged.warnings else ""
    return f"{judged.id} {judged.result}" + (
        f" ({said}{lacking}{warned})" if said or lacking else ""
    )


def criteria_of(work: Work, judged: Record | None = None) -> Criteria | None:
    """The criteria of the build in which eligibility was judged, before that of the build in use:
    an amendment does not judge again who was enrolled before it."""
    version = _build(work, judged).criteria
    return None if version is None else work.catalogue.criteria.get(version)


def _build(work: Work, judged: Record | None) -> Build:
    return work.catalogue.builds[judged.build] if judged else work.catalogue.build


def decision(work: Work, subject: Subject) -> Record | None:
    """The form with the judgements and the decision, if it was begun."""
    return _decision(_records(work, subject))


def _decision(records: Sequence[Record]) -> Record | None:
    return next((record for record in reversed(records) if record.form == FORM), None)


def screen(
    work: Work, subject: Subject, own: tuple[Key, FormDefinition, Data] | None = None
) -> Screening | None:
    """Judge the subject by its stored records; ``own`` is a record as it is about to be saved.

    None when the build has no criteria. On the date of the decision, before it today.
    """
    records = _records(work, subject)
    judged = _decision(records)
    criteria = criteria_of(work, judged)
    if criteria is None:
        return None
    gathered = _Gathered(criteria)
    for record in records:
        form = work.catalogue.form(record.form, record.form_version)
        key = Key(subject.code, record.event, record.event_no, record.form, record.repeat)
        if own is None or own[0] != key:
            gathered.add(key, record.id, form, content.Stored(form, record.data))
    if own is not None:
        gathered.add(own[0], 0, own[1], own[2])
    on = gathered.decided or work.now.date()
    evaluation = evaluate(subject.cohort, criteria.criteria, on, gathered.fields, _parameters(work))
    named = {criterion.criterion: criterion for criterion in criteria.of(subject.cohort)}
    return Screening(
        subject.cohort,
        _build(work, judged).build,
        criteria.criteria,
        on,
        gathered.decided is not None,
        evaluation,
        named,
        gathered.places,
        _homes(work, criteria),
    )


def _records(work: Work, subject: Subject) -> list[Record]:
    query = (
        select(Record)
        .where(Record.subject_id == subject.id, Record.inactive.is_(False))
        .order_by(Record.id)
    )
    return list(work.session.scalars(query))


def _parameters(work: Work) -> dict[str, object]:
    return {p.name: p.value for p in work.catalogue.study.parameters}


class _Gathered:
    """Records as fields of the engine, and where each field came from."""

    def __init__(self, criteria: Criteria) -> None:
        self.reads = criteria.reads
        self.fields: dict[str, list[dict[str, str]]] = {}
        self.places: dict[tuple[str, int, str], Source] = {}
        self.decided: dt.date | None = None

    def add(self, key: Key, record_id: int, form: FormDefinition, data: Data) -> None:
        rows = [group.group for group in form.model.groups if group.layout == "rows"]
        self.put(key, record_id, form, dict(_fields(form, data, self.reads)))
        for group in rows:
            for row in live_rows(data, group):
                self.put(key, record_id, form, dict(_row(form, data, group, row)))
        date = data.get(DECIDED, BLANK).typed
        if form.oid == FORM and isinstance(date, PartialDate) and date.complete:
            self.decided = date.earliest

    def put(
        self, key: Key, record_id: int, form: FormDefinition, found: dict[str, tuple[str, str]]
    ) -> None:
        listed = self.fields.setdefault(form.oid, [])
        listed.append({field: text for field, (text, _) in found.items()})
        for field, (_, path) in found.items():
            name = split_path(path)[0]
            item = form.item(name) if name in form.items else None
            self.places[form.oid, len(listed), field] = Source(key, record_id, path, item)


Fields = Iterator[tuple[str, tuple[str, str]]]  # field -> (text, path)


def _fields(form: FormDefinition, data: Data, reads: Mapping[str, Mapping[str, Read]]) -> Fields:
    """Items of the form by their own names, by the names of the engine, and results of a panel."""
    for name, (group, _) in form.items.items():
        if not group.repeats:
            yield name.lower(), (_text(data.get(name, BLANK)), name)
    named = {**reads.get(form.oid, {}), **(reads.get(PANEL, {}) if form.panels else {})}
    for field, read in named.items():
        yield field, (_read(data, read), items_of(read)[0])
    for oid, analytes in form.panels.items():
        result = lab_item(form.groups[oid]) or ""
        for analyte in analytes:
            path = item_path(result, oid, analyte.code)
            value = data.get(path, BLANK)
            field = f"lb_{analyte.code.lower()}"
            yield field, (value.facets.get("n") or _text(value), path)
            yield f"{field}_uln", (value.facets.get("hi", ""), path)


def _row(form: FormDefinition, data: Data, group: str, row: str) -> Fields:
    for item in form.groups[group].items:
        path = item_path(item.item, group, row)
        yield item.item.lower(), (_text(data.get(path, BLANK)), path)


def _text(value: Value) -> str:
    """The value in the item's own unit, or its missing code."""
    if value.missing is not None:
        return value.missing
    return value.facets.get("n", value.text) if value.facets else value.text


def _read(data: Data, read: Read) -> str:
    texts = [_text(data.get(item, BLANK)) for item in items_of(read)]
    if isinstance(read, Recoded):
        code = texts[0]
        return read.codes.get(code, (read.other or "") if code else "")
    return "T".join(text for text in texts if text) if texts[0] else ""


def _homes(work: Work, criteria: Criteria) -> dict[str, tuple[FormDefinition, str]]:
    """Field of the engine -> the form and item that hold it, for what is missing."""
    homes: dict[str, tuple[FormDefinition, str]] = {}
    for ref in (ref for event in work.catalogue.build.events for ref in event.forms):
        form = work.catalogue.form(ref.form, ref.version)
        for field, (_, path) in _fields(form, {}, criteria.reads):
            homes.setdefault(field, (form, path))
    return homes

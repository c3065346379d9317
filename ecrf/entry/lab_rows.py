"""Freezes range, flag and grade with every result of the form's panels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from ecrf.definition import items
from ecrf.definition.model import Analyte
from ecrf.definition.values import BLANK, PartialDate, Value, item_path, split_path
from ecrf.entry import baselines, labs
from ecrf.entry.context import Context, Record, nearest
from ecrf.entry.env import FormEnv
from ecrf.entry.findings import Finding
from ecrf.entry.messages import message
from ecrf.entry.plan import GroupPlan, Plan

Notes = dict[str, list[Finding]]


def freeze(plan: Plan, env: FormEnv, previous: Record) -> Notes:
    """Put the facets into the data; returns what is to be noted, by path.

    A result keeps the facets it was saved with as long as neither it, its unit, the laboratory
    nor the sampling date changed, so that a corrected list of ranges does not silently re-judge
    old results. Evaluating without ``previous`` freezes everything anew.
    """
    notes: Notes = {}
    panels = [group for group in plan.groups if group.result]
    if not panels:
        return notes
    sample = sample_of(plan, env.data, env.context)
    known = baselines.of(plan.catalogue.study, plan.form, env.data, env.context)
    freezer = _Freezer(plan, env.data, previous, sample, known)
    without_range: list[str] = []
    for group in panels:
        for code, analyte in group.analytes.items():
            path = item_path(str(group.result), group.oid, code)
            value = env.data.get(path)
            if value is None or not value.text:
                continue
            symptoms = item_path(labs.SYMPTOMS, group.oid, code)
            value = freezer.frozen(_restored(group, analyte, value), analyte, path, symptoms)
            env.data[path] = value
            if value.facets.get("n") and not value.facets.get("rid"):
                without_range.append(path)
            if value.facets.get("imp"):
                notes[path] = [_imputed(group, analyte, value, path)]
    _note_ranges(plan, env.data, freezer.sample, without_range, notes)
    return notes


class _Freezer:
    """Decides for each result whether its facets stay or are made anew. They are made anew also
    when the baseline became known or was corrected since."""

    def __init__(
        self,
        plan: Plan,
        data: Record,
        previous: Record,
        sample: labs.Sample,
        baselines: Mapping[str, Decimal],
    ) -> None:
        self.plan = plan
        self.data = data
        self.previous = previous
        self.sample = sample
        self.baselines = baselines
        self.same_sample = all(map(self.same, (labs.LABORATORY, labs.SAMPLED, labs.ANTICOAGULATED)))

    def same(self, path: str) -> bool:
        """Whether a person entered nothing else there since."""
        old, new = self.previous.get(path, BLANK), self.data.get(path, BLANK)
        return (old.text, old.missing, old.unit) == (new.text, new.missing, new.unit)

    def frozen(self, value: Value, analyte: Analyte, path: str, symptoms: str) -> Value:
        known = self.previous.get(path, BLANK).facets
        stays = (
            known.get("rid")
            and self.same_sample
            and self.same(path)
            and self.same(symptoms)
            and known.get("bl") == labs.baseline_text(analyte, self.baselines)
        )
        facets = known if stays else self.facets(value, analyte, symptoms)
        return Value(value.text, value.missing, value.unit, facets, value.typed)

    def facets(self, value: Value, analyte: Analyte, symptoms: str) -> Mapping[str, str]:
        given, sample = None, self.sample
        if sample.laboratory and sample.on and sample.birth:
            rows = self.plan.rows_of(sample.laboratory, analyte.code)
            row = labs.choose(rows, sample.laboratory, sample.sex, sample.birth, sample.on)
            given = row and self.plan.limits_of(sample.laboratory, row, analyte)
        answer = self.data.get(symptoms, BLANK).text
        suffered = answer == "Y" if answer else None
        given = given or labs.NO_LIMITS
        return labs.facets(analyte, value, given, sample, suffered, self.baselines)


def _restored(group: GroupPlan, analyte: Analyte, value: Value) -> Value:
    """The value with what rules compute with, if whoever read it did not know the analyte."""
    if value.typed is not None:
        return value
    item = next(item.item for item in group.items if item.oid == group.result)
    return items.restore(item, value.to_json(), analyte)


def sample_of(plan: Plan, data: Record, context: Context) -> labs.Sample:
    laboratory = data.get(labs.LABORATORY, BLANK).text
    known = nearest(context.forms, labs.DEMOGRAPHICS)
    person: Record = known.data if known else {}
    anticoagulated = data.get(labs.ANTICOAGULATED, BLANK).text
    return labs.Sample(
        plan.catalogue.laboratories.get(laboratory),
        _day(data.get(labs.SAMPLED, BLANK)),
        person.get(labs.SEX, BLANK).text or None,
        _day(person.get(labs.BIRTH, BLANK)),
        anticoagulated == "Y" if anticoagulated else None,
    )


def _day(value: Value) -> dt.date | None:
    if isinstance(value.typed, dt.datetime):
        return value.typed.date()
    if isinstance(value.typed, PartialDate) and value.typed.complete:
        return value.typed.earliest
    return None


def _note_ranges(
    plan: Plan, data: Record, sample: labs.Sample, paths: list[str], notes: Notes
) -> None:
    """One note for the whole form when the same fact is missing for every result."""
    if not paths:
        return
    if not data.get(labs.LABORATORY, BLANK).text or sample.on is None:
        _note_all(plan, "range.no_laboratory", paths, notes)
    elif sample.laboratory is None:
        _note_all(plan, "range.no_list", paths, notes)
    elif sample.sex is None or sample.birth is None:
        _note_all(plan, "range.no_subject", paths, notes)
    else:
        for path in paths:
            _, oid, code = split_path(path)
            group = plan.by_oid[str(oid)]
            text = message("range.none", {"label": group.analytes[str(code)].label})
            note = Finding(f"{group.result}.range", "note", path, text, (path,))
            notes.setdefault(path, []).append(note)


def _note_all(plan: Plan, code: str, paths: list[str], notes: Notes) -> None:
    place = labs.LABORATORY if labs.LABORATORY in plan.form.items else paths[0]
    rests = tuple(dict.fromkeys((place, *paths)))
    note = Finding(f"{split_path(place)[0]}.range", "note", place, message(code), rests)
    notes.setdefault(place, []).append(note)


def _imputed(group: GroupPlan, analyte: Analyte, value: Value, path: str) -> Finding:
    text = message("grade.imputed", {"label": analyte.label, "value": value.text})
    return Finding(f"{group.result}.imputed", "note", path, text, (path,))

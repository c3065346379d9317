"""Items of type ``ref`` name another record of the subject: ``CRS-2`` is episode 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.references import record_name
from ecrf.definition.values import Problem, Value, split_path
from ecrf.models import Record, Subject
from ecrf.services.work import Work

Options = Mapping[str, Sequence[tuple[str, str]]]  # item -> (name of a record, what it says)


def options(work: Work, subject: Subject, form: FormDefinition) -> Options:
    """The records that each ``ref`` item of a form may name, as they are called in their log."""
    wanted = {name: item.forms for name, (_, item) in form.items.items() if item.type == "ref"}
    known = _records(work, subject, {oid for forms in wanted.values() for oid in forms})
    return {
        item: [option for oid in forms for option in known.get(oid, ())]
        for item, forms in wanted.items()
    }


def problems(
    work: Work, subject: Subject, form: FormDefinition, values: Mapping[str, Value]
) -> dict[str, Problem]:
    """The ``ref`` values that name no record of the subject."""
    given = {
        path: name
        for path, value in values.items()
        if (name := split_path(path)[0]) and form.item(name).type == "ref" and value.text
    }
    if not given:
        return {}
    known = options(work, subject, form)
    return {
        path: Problem("ref.unknown")
        for path, item in given.items()
        if values[path].text not in {name for name, _ in known[item]}
    }


def _records(
    work: Work, subject: Subject, forms: Iterable[str]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    if not forms:
        return found
    query = (
        select(Record.form, Record.form_version, Record.repeat, Record.data)
        .where(
            Record.subject_id == subject.id,
            Record.form.in_(sorted(forms)),
            Record.inactive.is_(False),
        )
        .order_by(Record.form, Record.repeat)
    )
    for row in work.session.execute(query):
        label = work.catalogue.form(row.form, row.form_version).model.row_label
        said = row.data.get(label, {}).get("v", "") if label else ""
        name = record_name(row.form, row.repeat)
        found.setdefault(row.form, []).append((name, f"{name} {said}".strip()))
    return found

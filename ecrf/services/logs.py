"""The log of a subject: all records of one repeating form at one event, with its key columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Value
from ecrf.entry import content
from ecrf.models import Record
from ecrf.services import keys, subjects
from ecrf.services.errors import NotFound
from ecrf.services.subjects import Casebook, EventState, FormState
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Row:
    """One record: how far it is, and item -> value of the columns it holds."""

    state: FormState
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Log:
    book: Casebook
    at: EventState
    form: FormDefinition
    columns: tuple[str, ...]
    rows: tuple[Row, ...]  # by number


def log(work: Work, code: str, event: str, event_no: int, form: str) -> Log:
    """Every record of the form, the inactive ones too. Raises NotFound, Forbidden."""
    subject = keys.subject(work, code)
    work.require("record.read", subject.site)
    book = subjects.casebook(work, code)
    here = (at for at in book.events if (at.event.event, at.event_no) == (event, event_no))
    at = next(here, None)
    due = [one for one in keys.forms_at(work, subject, at.event) if one.oid == form] if at else []
    if at is None or not due or not due[0].model.repeats:
        raise NotFound(form)
    columns = due[0].model.columns or ((due[0].model.row_label,) if due[0].model.row_label else ())
    states = [state for state in at.forms if state.form.oid == form]
    kept = _values(work, states, columns)
    rows = tuple(Row(state, kept.get(state.record_id or 0, {})) for state in states)
    return Log(book, at, due[0], columns, rows)


def _values(
    work: Work, states: list[FormState], columns: tuple[str, ...]
) -> dict[int, Mapping[str, Value]]:
    forms = {state.record_id: state.form for state in states}
    query = select(Record.id, Record.data).where(Record.id.in_(list(forms)))
    found: dict[int, Mapping[str, Value]] = {}
    for number, data in work.session.execute(query):
        wanted = {name: data[name] for name in columns if name in data}
        found[number] = content.restore(forms[number], wanted)
    return found

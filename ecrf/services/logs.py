"""The log of a subject: all records of one repeating form at one event, with its key columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.references import record_name
from ecrf.definition.values import Value
from ecrf.entry import content
from ecrf.services import keys, linked, subjects
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.errors import NotFound
from ecrf.services.keys import Key
from ecrf.services.linked import Linked
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Row:
    """One record: how far it is, and item -> value of the columns it holds."""

    state: FormState
    values: Mapping[str, Value]
    links: tuple[Linked, ...] = ()


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
    held = linked.rows(work, subject, form)
    links = linked.of_form(held, form)
    kept = {
        one.key.repeat: content.restore(
            one.form, {name: one.data[name] for name in columns if name in one.data}
        )
        for one in held
        if (one.key.form, one.key.event, one.key.event_no) == (form, event, event_no)
    }
    rows = tuple(
        Row(state, kept.get(state.repeat, {}), links.get(record_name(form, state.repeat), ()))
        for state in states
    )
    return Log(book, at, due[0], columns, rows)


def beside(book: Casebook, key: Key) -> tuple[tuple[int, ...], int]:
    """The numbers of the records of the log a record stands in, and its place among them.

    A record that is not saved yet stands behind the last.
    """
    numbers = [
        state.repeat
        for at in book.events
        for state in at.forms
        if (at.event.event, at.event_no, state.form.oid) == (key.event, key.event_no, key.form)
    ]
    numbers += [] if key.repeat in numbers else [key.repeat]
    return tuple(numbers), numbers.index(key.repeat)

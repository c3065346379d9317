"""The log of a subject as a grid: filtered by state, sorted by any column, printed as it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for

from ecrf.definition import items
from ecrf.services import history, logs
from ecrf.services.forms import Opened
from ecrf.services.keys import Key
from ecrf.services.logs import Log
from ecrf.services.subjects import FormState
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read
from ecrf.web.language import current_language

bp = Blueprint("logs", __name__)


class Line(NamedTuple):
    state: FormState
    cells: tuple[str, ...]
    order: tuple[Any, ...]  # what the chosen column sorts by

    @property
    def said(self) -> str:
        """What a search looks in."""
        return " ".join((str(self.state.repeat), *self.cells))


@bp.get("/subjects/<code>/<event>/<int:event_no>/<form>/log")
@permitted("record.read")
def page(code: str, event: str, event_no: int, form: str) -> str:
    """All records of a repeating form, the struck ones too unless the filter leaves them out."""
    wanted, sort = request.args.get("state", ""), request.args.get("sort", "")
    falling = sort.startswith("-")
    with read() as work:
        log = logs.log(work, code, event, event_no, form)
        lines = [line for line in _lines(log, sort.lstrip("-")) if _holds(line.state, wanted)]
        lines.sort(key=lambda line: line.order, reverse=falling)
        return render_template(
            "subjects/log.html",
            log=log,
            book=log.book,
            lines=lines,
            state=wanted,
            sort=sort,
            place={"code": code, "event": event, "event_no": event_no, "form": form},
        )


def at(key: Key) -> str:
    """The address of the log that a record stands in, at its row."""
    return url_for(
        "logs.page",
        code=key.subject,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        _anchor=f"r{key.repeat}",
    )


def struck(work: Work, found: Opened) -> dict[str, Any] | None:
    """Who struck the record out, when and why; None when it takes part."""
    if found.record is None or not found.record.inactive:
        return None
    lines = history.of_record(work, found.record.id)
    last = [line for line in lines if line.action == "record.strike"][-1:]
    return next(iter(trail.shown(found.form, last)), None)


def _holds(state: FormState, wanted: str) -> bool:
    if wanted == "active":
        return state.state != "struck"
    if wanted == "queries":
        return state.queries > 0
    return wanted in ("", state.state)


def _lines(log: Log, sort: str) -> list[Line]:
    language = current_language()
    lines = []
    for row in log.rows:
        cells = tuple(_cell(row, name, language) for name in log.columns)
        lines.append(Line(row.state, cells, _order(row, sort)))
    return lines


def _cell(row: logs.Row, name: str, language: str) -> str:
    value = row.values.get(name)
    if value is None or name not in row.state.form.items:
        return ""
    return items.display(row.state.form.item(name), value, language)


def _order(row: logs.Row, name: str) -> tuple[Any, ...]:
    """Numbers by size, dates and texts as written, blanks last; then by record number."""
    value = row.values.get(name)
    if value is None:
        return (name != "", Decimal(0), "", row.state.repeat)
    number = Decimal(value.typed) if isinstance(value.typed, int | Decimal) else Decimal(0)
    return (False, number, value.text.casefold(), row.state.repeat)

"""The log of a subject as a grid: filtered by state, sorted by any column, printed as it stands."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, NamedTuple

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ecrf.definition import items
from ecrf.definition.references import record_name
from ecrf.services import history, lab_events, linked, logs
from ecrf.services.casebooks import Casebook, FormState
from ecrf.services.forms import Opened
from ecrf.services.keys import Key
from ecrf.services.linked import Linked
from ecrf.services.logs import Log
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read, write
from ecrf.web.language import current_language

FORM = re.compile(r"[A-Z0-9]+\.\d{1,4}\.[A-Z0-9]+\.\d{1,4}", re.ASCII)
bp = Blueprint("logs", __name__)


class Line(NamedTuple):
    state: FormState
    cells: tuple[str, ...]
    links: tuple[Linked, ...]
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
    place = {"code": code, "event": event, "event_no": event_no, "form": form}
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
            place=place,
            root=request.path.removesuffix("log"),
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


def query() -> str:
    """What keeps an address leading back to where it was opened from."""
    given = request.args.get("back", "")
    return f"?back={given}" if given == "log" or FORM.fullmatch(given) else ""


def back(key: Key) -> str:
    """Where the person came from: the grid, or another form of the subject; empty for neither."""
    given = request.args.get("back", "")
    if given == "log":
        return at(key)
    if not FORM.fullmatch(given):
        return ""
    event, event_no, form, repeat = given.split(".")
    return url_for(
        "records.page",
        subject=key.subject,
        event=event,
        event_no=int(event_no),
        form=form,
        repeat=int(repeat),
    )


def around(work: Work, found: Opened, book: Casebook) -> dict[str, Any] | None:
    """What stands around a record of a log: the rows beside it, its links, who struck it out."""
    key, record = found.key, found.record
    if not found.form.model.repeats:
        return None
    numbers, place = logs.beside(book, key)
    links = linked.of_form(linked.rows(work, found.subject, key.form), key.form)
    adds = record is not None and not found.filling.readonly
    return {
        "number": place + 1,
        "total": len(numbers),
        "before": replace(key, repeat=numbers[place - 1]) if place else None,
        "after": replace(key, repeat=numbers[place + 1]) if place + 1 < len(numbers) else None,
        "links": links.get(record_name(key.form, key.repeat), ()),
        "add": linked.addable(work, found.subject, key.form) if adds else (),
        "struck": _struck(work, found),
    }


def _struck(work: Work, found: Opened) -> dict[str, Any] | None:
    """Who struck the record out, when and why; None when it takes part."""
    if found.record is None or not found.record.inactive:
        return None
    lines = history.of_record(work, found.record.id)
    last = [line for line in lines if line.action == "record.strike"][-1:]
    return next(iter(trail.shown(found.form, last)), None)


@bp.post("/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>/linked")
@permitted("record.enter")
def begin(**place: Any) -> Response:
    """A new record of another log in draft, with its link to this one filled in."""
    with write() as work:
        made = linked.begin(work, Key(**place), request.form.get("form", ""))
    return redirect(url_for("records.page", **asdict(made), back="log"), 303)


@bp.post("/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>/event")
@permitted("record.enter")
def event(**place: Any) -> Response:
    """The adverse event of a laboratory result, begun where there is none; leads back here."""
    key = Key(**place)
    with write() as work:
        made = lab_events.begin(work, key, str(request.get_json().get("path", "")))
    came = f"{key.event}.{key.event_no}.{key.form}.{key.repeat}"
    return jsonify(next=url_for("records.page", **asdict(made), back=came))


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
        lines.append(Line(row.state, cells, row.links, _order(row, sort)))
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

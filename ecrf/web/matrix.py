"""The subject matrix as its page and its table file show it: one cell a subject and event."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ecrf.definition.model import Event
from ecrf.services.casebooks import Casebook, EventState
from ecrf.web.filters import text

COUNTED = ("unscheduled", "log")  # events that show how many there are


@dataclass(frozen=True, slots=True)
class Cell:
    """``mark`` is the one glyph, ``number`` stands in its place where things are counted.

    ``window`` says where the visit lies against its window: due, overdue, out, or nothing.
    """

    mark: str
    words: str
    queries: int = 0
    window: str = ""
    number: int | None = None
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One subject with a cell for each event."""

    book: Casebook
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown: all of what is said must hold."""

    cohort: str = ""
    state: str = ""
    window: str = ""
    find: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        return cls(**{name: query.get(name, "").strip() for name in cls.__slots__})

    def said(self) -> dict[str, str]:
        """Only what narrows, for an address."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}

    def holds(self, line: Line) -> bool:
        subject = line.book.subject
        if self.cohort and subject.cohort != self.cohort:
            return False
        if self.find.lower() not in subject.code.lower():
            return False
        if self.window and not any(cell.window == self.window for cell in line.cells):
            return False
        if self.state == "queries":
            return any(cell.queries for cell in line.cells)
        forms = (form for at in line.book.events for form in at.forms)
        return not self.state or any(form.state == self.state for form in forms)


def lines(books: Iterable[Casebook], events: Sequence[Event]) -> Iterator[Line]:
    """The matrix, a line a subject."""
    words = _words()
    for book in books:
        there: dict[str, list[EventState]] = {}
        for at in book.events:
            there.setdefault(at.event.event, []).append(at)
        cells = tuple(_cell(book, event, there.get(event.event, []), words) for event in events)
        yield Line(book, url_for("subjects.casebook", code=book.subject.code), cells)


def _words() -> dict[str, str]:
    """Looked up once: a matrix has a few thousand cells."""
    return {
        "none": _("not due"),
        "wait": _("not due yet"),
        "late": _("overdue"),
        "due": _("due now"),
        "empty": _("not entered"),
        "missed": _("the visit did not take place"),
        "part": _("partly entered"),
        "complete": _("complete"),
        "signed": _("signed"),
        "superseded": _("signature superseded"),
        "rejected": _("sent back"),
    }


def _cell(
    book: Casebook, event: Event, there: Sequence[EventState], words: Mapping[str, str]
) -> Cell:
    if event.kind in COUNTED:
        many = len(there) if event.kind == "unscheduled" else sum(len(at.forms) for at in there)
        spot = f"{event.event}-{'1' if there else 'new'}"
        return Cell("", "", sum(at.queries for at in there), number=many, spot=spot)
    if not there or not there[0].forms:
        return Cell("none", words["none"])
    at = there[0]
    state = at.state
    mark = _mark(book, at) if state == "empty" else state
    window = _window(at, mark)
    said = words["due" if window == "due" else mark]
    if window == "out" and at.visit:
        said = f"{said}, {_outside(at.visit.status, at.visit.days)}"
    elif at.missed:
        said = f"{said}, {words['missed']}"
    if any(form.rejected for form in at.forms):
        said = f"{said}, {words['rejected']}"
    return Cell(mark, said, at.queries, window, spot=f"{event.event}-1")


def _mark(book: Casebook, at: EventState) -> str:
    """Of a visit with nothing entered: still to come, due, or overdue."""
    if not at.expected:
        return "wait"
    if at.visit:
        return {"MISSED": "late", "NOT_DUE": "wait"}.get(at.visit.status, "empty")
    return "empty" if at.plan or at.event.anchor == "consent" else "wait"


def _window(at: EventState, mark: str) -> str:
    if mark == "late":
        return "overdue"
    if at.visit is None:
        return ""
    if mark == "empty" and at.visit.status == "DUE":
        return "due"
    return "out" if at.date and at.visit.status in ("EARLY", "LATE") else ""


def _outside(status: str, days: int) -> str:
    if status == "EARLY":
        return ngettext("%(num)s day early", "%(num)s days early", days)
    return ngettext("%(num)s day late", "%(num)s days late", days)


def table(shown: Iterable[Line], events: Sequence[Event]) -> str:
    """The matrix in words as CSV, with a byte order mark so that spreadsheets read the Chinese."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([_("Subject"), _("Cohort"), *(text(event.title) for event in events)])
    for line in shown:
        subject = line.book.subject
        writer.writerow([subject.code, subject.cohort, *map(_said, line.cells)])
    return out.getvalue()


def _said(cell: Cell) -> str:
    asked = ngettext("%(num)s open query", "%(num)s open queries", cell.queries)
    said = cell.words if cell.number is None else str(cell.number)
    return f"{said}, {asked}" if cell.queries else said

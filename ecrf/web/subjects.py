"""The subject matrix, a new subject, and the casebook of one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from ecrf.definition.items.dates import read_date
from ecrf.definition.items.fold import fold
from ecrf.definition.values import PartialDate
from ecrf.services import contexts, episodes, subjects
from ecrf.services.casebooks import Casebook
from ecrf.services.errors import Invalid
from ecrf.services.work import Work
from ecrf.web import matrix as grid
from ecrf.web import timeline
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import text
from ecrf.web.matrix import Filter
from ecrf.web.messages import say

bp = Blueprint("subjects", __name__)


class NewSubjectForm(FlaskForm):
    site = SelectField(_l("Site"))
    cohort = RadioField(_l("Cohort"), [InputRequired(_l("Choose a cohort."))])


class VisitForm(FlaskForm):
    date = StringField(_l("Visit date"), [InputRequired(_l("Enter the date of the visit."))])


@bp.get("/subjects")
@permitted("subject.list")
def matrix() -> str:
    """Subjects x events, one glyph a cell."""
    with read() as work:
        wanted = Filter.of(request.args)
        events = work.catalogue.build.events
        lines = list(grid.lines(subjects.matrix(work), events))
        return render_template(
            "subjects/matrix.html",
            lines=[line for line in lines if wanted.holds(line)],
            total=len(lines),
            events=events,
            wanted=wanted,
        )


@bp.get("/subjects/matrix.csv")
@permitted("subject.list")
def table() -> Response:
    """The matrix as it is shown, in words, as a file for a spreadsheet."""
    with read() as work:
        wanted = Filter.of(request.args)
        events = work.catalogue.build.events
        lines = grid.lines(subjects.matrix(work), events)
        body = grid.table(filter(wanted.holds, lines), events)
        name = f"{work.catalogue.study.protocol}-subjects-{work.at[:10]}.csv"
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.route("/subjects/new", methods=["GET", "POST"])
@permitted("subject.create")
def new() -> str | Response | tuple[str, int]:
    """A new subject: site and cohort; the code comes from the system, names have no field."""
    form = NewSubjectForm()
    with read() as work:
        study = work.catalogue.study
    sites = [s for s in study.sites if g.actor.site in ("*", s.site)]
    form.site.choices = [(s.site, f"{s.site} {text(s.label)}") for s in sites]
    form.cohort.choices = [(c.cohort, f"{c.cohort} {text(c.label)}") for c in study.cohorts]
    error = None
    if form.validate_on_submit():
        try:
            with write() as work:
                code = subjects.create(work, form.site.data, form.cohort.data).code
            return redirect(url_for("subjects.casebook", code=code))
        except Invalid as refusal:
            error = say(refusal)
    body = render_template("subjects/new.html", form=form, error=error)
    return (body, 400) if form.is_submitted() else body


@bp.get("/subjects/<code>")
@permitted("subject.list")
def casebook(code: str) -> str:
    """Events with their windows, forms with their states, the logs."""
    return _casebook(code, VisitForm(formdata=None), None)


def _casebook(code: str, form: VisitForm, error: str | None) -> str:
    with read() as work:
        book = subjects.casebook(work, code)
        return render_template("subjects/casebook.html", **_view(work, book, form, error))


def _view(work: Work, book: Casebook, form: VisitForm, error: str | None) -> dict[str, Any]:
    unscheduled = [e for e in work.catalogue.build.events if e.kind == "unscheduled"]
    today = contexts.today(work, book.subject.site)
    spells = episodes.of(work, book.subject)
    return {
        "book": book,
        "drawing": timeline.draw(book, spells, today),
        "spells": spells,
        "status": timeline.status,
        "unscheduled": unscheduled[0] if unscheduled else None,
        "visit_form": form,
        "error": error,
        "today": today,
    }


@bp.post("/subjects/<code>/visits")
@permitted("subject.create")
def visit(code: str) -> Response | tuple[str, int]:
    """One more unscheduled visit."""
    form = VisitForm()
    error: str | None = _("Enter the date of the visit.")
    if form.validate_on_submit():
        try:
            with write() as work:
                subjects.add_visit(work, code, request.form.get("event", "UNS"), _date(form))
            return redirect(url_for("subjects.casebook", code=code))
        except Invalid as refusal:
            error = say(refusal)
    return _casebook(code, form, error), 400


def _date(form: VisitForm) -> dt.date:
    date = read_date(fold(form.date.data or ""))
    if not isinstance(date, PartialDate) or not date.complete:
        raise Invalid("visit.date")
    return date.earliest


@bp.get("/subjects/<code>/<event>/<int:event_no>/<form>/new")
@permitted("record.enter")
def add(code: str, event: str, event_no: int, form: str) -> Response:
    """The next free place of a repeating form."""
    with read() as work:
        repeat = subjects.next_repeat(work, code, event, event_no, form)
    return redirect(
        url_for(
            "records.page",
            subject=code,
            event=event,
            event_no=event_no,
            form=form,
            repeat=repeat,
            back=request.args.get("back"),
        )
    )

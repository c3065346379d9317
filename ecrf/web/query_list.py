"""The inbox of queries: what waits for this person, everything else by filter; as a page, on paper,
as a table file; and the counts behind it."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from ecrf.entry import layout
from ecrf.services import query_list, query_threads
from ecrf.services.query_list import Filter, Line
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read
from ecrf.web.filters import local, text
from ecrf.web.language import current_language

bp = Blueprint("query_list", __name__)
PRINTED = 500  # queries with everything said, on one print
WRITTEN = 20_000  # lines of a table file


@bp.get("/queries")
@permitted("record.read")
def page() -> str:
    """A page of the list, each line opening at the item."""
    wanted = Filter.of(request.args)
    with read() as work:
        found = query_list.listed(work, wanted, request.args.get("page", 1, type=int))
        return render_template(
            "queries/inbox.html",
            found=found,
            lines=[_line(work, line) for line in found.lines],
            wanted=wanted,
            forms=_forms(work),
            ages=query_list.AGES,
            sealed=_sealed(work, wanted),
        )


def _sealed(work: Work, wanted: Filter) -> list[tuple[str, str]]:
    """The sites of the list, and where to ask for the sealed copy of their queries."""
    if not work.actor.may("pdf.export"):
        return []
    state = "live" if wanted.state == "turn" else wanted.state
    visible = [s for s in work.catalogue.study.sites if work.actor.site in ("*", s.site)]
    return [
        (text(s.label), url_for("site_copies.page", site=s.site, scope=f"queries/{state}"))
        for s in visible
        if wanted.site in ("", s.site)
    ]


@bp.get("/queries/print")
@permitted("record.read")
def paper() -> str:
    """The list with everything said about each query, for printing."""
    wanted = Filter.of(request.args)
    with read() as work:
        found = query_list.listed(work, wanted, most=PRINTED)
        events = query_threads.events_of(work, [line.query.id for line in found.lines])
        people = {event.by for said in events.values() for event in said}
        return render_template(
            "queries/print.html",
            found=found,
            lines=[_line(work, line) for line in found.lines],
            events=events,
            names=query_threads.names_of(work, people),
            words=lambda said: query_threads.words(said, current_language()),
            wanted=wanted,
            now=local(work.at),
        )


@bp.get("/queries/table")
@permitted("record.read")
def table() -> Response:
    """The list as CSV, with a byte order mark so that spreadsheets read the Chinese."""
    with read() as work:
        found = query_list.listed(work, Filter.of(request.args), most=WRITTEN)
        lines = [_line(work, line) for line in found.lines]
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    columns = {
        "number": _("No."),
        "site": _("Site"),
        "subject": _("Subject"),
        "visit": _("Visit"),
        "form": _("Form"),
        "item": _("Item"),
        "state": _("State"),
        "days": _("Days"),
        "text": _("Question"),
        "check": _("Check"),
        "by": _("Raised by"),
        "role": _("Role"),
        "at": _("Raised at"),
        "given": _("Given to"),
        "moved": _("Last moved at"),
    }
    writer.writerow(columns.values())
    for line in lines:
        writer.writerow([plain(line[name]) for name in columns])
    headers = {"Content-Disposition": "attachment; filename=queries.csv"}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/queries/counts")
@permitted("record.read")
def counts() -> str:
    """How many, how old and how long they took, by site, form and person (R-081)."""
    with read() as work:
        found = query_list.counts(work)
        people = {one.name for kind in ("raised_by", "assigned_to") for one in found[kind]}
        return render_template(
            "queries/counts.html",
            found=found,
            names=query_threads.names_of(work, people),
            forms=dict(_forms(work)),
            late=query_list.AGES[1],
        )


def plain(cell: Any) -> str:
    """A cell that a spreadsheet takes for text, never for a formula."""
    said = str(cell)
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said


def _forms(work: Work) -> list[tuple[str, str]]:
    """The forms of the study, by title."""
    oids = {ref.form for event in work.catalogue.build.events for ref in event.forms}
    named = [(oid, text(work.catalogue.current(oid).model.title)) for oid in oids]
    return sorted(named, key=lambda pair: pair[1])


def _line(work: Work, line: Line) -> dict[str, Any]:
    """A query as a person reads it."""
    asked, form = line.query, line.form
    event = next((e for e in work.catalogue.build.events if e.event == asked.event), None)
    number = f" {asked.event_no}" if event and event.kind == "unscheduled" else ""
    repeat = f" {asked.repeat}" if form and form.model.repeats else ""
    return {
        "number": asked.id,
        "site": line.site,
        "subject": line.subject,
        "visit": (text(event.title) if event else asked.event) + number,
        "form": text(form.model.title) + repeat if form else "",
        "item": trail.label(form, asked.path) if form and asked.path else "",
        "state": asked.state,
        "days": line.days,
        "text": query_threads.words(asked, current_language()),
        "check": asked.check or "",
        "by": line.by,
        "role": asked.raised_role,
        "at": local(asked.raised_at)[:16],
        "moved": local(asked.moved_at)[:16],
        "given": line.given,
        "url": place(line),
    }


def place(line: Line) -> str:
    """Where a query is dealt with: its form, at its item, with its thread open; or its visit."""
    asked = line.query
    if not asked.form:
        return url_for("queries.thread", number=asked.id)
    return url_for(
        "records.page",
        subject=line.subject,
        event=asked.event,
        event_no=asked.event_no,
        form=asked.form,
        repeat=asked.repeat,
        query=asked.id,
        _anchor=layout.html_id(asked.path) if asked.path else None,
    )

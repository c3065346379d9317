"""Review of the audit trail: ready views, what they show, and the record of who looked (R-020)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from ecrf.definition.values import split_path
from ecrf.entry import layout
from ecrf.models import Record, Subject
from ecrf.services import history, trail_reviews, trail_views
from ecrf.services.errors import Invalid, ReasonNeeded
from ecrf.services.trail_views import VIEWS, Filter, Spotted
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import local, text
from ecrf.web.query_list import plain

bp = Blueprint("trail_reviews", __name__)
PAGE = 100

# View -> its name, what it shows, and what its number counts.
WORDS = {
    "verified": (
        _l("Changed after verification"),
        _l("Values that a monitor had verified against source and somebody changed."),
        "",
    ),
    "signed": (
        _l("Changed after signature"),
        _l("Entries and changes on forms that an investigator had signed."),
        "",
    ),
    "locked": (
        _l("Changed after lock"),
        _l("Entries and changes on locked forms, while the lock was open for a time."),
        "",
    ),
    "late": (
        _l("Entered late"),
        _l("Forms first saved many days after the visit."),
        _l("Days after the visit"),
    ),
    "hours": (
        _l("Entered at night"),
        _l("Entries between 22:00 and 06:00 at the site, by person, form and hour."),
        _l("Values"),
    ),
    "bulk": (
        _l("Many at once"),
        _l("Many values by one person within one minute."),
        _l("Values in the minute"),
    ),
    "repeated": (
        _l("Repeated values"),
        _l("The same measured value of a subject on several forms, by one person."),
        _l("Forms with it"),
    ),
    "people": (
        _l("Changes by person"),
        _l("Of a hundred values that a person entered, how many that person changed."),
        _l("Changes in 100 values"),
    ),
    "items": (
        _l("Changes by item"),
        _l("Of a hundred values of an item, how many were changed."),
        _l("Changes in 100 values"),
    ),
}
OUTCOMES = {"none": _l("nothing to follow up"), "finding": _l("finding")}


@bp.get("/audit-review")
@permitted("audit.read")
def overview() -> str:
    """The views, when each was last looked at, and the reviews that were done."""
    with read() as work:
        done = trail_reviews.done(work)
        last = {one.view: one for one in reversed(done)}
        return render_template(
            "audit/overview.html", words=WORDS, last=last, done=done, outcomes=OUTCOMES
        )


@bp.get("/audit-review/<view>")
@permitted("audit.read")
def page(view: str) -> str:
    """The rows of one view, the new ones marked."""
    return _page(view, {}, "")


@bp.get("/audit-review/<view>/table")
@permitted("audit.read")
def table(view: str) -> Response:
    """The rows as CSV, with a byte order mark so that spreadsheets read the Chinese."""
    with read() as work:
        rows = _rows(work, trail_views.spotted(work, _known(view), Filter.of(request.args)))
    columns = {
        "seq": _("Audit entry"),
        "at": _("When"),
        "who": _("Who"),
        "subject": _("Subject"),
        "visit": _("Visit"),
        "form": _("Form"),
        "item": _("Item"),
        "old": _("Was"),
        "new": _("Is"),
        "reason": _("Reason"),
        "number": str(WORDS[view][2]) or _("Number"),
    }
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([plain(row[name]) for name in columns])
    headers = {"Content-Disposition": f"attachment; filename=audit-{view}.csv"}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


@bp.post("/audit-review/<view>")
@permitted("audit.review")
def record(view: str) -> AnyResponse | tuple[str, int]:
    """Write down that this view was looked at, as it was narrowed."""
    sent = request.form
    try:
        with write() as work:
            trail_reviews.record(
                work,
                _known(view),
                Filter.of(sent),
                upto=sent.get("upto", -1, type=int),
                outcome=sent.get("outcome", ""),
                remark=sent.get("remark", ""),
            )
    except ReasonNeeded:
        return _page(view, sent.to_dict(), _("Say in a few words what was found.")), 422
    except Invalid:
        return _page(view, sent.to_dict(), _("Say what came of the review.")), 422
    return redirect(url_for("trail_reviews.overview", _anchor="done"), 303)


def _page(view: str, given: dict[str, str], error: str) -> str:
    wanted = Filter.of(given or request.args)
    with read() as work:
        rows = trail_views.spotted(work, _known(view), wanted)
        pages = max(1, math.ceil(len(rows) / PAGE))
        number = min(max(request.args.get("page", 1, type=int), 1), pages)
        done = trail_reviews.done(work, view)
        seen = done[0].upto if done else 0
        return render_template(
            "audit/view.html",
            view=view,
            words=WORDS[view],
            rows=_rows(work, rows[(number - 1) * PAGE : number * PAGE]),
            total=len(rows),
            most=trail_views.MOST,
            new=sum(one.seq > seen for one in rows) if done else None,
            seen=seen,
            number=number,
            pages=pages,
            wanted=wanted,
            usual=VIEWS[view].least,
            upto=trail_reviews.last(work),
            done=done,
            outcomes=OUTCOMES,
            given=given,
            error=error,
        )


def _known(view: str) -> str:
    if view not in VIEWS:
        abort(404)
    return view


def _rows(work: Work, rows: Sequence[Spotted]) -> list[dict[str, Any]]:
    """Rows as a person reads them."""
    query = select(Record, Subject.code).join(Subject, Subject.id == Record.subject_id)
    here = Record.id.in_({one.record_id for one in rows if one.record_id})
    places = {one.id: (one, code) for one, code in work.session.execute(query.where(here))}
    forms = {
        number: work.catalogue.form(one.form, one.form_version)
        for number, (one, _code) in places.items()
    }
    of_items = [one.seq for one in rows if one.record_id in forms and one.path]
    lines = history.of_entries(work, of_items, forms)
    found = []
    for one in rows:
        row: dict[str, Any] = dict.fromkeys(("visit", "form", "url", "old", "new", "reason"), "")
        row |= {"seq": one.seq, "at": local(one.at)[:16], "who": one.who, "number": one.number}
        row |= {"subject": one.subject, "item": _item(work, one.path)}
        if one.record_id in places:
            row |= _place(work, *places[one.record_id], one.path)
        if one.seq in lines and one.record_id in forms:
            (said,) = trail.shown(forms[one.record_id], [lines[one.seq]])
            row |= {name: said[name] for name in ("item", "old", "new", "reason")}
        found.append(row)
    return found


def _item(work: Work, path: str) -> str:
    """What an item is called in the first form that has it."""
    name = split_path(path)[0]
    forms = (form for form in work.catalogue.forms.values() if name in form.items)
    form = next(forms, None) if path else None
    return trail.label(form, path) if form else path


def _place(work: Work, record: Record, code: str, path: str) -> dict[str, str]:
    event = next((e for e in work.catalogue.build.events if e.event == record.event), None)
    form = work.catalogue.form(record.form, record.form_version)
    return {
        "subject": code,
        "visit": text(event.title) if event else record.event,
        "form": text(form.model.title),
        "url": url_for(
            "records.page",
            subject=code,
            event=record.event,
            event_no=record.event_no,
            form=record.form,
            repeat=record.repeat,
            _anchor=layout.html_id(path) if path else None,
        ),
    }

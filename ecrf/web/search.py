"""Search from anywhere. The question is posted, so that it never stands in an address or a log."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from ecrf.entry import layout
from ecrf.services import search
from ecrf.services.search import Hit
from ecrf.web.access import permitted, read

bp = Blueprint("search", __name__)


@bp.route("/search", methods=["GET", "POST"])
@permitted("subject.list")
def page() -> str:
    """Hits as a page; for the box in the bar as options."""
    asked = request.form.get("q", "")
    with read() as work:
        here, event = request.form.get("subject", ""), request.form.get("event", "")
        hits = search.find(work, asked, here, event)
    options = request.headers.get("X-Options") == "1"
    template = "search/options.html" if options else "search/page.html"
    return render_template(template, hits=hits, asked=asked, place=place)


def place(hit: Hit) -> str:
    """Where a hit leads; a form without a subject leads nowhere yet."""
    if not hit.subject:
        return ""
    if hit.event is None or hit.form is None:
        return url_for("subjects.casebook", code=hit.subject)
    event = hit.event.event
    if hit.form.model.repeats:
        return url_for("subjects.casebook", code=hit.subject, _anchor=f"{event}-1")
    return url_for(
        "records.page",
        subject=hit.subject,
        event=event,
        event_no=1,
        form=hit.form.oid,
        repeat=1,
        _anchor=layout.html_id(hit.path) if hit.path else None,
    )

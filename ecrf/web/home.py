"""The page after signing in: what waits for this person, each line opening at its place."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from ecrf.services import waiting
from ecrf.services.waiting import Thing
from ecrf.web.access import permitted, read

bp = Blueprint("home", __name__)
FEW = 8  # lines of a kind while all kinds are shown
MOST = 500  # lines of one kind


@bp.get("/")
@permitted("account.self")
def page() -> str:
    """All kinds with their first lines, or all lines of one kind."""
    kind = request.args.get("kind", "")
    with read() as work:
        piles = waiting.piles(work)
        chosen = [pile for pile in piles if pile.kind == kind]
        return render_template(
            "home/page.html",
            piles=piles,
            shown=chosen or piles,
            kind=kind if chosen else "",
            few=MOST if chosen else FEW,
            place=place,
        )


def place(thing: Thing) -> str:
    """Where a thing is done; empty when there is nothing to open."""
    event = thing.event.event if thing.event else ""
    if thing.opens == "sign":
        return url_for("signatures.page", record_id=thing.record_id)
    if thing.opens == "sign visit":
        return url_for(
            "sign_offs.page",
            code=thing.subject,
            scope="visit",
            name=event,
            event_no=thing.event_no,
        )
    if thing.opens == "eligibility":
        return url_for("eligibility.sheet", code=thing.subject)
    if thing.opens == "copies":
        if not thing.subject:
            return url_for("site_copies.page", site=thing.site)
        return url_for("volumes.page", code=thing.subject)
    if thing.opens == "visit":
        anchor = f"{event}-{thing.event_no}"
        return url_for("subjects.casebook", code=thing.subject, _anchor=anchor)
    if thing.opens == "query" and thing.form is None:
        return url_for("queries.thread", number=thing.number)
    if thing.opens in ("form", "query") and thing.form is not None:
        return url_for(
            "records.page",
            subject=thing.subject,
            event=event,
            event_no=thing.event_no,
            form=thing.form.oid,
            repeat=thing.repeat,
            query=thing.number or None,
            _anchor=thing.spot or None,
        )
    return ""

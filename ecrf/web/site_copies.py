"""The sealed copies of a site: ask for a list of its queries, see it being made, take it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ecrf.definition.model import Site
from ecrf.models import Job
from ecrf.services import copies, jobs, subjects
from ecrf.services.errors import Invalid, NotFound
from ecrf.services.work import Work
from ecrf.web import failures, volumes
from ecrf.web.access import permitted, read, write
from ecrf.web.binding import Place
from ecrf.web.messages import say

bp = Blueprint("site_copies", __name__)


@bp.get("/sites/<site>/copies")
@permitted("pdf.export")
def page(site: str) -> str:
    """What can be made, what is being made, and the register of what was made."""
    return _page(site, None)


@bp.post("/sites/<site>/copies")
@permitted("pdf.export")
def ask(site: str) -> Response | tuple[str, int]:
    """Ask for a list; the worker makes it."""
    sheet, _sep, narrowed = request.form.get("scope", "").partition("/")
    place = Place(sheet=sheet, site=site, narrowed=narrowed)
    try:
        with write() as work:
            work.require("pdf.export", place.scope(work).site)
            asked = volumes.Asked(g.actor, place, volumes.wanted(request.form).check())
            volumes.order(work, _jobs(work, site), asked)
    except Invalid as refusal:
        return _page(site, say(refusal)), 422
    return redirect(url_for("site_copies.page", site=site), 303)


@bp.post("/sites/<site>/copies/jobs/<int:number>/cancel")
@permitted("pdf.export")
def cancel(site: str, number: int) -> Response:
    """Take a request back."""
    with write() as work:
        work.require("pdf.export", _site(work, site).site)
        if number not in {job.id for job in _jobs(work, site)}:
            raise NotFound(str(number))
        jobs.cancel(work, number)
    return redirect(url_for("site_copies.page", site=site), 303)


def _page(name: str, error: str | None) -> str:
    with read() as work:
        site = _site(work, name)
        work.require("pdf.export", site.site)
        shown = volumes.shown(_jobs(work, name))
        return render_template(
            "copies/site.html",
            site=site,
            begun=bool(subjects.codes(work, name)),
            jobs=shown,
            live=any(one.live for one in shown),
            register=volumes.rows(work, copies.of_site(work, name)),
            chosen=request.args.get("scope", "") if request.method == "GET" else "",
            given=request.form,
            purposes=volumes.purposes(),
            say=failures.say,
            error=error,
        )


def _site(work: Work, name: str) -> Site:
    """The site of this name; NotFound also when the actor does not see it."""
    found = next((site for site in work.catalogue.study.sites if site.site == name), None)
    if found is None or work.actor.site not in ("*", name):
        raise NotFound(name)
    return found


def _jobs(work: Work, site: str) -> list[Job]:
    return jobs.of_kind(work, volumes.JOB, "site", site)

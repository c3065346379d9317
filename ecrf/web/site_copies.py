"""The sealed copies of a site: lists of its queries, and all its casebooks as one set."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from ecrf.definition.model import Site
from ecrf.models import Job
from ecrf.services import copies, copy_sets, jobs, subjects
from ecrf.services.copies import Request
from ecrf.services.copy_sets import CopySet
from ecrf.services.errors import Invalid, NotFound
from ecrf.services.work import Work
from ecrf.web import failures, packed, registers, volumes
from ecrf.web.access import permitted, read, write
from ecrf.web.binding import Place
from ecrf.web.messages import say
from ecrf.web.store import store

bp = Blueprint("site_copies", __name__)
CASEBOOKS = "casebooks"  # the scope that is a set
SHOWN = 5  # sets


@bp.get("/sites/<site>/copies")
@permitted("pdf.export")
def page(site: str) -> str:
    """What can be made, what is being made, and the register of what was made."""
    return _page(site, None)


@bp.post("/sites/<site>/copies")
@permitted("pdf.export")
def ask(site: str) -> Response | tuple[str, int]:
    """Ask for a list; the worker makes it."""
    try:
        with write() as work:
            work.require("pdf.export", _site(work, site).site)
            wanted = registers.wanted(request.form).check()
            if request.form.get("scope") == CASEBOOKS:
                _casebooks(work, site, wanted)
            else:
                _list(work, site, wanted)
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


def _list(work: Work, site: str, wanted: Request) -> None:
    """Ask for a list of queries."""
    sheet, _sep, narrowed = request.form.get("scope", "").partition("/")
    place = Place(sheet=sheet, site=site, narrowed=narrowed)
    place.scope(work)
    volumes.order(work, _jobs(work, site), volumes.Asked(g.actor, place, wanted))


def _casebooks(work: Work, site: str, wanted: Request) -> None:
    """Ask for the casebook of each subject, unless that is being made already."""
    work.require("pdf.site", site)
    if any(one.live for one in copy_sets.of_site(work, volumes.JOB, site)):
        return
    asked = [
        volumes.Asked(g.actor, Place(code), wanted).arguments()
        for code in subjects.codes(work, site, entered=True)
    ]
    copy_sets.begin(work, volumes.JOB, site, asked)


@bp.post("/sites/<site>/copies/sets/<name>/cancel")
@permitted("pdf.site")
def cancel_set(site: str, name: str) -> Response:
    """Take back what of a set is not made yet; what is made stays in the register."""
    with write() as work:
        copy_sets.cancel(work, _set(work, site, name))
    return redirect(url_for("site_copies.page", site=site), 303)


@bp.post("/sites/<site>/copies/sets/<name>")
@permitted("pdf.site")
def download_set(site: str, name: str) -> Response:
    """The copies of a finished set as one ZIP file; each is logged as taken."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    folder = store(app)
    with write() as work:
        one = _set(work, site, name)
        made = [] if one.live else copy_sets.copies(work, one)
        if not made:
            raise NotFound(name)
        listed = packed.entries(work, folder, made)
        wanted = volumes.Asked.of(one.first.arguments).request
        for copy in made:
            copies.hand_over(work, copy, wanted)
        manifest = packed.manifest(_about(work, site, one, wanted), listed)
        at = work.at
        for copy in made:
            work.session.flush()
            work.session.expunge(copy)
    study = work.catalogue.study.study
    headers = {"Content-Disposition": f"attachment; filename={study}_{site}_casebooks_{name}.zip"}
    content = packed.stream(folder, listed, manifest, at)
    return Response(content, mimetype="application/zip", headers=headers)


def _about(work: Work, site: str, one: CopySet, wanted: Request) -> dict[str, Any]:
    """What the manifest says of a set."""
    return {
        "study": work.catalogue.study.study,
        "site": site,
        "set": one.name,
        "asked_by": one.first.requested_by,
        "asked_at": one.first.created_at,
        "taken_by": work.actor.username,
        "taken_at": work.at,
        **asdict(wanted),
        "without_a_file": [job.arguments["subject"] for job in one.jobs if job.state != "done"],
    }


def _set(work: Work, site: str, name: str) -> CopySet:
    work.require("pdf.site", _site(work, site).site)
    return copy_sets.get(work, volumes.JOB, site, name)


def _page(name: str, error: str | None) -> str:
    with read() as work:
        site = _site(work, name)
        work.require("pdf.export", site.site)
        shown = volumes.shown(_jobs(work, name))
        sets = (
            copy_sets.of_site(work, volumes.JOB, name) if work.actor.may("pdf.site", name) else []
        )
        return render_template(
            "copies/site.html",
            site=site,
            begun=bool(subjects.codes(work, name)),
            jobs=shown,
            sets=[(one, volumes.Asked.of(one.first.arguments).request) for one in sets[:SHOWN]],
            live=any(one.live for one in shown) or any(one.live for one in sets),
            register=registers.rows(work, copies.of_site(work, name)),
            chosen=request.args.get("scope", "") if request.method == "GET" else "",
            given=request.form,
            purposes=registers.purposes(),
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

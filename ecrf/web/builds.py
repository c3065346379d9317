"""The builds of the study (S33, S34): which is in use, what another changes, activating it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ecrf.services import builds
from ecrf.services.builds import Dates
from ecrf.services.errors import Invalid, NotFound, ReasonNeeded, Stale
from ecrf.web.access import permitted, read, write
from ecrf.web.messages import say

bp = Blueprint("builds", __name__)


@bp.get("/builds")
@permitted("build.read")
def overview() -> str:
    """Every build, the one in use, and every activation that was asked for."""
    return _overview(None)


@bp.get("/builds/<int:number>")
@permitted("build.read")
def page(number: int) -> str:
    """What using this build would change, form by form."""
    return _page(number, None)


@bp.post("/builds/<int:number>")
@permitted("build.activate")
def ask(number: int) -> Any:
    """Ask for the build to be used, with the dates of each site."""
    try:
        with write() as work:
            dates = {
                site.site: Dates(
                    request.form.get(f"ethics:{site.site}", ""),
                    request.form.get(f"active:{site.site}", ""),
                )
                for site in work.catalogue.study.sites
            }
            builds.ask(work, number, dates, request.form.get("reason", ""))
    except ReasonNeeded:
        return _page(number, _("Give a reason first.")), 422
    except Invalid as refusal:
        return _page(number, say(refusal)), 422
    return redirect(url_for("builds.overview"), 303)


@bp.post("/builds/activations/<int:number>/<move>")
@permitted("build.activate")
def decide(number: int, move: str) -> Response | tuple[str, int]:
    """Grant what somebody else asked for, refuse it, or withdraw one's own."""
    moves = {"grant": builds.grant, "refuse": builds.refuse}
    if move not in moves:
        raise NotFound(move)
    try:
        with write() as work:
            moves[move](work, number)
    except Invalid as refusal:
        return _overview(say(refusal)), 422
    except Stale:
        return _overview(_("Somebody has decided this already.")), 409
    return redirect(url_for("builds.overview"), 303)


def _overview(error: str | None) -> str:
    with read() as work:
        return render_template(
            "builds/overview.html",
            builds=sorted(work.catalogue.builds.values(), key=lambda build: -build.build),
            current=work.catalogue.build,
            activations=builds.history(work),
            me=g.actor.username,
            error=error,
        )


def _page(number: int, error: str | None) -> str:
    with read() as work:
        build = builds.find(work, number)
        return render_template(
            "builds/page.html",
            build=build,
            current=work.catalogue.build,
            affected=builds.impact(work, build),
            given=request.form,
            error=error,
        )

"""The sealed copies of a subject (S26): ask for a visit or casebook, see it being made, take it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response

from ecrf.models import Job
from ecrf.models.columns import moment
from ecrf.services import copies, eligibility, jobs, keys, subjects
from ecrf.services.copies import Request
from ecrf.services.errors import Invalid, NotFound
from ecrf.services.work import Actor, Work
from ecrf.web import failures, pdf, registers
from ecrf.web.access import permitted, read, write
from ecrf.web.binding import Place
from ecrf.web.messages import say
from ecrf.web.store import store

bp = Blueprint("volumes", __name__)
JOB = "pdf.volume"
SHOWN = 5  # jobs that ended


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is told: what to make, how, and for whom."""

    actor: Actor
    place: Place
    request: Request

    def arguments(self) -> dict[str, Any]:
        return {
            **asdict(self.place),
            "request": asdict(self.request),
            "actor": asdict(replace(self.actor, channel="job", address="")),
        }

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Asked:
        return cls(
            Actor(**arguments["actor"]),
            Place(**{field.name: arguments[field.name] for field in fields(Place)}),
            Request(**arguments["request"]),
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as it is shown. ``left`` is in minutes, None while nobody can tell."""

    job: Job
    place: Place
    request: Request
    left: int | None

    @property
    def live(self) -> bool:
        return self.job.state in jobs.LIVE


@bp.get("/subjects/<code>/copies")
@permitted("pdf.export")
def page(code: str) -> str:
    """What can be made, what is being made, and the register of what was made."""
    return _page(code, None)


@bp.post("/subjects/<code>/copies")
@permitted("pdf.export")
def ask(code: str) -> Response | tuple[str, int]:
    """Ask for a copy; the worker makes it."""
    sent = request.form
    place = _place(code, sent.get("scope", ""))
    try:
        with write() as work:
            work.require("pdf.export", place.scope(work).site)
            order(work, _jobs(work, code), Asked(g.actor, place, registers.wanted(sent).check()))
    except Invalid as refusal:
        return _page(code, say(refusal)), 422
    return redirect(url_for("volumes.page", code=code), 303)


def order(work: Work, known: Iterable[Job], asked: Asked) -> None:
    """Ask for a job, unless one of those that are known does the same."""
    arguments = asked.arguments()
    live = [_told(job.arguments) for job in known if job.state in jobs.LIVE]
    if _told(arguments) not in live:
        jobs.add(work, JOB, arguments)


@bp.post("/subjects/<code>/copies/jobs/<int:number>/cancel")
@permitted("pdf.export")
def cancel(code: str, number: int) -> Response:
    """Take a request back."""
    with write() as work:
        work.require("pdf.export", keys.subject(work, code).site)
        if number not in {job.id for job in _jobs(work, code)}:
            raise NotFound(str(number))
        jobs.cancel(work, number)
    return redirect(url_for("volumes.page", code=code), 303)


@bp.post("/copies/<int:number>")
@permitted("pdf.export")
def download(number: int) -> Response:
    """The registered bytes, once more; who took them is logged."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    with write() as work:
        copy, scope = copies.get(work, number)
        again = Request(copy.language, copy.rendition, copy.purpose, copy.recipient, copy.country)
        content = copies.hand_out(work, store(app), copy, again)
        name = pdf.file_name(work.catalogue.study.study, scope, copy)
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _page(code: str, error: str | None) -> str:
    with read() as work:
        book = subjects.casebook(work, code)
        work.require("pdf.export", book.subject.site)
        requests = shown(_jobs(work, code))
        return render_template(
            "copies/subject.html",
            book=book,
            visits=[at for at in book.events if any(form.record_id for form in at.forms)],
            judged=eligibility.criteria_of(work) is not None,
            titles={(at.event.event, at.event_no): at.event.title for at in book.events},
            jobs=requests,
            live=any(one.live for one in requests),
            register=registers.rows(work, copies.of_subject(work, book.subject)),
            chosen=request.args.get("scope", "") if request.method == "GET" else "",
            given=request.form,
            purposes=registers.purposes(),
            say=failures.say,
            error=error,
        )


def _place(code: str, scope: str) -> Place:
    """From the list of scopes: nothing, SCR/1, or a sheet by its name."""
    if scope == "eligibility":
        return Place(code, sheet=scope)
    if scope.startswith("queries/"):
        return Place(code, sheet="queries", narrowed=scope.partition("/")[2])
    event, _sep, number = scope.partition("/")
    return Place(code, event, int(number) if number.isdigit() else 1)


def shown(found: Iterable[Job]) -> list[Progress]:
    """The jobs that go on, and the latest of those that ended without a copy."""
    made = [_progress(job) for job in found]
    ended = [one for one in made if one.job.state in ("failed", "cancelled")]
    return [one for one in made if one.live] + ended[:SHOWN]


def _jobs(work: Work, code: str) -> list[Job]:
    return jobs.of_kind(work, JOB, "subject", code)


def _told(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What two requests have to agree in to be one."""
    return {key: value for key, value in arguments.items() if key != "actor"}


def _progress(job: Job) -> Progress:
    asked = Asked.of(job.arguments)
    left = None
    if job.progress and job.heartbeat:
        taken = (moment(job.heartbeat) - moment(job.created_at)).total_seconds()
        left = max(1, round(taken / job.progress * (job.total - job.progress) / 60))
    return Progress(job, asked.place, asked.request, left)

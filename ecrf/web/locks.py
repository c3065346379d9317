"""The freeze and lock centre (S23): what is unmet, closing, and opening by a second person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ecrf.definition.model import Event
from ecrf.models import Lock, Opening, Subject
from ecrf.services import lock_conditions, locks
from ecrf.services.errors import Invalid, NotFound, ReasonNeeded, Stale
from ecrf.services.lock_conditions import Condition
from ecrf.services.work import Work
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import text
from ecrf.web.messages import say

bp = Blueprint("locks", __name__)
MOST = 300  # conditions that one page shows


@bp.get("/locks")
@permitted("record.lock")
def centre() -> str:
    """What is closed, what is open for a time, and what somebody asks to be opened."""
    return _centre(None)


@bp.get("/locks/close")
@permitted("record.lock")
def page() -> str:
    """What is unmet at a place, before it is frozen or locked."""
    return _page(None)


@bp.post("/locks/close")
@permitted("record.lock")
def close() -> Any:
    """Freeze or lock the place, each unmet condition accepted with its own reason."""
    accepted = {
        name.removeprefix("why:"): value
        for name, value in request.form.items()
        if name.startswith("why:")
    }
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    try:
        with write() as work:
            locks.close(work, _place(work), kind, reason, accepted)
    except ReasonNeeded as refusal:
        said = _("Give a reason, and one for each condition that you accept.")
        return _page(said, missing=frozenset(refusal.paths)), 422
    except Invalid as refusal:
        return _page(say(refusal)), 422
    return redirect(url_for("locks.centre"), 303)


@bp.post("/locks/<int:number>/<move>")
@permitted("record.lock")
def move(number: int, move: str) -> Response | tuple[str, int]:
    """Take a freeze back, ask for an opening, grant it, refuse it or close it early."""
    reason, hours = request.form.get("reason", ""), request.form.get("hours", 0, type=int)
    moves = {
        "release": lambda work: locks.release(work, number, reason),
        "ask": lambda work: locks.ask(work, number, reason, hours),
        "grant": lambda work: locks.grant(work, number),
        "shut": lambda work: locks.shut(work, number),
    }
    if move not in moves:
        raise NotFound(move)
    try:
        with write() as work:
            moves[move](work)
    except ReasonNeeded:
        return _centre(_("Give a reason first.")), 422
    except Invalid as refusal:
        return _centre(say(refusal)), 422
    except Stale:
        return _centre(_("Somebody has decided this already.")), 409
    return redirect(url_for("locks.centre"), 303)


def _place(work: Work) -> Lock:
    sent = request.values
    return locks.place(
        work,
        sent.get("subject", ""),
        sent.get("event", ""),
        sent.get("event_no", 0, type=int),
        sent.get("form", ""),
        sent.get("repeat", 0, type=int),
    )


def _page(error: str | None, missing: frozenset[str] = frozenset()) -> str:
    with read() as work:
        place = _place(work)
        found = lock_conditions.unmet(work, place)
        subject = work.session.get(Subject, place.subject_id) if place.subject_id else None
        return render_template(
            "locks/close.html",
            place=place,
            subject=subject,
            title=_named(work, place, subject),
            unmet=found[:MOST],
            more=max(0, len(found) - MOST),
            url=_url,
            given=request.form,
            missing=missing,
            error=error,
        )


def _centre(error: str | None) -> str:
    with read() as work:
        found = locks.all_locks(work)
        people = {lock.id: subject for lock, subject in found}
        by_id = {lock.id: lock for lock, _subject in found}
        return render_template(
            "locks/centre.html",
            locks=[(lock, subject, _named(work, lock, subject)) for lock, subject in found],
            openings=[
                (one, _opening(work, one, by_id[one.lock_id], people[one.lock_id]))
                for one in locks.openings(work)
                if one.lock_id in by_id
            ],
            me=g.actor.username,
            error=error,
        )


def _opening(work: Work, one: Opening, lock: Lock, subject: Subject | None) -> str:
    return _named(work, one if one.event else lock, subject)


def _named(work: Work, place: Lock | Opening, subject: Subject | None) -> str:
    """A place in words: subject, visit, form; or the study."""
    events: dict[str, Event] = {e.event: e for e in work.catalogue.build.events}
    parts = [subject.code if subject else _("The whole study")]
    if place.event in events:
        parts.append(text(events[place.event].title))
    if place.form:
        parts.append(text(work.catalogue.current(place.form).model.title))
    return " · ".join(parts)


def _url(one: Condition) -> str:
    """Where a condition is settled."""
    if one.kind == "unsigned" and one.form.record_id:
        return url_for("signatures.page", record_id=one.form.record_id)
    return url_for("records.page", **asdict(one.key))

"""Reviewing: marks on a form, what one press would mark, and the work lists of the plan (S15, S16).

The kind of mark follows the role: monitors verify against source, data managers and investigators
review. Nobody here can write a value (R-082).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ecrf.entry import layout
from ecrf.models import Record, Subject
from ecrf.services import history, keys, reviews, subjects, verification
from ecrf.services.errors import (
    Invalid,
    Locked,
    NotFound,
    ReasonNeeded,
    ServiceError,
    Stale,
)
from ecrf.services.keys import Key
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import text

PLACE = "/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>"
bp = Blueprint("reviews", __name__)


@bp.post(f"{PLACE}/mark")
@permitted("review.mark")
def mark(**place: Any) -> Any:
    """Set the marks of one row, or take them back with the reason."""
    key, undoing = Key(**place), request.form.get("undo", "")
    wanted = _wanted(undoing or request.form.get("mark", ""))
    try:
        with write() as work:
            record, _subject = _record(work, key)
            if undoing:
                given = (request.form.get("undo_reason", ""), request.form.get("undo_text", ""))
                reviews.undo(work, record.id, wanted, *given)
            else:
                reviews.verify(work, record.id, wanted)
    except (Stale, Locked, ReasonNeeded, Invalid) as refusal:
        return _refused(key, refusal)
    if not _scripted():
        return redirect(_url(key, next(iter(wanted))), 303)
    with read() as work:
        return jsonify(_told(work, key, list(wanted)))


@bp.get(f"{PLACE}/remaining")
@permitted("review.mark")
def remaining(**place: Any) -> str:
    """What one press would mark, by name, and what it leaves for a look."""
    with read() as work:
        return _remaining(work, Key(**place))


@bp.post(f"{PLACE}/remaining")
@permitted("review.mark")
def confirm(**place: Any) -> Any:
    """Mark exactly what the list showed."""
    key = Key(**place)
    try:
        with write() as work:
            record, _subject = _record(work, key)
            reviews.verify(work, record.id, _wanted(request.form.get("mark", "")))
    except (Stale, Locked, Invalid) as refusal:
        with read() as work:
            return _remaining(work, key, _said(refusal)), 409
    with read() as work:
        after = _onward(work, key)
    return redirect(after or _url(key), 303)


@bp.get("/verification")
@permitted("review.sdv")
def overview() -> str:
    """Every subject against the plan (S15)."""
    with read() as work:
        return render_template(
            "reviews/overview.html",
            people=verification.subjects(work),
            changed=sum(1 for _one in verification.changed(work)),
        )


@bp.get("/verification/<code>")
@permitted("review.sdv")
def subject(code: str) -> str:
    """One subject: each form with what is outstanding; each opens at the item."""
    with read() as work:
        return render_template(
            "reviews/subject.html",
            progress=verification.subject(work, code),
            book=subjects.casebook(work, code),
            event_of={event.event: event for event in work.catalogue.build.events},
            place=_at_first,
        )


@bp.get("/verification/<code>/next")
@permitted("review.sdv")
def start(code: str) -> Response:
    """The first form of a subject with something outstanding."""
    with read() as work:
        progress = verification.subject(work, code)
    first = next((form for form in progress.forms if form.open), None)
    return redirect(_at_first(first) if first else url_for("reviews.subject", code=code))


@bp.get("/verification/changed")
@permitted("review.mark")
def changed() -> str:
    """Values that changed after this person marked them, old and new side by side (S16)."""
    with read() as work:
        return render_template("reviews/changed.html", lines=_changed(work))


@bp.post("/verification/changed")
@permitted("review.mark")
def accept() -> Any:
    """Mark the new value of one line."""
    try:
        with write() as work:
            record_id = request.form.get("record", 0, type=int)
            reviews.verify(work, record_id, _wanted(request.form.get("mark", "")))
    except (Stale, Locked, Invalid, NotFound) as refusal:
        with read() as work:
            page = render_template(
                "reviews/changed.html", lines=_changed(work), error=_said(refusal)
            )
            return page, 409
    return redirect(url_for("reviews.changed"), 303)


def bar(work: Work, record: Record | None, key: Key, reviewing: str) -> dict[str, Any] | None:
    """What the head of a form offers a reviewer: how many one press covers, and what comes next."""
    if record is None or not reviewing:
        return None
    left = reviews.remaining(work, record, keys.subject(work, key.subject), reviewing)
    return {"left": len(left.ready) + len(left.exceptions), "onward": _onward(work, key)}


def _onward(work: Work, key: Key) -> str:
    if not work.actor.may("review.sdv"):
        return ""
    after = verification.onward(verification.subject(work, key.subject), key)
    return _at_first(after) if after else ""


def _at_first(due: verification.FormDue) -> str:
    """The address of a form, at its first outstanding item."""
    return _url(due.key, due.open[0] if due.open else "")


def _url(key: Key, path: str = "") -> str:
    view = "review" if request.values.get("view") == "review" else None
    anchor = layout.html_id(path) if path else None
    return url_for("records.page", **asdict(key), view=view, _anchor=anchor)


def _record(work: Work, key: Key) -> tuple[Record, Subject]:
    person = keys.subject(work, key.subject)
    record = keys.find(work, person, key)
    if record is None:
        raise NotFound(key.form)
    return record, person


def _wanted(sent: str) -> dict[str, int]:
    """``path:version path:version`` as a page posts it; 400 when it is anything else."""
    found = {}
    for one in sent.split():
        path, _colon, version = one.rpartition(":")
        if not path or not version.isdigit():
            abort(400)
        found[path] = int(version)
    if not found:
        abort(400)
    return found


def _scripted() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _told(work: Work, key: Key, paths: list[str]) -> dict[str, Any]:
    record, person = _record(work, key)
    kind = reviews.kind_of(work.actor)
    states = reviews.states(work, record, kind)
    here = {states.get(path, "none") for path in paths}
    return {
        "state": "again" if "again" in here else "none" if "none" in here else "done",
        "done": sum(state == "done" for state in states.values()),
        "total": len(states),
        "left": sum(state != "done" for state in states.values()),
    }


def _refused(key: Key, refusal: ServiceError) -> Any:
    said = _said(refusal)
    if _scripted():
        return jsonify(text=said), 409
    return render_template("reviews/refused.html", said=said, back=_url(key), asks=refusal), 409


def _said(refusal: ServiceError) -> str:
    if isinstance(refusal, Stale):
        return _("The value changed while you read. Open the form again and look at it.")
    if isinstance(refusal, Locked):
        return _("The form is locked or struck out: nothing can be marked on it.")
    if isinstance(refusal, ReasonNeeded):
        return _("Say why the mark is taken back.")
    return _("There is no value to mark here any more. Open the form again.")


def _remaining(work: Work, key: Key, error: str = "") -> str:
    record, person = _record(work, key)
    kind = reviews.kind_of(work.actor)
    form = work.catalogue.form(record.form, record.form_version)
    left = reviews.remaining(work, record, person, kind)
    now = {line.path: line for line in history.of_record(work, record.id) if line.new is not None}
    shown = {line["path"]: line for line in trail.shown(form, now.values())}
    return render_template(
        "reviews/remaining.html",
        key=key,
        kind=kind,
        title=text(form.model.title),
        book=subjects.casebook(work, key.subject),
        ready=[shown[path] for path in left.ready],
        mark=" ".join(f"{path}:{version}" for path, version in left.ready.items()),
        exceptions=[(shown[p], why, _url(key, p)) for p, why in left.exceptions],
        back=_url(key),
        error=error,
    )


def _changed(work: Work) -> list[dict[str, Any]]:
    found = []
    for one in verification.changed(work):
        form = work.catalogue.form(one.record.form, one.record.form_version)
        lines = history.of_item(work, one.record.id, one.path)
        values = {
            line.seq: said for line, said in zip(lines, trail.shown(form, lines), strict=True)
        }
        found.append(
            {
                "key": one.key,
                "record": one.record.id,
                "event": keys.event(work, one.key.event),
                "title": text(form.model.title),
                "item": trail.label(form, one.path),
                "url": _url(one.key, one.path),
                "seen": values[one.seen_seq],
                "now": values[one.now_seq],
                "at": one.verified_at,
                "mark": f"{one.path}:{one.now_seq}",
            }
        )
    return found

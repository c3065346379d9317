"""Queries: the thread of an item beside its field, and each move of it.

Every address answers a script with the thread as a fragment, and a plain form post with its page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ecrf.models import Query
from ecrf.services import queries, query_list, query_threads, subjects
from ecrf.services.errors import Invalid, NotFound, Stale
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.services.query_threads import Item
from ecrf.services.work import Work
from ecrf.web import query_list as inbox
from ecrf.web import trail
from ecrf.web.access import note_refusal, permitted, read, write
from ecrf.web.filters import text
from ecrf.web.language import current_language
from ecrf.web.messages import say

FORM = "/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>/queries"
VISIT = "/subjects/<subject>/<event>/<int:event_no>/queries"
bp = Blueprint("queries", __name__)
# Moves that are not this person's, or not to be made now: unlike a text that is too long, logged.
REFUSED = {"query.own": "own", "query.check": "check", "query.state": "state"}

Told = tuple[str, int]  # what is said about a refusal, and its status


@bp.get(FORM)
@bp.get(VISIT, endpoint="visit")
@permitted("record.read")
def item(**place: Any) -> Any:
    """What is asked about an item, a row, a form (no path) or a visit (no form); or, by the number
    of a query, about the place there at which it stands."""
    key, path = _key(place), request.args.get("path", "")
    number = request.args.get("query", 0, type=int)
    with read() as work:
        at, path = _where(work, number) if number else (key, path)
        if at != key:
            raise NotFound(str(number))
        return _render(work, key, path, number=number)


@bp.post(FORM, endpoint="ask")
@bp.post(VISIT, endpoint="ask_visit")
@permitted("query.raise")
def ask(**place: Any) -> Any:
    """Raise a query."""
    key, path = _key(place), request.form.get("path", "")
    token = request.form.get("token", "")[:32]

    def raised(work: Work) -> None:
        queries.raise_query(work, key, path, _said(), token)

    return _done(raised, key, path)


@bp.get("/queries/<int:number>")
@permitted("record.read")
def thread(number: int) -> Any:
    """The thread that a query stands in."""
    with read() as work:
        key, path = _where(work, number)
        return _render(work, key, path)


@bp.post("/queries/<int:number>/answer")
@permitted("query.answer")
def answer(number: int) -> Any:
    return _moved(number, "answer")


@bp.post("/queries/<int:number>/reopen")
@permitted("query.close")
def reopen(number: int) -> Any:
    return _moved(number, "reopen")


@bp.post("/queries/<int:number>/close")
@permitted("query.close")
def close(number: int) -> Any:
    return _moved(number, "close")


@bp.post("/queries/<int:number>/cancel")
@permitted("query.raise")
def cancel(number: int) -> Any:
    return _moved(number, "cancel")


@bp.post("/queries/<int:number>/assign")
@permitted("query.assign")
def assign(number: int) -> Any:
    """Say whose it is to deal with."""
    seen = request.form.get("seen", 0, type=int)
    who = request.form.get("assigned_to", "")
    with read() as work:
        key, path = _where(work, number)
    return _done(lambda work: queries.assign(work, number, who, seen=seen), key, path, number)


def _moved(number: int, name: str) -> Any:
    seen = request.form.get("seen", 0, type=int)
    with read() as work:
        key, path = _where(work, number)
    return _done(
        lambda work: queries.move(work, number, name, _said(), seen=seen), key, path, number
    )


def _done(act: Callable[[Work], Any], key: Key, path: str, number: int = 0) -> Any:
    """Do it, and show the thread as it is now; a refusal says why and keeps what was typed."""
    told: Told = ("", 200)
    try:
        with write() as work:
            act(work)
    except Stale:
        note_refusal("stale")
        told = _overtaken(number), 409
    except Invalid as refusal:
        if refusal.code in REFUSED:
            note_refusal(REFUSED[refusal.code])
        told = say(refusal), 422
    if told[1] == 200 and not _fragment():
        return redirect(_url(key, path), 303)
    with read() as work:
        return _render(work, key, path, told, number), told[1]


def _said() -> Said:
    """What was typed; words of the study left as they are keep both their languages."""
    typed = request.form.get("text", "").replace("\r\n", "\n").strip()
    known = current_app.extensions["catalogue"].study.queries
    for saying in (*known.questions, *known.answers):
        if typed in (saying.text.en, saying.text.zh):
            return Said(saying.text.en, saying.text.zh)
    return Said(typed)


def _key(place: dict[str, Any]) -> Key:
    return Key(**{"form": "", **place})


def _where(work: Work, number: int) -> tuple[Key, str]:
    asked = work.session.get(Query, number)
    if asked is None:
        raise NotFound(str(number))
    return queries.place_of(work, asked).key, asked.path


def _url(key: Key, path: str) -> str:
    """The page of the threads of a place."""
    where: dict[str, Any] = asdict(key) | {"path": path or None}
    if not key.form:
        del where["form"], where["repeat"]
    return url_for("queries.item" if key.form else "queries.visit", **where)


def _fragment() -> bool:
    return request.headers.get("HX-Request") == "true"


def _overtaken(number: int) -> str:
    if not number:
        return _("This query has been raised already; it is shown below.")
    return _(
        "Somebody moved this query meanwhile; nothing was done a second time. It is shown as it "
        "is now. What you typed is kept below."
    )


def _step(work: Work, shown: Item, number: int) -> dict[str, Any] | None:
    """The way on from a query to the next that waits for this person."""
    here = number or next((one.query.id for one in shown.threads), 0)
    if not here:
        return None
    found = query_list.step(work, here)
    line = found.next
    if line is None:
        return {"waiting": 0}
    label = trail.label(line.form, line.query.path) if line.form and line.query.path else ""
    title = text(line.form.model.title) if line.form else ""
    return {
        "waiting": found.waiting,
        "url": inbox.place(line),
        "subject": line.subject,
        "what": " · ".join(filter(None, (line.query.event, title, label))),
    }


def _render(work: Work, key: Key, path: str, told: Told = ("", 200), number: int = 0) -> str:
    shown = query_threads.item(work, key, path)
    form = shown.place.form
    label = trail.label(form, path) if form and path else ""
    what = text(form.model.title) if form else ""
    event = next(e for e in work.catalogue.build.events if e.event == key.event)
    content = {
        "item": shown,
        "key": key,
        "label": label or what or text(event.title),
        "sayings": work.catalogue.study.queries,
        "words": lambda said: query_threads.words(said, current_language()),
        "lines": query_threads.lines(shown, current_language()),
        "changed": lambda line: trail.shown(form, [line])[0] if form else {},
        "told": told[0],
        "step": _step(work, shown, number),
        "about": number,
        "typed": request.form.get("text", "") if told[0] else "",
        "token": secrets.token_hex(16),
        "action": _url(key, path),
    }
    if _fragment():
        return render_template("queries/threads.html", **content)
    book = subjects.casebook(work, key.subject)
    return render_template("queries/page.html", book=book, event=event, form=form, **content)

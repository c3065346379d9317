"""Filling in a form: the page, drafts while typing, saving, rows, and the history of an item.

Every address answers a script with JSON and a plain form post with the page, everything typed
kept and what is to be said in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ecrf.definition.values import BLANK
from ecrf.entry import page as pages
from ecrf.entry.cells import Page
from ecrf.services import (
    drafts,
    form_versions,
    forms,
    history,
    records,
    strikes,
    subjects,
)
from ecrf.services.casebooks import Casebook
from ecrf.services.errors import Invalid, ReasonNeeded, Refused, ServiceError, Stale
from ecrf.services.forms import Opened
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Reason
from ecrf.services.work import Work
from ecrf.web import attachments, entry_words, logs, posted, reviews, trail
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import local, text
from ecrf.web.language import current_language
from ecrf.web.messages import say

PLACE = "/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>"
bp = Blueprint("records", __name__)


@bp.get(PLACE)
@permitted("record.read")
def page(**place: Any) -> str:
    """The form as it stands, with the person's own draft over it."""
    key = Key(**place)
    with read() as work:
        review = request.args.get("view") == "review"
        return _render(work, forms.opened(work, key, review=review))


@bp.post(f"{PLACE}/draft")
@permitted("record.enter")
def draft(**place: Any) -> Response:
    """Keep what was typed, and judge the form as it would be saved; nothing typed only judges."""
    key = Key(**place)
    sent = posted.from_json()
    if sent.entries:
        with write() as work:
            forms.note(work, key, sent.revision, sent.entries)
    with read() as work:
        return jsonify(pages.state(_page(forms.opened(work, key))))


@bp.post(f"{PLACE}/discard")
@permitted("record.enter")
def discard(**place: Any) -> Response:
    """Forget the draft; the record stays as it is."""
    with write() as work:
        drafts.discard(work, Key(**place))
    return redirect(url_for("records.page", **place), 303)


@bp.post(f"{PLACE}/save")
@permitted("record.enter")
def save(**place: Any) -> Any:
    """Put what was typed into the record: all of it, or nothing with the reason why."""
    key = Key(**place)
    sent = _sent(key)
    try:
        if wrong := attachments.take(key, sent):
            raise Refused(wrong)
        with write() as work:
            saved = records.save(
                work,
                key,
                sent.entries,
                revision=sent.revision,
                reasons=sent.reasons,
                confirmed=sent.confirmed,
                complete=True if sent.leave == "complete" else None,
            )
            forms.settle(work, key, sent.entries, saved.revision)
    except (Refused, ReasonNeeded, Stale) as refusal:
        return _refused(key, sent, refusal)
    return _saved(key, sent, saved)


@bp.post(f"{PLACE}/rows")
@permitted("record.enter")
def rows(**place: Any) -> Any:
    """One more empty row, or a row to be struck out, for a browser without scripts."""
    key = Key(**place)
    sent = _sent(key)
    group, struck = request.form.get("add", ""), request.form.get("strike", "")
    if struck:
        sent.entries[struck] = Entry(pages.STRUCK)
    wrong = attachments.take(key, sent)
    with read() as work:
        found = forms.opened(work, key, sent.entries, reasons=sent.reasons, refused=wrong)
        if group:
            there = next(block for block in _page(found).blocks if block.oid == group)
            extra = {group: len(there.rows) + 1}
            found = forms.opened(work, key, sent.entries, reasons=sent.reasons, rows=extra)
        return _render(work, found)


@bp.post(f"{PLACE}/strike")
@permitted("record.enter")
def strike(**place: Any) -> Any:
    """Strike out one record of a repeating form, with its reason; it stays readable (R-005)."""
    return _struck(Key(**place), strikes.strike)


@bp.post(f"{PLACE}/restore")
@permitted("record.enter")
def restore(**place: Any) -> Any:
    """Let a struck record take part again, with the reason."""
    return _struck(Key(**place), strikes.restore)


@bp.post(f"{PLACE}/version")
@permitted("record.enter")
def version(**place: Any) -> Any:
    """Put the record under the version of its form that is in use, with the reason (R-121)."""
    key = Key(**place)
    try:
        return _struck(key, form_versions.move)
    except Invalid as refusal:
        return _said(key, say(refusal), 422)
    except Refused as refusal:
        kept = "; ".join(sorted({finding.path for finding in refusal.findings}))
        said = _("The newer version cannot hold what was entered at %(items)s.", items=kept)
        return _said(key, said, 422)


def _said(key: Key, said: str, status: int) -> Any:
    with read() as work:
        problems = [{"path": "", "id": "main", "text": said}]
        return _render(work, forms.opened(work, key), problems), status


def _struck(key: Key, move: Callable[..., object]) -> Any:
    why = Reason(request.form.get("reason:", ""), request.form.get("reason_text:", ""))
    revision = request.form.get("revision", 0, type=int)
    try:
        with write() as work:
            move(work, key, revision=revision, reason=why)
            drafts.discard(work, key)
    except (ReasonNeeded, Stale) as refusal:
        if isinstance(refusal, Stale):
            return _said(key, _overtaken(), 409)
        return _said(key, _("Choose a reason, then do it again."), 422)
    return redirect(logs.at(key), 303)


@bp.get(f"{PLACE}/history")
@permitted("record.history")
def trail_of(**place: Any) -> str:
    """The readable trail of one item as a fragment; of the whole form as a page (R-012)."""
    key = Key(**place)
    path = request.args.get("path")
    with read() as work:
        found = forms.opened(work, key, {})
        record_id = found.record.id if found.record else None
        if path is not None:
            lines = history.of_item(work, record_id, path) if record_id else []
            label = trail.label(found.form, path)
            shown = trail.shown(found.form, lines[::-1])
            offset = shown[0]["at"][20:] if shown else ""
            return render_template("records/history.html", label=label, lines=shown, offset=offset)
        lines = history.of_record(work, record_id) if record_id else []
        return render_template(
            "records/trail.html",
            key=key,
            title=text(found.form.model.title),
            book=subjects.casebook(work, key.subject),
            back=_url(key),
            lines=trail.shown(found.form, lines[::-1]),
        )


def _sent(key: Key) -> posted.Sent:
    if request.is_json:
        return posted.from_json()
    with read() as work:
        return posted.from_form(_page(forms.opened(work, key, {})))


def _saved(key: Key, sent: posted.Sent, saved: records.Saved) -> Any:
    """What the browser cannot know: the revision, the time, and each text as it is kept.

    How the form is judged now it asks for when it has time, so that a save stays short.
    """
    onward = ""
    if sent.leave != "stay":
        with read() as work:
            onward = _onward(work, key, sent.leave)
    if not request.is_json:
        return redirect(onward or _url(key) + logs.query(), 303)
    values = saved.evaluation.data
    was = {path: pages.kept(values.get(path, BLANK)) for path in saved.changed}
    return jsonify(revision=saved.revision, at=local(saved.at)[11:19], was=was, next=onward)


def _refused(key: Key, sent: posted.Sent, refusal: ServiceError) -> Any:
    """409 with both values, or 422 with what is to be settled; everything typed is kept."""
    stale = isinstance(refusal, Stale)
    status = 409 if stale else 422
    with read() as work:
        found = forms.opened(
            work,
            key,
            sent.entries,
            confirmed=sent.confirmed,
            reasons=sent.reasons,
            reasons_due=frozenset(getattr(refusal, "paths", ())),
            finishing=sent.leave == "complete",
            refused=getattr(refusal, "findings", ()),
        )
        built = _page(found)
        problems = _problems(built, refusal)
        if not request.is_json:
            return _render(work, found, problems, _overtaken() if stale else ""), status
        answer = _kept(found, built) | {"problems": problems, "heading": _heading(problems)}
        if stale:
            answer["who"] = _who(work, found, sent)
        return jsonify(answer), status


def _overtaken() -> str:
    return _(
        "Somebody saved this form while you were typing. What you typed is below, beside what is "
        "in the record now. Look at each item that asks why it changes, then save again."
    )


def _problems(built: Page, refusal: ServiceError) -> list[dict[str, str]]:
    """The lines of the error summary, each with the place it leads to."""
    cells = {cell.path: cell for cell in built.cells()}
    if isinstance(refusal, Refused):
        said = [(f.path, f.message[current_language()]) for f in refusal.findings]
    else:
        said = [
            (path, _("%(item)s: say why it changes.", item=cells[path].label))
            for path in getattr(refusal, "paths", ())
            if path in cells
        ]
    return [
        {"path": path, "id": cells[path].id if path in cells else "main", "text": words}
        for path, words in said
    ]


def _heading(problems: list[dict[str, str]]) -> str:
    return ngettext(
        "%(num)s thing to settle before this form can be saved",
        "%(num)s things to settle before this form can be saved",
        len(problems),
    )


def _kept(found: Opened, built: Page) -> dict[str, Any]:
    """What the record holds now, as the browser compares it, and how the form is judged."""
    was = {cell.path: [cell.was, cell.was_unit] for cell in built.cells() if cell.saved}
    names = {c.was: c.was_shown or c.shown for c in built.cells() if c.was and c.attached}
    at = local(found.record.updated_at)[11:19] if found.record else ""
    state = pages.state(built)
    return {"revision": found.revision, "at": at, "was": was, "names": names, "state": state}


def _who(work: Work, found: Opened, sent: posted.Sent) -> dict[str, str]:
    if found.record is None:
        return {}
    others = forms.saved_by_others(work, found.record.id, frozenset(sent.entries))
    return {path: f"{name}, {local(at)[:16]}" for path, (name, at) in others.items()}


def _onward(work: Work, key: Key, leave: str) -> str:
    """Where leaving the form leads: the log it was opened from, the next form due, the casebook."""
    if leave not in ("complete", "close"):
        return ""
    if back := logs.back(key):
        return back
    due = None
    if leave == "complete":
        due = forms.next_due(subjects.casebook(work, key.subject), key)
    return _url(due) if due else url_for("subjects.casebook", code=key.subject)


def _leaves(key: Key) -> str:
    """Where closing a form leads whose entries stay in draft."""
    return logs.back(key) or url_for("subjects.casebook", code=key.subject)


def _url(key: Key) -> str:
    return url_for(
        "records.page",
        subject=key.subject,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        repeat=key.repeat,
    )


def _page(found: Opened) -> Page:
    return pages.build(
        found.catalogue, found.form, found.evaluation, found.filling, current_language()
    )


def _render(
    work: Work, found: Opened, problems: list[dict[str, str]] | None = None, notice: str = ""
) -> str:
    key = found.key
    book = subjects.casebook(work, key.subject)
    at = next(e for e in book.events if (e.event.event, e.event_no) == (key.event, key.event_no))
    built = _page(found)
    return render_template(
        "records/entry.html",
        page=built,
        key=key,
        book=book,
        event=at.event,
        build=found.record.build if found.record else work.catalogue.build.build,
        newer=form_versions.newer(work, found.record) if found.record else None,
        base=_url(key),
        revision=found.revision,
        saved_at=local(found.record.updated_at)[:19] if found.record else "",
        state=_standing(book, key),
        record=found.record,
        problems=problems or [],
        heading=_heading(problems or []),
        waiting=_waiting(found, book),
        notice=notice or _notice(found, built),
        words=entry_words.of(found, at),
        review=reviews.bar(work, found.record, key, built.reviewing),
        around=logs.around(work, found, book),
        query=logs.query(),
        leaves=_leaves(key),
    )


def _waiting(found: Opened, book: Casebook) -> list[dict[str, str]]:
    """What the protocol asks for before this form, each with the place where it is recorded."""
    places = {
        state.form.oid: Key(book.subject.code, at.event.event, at.event_no, state.form.oid)
        for at in reversed(book.events)
        for state in at.forms
    }
    return [
        {
            "text": text(missing.text),
            "url": _url(places[missing.form])
            if missing.form in places
            else url_for("subjects.casebook", code=book.subject.code),
        }
        for missing in found.waiting
    ]


def _standing(book: Casebook, key: Key) -> str:
    """How far the form has come: entry, complete, signed or locked."""
    for at in book.events:
        for state in at.forms:
            here = (at.event.event, at.event_no, state.form.oid, state.repeat)
            if here == (key.event, key.event_no, key.form, key.repeat):
                return "locked" if state.locked else state.state
    return "empty"


def _notice(found: Opened, built: Page) -> str:
    if not built.drafts:
        return ""
    if found.base_revision < found.revision:
        return _(
            "Your draft was begun before the form was last saved. Look at each item that asks "
            "why it changes before you save."
        )
    return ngettext(
        "Your draft is shown: %(num)s item is not in the record yet.",
        "Your draft is shown: %(num)s items are not in the record yet.",
        built.drafts,
    )

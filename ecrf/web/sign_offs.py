"""The queue of what waits for a signature, and the page on which a visit or milestone is signed."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ecrf.entry.layout import html_id
from ecrf.services import (
    delegations,
    history,
    jobs,
    keys,
    sign_off_due,
    sign_offs,
    signatures,
    subjects,
)
from ecrf.services.attestations import MEANINGS, OF_LISTS
from ecrf.services.errors import Invalid, NotDelegated, NotFound, Stale
from ecrf.services.sign_offs import Blocked, Line, Scope
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import text
from ecrf.web.messages import not_delegated, say
from ecrf.web.signatures import WRONG, SignForm

bp = Blueprint("sign_offs", __name__)
SCOPES = ("visit", "milestone")
CHANGES = 200  # lines of what changed that one page shows


@bp.get("/signatures")
@permitted("record.read")
def queue() -> str:
    """Everything that waits for a signature, the longest overdue first (S21, R-033)."""
    with read() as work:
        return render_template("signatures/queue.html", due=sign_off_due.due(work))


@bp.get("/subjects/<code>/sign/<scope>/<name>/<int:event_no>")
@permitted("record.sign")
def page(code: str, scope: str, name: str, event_no: int) -> str:
    """Every form that would be covered, each with its state and what changed (S22)."""
    return _page(_scope(code, scope, name, event_no), _form(), None)


@bp.post("/subjects/<code>/sign/<scope>/<name>/<int:event_no>")
@permitted("record.sign")
def sign(code: str, scope: str, name: str, event_no: int) -> Response | tuple[str, int]:
    """Both credentials at this moment, over the list as it was shown."""
    wanted, form = _scope(code, scope, name, event_no), _form()
    if not form.validate_on_submit():
        return _page(wanted, form, _("Complete the fields marked below.")), 400
    try:
        with write() as work:
            made = sign_offs.sign(
                work,
                current_app.extensions["keystore"],
                wanted,
                listed=_listed(form.revision.data),
                username=form.username.data,
                password=form.password.data,
                meaning=form.meaning.data,
                code=form.code.data or "",
            )
            if made is not None:
                for record_id in sign_offs.covered(work, made):
                    jobs.add(work, "pdf.form", {"record": record_id, "language": "both"})
                return redirect(
                    url_for("sign_offs.page", code=code, scope=scope, name=name, event_no=event_no)
                )
    except Stale:
        said = _("The list changed while you read. Read it again.")
        return _page(wanted, form, said, fresh=True), 409
    except Blocked as refusal:
        said = _("The list cannot be signed yet: see below.")
        return _page(wanted, form, said, blocked=refusal), 422
    except Invalid as refusal:
        return _page(wanted, form, say(refusal)), 422
    except NotDelegated as refusal:
        return _page(wanted, form, not_delegated(refusal)), 403
    return _page(wanted, form, str(WRONG)), 401


def _scope(code: str, scope: str, name: str, event_no: int) -> Scope:
    if scope not in SCOPES:
        raise NotFound(scope)
    return Scope(code, scope, name, event_no)


def _form() -> SignForm:
    form = SignForm()
    form.meaning.choices = [(code, text(MEANINGS[code])) for code in OF_LISTS]
    return form


def _listed(sent: str | None) -> dict[str, int]:
    try:
        listed = json.loads(sent or "")
        return {str(record): int(revision) for record, revision in listed.items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def _unmet(blocked: Blocked | None) -> list[dict[str, Any]]:
    """What is to be settled first, each with the place in the form that it leads to."""
    return [
        {
            "line": line,
            "id": html_id(finding.path),
            "item": trail.label(line.form.form, finding.path),
            "severity": finding.severity,
            "text": text(finding.message),
        }
        for line, finding in (blocked.places if blocked else ())
    ]


def _page(
    scope: Scope,
    form: SignForm,
    error: str | None,
    fresh: bool = False,
    blocked: Blocked | None = None,
) -> str:
    """``fresh``: what is signed next is the list as it is now, not as it was posted."""
    with read() as work:
        listed = sign_offs.lines(work, scope)
        book = subjects.casebook(work, scope.subject)
        if fresh or not form.is_submitted():
            form.revision.data = json.dumps(sign_offs.seen(listed))
        return render_template(
            "signatures/list.html",
            sign_form=form,
            error=error,
            scope=scope,
            title=_title(work, scope, listed),
            book=book,
            lines=listed,
            count=sum(one.to_sign for one in listed),
            unmet=_unmet(blocked),
            blocking=[one for one in listed if one.blocks],
            changes=_changed(work, listed),
            states=sign_offs.states(work, current_app.extensions["keystore"], scope),
            meanings=MEANINGS,
            attestations=OF_LISTS,
            who=g.actor,
            delegation=delegations.current(work, book.subject.site),
        )


def _title(work: Work, scope: Scope, listed: list[Line]) -> str:
    if scope.scope == "milestone":
        return text(sign_offs.milestone(work, scope.name).label)
    title = text(keys.event(work, scope.name).title)
    return f"{title} {scope.event_no}" if scope.event_no > 1 else title


def _changed(work: Work, listed: list[Line]) -> list[tuple[Line, list[dict[str, Any]]]]:
    """What changed since their last signature on the forms to sign, form by form."""
    found, left = [], CHANGES
    for one in listed:
        if not (one.changed and one.to_sign and one.form.record_id) or left <= 0:
            continue
        states = signatures.states(work, current_app.extensions["keystore"], _record(work, one))
        after = states[-1].signature.seq if states else 0
        lines = [
            line
            for line in history.of_record(work, one.form.record_id)
            if line.path and line.seq > after and line.action.startswith("item.")
        ]
        found.append((one, trail.shown(one.form.form, lines[:left])))
        left -= len(lines)
    return found


def _record(work: Work, one: Line) -> Any:
    return keys.record(work, one.form.record_id or 0)[0]

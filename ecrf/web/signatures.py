"""The page on which an investigator signs a form."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired

from ecrf.definition.catalogue import FormDefinition
from ecrf.entry.findings import Finding
from ecrf.entry.layout import html_id
from ecrf.models import Query, Record
from ecrf.services import delegations, history, jobs, keys, rejections, signatures
from ecrf.services.attestations import ATTESTATIONS, MEANINGS
from ecrf.services.errors import Invalid, NotDelegated, Refused, Stale
from ecrf.services.work import Work
from ecrf.web import trail
from ecrf.web.access import permitted, read, write
from ecrf.web.filters import text
from ecrf.web.messages import not_delegated, say

bp = Blueprint("signatures", __name__)
WRONG = _l("User name, password or code is wrong. The attempt was recorded.")


class SignForm(FlaskForm):
    """Nothing is preset: not the meaning, not the user name (R-022)."""

    revision = HiddenField()
    meaning = RadioField(_l("Meaning"), [InputRequired(_l("Choose what your signature means."))])
    username = StringField(_l("User name"), [InputRequired(_l("Type your user name."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])
    code = StringField(_l("Code of your app"))


def _form(**given: Any) -> SignForm:
    form = SignForm(**given)
    form.meaning.choices = [(code, text(label)) for code, label in MEANINGS.items()]
    return form


@bp.get("/records/<int:record_id>/sign")
@permitted("record.sign")
def page(record_id: int) -> str:
    """What would be signed: the form, its state, what changed since the last signature."""
    return _page(record_id, _form(), None)


@bp.post("/records/<int:record_id>/sign")
@permitted("record.sign")
def sign(record_id: int) -> Response | tuple[str, int]:
    """Both credentials at this moment."""
    form = _form()
    if not form.validate_on_submit():
        return _page(record_id, form, _("Complete the fields marked below.")), 400
    try:
        with write() as work:
            made = signatures.sign(
                work,
                current_app.extensions["keystore"],
                record_id,
                revision=int(form.revision.data or 0),
                username=form.username.data,
                password=form.password.data,
                meaning=form.meaning.data,
                code=form.code.data or "",
            )
            if made is not None:
                order = {"record": record_id, "language": "both"}
                jobs.add(work, "pdf.form", order)
                return redirect(_form_url(work, record_id))
    except Stale:
        return _page(record_id, form, _("The form changed while you read. Read it again.")), 409
    except Refused:
        return _page(record_id, form, _("The form cannot be signed yet: see below.")), 422
    except Invalid as refusal:
        return _page(record_id, form, say(refusal)), 400
    except NotDelegated as refusal:
        return _page(record_id, form, not_delegated(refusal)), 403
    return _page(record_id, form, str(WRONG)), 401


@bp.post("/records/<int:record_id>/reject")
@permitted("record.sign")
def reject(record_id: int) -> Response | tuple[str, int]:
    """Send the form back with a reason; nothing is signed (R-036). ``token`` names the page, so
    that a second click sends nothing."""
    sent, form = request.form, _form(formdata=None)
    try:
        with write() as work:
            rejections.reject(
                work,
                record_id,
                revision=sent.get("revision", 0, type=int),
                reason=sent.get("reason", "").replace("\r\n", "\n"),
                token=sent.get("token", "")[:32],
            )
            return redirect(_form_url(work, record_id), 303)
    except Stale:
        return _page(record_id, form, _("The form changed while you read. Read it again.")), 409
    except Invalid as refusal:
        return _page(record_id, form, say(refusal)), 422
    except NotDelegated as refusal:
        return _page(record_id, form, not_delegated(refusal)), 403


def _form_url(work: Work, record_id: int) -> str:
    record, subject = keys.record(work, record_id)
    return url_for(
        "records.page",
        subject=subject.code,
        event=record.event,
        event_no=record.event_no,
        form=record.form,
        repeat=record.repeat,
    )


def _page(record_id: int, form: SignForm, error: str | None) -> str:
    with read() as work:
        view = _view(work, record_id)
        if not form.revision.data:
            form.revision.data = str(view["record"].revision)
        return render_template("signatures/sign.html", sign_form=form, error=error, **view)


def _view(work: Work, record_id: int) -> dict[str, Any]:
    record, subject = keys.record(work, record_id)
    work.require("record.sign", subject.site)
    form = work.catalogue.form(record.form, record.form_version)
    states = signatures.states(work, current_app.extensions["keystore"], record)
    return {
        "record": record,
        "subject": subject,
        "form": form,
        "key": keys.key_of(record, subject),
        "form_url": _form_url(work, record_id),
        "unmet": [_unmet(form, finding) for finding in signatures.unmet(work, record, subject)],
        "states": states,
        "changes": [
            line | {"id": html_id(line["path"])}
            for line in trail.shown(form, _since(work, record, states))
        ],
        "queries": _open_queries(work, record),
        "rejectable": rejections.possible(work, record),
        "token": secrets.token_hex(16),
        "reason": request.form.get("reason", ""),
        "meanings": MEANINGS,
        "attestations": ATTESTATIONS,
        "who": g.actor,
        "delegation": delegations.current(work, subject.site),
    }


def _unmet(form: FormDefinition, finding: Finding) -> dict[str, str]:
    """What keeps the form from being signed, with the place in the form that it leads to."""
    return {
        "id": html_id(finding.path),
        "item": trail.label(form, finding.path) if finding.path else text(form.model.title),
        "severity": finding.severity,
        "text": text(finding.message),
    }


def _since(work: Work, record: Record, states: list[signatures.State]) -> list[history.Line]:
    """Changes of items since the last signature; since the beginning when there is none."""
    after = states[-1].signature.seq if states else 0
    lines = history.of_record(work, record.id)
    return [line for line in lines if line.path and line.seq > after and line.old is not None]


def _open_queries(work: Work, record: Record) -> int:
    query = select(func.count()).where(
        Query.record_id == record.id, Query.state.in_(("open", "reopened", "answered"))
    )
    return work.session.scalar(query) or 0

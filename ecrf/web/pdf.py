"""PDF CRFs: make and download the sealed copy of a form, and check a file."""

from __future__ import annotations

import io
from typing import Any, cast

from flask import Blueprint, Flask, current_app, g, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ecrf.models import PdfCopy
from ecrf.models.columns import moment
from ecrf.outputs import compose, pdf, seal, verifier
from ecrf.outputs import verify as checking
from ecrf.outputs.casebook import Copy, Language
from ecrf.services import copies, keys, records, scopes
from ecrf.services.copies import Made, Order, Request
from ecrf.services.errors import Invalid
from ecrf.services.scopes import Scope
from ecrf.services.work import Work
from ecrf.web import registers, stamping
from ecrf.web.access import permitted, read, write
from ecrf.web.language import current_language
from ecrf.web.messages import say
from ecrf.web.store import store

bp = Blueprint("pdf", __name__)
LARGEST = 50 * 1024 * 1024


def issue(app: Flask, work: Work, record_id: int, request: Request) -> tuple[PdfCopy, bytes]:
    """The registered copy of a form as it is now; made, sealed and stored if there is none.

    Raises NotFound, Forbidden, Invalid, GlyphMissing, FontMissing, FileLost.
    """

    def make(order: Order) -> Made:
        return _make(app, work, order)

    return copies.issue(work, store(app), scopes.form(work, record_id), request, make)


def _make(app: Flask, work: Work, order: Order) -> Made:
    keystore = app.extensions["keystore"]
    record, subject = keys.record(work, cast(int, order.scope.record_id))
    hidden = records.judge(work, keys.key_of(record, subject), {})[0].hidden
    at = compose.at_site(work.catalogue, subject.site, order.at)
    copy = Copy(order.copy_id, order.copy_no, order.replaces, order.requested_by, at)
    form = compose.form_casebook(
        work.session,
        work.catalogue,
        record.id,
        cast(Language, order.request.language),
        roots=(keystore.root,),
        hidden=hidden,
        copy=copy,
    )
    raw = pdf.render(form, bare=order.request.rendition == "submission")
    key, certificate = keystore.seal
    return Made(seal.seal(raw, key, certificate, keystore.chain, moment(order.at)), form.certified)


def verify(app: Flask, work: Work, content: bytes) -> checking.Verdict:
    """What the file is, whether it is whole, and what the register knows of it (R-111)."""

    def lookup(digest: str) -> dict[str, Any] | None:
        return copies.lookup(work, digest)

    clock = app.extensions["clock"]
    trusted = clock.roots if clock else ()
    return checking.verify(content, (app.extensions["keystore"].root,), lookup, trusted)


def verifier_text(app: Flask) -> str:
    """The program that checks copies of this deployment without this one."""
    clock = app.extensions["clock"]
    return verifier.text((app.extensions["keystore"].root,), clock.roots if clock else ())


@bp.get("/records/<int:record_id>/pdf")
@permitted("pdf.export")
def ask(record_id: int) -> str:
    """How the sealed copy is wanted and what for, and the copies there are."""
    return _page(record_id, None)


@bp.post("/records/<int:record_id>/pdf")
@permitted("pdf.export")
def form(record_id: int) -> Response | tuple[str, int]:
    """Download the sealed copy."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        with write() as work:
            copy, content = issue(app, work, record_id, registers.wanted(request.form))
            name = file_name(work.catalogue.study.study, scopes.form(work, record_id), copy)
            number = copy.id
    except Invalid as refusal:
        return _page(record_id, say(refusal)), 422
    content = stamping.proven(app, g.actor, number, content)
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _page(record_id: int, error: str | None) -> str:
    with read() as work:
        scope = scopes.form(work, record_id)
        work.require("pdf.export", scope.site)
        record, _subject = keys.record(work, record_id)
        return render_template(
            "copies/form.html",
            scope=scope,
            form=work.catalogue.form(record.form, record.form_version),
            event=work.catalogue.event(record.event, record.build),
            register=registers.rows(work, copies.of_form(work, record_id)),
            given=request.form,
            purposes=registers.purposes(),
            error=error,
        )


def file_name(study: str, scope: Scope, copy: PdfCopy) -> str:
    """STUDY_SITE_PARTICIPANT_VISIT_FORM_rNN_cNN.pdf: nothing that identifies a person."""
    parts = [study, scope.site, *([scope.subject] if scope.subject else [])]
    if scope.kind in ("casebook", "eligibility"):
        parts.append(scope.kind)
    elif scope.kind == "queries":
        parts.append(f"queries-{scope.narrowed}")
    else:
        parts.append(scope.event if scope.event_no == 1 else f"{scope.event}{scope.event_no}")
    if scope.kind == "form":
        parts.append(scope.form if scope.repeat == 1 else f"{scope.form}{scope.repeat}")
    if copy.rendition == "submission":
        parts.append("submission")
    return f"{'_'.join(parts)}_r{copy.revision:02d}_c{copy.copy_no:02d}.pdf"


@bp.route("/verify", methods=["GET", "POST"], endpoint="verify")
@permitted("pdf.verify")
def verify_page() -> str | tuple[str, int]:
    """Drop a file, get a verdict."""
    if request.method == "GET":
        return render_template("copies/verify.html", verdict=None, error=None)
    request.max_content_length = LARGEST
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content.startswith(b"%PDF-"):
        error = _("Choose a PDF file.")
        return render_template("copies/verify.html", verdict=None, error=error), 400
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    with read() as work:
        verdict = verify(app, work, content)
    return render_template(
        "copies/verify.html", verdict=verdict, error=None, lines=verdict.lines(current_language())
    )


@bp.get("/verify/program", endpoint="verifier")
@permitted("pdf.verify")
def verifier_file() -> Response:
    """The standalone verifier, for the archive."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    content = io.BytesIO(verifier_text(app).encode())
    return send_file(content, "text/x-python", as_attachment=True, download_name=verifier.NAME)

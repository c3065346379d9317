"""Attached files: taken in one by one from a script or with a whole page, given out again.

A file is stored as soon as it is chosen, and the page then holds its SHA-256 as it would hold
typed text: in the draft, and in the record once it is saved.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from ecrf.definition.model import Text
from ecrf.definition.values import split_path
from ecrf.entry.evaluate import Finding
from ecrf.entry.page import attached
from ecrf.services import attachments, file_content
from ecrf.services.attachments import NotAttached, facets
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.web import access
from ecrf.web.access import permitted, read, write
from ecrf.web.language import current_language
from ecrf.web.posted import Sent

PLACE = "/subjects/<subject>/<event>/<int:event_no>/<form>/<int:repeat>"
FILE, CLEAR = "file:", "clear:"  # names of controls beside the path
# What is larger is not even read: past it a page without scripts gets an error page.
LARGEST_REQUEST = 64 * 1024 * 1024
WITH_FILES = {"attachments.upload", "records.save", "records.rows", "pdf.verify", "blocks.preview"}
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
bp = Blueprint("attachments", __name__)


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_allow_files)


def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Larger bodies for the few addresses that take files, and not for strangers; before the
    token is looked for in the body, which reads it."""
    known = access.cookie_name() in request.cookies
    if known and endpoint in WITH_FILES and request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_REQUEST


def store() -> Path:
    return Path(current_app.config["INSTANCE_DIR"]) / "store"


@bp.post(f"{PLACE}/files")
@permitted("record.enter")
def upload(**place: Any) -> tuple[Response, int]:
    """Keep one file for one item; the answer is what the page shows of it."""
    key = Key(**place)
    path, file = request.form.get("path", ""), request.files.get("file")
    if file is None or not file.filename:
        return jsonify(message=_("Choose a file.")), 422
    try:
        row = _keep(key, path, file)
    except NotAttached as refusal:
        return jsonify(message=refusal.said(current_language())), 422
    shown = attached(facets(row)) or ()
    address = url_for("attachments.download", subject=key.subject, sha256=row.sha256)
    return jsonify(sha256=row.sha256, file=list(shown), url=address), 201


def take(key: Key, sent: Sent) -> tuple[Finding, ...]:
    """The files of a plain post, and the boxes that clear one, as entries of what was sent; and
    what is wrong with those that cannot be kept."""
    wrong = []
    for name in request.form:
        path = name.removeprefix(CLEAR)
        if path != name:
            sent.entries[path] = Entry("")
    for name, file in request.files.items():
        path = name.removeprefix(FILE)
        if path == name or not file.filename:
            continue
        try:
            sent.entries[path] = Entry(_keep(key, path, file).sha256)
        except NotAttached as refusal:
            said = Text(en=refusal.said("en"), zh=refusal.said("zh"))
            wrong.append(Finding(f"{split_path(path)[0]}.format", "hard", path, said, (path,)))
    return tuple(wrong)


def _keep(key: Key, path: str, file: FileStorage) -> Any:
    content = file.stream.read()
    most = current_app.config["UPLOAD_MB"]
    with write() as work:
        row = attachments.attach(
            work, store(), key, path, file.filename or "", content, most_mb=most
        )
        work.session.flush()
        work.session.expunge(row)
        return row


@bp.get("/subjects/<subject>/files/<sha256>")
@permitted("record.read")
def download(subject: str, sha256: str) -> Response:
    """The bytes as they were attached, to be saved: never shown as a part of this site."""
    with read() as work:
        row = attachments.of(work, subject, sha256)
        content = attachments.read(store(), row)
        name = file_content.download_name(row.name, row.media_type)
        media_type = row.media_type
    answer = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

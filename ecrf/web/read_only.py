"""Read-only mode on the screen (S44): every page says so, and what would write is refused."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, make_response, request
from werkzeug.wrappers import Response

from ecrf.services import maintenance
from ecrf.services.maintenance import Notice
from ecrf.web import errors

# Posts that write nothing clinical: without them nobody could sign in and read.
ALLOWED = {
    "accounts.sign_in",
    "accounts.code",
    "accounts.unlock",
    "accounts.lock",
    "accounts.sign_out",
    "language.switch",
    "search.page",
    "pdf.verify",
    "csp.report",
}
AGAIN = "60"  # seconds until a script may try again
TITLES = {"en": "The system is read-only for now", "zh": "系统目前只读"}
ADVICE = {
    "en": "Nothing was saved. Everything can be read. What is in your draft is kept; an open form "
    "keeps what you typed and saves it by itself when writing is possible again.",
    "zh": "本次未保存。所有内容仍可查看。草稿中的内容已保留；"
    "打开的表单会保留您输入的内容，恢复写入后自动保存。",
}


def init_app(app: Flask) -> None:
    app.before_request(_refuse)
    app.context_processor(lambda: {"read_only": _notice()})


def _notice() -> Notice | None:
    """Looked up once a request."""
    if "read_only" not in g:
        g.read_only = maintenance.notice(current_app.config["INSTANCE_DIR"])
    found: Notice | None = g.read_only
    return found


def _refuse() -> Response | None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in ALLOWED:
        return None
    found = _notice()
    if found is None:
        return None
    told: dict[str, Any] = {}
    for language, title in TITLES.items():
        told[language] = (title, " ".join(filter(None, (found.told(language), ADVICE[language]))))
    answer = make_response(errors.page(503, messages=told))
    answer.headers["Retry-After"] = AGAIN
    return answer

"""English or Chinese: the person's choice, kept with the session and the account."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from ecrf.services import sessions
from ecrf.web.access import safe_next, write

bp = Blueprint("language", __name__)
LANGUAGES = ("en", "zh")
COOKIE = "ecrf-language"
YEAR = 365 * 24 * 3600


def current_language() -> str:
    """The language of this request: the person's, else the cookie's, else the browser's."""
    if g.get("actor") is not None:
        return str(g.actor.language)
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "en"


@bp.post("/language")
def switch() -> Response:
    """Change the language and come back to the same page."""
    language = request.form.get("language", "")
    target = safe_next(request.form.get("next")) or url_for("home.page")
    response = redirect(target)
    if language not in LANGUAGES:
        return response
    if g.login is not None:
        with write() as work:
            sessions.set_language(work, g.login.digest, language)
    response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Strict", httponly=True)
    return response

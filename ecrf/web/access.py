"""The door: who is asking, and may they. Closed by default.

Every view names its action with ``@permitted``; a view that names none is refused. The session is
a row on the server; the cookie carries a secret. Flask-Login only supplies ``current_user``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import UserMixin
from werkzeug.wrappers import Response as AnyResponse

from ecrf.definition.catalogue import Catalogue
from ecrf.extensions import login_manager
from ecrf.services import refusals, sessions
from ecrf.services.permissions import ACTIONS
from ecrf.services.sessions import Limits
from ecrf.services.work import SYSTEM, Actor, Work, reading, working

View = TypeVar("View", bound=Callable[..., Any])

# The only views that answer a stranger (T-06, N18).
PUBLIC = {
    "accounts.sign_in",
    "accounts.code",
    "accounts.first_password",
    "language.switch",
    "health.live",
    "static",
    "csp.report",
}
# Views that answer a person who has yet to set up the second factor that all need here.
ENROLLING = {"factors.page", "factors.enrol", "accounts.lock"}
# What a page asks by itself: it does not keep the session of a person who has gone away.
BY_ITSELF = {"presence.here"}
# Views that answer a person whose session is locked.
UNLOCKING = {"accounts.unlock", "accounts.sign_out", "language.switch"}


def permitted(action: str) -> Callable[[View], View]:
    """Declare the action that a view needs; the role of the session must hold it."""
    if action not in ACTIONS:
        raise KeyError(f"no action {action!r}")

    def mark(view: View) -> View:
        view.ecrf_action = action  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    app.before_request(_guard)
    app.after_request(_renew_cookie)


class Person(UserMixin):
    """What Flask-Login calls the current user."""

    def __init__(self, login: sessions.Login) -> None:
        self.id = login.username


@login_manager.request_loader
def _current_user(_request: Any) -> Person | None:
    login = g.get("login")
    return Person(login) if login is not None else None


def limits() -> Limits:
    return Limits(
        idle=dt.timedelta(minutes=current_app.config["IDLE_MINUTES"]),
        absolute=dt.timedelta(hours=current_app.config["SESSION_HOURS"]),
    )


def cookie_name() -> str:
    return "__Host-ecrf" if current_app.config["HTTPS"] else "ecrf"


def set_cookie(response: AnyResponse, secret: str) -> None:
    """Give the browser the secret of a session."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=current_app.config["SESSION_HOURS"] * 3600,
        path="/",
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Strict",
    )


def write(actor: Actor | None = None) -> AbstractContextManager[Work]:
    """A transaction as the person who asks."""
    return working(_catalogue(), actor or g.actor or _stranger())


def read() -> AbstractContextManager[Work]:
    """A consistent read as the person who asks."""
    return reading(_catalogue(), g.actor or _stranger())


def _catalogue() -> Catalogue:
    """With the build that the session was found with: one request never sees two."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    return catalogue.using(g.login.build or catalogue.first) if g.login else catalogue


def _stranger() -> Actor:
    return Actor(0, "anonymous", "", "", "", channel="screen", address=request.remote_addr or "")


def _guard() -> AnyResponse | None:
    """Before every request: find the session, then let the view's action decide."""
    g.actor, g.login = None, None
    if request.endpoint == "static":
        return None
    _refuse_foreign_writes()
    _find_session()
    if request.endpoint in PUBLIC:
        return None
    if g.login is None:
        return _to("accounts.sign_in")
    if g.locked and request.endpoint not in UNLOCKING:
        return _to("accounts.unlock")
    if _must_enrol() and request.endpoint not in ENROLLING | UNLOCKING:
        return _to("factors.page")
    _require_action()
    return None


def _must_enrol() -> bool:
    required = current_app.config["SECOND_FACTOR"] == "required"
    return required and g.login.factor_at is None


def _refuse_foreign_writes() -> None:
    """A browser says where a request was made; another site's form is refused (T-11)."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint == "csp.report":
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


def _find_session() -> None:
    secret = request.cookies.get(cookie_name())
    g.locked = False
    if not secret:
        return
    catalogue = current_app.extensions["catalogue"]
    catalogue = catalogue.using(catalogue.first)  # a session needs none: spare the look for it
    with reading(catalogue, SYSTEM) as work:
        login = sessions.find(work, secret, limits())
        if login is None or login.single_use:
            return
        g.login, g.actor = login, sessions.actor_of(login, request.remote_addr or "")
        g.locked = sessions.idle(work, login, limits())
        by_person = request.endpoint not in BY_ITSELF
        due = by_person and sessions.stale(work, login) and not g.locked
    if due:
        with working(catalogue, SYSTEM) as work:
            sessions.touch(work, login.digest)


def _require_action() -> None:
    if request.endpoint is None:
        abort(404)
    view = current_app.view_functions[request.endpoint]
    action = getattr(view, "ecrf_action", None)
    if action is None:
        current_app.logger.error("the view %s declares no action", request.endpoint)
        abort(403)
    if not g.actor.may(action):
        note_refusal("role")
        abort(403)


def note_refusal(why: str) -> None:
    """Log that what this request tries is refused; only looking is not logged (R-028)."""
    if request.method in ("GET", "HEAD", "OPTIONS") or g.actor is None:
        return
    with write() as work:
        refusals.note(work, why, str(request.endpoint), request.view_args or {})


def _to(endpoint: str) -> AnyResponse:
    """Send a person to sign in or unlock; a script gets a status it can act on."""
    if request.is_json or request.headers.get("HX-Request"):
        response = Response("", 401)
        response.headers["Location"] = url_for(endpoint)
        return response
    if request.method != "GET":
        return redirect(url_for(endpoint))
    return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))


def _renew_cookie(response: AnyResponse) -> AnyResponse:
    secret = g.get("new_secret")
    if secret:
        set_cookie(response, secret)
    elif g.get("drop_cookie"):
        response.delete_cookie(cookie_name(), path="/")
    return response


def safe_next(target: str | None) -> str | None:
    """A path of this application to go on to, or None (T-27)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    path = target.partition("?")[0]
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except Exception:  # noqa: BLE001 - whatever does not match is not ours
        return None
    return target

"""How pages look and listen at this computer: density, single keys; and the list of all keys (S3).

A choice belongs to the screen and keyboard in front of a person, so a cookie holds it, not the
account: the ward's small screen and the office's large one differ.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ecrf.web.access import permitted

bp = Blueprint("display", __name__)
# name -> what it can be, the first unless chosen
CHOICES = {"density": ("compact", "comfortable"), "keys": ("on", "off")}
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"display": chosen()})


def chosen() -> dict[str, str]:
    """The choices of this browser; what is unknown counts as not chosen."""
    found = {name: request.cookies.get(f"ecrf-{name}") for name in CHOICES}
    return {
        name: value if value in CHOICES[name] else CHOICES[name][0] for name, value in found.items()
    }


@bp.post("/me/display")
@permitted("account.self")
def choose() -> Response:
    """Keep the choices at this computer."""
    answer = redirect(url_for("accounts.me", _anchor="display"))
    for name, allowed in CHOICES.items():
        value: Any = request.form.get(name)
        if value in allowed:
            answer.set_cookie(f"ecrf-{name}", value, max_age=YEAR, samesite="Strict", httponly=True)
    return answer


@bp.get("/keys")
@permitted("account.self")
def keys() -> str:
    """Every key, by where it acts; `?` shows the same over any page."""
    return render_template("accounts/keys.html")

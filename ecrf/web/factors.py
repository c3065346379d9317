"""One's own second factor: setting it up, spare codes, taking it away (S1)."""

from __future__ import annotations

import segno
from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from ecrf.services import accounts, factors
from ecrf.services.errors import Invalid
from ecrf.web.access import permitted, read, write
from ecrf.web.messages import say

bp = Blueprint("factors", __name__)
SETTING_UP = 900  # seconds in which a secret that was shown can be bound
QUIET = 4  # modules of white around a square code, as its standard asks


class EnrolForm(FlaskForm):
    proposal = HiddenField()
    password = PasswordField(_l("Present password"), [DataRequired()])
    code = StringField(_l("Code of the app"), [DataRequired()])


class EndForm(FlaskForm):
    password = PasswordField(_l("Present password"), [DataRequired()])
    code = StringField(_l("Code of the app, or a spare code"), [DataRequired()])


@bp.get("/me/factor")
@permitted("account.self")
def page() -> str:
    """Set it up, or see that it is there."""
    return _page(None)


@bp.post("/me/factor")
@permitted("account.self")
def enrol() -> str | tuple[str, int]:
    """Bind the app; the spare codes are shown this once."""
    form = EnrolForm()
    secret = _proposed(form.proposal.data or "")
    if secret is None or not form.validate_on_submit():
        return _page(_("Type your password and the code that the app shows."), form), 400
    try:
        with write() as work:
            user = accounts.authenticate(work, g.actor.username, form.password.data)
            if user is not None and user.factor_secret is None:
                spare = factors.enrol(
                    work, current_app.extensions["keystore"], user, secret, form.code.data
                )
                return render_template("accounts/spare.html", spare=spare)
    except Invalid as refusal:
        return _page(say(refusal), form), 400
    return _page(_("The password is wrong."), form), 400


@bp.post("/me/factor/end")
@permitted("account.self")
def end() -> Response | tuple[str, int]:
    """Take it away, to set up another telephone; password and code are asked for."""
    form = EndForm()
    if form.validate_on_submit():
        with write() as work:
            user = accounts.authenticate(work, g.actor.username, form.password.data)
            keystore = current_app.extensions["keystore"]
            if user is not None and factors.passed(work, keystore, user, form.code.data):
                factors.end(work, user, "own")
                return redirect(url_for("factors.page"), 303)
    return _page(_("Password or code is wrong. The attempt was recorded."), end=form), 400


def _page(error: str | None, form: EnrolForm | None = None, end: EndForm | None = None) -> str:
    with read() as work:
        user = accounts.find(work, g.actor.username)
        since = user.factor_at if user else None
        left = len(user.factor_codes) if user else 0
    form = form or EnrolForm()
    secret = _proposed(form.proposal.data or "") or factors.propose()
    form.proposal.data = _proposals().dumps([g.actor.username, secret])
    issuer = current_app.extensions["catalogue"].study.protocol
    square = segno.make(factors.address(secret, g.actor.username, issuer), error="m")
    return render_template(
        "accounts/factor.html",
        form=form,
        end_form=end or EndForm(),
        error=error,
        since=since,
        left=left,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        path=_path(square),
        side=len(square.matrix) + 2 * QUIET,
    )


def _path(square: segno.QRCode) -> str:
    """The dark modules as an SVG path, one unit a module."""
    return "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(square.matrix)
        for x, dark in enumerate(row)
        if dark
    )


def _proposals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="second factor, proposed")


def _proposed(text: str) -> str | None:
    """The secret that this person was shown on this page; it is stored only when it is bound."""
    try:
        username, secret = _proposals().loads(text, max_age=SETTING_UP)
    except BadData:
        return None
    return str(secret) if username == g.actor.username else None

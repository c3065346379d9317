"""Signing in and out, the lock, and one's own password."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from ecrf.models import LoginSession, User
from ecrf.services import accounts, drafts, factors, sessions
from ecrf.services.errors import Invalid
from ecrf.services.work import Work
from ecrf.web.access import limits, permitted, read, safe_next, write
from ecrf.web.language import COOKIE
from ecrf.web.messages import say

bp = Blueprint("accounts", __name__)
TICKET = 300  # seconds from the password to the code


class SignInForm(FlaskForm):
    username = StringField(_l("User name"), [DataRequired()])
    password = PasswordField(_l("Password"), [DataRequired()])


class CodeForm(FlaskForm):
    ticket = HiddenField()
    code = StringField(_l("Code"), [DataRequired()])


class UnlockForm(FlaskForm):
    password = PasswordField(_l("Password"), [DataRequired()])


class FirstPasswordForm(FlaskForm):
    username = StringField(_l("User name"), [DataRequired()])
    password = PasswordField(_l("First password"), [DataRequired()])
    new = PasswordField(_l("New password"), [DataRequired()])
    again = PasswordField(_l("New password again"), [DataRequired()])


NO_ROLE = _l("No role of yours is in force today. Ask your user administrator.")


class PasswordForm(FlaskForm):
    password = PasswordField(_l("Present password"), [DataRequired()])
    new = PasswordField(_l("New password"), [DataRequired()])
    again = PasswordField(_l("New password again"), [DataRequired()])


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """User name and password; the refusal never says which was wrong."""
    if g.login is not None and request.method == "GET":
        return redirect(url_for("home.page"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form, error=None)
    with write() as work:
        user = accounts.authenticate(work, form.username.data.strip(), form.password.data)
        if user is not None and user.password_single_use:
            return redirect(url_for("accounts.first_password"))
        if user is not None and user.factor_secret is not None:
            ticket = _tickets().dumps([user.username, user.password_hash[-16:]])
            return render_template("accounts/code.html", form=CodeForm(ticket=ticket), error=None)
        secret = _begin(work, user) if user else None
    if secret:
        return _enter(secret)
    error = _(
        "User name or password is wrong, or the account is locked. Wait 15 minutes after "
        "five failures, or ask your user administrator."
    )
    if user is not None:
        error = str(NO_ROLE)
    return render_template("accounts/sign_in.html", form=form, error=error), 401


@bp.post("/sign-in/code")
def code() -> str | Response | tuple[str, int]:
    """The second factor, within minutes of the password; the ticket says that it was right."""
    form = CodeForm()
    try:
        username, mark = _tickets().loads(form.ticket.data or "", max_age=TICKET)
    except BadData:
        return redirect(url_for("accounts.sign_in"))
    with write() as work:
        user = accounts.find(work, username)
        keystore = current_app.extensions["keystore"]
        same = user is not None and user.password_hash.endswith(mark) and user.status == "active"
        passed = bool(same and user and factors.passed(work, keystore, user, form.code.data or ""))
        secret = _begin(work, user) if user and passed else None
    if secret:
        return _enter(secret)
    error = _("The code is wrong, was used already, or the account is locked. Wait for a new code.")
    if passed:
        error = str(NO_ROLE)
    return render_template("accounts/code.html", form=form, error=error), 401


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="password was right")


def _begin(work: Work, user: User) -> str | None:
    """A session in the first role held now; None when there is none."""
    grants = accounts.grants_now(work, user)
    if not grants:
        accounts.log(work, "login.failed", user.username, why="no role now")
        return None
    agent = str(request.user_agent)
    return sessions.begin(work, user, grants[0], request.remote_addr or "", agent)


def _enter(secret: str) -> Response:
    g.new_secret = secret
    target = safe_next(request.values.get("next")) or url_for("home.page")
    response = redirect(target)
    response.delete_cookie(COOKIE)
    return response


@bp.route("/first-password", methods=["GET", "POST"])
def first_password() -> str | Response | tuple[str, int]:
    """A password set by an administrator is good once: for choosing one's own (R-049)."""
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/first_password.html", form=form, error=None)
    error = _("User name or first password is wrong, or it has expired.")
    with write() as work:
        user = accounts.authenticate(work, form.username.data.strip(), form.password.data)
        if user is not None:
            error = _change(work, user, form.new.data, form.again.data)
    if error:
        return render_template("accounts/first_password.html", form=form, error=error), 400
    return redirect(url_for("accounts.sign_in"))


def _change(work: Work, user: User, new: str, again: str) -> str:
    """Set a new password; returns what is wrong with it, empty when it is set."""
    try:
        if new != again:
            raise Invalid("password.differs")
        accounts.set_password(work, current_app.extensions["keystore"], user, new)
    except Invalid as refusal:
        return say(refusal)
    return ""


@bp.post("/lock")
@permitted("account.self")
def lock() -> Response:
    with write() as work:
        sessions.lock(work, g.login.digest)
    return redirect(url_for("accounts.unlock"))


@bp.route("/unlock", methods=["GET", "POST"])
@permitted("account.self")
def unlock() -> str | Response | tuple[str, int]:
    """The password opens a locked session; what was in draft is still there (R-158)."""
    if not g.locked:
        return redirect(url_for("home.page"))
    form = UnlockForm()
    with write() as work:
        sessions.lock(work, g.login.digest)
        waiting = drafts.count(work)
        if form.validate_on_submit():
            user = accounts.authenticate(work, g.actor.username, form.password.data)
            if user is not None:
                return _enter(sessions.renew(work, g.login.digest, request.remote_addr or ""))
    error = _("The password is wrong.") if form.is_submitted() else None
    body = render_template("accounts/unlock.html", form=form, error=error, drafts=waiting)
    return (body, 401) if error else body


@bp.post("/sign-out")
@permitted("account.self")
def sign_out() -> Response:
    with write() as work:
        sessions.end(work, g.login.digest, "user")
    g.drop_cookie = True
    return redirect(url_for("accounts.sign_in"))


@bp.get("/me")
@permitted("account.self")
def me() -> str:
    return _me(PasswordForm(), None)


def _me(form: PasswordForm, error: str | None) -> str:
    with read() as work:
        user = accounts.find(work, g.actor.username)
        session = work.session.get(LoginSession, g.login.digest)
        return render_template(
            "accounts/me.html",
            form=form,
            error=error,
            user=user,
            session=session,
            open_sessions=sessions.of_person(work, limits()),
            mark=sessions.MARK,
        )


@bp.post("/me/sessions/<mark>/end")
@permitted("account.self")
def end_session(mark: str) -> Response:
    """End another session of one's own, such as one left open on a ward computer."""
    if g.login.digest.startswith(mark):
        return sign_out()
    with write() as work:
        sessions.end_own(work, mark)
    return redirect(url_for("accounts.me"))


@bp.post("/me/sessions/end")
@permitted("account.self")
def end_others() -> Response:
    """End all other sessions of one's own in one press."""
    with write() as work:
        sessions.end_others(work, g.login.digest)
    return redirect(url_for("accounts.me", _anchor="open"))


@bp.post("/me/password")
@permitted("account.self")
def password() -> str | Response | tuple[str, int]:
    """Change one's own password; a new signing key comes with it."""
    form = PasswordForm()
    error = _("The password is wrong.")
    if form.validate_on_submit():
        with write() as work:
            user = accounts.authenticate(work, g.actor.username, form.password.data)
            if user is not None:
                error = _change(work, user, form.new.data, form.again.data)
        if not error:
            return redirect(url_for("accounts.me", changed=1))
    return _me(form, error), 400

"""A second factor: set up with an app, asked for at the door and for every signature."""

from __future__ import annotations

import base64
import datetime as dt
import re

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from sqlalchemy import select

from ecrf import cli, demo
from ecrf.models import AuditEntry, Signature
from ecrf.services import accounts, factors
from ecrf.services.keys import Key
from ecrf.services.records import Saved
from tests.desk import Desk
from tests.functional.conftest import ClientRequest

WHO = "zhao.min"


def telephone(secret: str, steps: int = 0) -> str:
    """What the app shows, some steps of 30 seconds from now."""
    now = int(dt.datetime.now(dt.UTC).timestamp()) + 30 * steps
    totp = TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30)  # noqa: S303
    return totp.generate(now).decode()


def set_up(client: ClientRequest) -> tuple[str, list[str]]:
    """The secret on the page and the spare codes, after the app was bound."""
    page = client.get("factors.page")
    secret = page.xpath("string(//p[contains(@class, 'code')])")
    proposal = page.xpath("string(//input[@name='proposal']/@value)")
    client.post("factors.enrol", 400, proposal=proposal, password=demo.PASSWORD, code="000000")
    page = client.post(
        "factors.enrol", 200, proposal=proposal, password=demo.PASSWORD, code=telephone(secret, -1)
    )
    return secret, page.xpath("//ul[@class='spare']/li/text()")


def knock(client: ClientRequest) -> str:
    """User name and password; returns the ticket for the code."""
    client.speak(client.language)
    page = client.post("accounts.sign_in", 200, username=WHO, password=demo.PASSWORD)
    return str(page.xpath("string(//input[@name='ticket']/@value)"))


@pytest.mark.req("R-156")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_door_asks_for_the_code_and_takes_each_once(
    app: Flask, client_request: ClientRequest, language: str
) -> None:
    client_request.sign_in(WHO)
    client_request.speak(language)
    secret, spare = set_up(client_request)
    assert len(spare) == 10 and len(set(spare)) == 10
    client_request.post("accounts.sign_out")
    ticket = knock(client_request)
    client_request.get("home.page", 302)  # the password alone opens nothing
    client_request.post("accounts.code", 401, ticket=ticket, code=telephone(secret, -1))  # used
    client_request.post("accounts.code", 401, ticket=ticket, code=telephone(secret, 9))
    client_request.post("accounts.code", 302, ticket=ticket, code=telephone(secret))
    client_request.get("home.page")
    client_request.post("accounts.sign_out")
    client_request.post("accounts.code", 302, ticket="forged", code=telephone(secret, 1))
    client_request.get("home.page", 302)
    ticket = knock(client_request)
    client_request.post("accounts.code", 302, ticket=ticket, code=spare[0])
    client_request.post("accounts.sign_out")
    ticket = knock(client_request)
    client_request.post("accounts.code", 401, ticket=ticket, code=spare[0])
    with Desk(app).work() as work:
        logged = work.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.like("factor.%"))
        ).all()
    assert logged == ["factor.enrol", "factor.spare"]


@pytest.mark.req("R-156", "R-157")
def test_wrong_codes_lock_the_account_however_often_the_password_is_right(
    app: Flask, client_request: ClientRequest
) -> None:
    client_request.sign_in(WHO)
    secret, _ = set_up(client_request)
    client_request.post("accounts.sign_out")
    for _turn in range(accounts.ATTEMPTS - 1):  # one failure was made while setting up
        ticket = knock(client_request)
        client_request.post("accounts.code", 401, ticket=ticket, code="123")
    ticket = knock(client_request)
    client_request.post("accounts.code", 401, ticket=ticket, code="123")
    client_request.post("accounts.code", 401, ticket=ticket, code=telephone(secret))
    with Desk(app).work() as work:
        user = accounts.find(work, WHO)
        assert user is not None and user.locked_until is not None


@pytest.mark.req("R-022")
def test_who_has_one_signs_with_it(app: Flask, vital_signs: tuple[Key, Saved]) -> None:
    desk = Desk(app)
    _, saved = vital_signs
    secret = factors.propose()
    with desk.work(WHO) as work:
        user = accounts.find(work, WHO)
        assert user is not None
        factors.enrol(work, desk.keystore, user, secret, telephone(secret, -1))
    assert desk.sign(saved) is None
    assert desk.sign(saved, code="000000") is None
    assert desk.sign(saved, code=telephone(secret)) is not None
    assert desk.sign(saved, code=telephone(secret)) is None, "a code is good once"
    with desk.work() as work:
        assert len(work.session.scalars(select(Signature)).all()) == 1


@pytest.mark.req("R-022")
def test_the_page_asks_for_the_code_of_who_has_one(
    client_request: ClientRequest, vital_signs: tuple[Key, Saved]
) -> None:
    client_request.sign_in(WHO)
    place = {"record_id": vital_signs[1].record_id}
    page = client_request.get("signatures.page", **place)
    assert not page.xpath("//input[@name='code']")
    secret, _ = set_up(client_request)
    page = client_request.get("signatures.page", **place)
    assert page.xpath("//input[@name='code']")
    given = {
        "meaning": "review",
        "username": WHO,
        "password": demo.PASSWORD,
        "revision": page.xpath("string(//input[@name='revision']/@value)"),
    }
    client_request.post("signatures.sign", 401, place, **given)
    client_request.post("signatures.sign", 302, place, **given, code=telephone(secret))


@pytest.mark.req("R-156")
def test_where_it_is_required_nothing_else_opens_before_it_is_set_up(
    app: Flask, client_request: ClientRequest
) -> None:
    app.config["SECOND_FACTOR"] = "required"
    client_request.get("accounts.sign_in")
    client_request.post("accounts.sign_in", username=WHO, password=demo.PASSWORD)
    client_request.speak("en")
    client_request.get("subjects.matrix", 302)
    assert re.search("/me/factor", client_request.response.location)
    secret, _ = set_up(client_request)
    client_request.get("subjects.matrix")
    client_request.post("factors.end", 400, password=demo.PASSWORD, code="1")
    client_request.post("factors.end", 303, password=demo.PASSWORD, code=telephone(secret))
    client_request.get("subjects.matrix", 302)


def test_the_secret_does_not_lie_open_in_the_database(app: Flask) -> None:
    desk = Desk(app)
    secret = factors.propose()
    with desk.work(WHO) as work:
        user = accounts.find(work, WHO)
        assert user is not None
        spare = factors.enrol(work, desk.keystore, user, secret, telephone(secret))
        assert secret not in str(user.factor_secret)
        assert not set(spare) & set(user.factor_codes)
        assert desk.keystore.unwrap(user.factor_secret or "") == secret


def test_the_operator_takes_a_lost_one_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(app)
    monkeypatch.setattr(cli, "app_", lambda: app)
    command = ["user", "reset-factor", WHO, "--reason", "Telephone lost, seen in person"]
    assert CliRunner().invoke(cli.cli, command).exit_code == 1
    secret = factors.propose()
    with desk.work(WHO) as work:
        user = accounts.find(work, WHO)
        assert user is not None
        factors.enrol(work, desk.keystore, user, secret, telephone(secret))
    assert CliRunner().invoke(cli.cli, command).exit_code == 0
    with desk.work(WHO) as work:
        user = accounts.find(work, WHO)
        assert user is not None and user.factor_secret is None

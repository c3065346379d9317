"""Coming in, staying and leaving."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from sqlalchemy import select

from ecrf import demo
from ecrf.models import LoginSession
from ecrf.services import accounts
from ecrf.services.work import utc_now
from tests.desk import Desk
from tests.functional.conftest import ClientRequest
from tests.functional.pages import plain


def test_a_person_signs_in_and_sees_the_subjects(client_request):
    client_request.sign_in()

    page = client_request.get("subjects.matrix")

    assert plain(page.find(".//h1")) == "Subjects"
    assert "Wang Li" in plain(page) and "Coordinator · BJ01" in plain(page)


@pytest.mark.req("R-157")
@pytest.mark.parametrize(
    ("username", "password"), [("wang.li", "wrong"), ("nobody", demo.PASSWORD), ("", "")]
)
def test_a_refusal_says_the_same_whatever_was_wrong(client_request, username, password):
    client_request.get("accounts.sign_in")
    given = bool(username)

    page = client_request.post(
        "accounts.sign_in", 401 if given else 200, username=username, password=password
    )

    alert = plain(page.xpath("//*[@role='alert']")[0])
    assert ("User name or password is wrong" in alert) is given


@pytest.mark.req("R-157")
def test_five_wrong_passwords_lock_the_account_for_the_right_one_too(client_request):
    client_request.get("accounts.sign_in")
    for _ in range(5):
        client_request.post("accounts.sign_in", 401, username="wang.li", password="wrong")

    client_request.post("accounts.sign_in", 401, username="wang.li", password=demo.PASSWORD)


def test_a_stranger_is_sent_to_sign_in_and_comes_back_where_they_wanted(client_request):
    client_request.get("subjects.new", _status=302)
    client_request.follow()
    form = client_request.response

    client_request.post(
        "accounts.sign_in",
        _args={"next": client_request.url("subjects.new")},
        username="wang.li",
        password=demo.PASSWORD,
    )

    assert "next=" in form.request.url
    assert client_request.response.location == client_request.url("subjects.new")


def test_nobody_is_sent_to_another_site(client_request):
    client_request.get("accounts.sign_in")

    client_request.post(
        "accounts.sign_in",
        _args={"next": "//evil.example/"},
        username="wang.li",
        password=demo.PASSWORD,
    )

    assert client_request.response.location == client_request.url("home.page")


def test_a_form_without_its_token_is_refused(client_request):
    client_request.get("accounts.sign_in")
    client_request.token = ""

    client_request.post("accounts.sign_in", 400, username="wang.li", password=demo.PASSWORD)


@pytest.mark.req("R-158")
def test_after_a_quarter_of_an_hour_the_session_is_locked_and_opens_where_it_was(client_request):
    client_request.sign_in()
    with time_machine.travel(utc_now() + dt.timedelta(minutes=16), tick=True):
        client_request.get("subjects.new", _status=302)
        page = client_request.follow()
        assert plain(page.find(".//h1")) == "Screen locked"

        client_request.post("accounts.unlock", 401, password="wrong")
        client_request.post(
            "accounts.unlock",
            _args={"next": client_request.url("subjects.new")},
            password=demo.PASSWORD,
        )

        assert client_request.response.location == client_request.url("subjects.new")
        client_request.follow()


@pytest.mark.req("R-158")
def test_a_person_locks_the_screen_before_walking_away(client_request):
    client_request.sign_in()
    client_request.get("subjects.matrix")

    client_request.post("accounts.lock")

    client_request.get("subjects.matrix", _status=302)
    assert "/unlock" in client_request.response.location


def test_after_signing_out_nothing_can_be_read(client_request):
    client_request.sign_in()
    client_request.get("subjects.matrix")

    client_request.post("accounts.sign_out")

    client_request.get("subjects.matrix", _status=302)
    assert "/sign-in" in client_request.response.location


@pytest.mark.req("R-049")
def test_a_password_from_the_administrator_only_opens_the_page_to_choose_ones_own(
    client_request, app
):
    with app.app_context():
        desk = Desk(app)
        with desk.work("lin.tao") as work:
            _, first = accounts.add(
                work,
                username="xu.jia",
                name="Xu Jia",
                organisation="Hospital",
                email="xu.jia@example.org",
                role="coordinator",
                site="BJ01",
            )
    client_request.get("accounts.sign_in")
    client_request.post("accounts.sign_in", username="xu.jia", password=first)
    assert client_request.response.location == client_request.url("accounts.first_password")

    own = "Three unrelated lamps 7"
    client_request.follow()
    client_request.post(
        "accounts.first_password", username="xu.jia", password=first, new=own, again=own
    )

    client_request.sign_in("xu.jia", own)
    client_request.get("subjects.matrix")


@pytest.mark.req("R-155")
def test_a_weak_new_password_is_refused_in_place(client_request):
    client_request.sign_in()
    client_request.get("accounts.me")

    page = client_request.post(
        "accounts.password", 400, password=demo.PASSWORD, new="short", again="short"
    )

    assert "at least" in plain(page.xpath("//*[@role='alert']")[0])


def test_the_language_is_kept_for_the_next_time(client_request):
    client_request.sign_in()
    client_request.speak("zh")
    client_request.get("subjects.matrix")
    client_request.post("accounts.sign_out")

    page = client_request.get("accounts.sign_in")

    assert plain(page.find(".//h1")) == "登录"


@pytest.mark.req("R-158")
def test_a_session_left_open_elsewhere_is_ended_from_my_account(app, client_request):
    elsewhere = ClientRequest(app, app.test_client())
    elsewhere.sign_in()
    client_request.sign_in()
    page = client_request.get("accounts.me")
    button = page.xpath("//form[contains(@action, '/me/sessions/')]/@action")

    client_request.client.post(button[0], data={"csrf_token": client_request.token})

    elsewhere.get("accounts.me", _status=302)
    assert not client_request.get("accounts.me").xpath("//form[contains(@action, '/sessions/')]")


@pytest.mark.req("R-158")
def test_nobody_ends_the_session_of_somebody_else(app, client_request):
    other = ClientRequest(app, app.test_client())
    other.sign_in("zhao.min")
    with app.app_context(), Desk(app).work("zhao.min") as work:
        (digest,) = work.session.scalars(select(LoginSession.digest)).all()
    client_request.sign_in()
    client_request.get("accounts.me")

    client_request.post("accounts.end_session", _args={"mark": digest[:16]})

    other.get("accounts.me")

"""What a person chooses for the screen and keyboard in front of them."""

from __future__ import annotations

import pytest

from tests.functional.conftest import ClientRequest
from tests.functional.pages import plain

pytestmark = pytest.mark.sqlite


def shown(page):
    return page.get("data-density"), page.get("data-keys")


def test_pages_are_compact_with_single_keys_until_chosen_otherwise(client_request):
    client_request.sign_in()
    assert shown(client_request.get("home.page")) == ("compact", "on")

    client_request.post("display.choose", density="comfortable", keys="off")

    assert shown(client_request.get("home.page")) == ("comfortable", "off")
    page = client_request.get("accounts.me")
    assert page.xpath("//input[@checked]/@value") == ["comfortable", "off"]


def test_what_is_no_choice_changes_nothing(client_request):
    client_request.sign_in()
    client_request.post("display.choose", density="comfortable")

    client_request.post("display.choose", density="huge", keys="")
    client_request.client.set_cookie("ecrf-keys", '"><b>')

    assert shown(client_request.get("home.page")) == ("comfortable", "on")


def test_the_keys_have_a_page_of_their_own_in_both_languages(client_request):
    client_request.sign_in()
    assert "next issue" in plain(client_request.get("display.keys").find(".//main"))

    client_request.speak("zh")

    assert "下一个问题" in plain(client_request.get("display.keys").find(".//main"))


def test_all_other_sessions_end_in_one_press(client_request, app):
    others = [ClientRequest(app, app.test_client()) for _ in range(2)]
    for other in others:
        other.sign_in()
    stranger = ClientRequest(app, app.test_client())
    stranger.sign_in("zhao.min")
    client_request.sign_in()
    client_request.get("accounts.me")

    client_request.post("accounts.end_others")

    for other in others:
        other.get("home.page", _status=302)
    stranger.get("home.page")
    page = client_request.get("accounts.me")
    assert not page.xpath("//form[contains(@action, '/sessions/')]")

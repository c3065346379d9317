"""Every page of the shell, in both languages: it holds together, for everybody."""

from __future__ import annotations

import pytest

from tests.functional.pages import plain, problems

pytestmark = pytest.mark.sqlite  # pages do not depend on the database

GOOD = (
    '<!doctype html><html lang="en"><head><title>Home · X</title></head><body><h1>Home</h1>'
    '<form action="/a" method="post"><input type="hidden" name="csrf_token" value="1">'
    '<label for="a">Name</label><input type="text" id="a" name="a"></form></body></html>'
)
OPEN = ["accounts.sign_in", "accounts.first_password"]
OWN = ["home.page", "search.page", "subjects.matrix", "subjects.new", "accounts.me", "pdf.verify"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("endpoint", OPEN)
def test_pages_before_the_door(client_request, endpoint, language):
    client_request.speak(language)

    client_request.get(endpoint)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("endpoint", OWN)
def test_pages_of_a_person(client_request, endpoint, language):
    client_request.sign_in("zhao.min")
    client_request.speak(language)

    client_request.get(endpoint)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_a_subject(client_request, vital_signs, language):
    key, saved = vital_signs
    client_request.sign_in("zhao.min")
    client_request.speak(language)

    client_request.get("subjects.matrix")
    client_request.get("subjects.casebook", code=key.subject)
    client_request.get("signatures.page", record_id=saved.record_id)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_error_page_speaks_both_languages(client_request, language):
    client_request.sign_in()
    client_request.speak(language)

    page = client_request.get("subjects.casebook", _status=404, code="BJ01-L999")

    assert "There is nothing here" in plain(page)
    assert "此处没有内容" in plain(page)


def test_a_demonstration_says_so_on_every_page(client_request):
    client_request.app.config["DEMO"] = True

    assert "Demonstration" in plain(client_request.get("accounts.sign_in"))
    client_request.sign_in()
    assert "Demonstration" in plain(client_request.get("subjects.matrix"))


def test_the_first_visit_weighs_no_more_than_150_kilobytes(client_request):
    page = client_request.get("accounts.sign_in")
    weight = len(client_request.response.data)
    fonts = [f"/static/vendor/plex/ibm-plex-sans-latin-{w}-normal.woff2" for w in (400, 500, 600)]
    for address in [*page.xpath("//link[@rel='stylesheet']/@href | //script/@src"), *fonts]:
        with client_request.client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            weight += len(answer.data)

    assert weight <= 150_000


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("</form>", ""), "left open"),
        (("<h1>Home</h1>", ""), "0 h1"),
        (("<title>Home", "<title>Away"), "does not start with the heading"),
        (('for="a"', 'for="b"'), "no label: a"),
        (('name="csrf_token"', 'name="x"'), "no CSRF token"),
        (('action="/a" ', ""), "no action"),
        (('lang="en"', 'lang="zh"'), "html lang is zh"),
        (("<h1>", '<h1 style="color:red">'), "inline style"),
        (("<h1>", '<h1 onclick="x()">'), "a handler"),
        (("</body>", "<script>x()</script></body>"), "inline script"),
        (("</body>", '<p id="a"></p></body>'), "id a is there 2 times"),
        (("</body>", "<p>中文</p></body>"), "Chinese"),
    ],
)
def test_the_check_finds_what_it_is_for(change, found):
    assert list(problems(GOOD, "en")) == []

    assert any(found in problem for problem in problems(GOOD.replace(*change), "en"))


def test_the_check_finds_english_in_a_chinese_page():
    page = GOOD.replace('lang="en"', 'lang="zh-Hans"').replace("Home", "首页").replace("Name", "名")

    assert list(problems(page, "zh")) == []
    assert any("English" in one for one in problems(page.replace("名", "Name"), "zh"))

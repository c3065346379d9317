"""Every address x every role against the one page of permissions; strangers get nothing."""

import re

import pytest
from flask import url_for

from ecrf import demo
from ecrf.services.permissions import ROLES
from ecrf.web import access

pytestmark = pytest.mark.sqlite
PLACE = {
    "mark": "0" * 16,
    "subject": "BJ01-L001",
    "code": "BJ01-L001",
    "event": "SCR",
    "event_no": 1,
    "form": "VS",
    "repeat": 1,
    "record_id": 1,
    "number": 1,
    "move": "ask",
    "view": "signed",
    "scope": "visit",
    "site": "BJ01",
    "name": "SCR",
    "filename": "css/app.css",
    "sha256": "0" * 64,
}

LEAVING = {"accounts.sign_out", "accounts.lock"}  # every role holds their action


def addresses(app):
    """(endpoint, method, path) of every address, filled with things that exist."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            path = url_for(rule.endpoint, **{name: PLACE[name] for name in rule.arguments})
            found += [(rule.endpoint, method, path) for method in rule.methods & {"GET", "POST"}]
    return sorted(found)


def token(client, path="/sign-in"):
    page = client.get(path).get_data(as_text=True)
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def sign_in(app, username):
    client = app.test_client()
    answer = client.post(
        "/sign-in",
        data={"username": username, "password": demo.PASSWORD, "csrf_token": token(client)},
    )
    assert answer.status_code == 302, username
    return client


@pytest.fixture
def signed(desk):
    """Something at every address: vital signs of the first subject."""
    desk.vital_signs()
    return desk


@pytest.mark.req("R-040", "R-042", "R-043")
@pytest.mark.parametrize("username, role", [(p[0], p[2]) for p in demo.PEOPLE])
def test_every_route_answers_a_role_as_the_permission_page_says(app, signed, username, role):
    client = sign_in(app, username)
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in addresses(app):
        if endpoint in access.PUBLIC | LEAVING:
            continue
        action = app.view_functions[endpoint].ecrf_action
        answer = client.open(path, method=method)
        refused = answer.status_code == 403
        assert refused is (action not in ROLES[role]), f"{role} {method} {path}: {answer.status}"


@pytest.mark.req("R-040")
def test_a_stranger_reaches_the_public_addresses_only(app, signed):
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in addresses(app):
        if endpoint in access.PUBLIC:
            continue
        answer = app.test_client().open(path, method=method)
        where = answer.headers.get("Location", "")
        assert answer.status_code in (302, 401) and "/sign-in" in where, f"{method} {path}"


def test_every_write_without_a_token_is_refused(app, signed):
    client = sign_in(app, "liu.yang")
    for endpoint, method, path in addresses(app):
        if method == "POST" and endpoint != "csp.report":
            answer = client.post(path)
            assert answer.status_code in (400, 403), f"{path}: {answer.status}"


def test_a_write_sent_by_another_site_is_refused(app, signed):
    client = sign_in(app, "wang.li")

    data = {"csrf_token": token(client, "/me")}

    answer = client.post("/sign-out", data=data, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.req("R-041")
@pytest.mark.parametrize(
    "path", ["/subjects/XX99-X999", "/records/99999/sign", "/subjects/BJ01-L001/SCR/1/AE/1"]
)
def test_what_does_not_exist_is_not_found(app, signed, path):
    assert sign_in(app, "liu.yang").get(path).status_code == 404


@pytest.mark.req("R-065")
def test_pages_are_never_stored_and_carry_the_policy(app, signed):
    client = sign_in(app, "wang.li")
    for path in ("/", "/sign-in", "/subjects/BJ01-L001", "/subjects/BJ01-L001/SCR/1/VS/1"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil", "/nowhere"]
)
def test_after_sign_in_nobody_is_sent_elsewhere(app, signed, target):
    client = app.test_client()
    data = {"username": "wang.li", "password": demo.PASSWORD, "csrf_token": token(client)}

    answer = client.post("/sign-in", query_string={"next": target}, data=data)

    assert answer.headers["Location"] == "/"

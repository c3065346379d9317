"""A client that reads like a person and looks at every page like a reviewer."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from ecrf import demo
from ecrf.services.keys import Key
from ecrf.services.records import Saved
from tests.desk import Desk
from tests.functional.pages import Element, problems


class ClientRequest:
    """Signs in, gets and posts by endpoint; every HTML page that comes back is checked."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.language = "en"
        self.response: TestResponse

    def url(self, endpoint: str, **values: Any) -> str:
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def sign_in(self, username: str = "wang.li", password: str = demo.PASSWORD) -> None:
        """Come in, and go on in the language spoken so far, whatever the account's is."""
        self.get("accounts.sign_in")
        self.post("accounts.sign_in", username=username, password=password)
        self.speak(self.language)

    def speak(self, language: str) -> None:
        """Switch the language as a person does, with the buttons of the page."""
        answer = self.client.get(self.url("accounts.sign_in"), follow_redirects=True)
        self.token = token_of(html.document_fromstring(answer.text))
        self.language = language
        self.post("language.switch", language=language)

    def get(self, endpoint: str, _status: int = 200, **values: Any) -> Element:
        self.response = self.client.get(self.url(endpoint, **values))
        return self._checked(_status)

    def post(
        self, endpoint: str, _status: int = 302, _args: dict[str, Any] | None = None, **fields: Any
    ) -> Element:
        """Post with the CSRF token of the page last seen."""
        data = {"csrf_token": self.token, **fields}
        self.response = self.client.post(self.url(endpoint, **(_args or {})), data=data)
        return self._checked(_status)

    def follow(self) -> Element:
        """Go where the answer leads."""
        self.response = self.client.get(self.response.location)
        return self._checked(200)

    def _checked(self, status: int) -> Element:
        text = self.response.text
        assert self.response.status_code == status, text[-400:]
        if status in (301, 302, 303) or self.response.mimetype != "text/html":
            return html.fragment_fromstring("<p></p>")
        assert list(problems(text, self.language)) == [], self.response.request.path
        page = html.document_fromstring(text)
        self.token = token_of(page)
        return page


def token_of(page: Element) -> str:
    return str(page.xpath("string(//input[@name='csrf_token']/@value)"))


@pytest.fixture
def client_request(app: Flask, client: FlaskClient) -> ClientRequest:
    return ClientRequest(app, client)


@pytest.fixture
def subject(app: Flask) -> str:
    """The code of a subject in whom nothing is entered yet."""
    with app.app_context():
        return Desk(app).subject()


@pytest.fixture
def vital_signs(app: Flask) -> tuple[Key, Saved]:
    """Complete vital signs, ready to be signed."""
    with app.app_context():
        return Desk(app).vital_signs()

"""A person signed in at a browser without scripts, and what their script would send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ecrf import demo

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Seat:
    """One browser; ``token`` is that of the last page it was shown."""

    client: FlaskClient
    token: str = ""

    def get(self, address: str) -> TestResponse:
        response = self.client.get(address)
        found = TOKEN.search(response.get_data(as_text=True))
        self.token = found[1] if found else self.token
        return response

    def post(self, address: str, fields: dict[str, Any]) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token, **fields})

    def send(self, address: str, **body: Any) -> TestResponse:
        """What the script of the form page posts."""
        given = {"revision": 0, "entries": {}, **body}
        given["entries"] = {
            path: {"v": text} if isinstance(text, str) else text
            for path, text in given["entries"].items()
        }
        return self.client.post(address, json=given, headers={"X-CSRFToken": self.token})


def sit(app: Flask, username: str = "wang.li") -> Seat:
    """Sign a person of the demonstration in."""
    seat = Seat(app.test_client())
    seat.get("/sign-in")
    answer = seat.post("/sign-in", {"username": username, "password": demo.PASSWORD})
    assert answer.status_code == 302
    seat.get("/me")
    seat.post("/language", {"language": "en"})
    return seat


def address(subject: str, event: str, form: str, number: int = 1, repeat: int = 1) -> str:
    return f"/subjects/{subject}/{event}/{number}/{form}/{repeat}"

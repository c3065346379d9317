"""Every address says who may use it: a declared action, or the short public list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from ecrf.web import access


def undeclared(app: Flask) -> Iterator[str]:
    """Endpoints that neither declare an action nor are public."""
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "ecrf_action", None)
        if not declared and rule.endpoint not in access.PUBLIC:
            yield rule.endpoint


pytestmark = pytest.mark.sqlite  # routes do not depend on the database


def test_every_route_declares_an_action(app: Flask) -> None:
    assert list(undeclared(app)) == []


def test_public_routes_exist_and_declare_no_action(app: Flask) -> None:
    for endpoint in access.PUBLIC:
        assert not hasattr(app.view_functions[endpoint], "ecrf_action")


def test_a_route_without_action_is_found() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/secret", "secret", lambda: "")

    assert "secret" in set(undeclared(bare))

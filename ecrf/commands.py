"""What every command stands on: the application, and the operator who types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask

from ecrf.app import create_app
from ecrf.definition.catalogue import Catalogue
from ecrf.services import schema
from ecrf.services.work import SYSTEM, Work, reading, working

OPERATOR = replace(SYSTEM, username="system:operator", name="Operator", channel="command")


def app_() -> Flask:
    """The application, on a database at the right schema."""
    app = create_app()
    schema.check(app)
    return app


@contextmanager
def at_work(app: Flask, *, write: bool = False) -> Iterator[Work]:
    catalogue: Catalogue = app.extensions["catalogue"]
    with app.app_context(), (working if write else reading)(catalogue, OPERATOR) as work:
        yield work

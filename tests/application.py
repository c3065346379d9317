"""A database, the application on it, its client and its command line.

A test that asks for ``app`` (or anything made from it) runs twice, on SQLite and on PostgreSQL.
Marked ``sqlite`` or ``browser`` it runs on SQLite only, marked ``postgresql`` on PostgreSQL
only. Every such test has a fresh database and instance folder, copied from one that was
migrated once.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from ecrf import cli, commands, demo, install
from ecrf.app import create_app
from ecrf.definition.catalogue import Catalogue
from ecrf.extensions import db
from ecrf.services import schema
from ecrf.services import study as study_service
from tests import databases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    sqlite, postgresql = "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)
    if marks & {"browser", "sqlite"} or "live_server" in metafunc.fixturenames:
        chosen: list[Any] = [sqlite]
    elif "postgresql" in marks:
        chosen = [postgresql]
    else:
        chosen = [sqlite, postgresql]
    metafunc.parametrize("engine", chosen, indirect=True)


# The study

STUDY = Path(__file__).with_name("study")


@functools.cache
def _load(folder: Path) -> Catalogue:
    return _load_anew(folder)


_load_anew = study_service.load


@pytest.fixture(scope="session")
def study() -> Catalogue:
    """The small study of the tests, six forms of the trial; loaded once."""
    return _load(STUDY)


# Databases and the application


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``."""
    return request.param


@pytest.fixture
def forms_dir() -> Path:
    """The study that the application serves; a module may name another."""
    return STUDY


@pytest.fixture
def settings(
    engine: str, forms_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """Settings with a migrated database and an instance folder of the test's own."""
    monkeypatch.setattr(study_service, "load", _load)
    folder = tmp_path / "instance"
    shutil.copytree(_template(engine), folder)
    with _database(engine, folder) as url:
        yield _settings(url, folder, forms_dir)


@pytest.fixture
def database_url(settings: dict[str, Any]) -> str:
    return settings["DATABASE_URL"]


@pytest.fixture
def app(settings: dict[str, Any]) -> Iterator[Flask]:
    """The application. Push ``app.app_context()`` yourself, so that requests have their own."""
    application = create_app(settings)
    yield application
    _dispose(application)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _settings(url: str, folder: Path, forms: Path) -> dict[str, Any]:
    return {
        "DATABASE_URL": url,
        "INSTANCE_DIR": folder,
        "FORMS_DIR": forms,
        "SECRET_KEY": "only-for-tests",
        "SECOND_FACTOR": "optional",
        "PDF_PROCESSES": 1,
        "TESTING": True,
    }


@contextlib.contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of a copy of the template; SQLite's came with the folder."""
    if engine == "sqlite":
        yield _sqlite_url(folder)
        return
    server = databases.PostgreSQL(_run_folder())
    name = server.create(template=databases.TEMPLATE)
    yield server.url_of(name)
    server.drop(name)


def _run_folder() -> Path:
    return Path(os.environ[databases.RUN])


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'ecrf.sqlite'}"


@functools.cache
def _template(engine: str) -> Path:
    """The instance folder beside a migrated database, made by the first process that asks."""
    with databases.once(f"{engine}-template") as missing:
        if missing:
            making = missing.with_suffix(".making")
            making.mkdir()
            url = _sqlite_url(making)
            if engine == "postgresql":
                server = databases.PostgreSQL(_run_folder())
                url = server.url_of(server.create(databases.TEMPLATE))
            application = create_app(_settings(url, making, STUDY))
            schema.upgrade(application)
            demo.add_accounts(application)
            _dispose(application)
            making.rename(missing)
    return _run_folder() / f"{engine}-template"


def _dispose(application: Flask) -> None:
    with application.app_context():
        db.session.remove()
        for pool in db.engines.values():
            pool.dispose()


# The command line


@dataclass(frozen=True)
class CommandLine:
    """``ecrf`` as typed: ``runner.invoke("forms", "check")``, on the test's own database."""

    environment: Mapping[str, str]

    def invoke(self, *arguments: str, input: str | None = None) -> Result:
        runner = CliRunner(env=dict(self.environment))
        return runner.invoke(cli.cli, arguments, input=input, catch_exceptions=False)


@pytest.fixture
def runner(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    made: list[Flask] = []

    def create_and_remember(*arguments: Any) -> Flask:
        made.append(create_app(*arguments))
        return made[-1]

    for module in (cli, commands, demo, install):
        monkeypatch.setattr(module, "create_app", create_and_remember)
    yield CommandLine(
        {f"ECRF_{name}": str(value) for name, value in settings.items() if name != "TESTING"}
    )
    for application in made:
        _dispose(application)

"""The database schema: upgrade it through migrations/, and refuse to serve on another one."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from ecrf.config import ROOT
from ecrf.extensions import db


class WrongSchema(RuntimeError):
    """The database is older or newer than this program."""


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def head() -> str:
    """The schema version this program needs."""
    return ScriptDirectory.from_config(_alembic()).get_current_head() or ""


def current(app: Flask) -> str | None:
    """The schema version of the database, None when it is empty."""
    with app.app_context(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(app: Flask) -> None:
    """Run the missing migrations, all in one transaction."""
    config = _alembic()
    with app.app_context(), db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(app: Flask) -> None:
    """Raise WrongSchema unless the database is exactly at this program's version."""
    found = current(app)
    if found is None:
        raise WrongSchema("The database is empty: run `ecrf db upgrade`.")
    if found != head():
        raise WrongSchema(
            f"The database is at schema {found}, this program needs {head()}: "
            "run `ecrf db upgrade`, or start the program version that belongs to it."
        )

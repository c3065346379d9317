"""Is this installation as it should be: versions, fonts, database, triggers, keys (R-127)."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from ecrf import config
from ecrf.app import create_app
from ecrf.extensions import db
from ecrf.services import schema

FONTS = ("Noto Sans", "Noto Sans CJK SC")
PACKAGES = ("Flask", "SQLAlchemy", "weasyprint", "pydyf", "pyHanko", "pikepdf", "cryptography")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at; ``advice`` says what to do when it is not as it should be."""

    what: str
    ok: bool
    found: str
    advice: str = ""

    def as_dict(self) -> dict[str, object]:
        return {"what": self.what, "ok": self.ok, "found": self.found, "advice": self.advice}

    def __str__(self) -> str:
        mark = "ok  " if self.ok else "FAIL"
        return f"{mark} {self.what}: {self.found}" + (f"; {self.advice}" if not self.ok else "")


def check() -> list[Line]:
    """Everything, in the order a person would mend it."""
    lines: list[Line] = []
    for step in (_python, _packages, _fonts, _settings, _database):
        lines += _guarded(step)
    return lines


def _guarded(step: Callable[[], Iterator[Line]]) -> list[Line]:
    try:
        return list(step())
    except Exception as error:  # noqa: BLE001 - a check that cannot run is a failed check
        name = step.__name__.lstrip("_")
        return [Line(name, False, " ".join(str(error).split()), "mend this first")]


def _python() -> Iterator[Line]:
    version = platform.python_version_tuple()
    good = (int(version[0]), int(version[1])) >= (3, 11)
    yield Line("Python", good, platform.python_version(), "install Python 3.11 or later")


def _packages() -> Iterator[Line]:
    for package in PACKAGES:
        yield Line(package, True, importlib.metadata.version(package))


def _fonts() -> Iterator[Line]:
    tool = shutil.which("fc-match")
    if tool is None:
        yield Line("fonts", False, "no fc-match", "apt-get install fontconfig")
        return
    for family in FONTS:
        found = subprocess.run(  # noqa: S603 - fixed program, fixed arguments
            [tool, "-f", "%{family}", family], capture_output=True, text=True, check=True
        ).stdout
        advice = "apt-get install fonts-noto-core fonts-noto-cjk"
        yield Line(f"font {family}", family in found, found, advice)


def _settings() -> Iterator[Line]:
    settings = config.load()
    folder = settings["INSTANCE_DIR"]
    mode = oct(folder.stat().st_mode & 0o777) if folder.exists() else "missing"
    yield Line("instance folder", mode == "0o700", f"{folder} {mode}", f"chmod 700 {folder}")
    secure = settings["HTTPS"] or settings["DEMO"]
    advice = "serve over TLS and set ECRF_HTTPS=1"
    yield Line("TLS", secure, f"HTTPS={settings['HTTPS']}", advice)


def _database() -> Iterator[Line]:
    app = create_app()
    found = schema.current(app)
    yield Line("schema", found == schema.head(), str(found), "run `ecrf db upgrade`")
    with app.app_context():
        tables = len(inspect(db.engine).get_table_names())
        yield Line("database", True, f"{db.engine.dialect.name}, {tables} tables")
        for table in ("audit_entry", "audit_value", "signature"):
            yield Line(f"append-only {table}", *_refuses(table))


def _refuses(table: str) -> tuple[bool, str, str]:
    """Try to change and to delete; both must be refused, and nothing is kept either way."""
    advice = "the triggers are missing: restore the schema"
    for statement in (f"UPDATE {table} SET {_column(table)} = ''", f"DELETE FROM {table}"):  # noqa: S608
        with db.engine.connect() as connection:
            try:
                done = connection.execute(text(statement))
            except DBAPIError:
                continue
            finally:
                connection.rollback()
            if done.rowcount:
                return False, "a change was accepted", advice
    names = _triggers(table)
    return bool(names), ", ".join(names) or "no trigger", advice


def _column(table: str) -> str:
    return "digest" if table == "signature" else "log"


def _triggers(table: str) -> list[str]:
    if db.engine.dialect.name == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass) AND tgenabled = 'A'"
        )
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"
    with db.engine.connect() as connection:
        return sorted(connection.scalars(text(query), {"t": table}))

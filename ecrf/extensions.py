"""Extensions, bare; create_app binds them. Nothing else lives here.

SQLite allows one writer. A deferred transaction that reads and then writes fails at once when
another writer came between, so writers begin with BEGIN IMMEDIATE and pages read through a
second, read-only engine. PostgreSQL uses one engine for both.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

READER = "reader"
PATIENCE = 10.0  # seconds a writer waits for its turn on SQLite


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class RoutingSession(Session):
    """Uses the read-only engine when its owner said so (``session.info['reader']``)."""

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: Engine | Connection | None = None,
        **kwargs: Any,
    ) -> Engine | Connection:
        if bind is not None:
            return bind
        return self._db.engines[READER] if self.info.get(READER) else self._db.engine


db = SQLAlchemy(model_class=Base, session_options={"class_": RoutingSession})
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


def tune(engine: Engine, *, reader: bool) -> None:
    """Set what every SQLite connection needs; nothing on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5"]
        if reader:
            pragmas.append("query_only=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        raw = connection.connection.dbapi_connection
        if reader:
            raw.execute("BEGIN")
        else:
            _begin_writing(raw)


def _begin_writing(connection: Any) -> None:
    """Wait for the one writer's turn, looking often: SQLite's own wait grows to 100 ms a look,
    which under load leaves the database idle while everybody sleeps."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.001)

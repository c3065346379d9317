"""What SQLite needs to serve several people: settings, and one writer after the other.

SQLite allows one writer. A deferred transaction that reads and then writes fails at once when
another writer came between, so writers begin with BEGIN IMMEDIATE and pages read through a
second, read-only engine. SQLite itself waits for the lock by looking again and again; under load
that costs a tenth of the processor and lets the unlucky wait longest. So writers first queue for
a lock on a file beside the database, which the kernel hands on in turn and frees when its holder
dies. BEGIN IMMEDIATE remains what protects the data, also from other programs.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

PATIENCE_MS = 10_000  # how long a writer waits for another program to finish
TURN = "ecrf.turn"  # where a connection keeps the turn it holds


class Turns:
    """The queue of the writers of one database file, over all threads and processes."""

    def __init__(self, database: str) -> None:
        self.path = Path(f"{database}.turn")
        self.mine = threading.local()

    def take(self) -> int:
        """Wait for the turn; a second one in the same thread could never come (RuntimeError)."""
        if getattr(self.mine, "held", False):
            raise RuntimeError("a write transaction was begun inside another one")
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        self.mine.held = True
        return file

    def give(self, file: int) -> None:
        self.mine.held = False
        os.close(file)


def tune(engine: Engine, *, reader: bool) -> None:
    """Set what every SQLite connection needs; nothing on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    _set_pragmas(engine, reader)
    if reader:
        event.listen(engine, "begin", lambda connection: _raw(connection).execute("BEGIN"))
    else:
        _queue_writers(engine)


def _set_pragmas(engine: Engine, reader: bool) -> None:
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
    pragmas += [f"busy_timeout={PATIENCE_MS}", *(["query_only=ON"] if reader else [])]

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def _queue_writers(engine: Engine) -> None:
    """Take the turn before BEGIN IMMEDIATE; give it back when the connection returns to the pool,
    which is after its commit or rollback."""
    turns = Turns(str(engine.url.database))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if TURN not in connection.info:
            connection.info[TURN] = turns.take()
        _raw(connection).execute("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def give(_connection: Any, record: Any) -> None:
        file = record.info.pop(TURN, None)
        if file is not None:
            turns.give(file)


def _raw(connection: Connection) -> Any:
    return connection.connection.dbapi_connection

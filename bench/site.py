"""A site to measure: an instance of its own, its server as a process, a browser's requests."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from ecrf import config, demo
from ecrf.app import create_app
from ecrf.services import schema

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Site:
    """An instance on one database with the demonstration's accounts; fresh, unless the folder has
    one."""

    url: str = ""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ecrf-bench-")))

    def __post_init__(self) -> None:
        new = not (self.folder / "ecrf.sqlite").exists()
        config.prepare_instance(self.folder)
        self.url = self.url or f"sqlite:///{self.folder / 'ecrf.sqlite'}"
        self.settings = {"INSTANCE_DIR": self.folder, "DATABASE_URL": self.url, "DEMO": True}
        self.app = create_app(self.settings)
        schema.upgrade(self.app)
        if new:
            demo.add_accounts(self.app)
        self.port = free_port()
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the real server with two workers, and wait until it answers."""
        environment = os.environ | {
            "ECRF_INSTANCE_DIR": str(self.folder),
            "ECRF_DATABASE_URL": self.url,
            "ECRF_DEMO": "1",
        }
        command = [sys.executable, "-m", "ecrf", "serve", "--no-worker", "--port", str(self.port)]
        log = (self.folder / "server.log").open("wb")
        self.server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        if not wait_for(self.port):
            raise RuntimeError(f"the server did not start: see {self.folder}/server.log")

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu(self) -> float:
        """CPU seconds that the server and its workers have used."""
        assert self.server is not None
        return sum(_cpu(pid) for pid in _family(self.server.pid))


class Browser:
    """One person's connection, kept alive, with cookie and token."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def request(
        self, method: str, path: str, body: str | None = None, kind: str = "text/html"
    ) -> tuple[int, bytes]:
        headers = {"Accept-Encoding": "gzip", "Content-Type": kind, "X-CSRFToken": self.token}
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content

    def get(self, path: str) -> bytes:
        status, content = self.request("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status}")
        return content

    def plain(self, path: str) -> str:
        """A page as text, uncompressed."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.read().decode()

    def sign_in(self, username: str = "wang.li") -> None:
        self.token = self._token("/sign-in")
        form = {"username": username, "password": demo.PASSWORD, "csrf_token": self.token}
        kind = "application/x-www-form-urlencoded"
        status, _ = self.request("POST", "/sign-in", urlencode(form), kind)
        if status != 302:
            raise RuntimeError(f"sign-in: {status}")
        self.token = self._token("/me")

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.plain(path))
        if found is None:
            raise RuntimeError(f"{path} has no token")
        return found[1]

    def save(self, place: str, revision: int, entries: dict, reasons: dict) -> dict:
        body = {
            "revision": revision,
            "entries": entries,
            "reasons": reasons,
            "confirmed": [],
            "leave": "stay",
        }
        status, content = self.request(
            "POST", f"{place}/save", json.dumps(body), "application/json"
        )
        if status != 200:
            raise RuntimeError(f"save {place}: {status} {content[:300]!r}")
        return json.loads(content) if content[:1] == b"{" else {}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(port: int) -> bool:
    """Whether a server answers at this port within half a minute."""
    for _ in range(150):
        try:
            Browser(port).get("/health")
            return True
        except OSError:
            time.sleep(0.2)
    return False

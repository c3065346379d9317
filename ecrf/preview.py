"""``ecrf forms preview``: forms in the browser straight from their files, for who writes them.

The real application runs on a throw-away instance with one subject a cohort. Whatever is typed is
judged as it would be at a site, and forgotten at the end. When a file changes the study is loaded
again and the page renews itself; while a file is wrong, its errors stand in place of the form.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, redirect, render_template, url_for
from werkzeug.serving import make_server

from ecrf import config
from ecrf.app import create_app
from ecrf.definition import release
from ecrf.definition.catalogue import Catalogue
from ecrf.definition.errors import DefinitionErrors
from ecrf.definition.loader import load_study, run_examples
from ecrf.entry.functions import FUNCTIONS
from ecrf.services import accounts, schema, sessions, subjects
from ecrf.services.casebooks import Casebook
from ecrf.services.work import SYSTEM, Actor, working
from ecrf.web import access

AUTHOR = "author"
FOLLOW = '<script type="module" src="/static/js/preview.js?{}"></script></body>'


@dataclass(slots=True)
class Preview:
    """A WSGI application that shows what the study folder says at this moment.

    form     the form to open first; empty for the casebook
    scratch  a folder of its own for the instance and for copies of the study
    """

    folder: Path
    scratch: Path
    form: str = ""
    version: int = 0
    app: Flask | None = None
    problems: list[str] = field(default_factory=list)
    seen: tuple[tuple[str, int, int], ...] = ()
    board: Flask = field(init=False)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.board = _board(self)
        self.refresh()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.refresh()
        path = environ.get("PATH_INFO", "")
        ours = path in ("/", "/preview/version") or self.app is None
        page = not path.startswith("/static/")
        use = self.board if ours or (self.problems and page) else self.app
        return (use or self.board)(environ, start)

    def refresh(self) -> None:
        """Load the study again if a file changed since; whoever asks meanwhile waits for it."""
        with self.turn:
            now = _fingerprint(self.folder)
            if now != self.seen:
                self._reload()
                self.seen, self.version = now, self.version + 1

    def _reload(self) -> None:
        try:
            catalogue = self._load()
            self.problems = [self._told(problem) for problem in run_examples(catalogue)]
        except DefinitionErrors as errors:
            self.problems = [self._told(error) for error in errors.errors]
            return
        if self.app is None:
            self.app = _application(catalogue, self.scratch)
            self.app.after_request(self._followed)
        self.app.extensions["catalogue"] = catalogue

    def _followed(self, response: Response) -> Response:
        """Let every page ask whether the study is still the one it shows."""
        if response.mimetype == "text/html" and not response.direct_passthrough:
            script = FOLLOW.format(self.version).encode()
            response.set_data(response.get_data().replace(b"</body>", script))
        return response

    def _told(self, problem: object) -> str:
        """With the author's file, not that of the copy."""
        return str(problem).replace(f"{self.scratch / self.folder.name}/", "")

    def _load(self) -> Catalogue:
        """From a copy with digests of its own, so that released files may be tried out too."""
        copy = self.scratch / self.folder.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns("released.sha256"))
        catalogue = load_study(copy, FUNCTIONS)
        release.write(copy)
        return catalogue


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = ((path, path.stat()) for path in sorted(folder.rglob("*.yaml")))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in files)


def _board(preview: Preview) -> Flask:
    """What answers beside the application: the way in, the errors, and what the page asks for."""
    board = Flask("ecrf", template_folder=str(config.ROOT / "templates"))

    @board.get("/preview/version")
    def version() -> str:
        return str(preview.version)

    @board.get("/", defaults={"_path": ""})
    @board.get("/<path:_path>")
    def page(_path: str) -> Response | str:
        if preview.app is None or preview.problems:
            return render_template(
                "errors/definition.html", problems=preview.problems, version=preview.version
            )
        return _enter(preview.app, preview.form)

    return board


def _application(catalogue: Catalogue, scratch: Path) -> Flask:
    """The application on an empty database, with one account and one subject a cohort."""
    instance = scratch / "instance"
    config.prepare_instance(instance)
    url = f"sqlite:///{instance / 'preview.sqlite'}"
    folder = scratch / catalogue.root.name
    app = create_app(
        {"INSTANCE_DIR": instance, "DATABASE_URL": url, "FORMS_DIR": folder, "DEMO": True}
    )
    schema.upgrade(app)
    site = catalogue.study.sites[0].site
    with app.app_context(), working(catalogue, SYSTEM) as work:
        user, _ = accounts.add(
            work,
            username=AUTHOR,
            name="Preview",
            organisation="-",
            email="author@example.org",
            role="coordinator",
            site=site,
        )
        user.password_single_use = False
        author = Actor(user.id, AUTHOR, user.name, "coordinator", "-", site)
    with app.app_context(), working(catalogue, author) as work:
        for cohort in catalogue.study.cohorts:
            subjects.create(work, site, cohort.cohort)
    return app


def _enter(app: Flask, form: str) -> Any:
    """Sign the author in and go to the form."""
    catalogue = app.extensions["catalogue"]
    with app.test_request_context():
        with working(catalogue, SYSTEM) as work:
            user = accounts.find(work, AUTHOR)
            if user is None:
                raise LookupError(AUTHOR)
            grant = accounts.grants_now(work, user)[0]
            secret = sessions.begin(work, user, grant, "127.0.0.1", "preview")
            books = subjects.matrix(work)
        answer = redirect(_place(books, form))
        access.set_cookie(answer, secret)
    return answer


def _place(books: list[Casebook], form: str) -> str:
    """Where the form is first due, else the casebook of the first subject."""
    for book in books:
        for at in book.events:
            if any(state.form.oid == form for state in at.forms):
                return url_for(
                    "records.page",
                    subject=book.subject.code,
                    event=at.event.event,
                    event_no=1,
                    form=form,
                    repeat=1,
                )
    return url_for("subjects.casebook", code=books[0].subject.code)


def serve(preview: Preview, port: int, ready: Callable[[str], None]) -> None:
    """Answer on the loopback interface until stopped."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", port, preview, threaded=True)
    ready(f"http://127.0.0.1:{server.server_port}/")
    server.serve_forever()

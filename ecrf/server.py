"""Serving: gunicorn on the application, with a background worker beside it."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from ecrf import worker
from ecrf.extensions import db


class _Server(BaseApplication):
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def run(
    app: Flask,
    host: str,
    port: int,
    workers: int,
    *,
    demo_accounts: Sequence[tuple[str, str, str]] = (),
    with_worker: bool = True,
) -> None:
    """Serve until stopped; the address and, for a demonstration, where to sign in are printed."""
    with app.app_context():  # a child must not share its parent's connections
        for engine in db.engines.values():
            engine.dispose()
    gc.collect()
    gc.freeze()  # the loaded study lives as long as the process: never look through it again
    gc.set_threshold(50_000, 20, 20)
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": 4,
        "preload_app": True,
        "accesslog": None,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 30,
        "when_ready": _announcer(host, port, demo_accounts),
    }
    background = multiprocessing.get_context("fork").Process(
        target=worker.run, args=(app,), daemon=True
    )
    if with_worker:
        background.start()
    try:
        _Server(app, options).run()
    finally:
        if with_worker:
            background.terminate()


def _announcer(
    host: str, port: int, accounts: Sequence[tuple[str, str, str]]
) -> Callable[[Any], None]:
    def announce(_server: Any) -> None:
        print(f"\nServing on http://{host}:{port}  -  sign in there.", flush=True)
        for username, password, role in accounts:
            print(f"  {role:<24} {username:<12} {password}", flush=True)

    return announce

"""What is compared with: Flask and SQLAlchemy that store a form of forty items with forty chained
audit rows, and nothing else. No permission, no rules, no ranges, no session.

It tells how fast the machine is today: the promise of 200 saves a second was made on one where
this does 308.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from gunicorn.app.base import BaseApplication
from sqlalchemy import event

db = SQLAlchemy()


class Form(db.Model):  # type: ignore[name-defined, misc]
    id = db.Column(db.Integer, primary_key=True)
    data = db.Column(db.JSON)


class Row(db.Model):  # type: ignore[name-defined, misc]
    id = db.Column(db.Integer, primary_key=True)
    form = db.Column(db.Integer)
    body = db.Column(db.Text)
    hash = db.Column(db.Text)


def app_on(url: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.post("/save")
    def save() -> Any:
        entries = request.get_json()["entries"]
        if db.engine.dialect.name == "sqlite":
            db.session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        stored = Form(data=entries)
        db.session.add(stored)
        db.session.flush()
        last = db.session.query(Row.hash).order_by(Row.id.desc()).first()
        digest = last[0] if last else ""
        rows = []
        for path, entry in entries.items():
            body = json.dumps({"path": path, "new": entry}, sort_keys=True)
            digest = hashlib.sha256((digest + body).encode()).hexdigest()
            rows.append({"form": stored.id, "body": body, "hash": digest})
        db.session.execute(db.insert(Row), rows)
        db.session.commit()
        return jsonify(revision=1)

    with app.app_context():
        if db.engine.dialect.name == "sqlite":

            @event.listens_for(db.engine, "connect")
            def connect(connection: Any, _record: Any) -> None:
                connection.isolation_level = None
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                    connection.execute(f"PRAGMA {pragma}")

        db.create_all()
        db.engine.dispose()
    return app


class Server(BaseApplication):
    def __init__(self, app: Flask, port: str) -> None:
        self.app, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        options = {"bind": f"127.0.0.1:{self.port}", "workers": 2, "threads": 4}
        for name, value in {**options, "worker_class": "gthread", "preload_app": True}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


if __name__ == "__main__":
    Server(app_on(os.environ["BARE_URL"]), sys.argv[1]).run()

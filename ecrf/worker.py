"""The background worker: sealed copies of what was just signed, and the nightly audit check."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from ecrf.models.columns import moment
from ecrf.services import accounts, audit_trail, dependents, jobs, maintenance, rechecks
from ecrf.services.copies import Request
from ecrf.services.work import SYSTEM, Work, reading, working
from ecrf.web import binding, failures, volumes
from ecrf.web.pdf import issue

PAUSE = 1.0  # seconds between two looks for work
NIGHTLY = dt.timedelta(hours=24)
WORKER = replace(SYSTEM, username="system:worker", role="regulatory")


Step = Callable[[int, int], None]  # how much is done, of how much; raises jobs.Cancelled


def _pdf_form(app: Flask, arguments: dict[str, Any], _step: Step) -> str:
    """What was signed, for the site file: the purpose that a request has when none is named."""
    with working(app.extensions["catalogue"], WORKER) as work:
        copy, _ = issue(app, work, arguments["record"], Request(arguments["language"]))
        return copy.sha256


def _pdf_volume(app: Flask, arguments: dict[str, Any], step: Step) -> str:
    """A visit or a casebook, for whoever asked and as far as that person may."""
    asked = volumes.Asked.of(arguments)
    return str(binding.issue(app, asked.actor, asked.place, asked.request, step))


def _audit_verify(app: Flask, _arguments: dict[str, Any], _step: Step) -> str:
    catalogue = app.extensions["catalogue"]
    with reading(catalogue, WORKER) as work:
        report = audit_trail.verify(work)
    with working(catalogue, WORKER) as work:
        outcome = "whole" if report.ok else str(report.faults[0])
        accounts.log(work, "audit.verified", WORKER.username, ok=report.ok, outcome=outcome)
    return json.dumps({"ok": report.ok, "entries": report.entries})


def _recheck(app: Flask, arguments: dict[str, Any], _step: Step) -> str:
    """Judge again what a save touched: these forms of one subject, or everything."""
    catalogue = app.extensions["catalogue"]
    with working(catalogue, WORKER) as work:
        chosen = [arguments["subject"]] if "subject" in arguments else rechecks.everything(work)
        records = [
            record
            for subject in chosen
            for record in rechecks.of_subject(work, subject, arguments.get("forms"))
        ]
    changed = rechecks.run(
        lambda: reading(catalogue, WORKER), lambda: working(catalogue, WORKER), records
    )
    return f"{len(records)} judged, {changed} changed"


HANDLERS: dict[str, Callable[[Flask, dict[str, Any], Step], str]] = {
    "pdf.form": _pdf_form,
    volumes.JOB: _pdf_volume,
    "audit.verify": _audit_verify,
    "recheck": _recheck,
    "checks.run": _recheck,
}


def run(app: Flask, *, once: bool = False) -> None:
    """Do jobs until stopped; with ``once`` until none waits."""
    while True:
        busy = False
        if maintenance.notice(app.config["INSTANCE_DIR"]) is None:
            with app.app_context():
                _schedule(app)
                busy = run_next(app)
        if once and not busy:
            return
        if not busy:
            time.sleep(PAUSE)


def run_next(app: Flask) -> bool:
    """Do one job; False when none waits. A failing job never stops the worker."""
    catalogue = app.extensions["catalogue"]
    with working(catalogue, WORKER) as work:
        claimed = jobs.claim(work)
    if claimed is None:
        return False
    job_id, kind, arguments = claimed

    def step(done: int, total: int) -> None:
        with working(catalogue, WORKER) as work:
            jobs.progress(work, job_id, done, total)

    try:
        result = HANDLERS[kind](app, arguments, step)
    except jobs.Cancelled:
        return True
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this job alone
        why = failures.note(f"job {job_id} {kind}", error)
        with working(catalogue, WORKER) as work:
            jobs.failed(work, job_id, why)
        return True
    with working(catalogue, WORKER) as work:
        jobs.done(work, job_id, result)
    return True


def _schedule(app: Flask) -> None:
    """Ask for what saves have touched, and once a day for the audit check and all edit checks."""
    catalogue = app.extensions["catalogue"]
    with reading(catalogue, WORKER) as work:
        due = [kind for kind in ("audit.verify", "checks.run") if _due(work, kind)]
        touched = dependents.waiting(work)
    if not due and not touched:
        return
    with working(catalogue, WORKER) as work:
        for kind in due:
            jobs.add(work, kind, {})
        for subject, forms in dependents.take(work):
            jobs.add(work, "recheck", {"subject": subject, "forms": forms})


def _due(work: Work, kind: str) -> bool:
    last = jobs.last_of(work, kind)
    return last is None or work.now - moment(last.created_at) > NIGHTLY

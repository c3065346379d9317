"""The background worker: sealed copies that were asked for, and what is done hourly or nightly."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Flask

from ecrf.models.columns import moment
from ecrf.services import accounts, audit_trail, dependents, jobs, maintenance, rechecks
from ecrf.services.copies import Request
from ecrf.services.waiting import FIXITY
from ecrf.services.work import SYSTEM, Work, reading, working
from ecrf.web import binding, failures, fixity, stamping, volumes
from ecrf.web.pdf import issue

PAUSE = 1.0  # seconds between two looks for work
NIGHTLY = dt.timedelta(hours=24)
HOURLY = dt.timedelta(hours=1)
REGULAR = {
    "audit.verify": NIGHTLY,
    "checks.run": NIGHTLY,
    FIXITY: NIGHTLY,
    "pdf.stamp": HOURLY,
}
WORKER = replace(SYSTEM, username="system:worker", role="regulatory")


Step = Callable[[int, int], None]  # how much is done, of how much; raises jobs.Cancelled


def _pdf_form(app: Flask, arguments: dict[str, Any], _step: Step) -> str:
    """What was signed, for the site file: the purpose that a request has when none is named."""
    with working(app.extensions["catalogue"], WORKER) as work:
        copy, _ = issue(app, work, arguments["record"], Request(arguments["language"]))
        number = copy.id
    stamping.proven(app, WORKER, number)
    return str(number)


def _pdf_volume(app: Flask, arguments: dict[str, Any], step: Step) -> str:
    """A visit or a casebook, for whoever asked and as far as that person may."""
    asked = volumes.Asked.of(arguments)
    number = binding.issue(app, asked.actor, asked.place, asked.request, step)
    stamping.proven(app, asked.actor, number)
    return str(number)


def _pdf_stamp(app: Flask, _arguments: dict[str, Any], step: Step) -> str:
    """Copies that a silent authority left without time-stamp, and stamps that end soon."""
    if app.extensions["clock"] is None:
        return "no time-stamp authority"
    waiting = stamping.due(app, WORKER)
    failed = stamping.renew(app, WORKER, _counted(waiting, step))
    if failed:
        with working(app.extensions["catalogue"], WORKER) as work:
            why = next(iter(failed.values()))
            accounts.log(work, "pdf.unstamped", WORKER.username, copies=len(failed), why=why)
    return f"{len(waiting)} waited, {len(failed)} failed"


def _counted(numbers: Sequence[int], step: Step) -> Iterator[int]:
    for done, number in enumerate(numbers):
        step(done, len(numbers))
        yield number


def _pdf_fixity(app: Flask, _arguments: dict[str, Any], step: Step) -> str:
    """Whether every sealed file is still what was registered; the log keeps what was found."""
    report = fixity.check(app, WORKER, step)
    with working(app.extensions["catalogue"], WORKER) as work:
        accounts.log(work, "pdf.fixity", WORKER.username, **report.as_dict())
    return json.dumps(report.as_dict())


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
    "pdf.stamp": _pdf_stamp,
    FIXITY: _pdf_fixity,
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
    """Ask for what saves have touched, and for what is done regularly."""
    catalogue = app.extensions["catalogue"]
    with reading(catalogue, WORKER) as work:
        due = [kind for kind, pause in REGULAR.items() if _due(work, kind, pause)]
        touched = dependents.waiting(work)
    if not due and not touched:
        return
    with working(catalogue, WORKER) as work:
        for kind in due:
            jobs.add(work, kind, {})
        for subject, forms in dependents.take(work):
            jobs.add(work, "recheck", {"subject": subject, "forms": forms})


def _due(work: Work, kind: str, pause: dt.timedelta) -> bool:
    last = jobs.last_of(work, kind)
    return last is None or work.now - moment(last.created_at) > pause

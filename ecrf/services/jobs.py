"""Background work. The table is the truth: a job is written in the transaction that wants it,
claimed by one worker, and tried at most three times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from ecrf.models import Job
from ecrf.models.columns import instant
from ecrf.services.work import Work

ATTEMPTS = 3
LIVE = ("waiting", "running")
BATCH = "batch"  # the argument of jobs of a large order: they let everything else go first
LEASE = dt.timedelta(minutes=10)  # a running job whose worker fell silent is taken over


def add(work: Work, kind: str, arguments: Mapping[str, Any]) -> Job:
    """Ask for a job."""
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        state="waiting",
        requested_by=work.actor.username,
        created_at=work.at,
    )
    work.session.add(job)
    work.session.flush()
    return job


def claim(work: Work) -> tuple[int, str, dict[str, Any]] | None:
    """Take the oldest waiting job, of a batch only when nothing else waits; the caller commits,
    then does it."""
    lost = instant(work.now - LEASE)
    query = (
        select(Job)
        .where(or_(Job.state == "waiting", (Job.state == "running") & (Job.heartbeat < lost)))
        .order_by(Job.arguments[BATCH].as_string().is_not(None), Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = work.session.scalars(query).one_or_none()
    if job is None:
        return None
    job.state, job.heartbeat, job.attempts = "running", work.at, job.attempts + 1
    return job.id, job.kind, job.arguments


class Cancelled(Exception):
    """Somebody took the job back while it was done."""


def progress(work: Work, job_id: int, done: int, total: int) -> None:
    """How far it is, and that its worker lives. Raises Cancelled when it is no longer wanted."""
    job = _held(work, job_id)
    if job.state == "cancelled":
        raise Cancelled
    job.progress, job.total, job.heartbeat = done, total, work.at


def cancel(work: Work, job_id: int) -> None:
    """Take a job back; one that is being done ends at its next step."""
    job = _held(work, job_id)
    if job.state in LIVE:
        job.state = "cancelled"


def of_kind(work: Work, kind: str, name: str, value: str) -> list[Job]:
    """The jobs of a kind with this argument, newest first."""
    argument = Job.arguments[name].as_string()
    query = select(Job).where(Job.kind == kind, argument == value).order_by(Job.id.desc())
    return list(work.session.scalars(query))


def _held(work: Work, job_id: int) -> Job:
    return work.session.get_one(Job, job_id, with_for_update=True, populate_existing=True)


def done(work: Work, job_id: int, result: str) -> None:
    job = _held(work, job_id)
    if job.state == "running":
        job.state, job.result = "done", result


def failed(work: Work, job_id: int, why: str) -> None:
    """Back to the queue, or set aside after the last attempt so that others go on."""
    job = _held(work, job_id)
    if job.state != "running":
        return
    job.state = "failed" if job.attempts >= ATTEMPTS else "waiting"
    job.result = why


def last_of(work: Work, kind: str) -> Job | None:
    """The newest job of a kind."""
    query = select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)
    return work.session.scalars(query).one_or_none()

"""All casebooks of a site as one set: a job for each subject, and what came of it.

A set is nothing but its jobs, which carry its name; the copies are in the register like any other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecrf.models import Job, PdfCopy
from ecrf.models.columns import moment
from ecrf.services import jobs
from ecrf.services.errors import NotFound
from ecrf.services.jobs import LIVE
from ecrf.services.work import Work

NAME = jobs.BATCH


@dataclass(frozen=True, slots=True)
class CopySet:
    """The jobs of a set, in the order of subjects."""

    name: str
    jobs: tuple[Job, ...]

    def _count(self, *states: str) -> int:
        return sum(job.state in states for job in self.jobs)

    @property
    def first(self) -> Job:
        """Says who asked for all of it, when and how."""
        return self.jobs[0]

    @property
    def live(self) -> int:
        """How many are still to be made; a set without any is finished."""
        return self._count(*LIVE)

    @property
    def done(self) -> int:
        return self._count("done")

    @property
    def cancelled(self) -> int:
        return self._count("cancelled")

    @property
    def running(self) -> tuple[Job, ...]:
        """Those that workers are at, and have begun to count."""
        return tuple(job for job in self.jobs if job.state == "running" and job.total)

    @property
    def left(self) -> int | None:
        """Minutes that the rest will take, by what the first ones took; None before that."""
        ended = len(self.jobs) - self.live
        last = max((job.heartbeat for job in self.jobs if job.heartbeat), default=None)
        if not ended or last is None:
            return None
        taken = (moment(last) - moment(self.first.created_at)).total_seconds()
        return max(1, round(taken / ended * self.live / 60))

    @property
    def failed(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.state == "failed")


def begin(work: Work, kind: str, site: str, asked: Iterable[Mapping[str, Any]]) -> str:
    """Ask for a job for each of these; the name of the set."""
    name = secrets.token_hex(8)
    for arguments in asked:
        jobs.add(work, kind, {**arguments, NAME: name, "all_of": site})
    return name


def of_site(work: Work, kind: str, site: str) -> list[CopySet]:
    """The sets of a site, the newest first."""
    found: dict[str, list[Job]] = {}
    for job in jobs.of_kind(work, kind, "all_of", site):
        found.setdefault(job.arguments[NAME], []).append(job)
    return [CopySet(name, tuple(reversed(made))) for name, made in found.items()]


def get(work: Work, kind: str, site: str, name: str) -> CopySet:
    """A set of a site. Raises NotFound."""
    for one in of_site(work, kind, site):
        if one.name == name:
            return one
    raise NotFound(name)


def cancel(work: Work, one: CopySet) -> None:
    """Take back what is not made yet."""
    for job in one.jobs:
        jobs.cancel(work, job.id)


def copies(work: Work, one: CopySet) -> Sequence[PdfCopy]:
    """The copies that were made, in the order of subjects."""
    made = (job.result for job in one.jobs if job.state == "done")
    return [work.session.get_one(PdfCopy, int(number or "")) for number in made]

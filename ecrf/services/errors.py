"""Why a service refused. Each carries what the screen needs to say what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ServiceError(Exception):
    """Base: nothing was written."""


class Forbidden(ServiceError):
    """The role does not hold the action at this site."""

    def __init__(self, action: str) -> None:
        super().__init__(f"not permitted: {action}")
        self.action = action


class NotFound(ServiceError):
    """There is no such thing, or it is not this person's to see (R-041)."""


class Locked(ServiceError):
    """The record, subject or study is frozen, locked or struck out."""


class Refused(ServiceError):
    """The content cannot be stored: the findings say what and where."""

    def __init__(self, findings: tuple[Any, ...]) -> None:
        super().__init__(", ".join(finding.id for finding in findings))
        self.findings = findings


class Stale(ServiceError):
    """Somebody saved in between (R-064)."""

    def __init__(self, revision: int, theirs: Mapping[str, Any]) -> None:
        super().__init__(f"the record is at revision {revision}")
        self.revision = revision
        self.theirs = theirs


class ReasonNeeded(ServiceError):
    """A saved value changes and the reason is missing (R-003)."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(", ".join(paths))
        self.paths = paths


class FileLost(ServiceError):
    """The store lacks a file that it should hold (missing), or holds other bytes (changed).
    ``what``: a file that was attached, or a sealed copy."""

    def __init__(self, why: str, what: str = "attachment") -> None:
        super().__init__(f"the file of the {what} is {why} in the store")
        self.why = why
        self.what = what


class Recorded(ServiceError):
    """Refused, and the transaction is kept: it holds the entry that says so, nothing else."""


class NotDelegated(Recorded):
    """Outside the dates of the delegation: ``ended`` and ``coming`` are the nearest, if any."""

    def __init__(self, ended: str | None, coming: str | None) -> None:
        super().__init__(f"no delegation now: ended {ended}, coming {coming}")
        self.ended = ended
        self.coming = coming


class WrongCredentials(ServiceError):
    """User name, password or account state; the text never says which (R-157)."""


class Invalid(ServiceError):
    """A request that cannot be done as asked; the code is in the message catalogue."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params

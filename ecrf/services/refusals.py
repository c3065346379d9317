"""What somebody tried and was refused, in the log of the system (R-028)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ecrf.models import Subject
from ecrf.services import accounts
from ecrf.services.work import Work


def note(work: Work, why: str, tried: str, place: Mapping[str, Any]) -> int:
    """Who tried what (an address by its name), where, and why not; the number of the entry.

    Of the place only numbers and the code of a subject that exists are kept: anything else was
    typed by somebody and could name a person (R-152).
    """
    detail: dict[str, Any] = {
        name: value for name, value in place.items() if isinstance(value, int)
    }
    code = str(place.get("subject") or place.get("code") or "")
    if work.session.scalar(select(Subject.id).where(Subject.code == code)) is not None:
        detail["subject"] = code
    return accounts.log(work, "access.refused", work.actor.username, why=why, tried=tried, **detail)

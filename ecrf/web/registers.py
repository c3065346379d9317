"""What every page of sealed copies has: what is asked for, what a copy is for, the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from ecrf.models import PdfCopy
from ecrf.services import scopes
from ecrf.services.copies import Request
from ecrf.services.scopes import Scope
from ecrf.services.work import Work


def wanted(sent: Mapping[str, str]) -> Request:
    """How a copy is wanted, as the page sends it."""
    return Request(
        language=sent.get("language", ""),
        rendition=sent.get("rendition", ""),
        purpose=sent.get("purpose", ""),
        recipient=sent.get("recipient", "").strip(),
        country=sent.get("country", "").strip().upper(),
    )


def rows(work: Work, register: Iterable[PdfCopy]) -> list[tuple[PdfCopy, Scope, bool]]:
    """Each copy, what it shows, and whether that has changed since."""
    now: dict[str, str] = {}  # place -> its present state
    found = []
    for copy in register:
        scope = scopes.of(work, copy)
        if copy.place not in now:
            now[copy.place] = scopes.state(work, scope).digest
        found.append((copy, scope, now[copy.place] != copy.state))
    return found


def purposes() -> dict[str, str]:
    """What copies are for, in words."""
    return {
        "filing": _("Site file or trial master file"),
        "monitoring": _("Monitoring"),
        "inspection": _("Inspection or audit"),
        "submission": _("Submission to an authority"),
        "participant": _("For the participant"),
        "other": _("Other"),
    }

"""Dotted names of rules: which records of the subject a name looks at, and what it takes of them.

    FORM.item          the record at the same event, else the latest; all records of a log
    EVENT.FORM.item    the record at that event
    prev.item          this form at the event before
    every.FORM.item    all records of the subject
    others.FORM.item   all records of the other subjects of the site

An analyte may be followed by a facet (``LBC.K.LBTOXGR``); of any record the pseudo-items
``record`` (``AE-3``) and ``event`` can be asked.
"""

from __future__ import annotations

from dataclasses import dataclass

# What a laboratory result knows beside its value.
FACETS = ("LBSTRESN", "LBORNRLO", "LBORNRHI", "LBNRIND", "LBTOXGR")
PSEUDO = ("record", "event")
NOT_FORMS = ("event", "record", "subject", "params", "eligibility", "toxicity")
SCOPES = ("prev", "every", "others")


@dataclass(frozen=True, slots=True)
class Reference:
    """``where`` is empty for the nearest record, a scope, or an event; ``form`` is empty for the
    form of the rule itself."""

    where: str
    form: str
    item: str
    facet: str = ""

    @property
    def pseudo(self) -> bool:
        return self.item in PSEUDO

    @property
    def event(self) -> str | None:
        return self.where if self.where and self.where not in SCOPES else None


def reference(name: str) -> Reference | None:
    """A dotted name taken apart; None when it is plain, or no reference to a record."""
    parts = name.split(".")
    facet = parts.pop() if len(parts) > 1 and parts[-1] in FACETS else ""
    if parts[0] in NOT_FORMS or "" in parts:
        return None
    if len(parts) == 1:
        return Reference("", "", parts[0], facet) if facet else None
    if len(parts) == 2:
        scope, item = parts
        return (
            Reference("prev", "", item, facet)
            if scope == "prev"
            else Reference("", scope, item, facet)
        )
    return Reference(parts[0], parts[1], parts[2], facet) if len(parts) == 3 else None


def record_name(form: str, repeat: int) -> str:
    """What a record is called in rules and in ``ref`` items."""
    return f"{form}-{repeat}"

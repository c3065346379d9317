"""Milestones of a casebook: up to which visit an investigator signs it as a whole, and by when."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from ecrf.definition.parts import OID, Part, Text
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source


class Milestone(Part):
    """Covers every visit up to ``until``, the unscheduled ones before it, and the logs."""

    milestone: OID
    label: Text
    until: OID | None = None
    """The last event it covers; the whole casebook when left out."""
    days: int = Field(default=30, ge=0)
    """Days after that event until the signature is due."""
    mark: str | None = None


def check_milestones(
    milestones: tuple[Milestone, ...], source: Source, events: Collection[str]
) -> None:
    """Names once, events known."""
    seen = set()
    for i, one in enumerate(milestones):
        if one.milestone in seen:
            source.error(("milestones", i, "milestone"), f'"{one.milestone}" is there twice')
        seen.add(one.milestone)
        if one.until is not None and one.until not in events:
            hint = near(one.until, sorted(events))
            source.error(("milestones", i, "until"), f'there is no event "{one.until}"', hint)

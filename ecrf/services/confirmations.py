"""Soft findings that a person confirmed in place, for the value versions they rest on (R-061)."""

from __future__ import annotations

from ecrf.entry.evaluate import Evaluation, Finding
from ecrf.models import Record
from ecrf.services import audit
from ecrf.services.audit import Target


def finding_key(finding: Finding) -> str:
    """What a confirmation names: VS-01@TEMP."""
    return f"{finding.id}@{finding.path}"


def new(
    record: Record, result: Evaluation, confirmed: frozenset[str], changed: frozenset[str]
) -> list[Finding]:
    """Soft findings confirmed now and not already confirmed for these values."""
    return [
        finding
        for finding in result.findings
        if finding.severity == "soft"
        and finding_key(finding) in confirmed
        and not still_confirmed(record, finding, changed)
    ]


def still_confirmed(
    record: Record, finding: Finding, changed: frozenset[str] = frozenset()
) -> bool:
    """Whether the finding was confirmed for the value versions it rests on; ``changed`` names
    items that are about to get a new one."""
    if changed.intersection(finding.paths):
        return False
    return record.confirmed.get(finding_key(finding)) == _versions(record, finding)


def unconfirmed(
    record: Record,
    result: Evaluation,
    confirmed: frozenset[str] = frozenset(),
    changed: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Soft findings nobody has confirmed: they keep a form from being complete."""
    return tuple(
        finding
        for finding in result.findings
        if finding.severity == "soft"
        and finding_key(finding) not in confirmed
        and not still_confirmed(record, finding, changed)
    )


def _versions(record: Record, finding: Finding) -> list[int]:
    return [record.versions.get(path, 0) for path in finding.paths]


def entry(target: Target, finding: Finding) -> audit.Entry:
    """The entry of a soft finding confirmed in place."""
    return audit.Entry("check.confirm", target, finding.path, detail={"check": finding.id})


def standing(
    record: Record, result: Evaluation, confirmations: list[Finding]
) -> dict[str, list[int]]:
    """Which findings stand confirmed, and for which value versions they were."""
    keep = {
        finding_key(f): _versions(record, f) for f in result.findings if still_confirmed(record, f)
    }
    return keep | {finding_key(f): _versions(record, f) for f in confirmations}

"""The audit entries of changed items: what happened to each, why, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecrf.definition.values import split_path
from ecrf.models import Query, Record
from ecrf.services import audit
from ecrf.services.work import Work

REASONS = ("transcription", "new_information", "source_corrected", "other")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a saved value changes (R-003)."""

    code: str
    text: str = ""

    @property
    def given(self) -> bool:
        return self.code in REASONS and (self.code != "other" or bool(self.text.strip()))


@dataclass(frozen=True, slots=True)
class Made:
    """What a save made: the changed paths, the value versions before, what of it a person typed,
    and what is asked about the record."""

    changed: Sequence[str]
    old: Mapping[str, int]
    typed: frozenset[str]
    asked: Iterable[Query] = ()


def of(
    work: Work, target: audit.Target, record: Record, made: Made, reasons: Mapping[str, Reason]
) -> list[audit.Entry]:
    """One entry for each changed path of a record that has its new content. What the person did
    not change the derivation did. A change under query names the query (R-078)."""
    derivation = work.as_system("derivation").actor
    asked = [(query.id, query.path) for query in made.asked]
    entries = []
    for path in made.changed:
        typed = path in made.typed
        reason = reasons.get(path) if typed else None
        about = [number for number, asks in asked if _covers(asks, path)] if asked else []
        entries.append(
            audit.Entry(
                action=_action(path, made.old.get(path), record.data),
                target=target,
                path=path,
                value=record.data.get(path, {"v": ""}),
                old_seq=made.old.get(path),
                reason=(reason.code, reason.text) if reason and reason.given else None,
                detail={"queries": about} if about else {},
                by=None if typed else derivation,
            )
        )
    return entries


def _covers(asks: str, path: str) -> bool:
    """Whether a query about an item, a row or (empty) the form is about this path."""
    return asks in ("", path) or path.startswith(f"{asks}.")


def _action(path: str, old_seq: int | None, after: Mapping[str, dict]) -> str:
    if not split_path(path)[0]:
        return "row.strike" if path in after else "row.restore"
    if old_seq is None:
        return "item.enter"
    return "item.change" if path in after else "item.clear"

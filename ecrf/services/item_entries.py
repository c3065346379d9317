"""The audit entries of changed items: what happened to each, why, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecrf.definition.values import split_path
from ecrf.models import Record
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


def of(
    work: Work,
    target: audit.Target,
    record: Record,
    changed: Sequence[str],
    old: Mapping[str, int],
    by_user: Sequence[str],
    reasons: Mapping[str, Reason],
) -> list[audit.Entry]:
    """One entry for each changed path of a record that has its new content; ``old`` are the value
    versions before. What the person did not change the derivation did."""
    derivation = work.as_system("derivation").actor
    typed = frozenset(by_user)
    entries = []
    for path in changed:
        reason = reasons.get(path) if path in typed else None
        entries.append(
            audit.Entry(
                action=_action(path, old.get(path), record.data),
                target=target,
                path=path,
                value=record.data.get(path, {"v": ""}),
                old_seq=old.get(path),
                reason=(reason.code, reason.text) if reason and reason.given else None,
                by=None if path in typed else derivation,
            )
        )
    return entries


def _action(path: str, old_seq: int | None, after: Mapping[str, dict]) -> str:
    if not split_path(path)[0]:
        return "row.strike" if path in after else "row.restore"
    if old_seq is None:
        return "item.enter"
    return "item.change" if path in after else "item.clear"

"""One form at the desk: filled in, saved, and corrected where a digit slipped."""

from __future__ import annotations

from collections.abc import Mapping

from ecrf.entry.evaluate import Evaluation
from ecrf.services import keys, records
from ecrf.services.errors import Refused
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Saved
from ecrf.services.work import Work
from ecrf.synthetic import filler, slips
from ecrf.synthetic.filler import Setting

TYPO = Reason("transcription")
Entries = Mapping[str, Entry]


def enter(
    work: Work, key: Key, given: Mapping[str, str], setting: Setting, *, untidy: bool = False
) -> tuple[int, int] | str:
    """Complete if it can be, else in part: (record, values); why, when it is refused.

    untidy  some results are in another unit, missing, or typed wrong at first
    """
    stored = keys.find(work, keys.subject(work, key.subject), key)
    revision = stored.revision if stored else 0
    entries, evaluation = filler.fill(work, key, given, setting)
    slip: dict[str, Entry] = {}
    if untidy:
        entries, evaluation, slip = _untidy(work, key, entries, evaluation, setting)
    reasons: dict[str, Reason] = {}
    if slip:
        # A slip that a check stops is never stored; another one is found and corrected later.
        wrong = _save(work, key, {**entries, **slip}, evaluation, revision, True)
        if isinstance(wrong, Saved):
            revision, reasons = wrong.revision, dict.fromkeys(slip, TYPO)
    why = ""
    for complete in (True, None):
        saved = _save(work, key, entries, evaluation, revision, complete, reasons)
        if isinstance(saved, Saved):
            return saved.record_id, len(entries)
        why = saved
    return why


def _untidy(
    work: Work, key: Key, entries: dict[str, Entry], evaluation: Evaluation, setting: Setting
) -> tuple[dict[str, Entry], Evaluation, dict[str, Entry]]:
    """Entries, findings and a slip, of a form whose panel is not all as it should be."""
    form = work.catalogue.current(key.form)
    changes = slips.reported(form, entries, setting.chance)
    if changes:
        changed = {**entries, **changes}
        found = records.judge(work, key, changed)[0]
        if not any(finding.severity in ("hard", "required") for finding in found.findings):
            entries, evaluation = changed, found
    return entries, evaluation, slips.transposed(form, entries, setting.chance)


def _save(
    work: Work,
    key: Key,
    entries: Entries,
    evaluation: Evaluation,
    revision: int,
    complete: bool | None,
    reasons: Mapping[str, Reason] | None = None,
) -> Saved | str:
    """What was saved, or why it was refused; what is only doubtful is confirmed."""
    soft = frozenset(f"{f.id}@{f.path}" for f in evaluation.findings if f.severity == "soft")
    try:
        with work.session.begin_nested():
            return records.save(
                work,
                key,
                entries,
                revision=revision,
                reasons=reasons,
                confirmed=soft,
                complete=complete,
            )
    except Refused as refused:
        return ", ".join(f"{f.id}@{f.path}" for f in refused.findings)

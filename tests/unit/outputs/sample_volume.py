"""A casebook of two visits made by hand: the sample form at each, one struck out, one missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecrf.outputs.casebook import CasebookForm, Words
from ecrf.outputs.volume import ChainHead, Chapter, Missing, Volume
from tests.unit.outputs import sample
from tests.unit.outputs import sample_history as history
from tests.unit.outputs.sample_definition import LATER, SHA


def form(record: int, language: str, **header: Any) -> CasebookForm:
    base, after = sample.form(language, copy=None), 100 * record
    return replace(
        base,
        header=replace(base.header, record=record, **header),
        audit=tuple(replace(line, seq=line.seq + after) for line in base.audit),
        signatures=tuple(
            replace(line, id=line.id + after, seq=line.seq + after) for line in base.signatures
        ),
    )


def volume(language: str = "en", **changes: Any) -> Volume:
    """Signed throughout, a registered copy, unless changed."""
    screening = Chapter(
        "SCR",
        1,
        Words("Screening", "筛选期"),
        "2026-03-03",
        (form(12, language), form(13, language, repeat=2)),
        (Missing("LBH", 1, Words("Haematology", "血常规"), history.queries()),),
    )
    later = {"event": "D28", "event_title": Words("Day 28", "第28天")}
    day = Chapter("D28", 1, Words("Day 28", "第28天"), "", (form(40, language, **later),))
    base = sample.form(language)
    given: dict[str, Any] = {
        "scope": "casebook",
        "language": language,
        "about": base.header,
        "chapters": (screening, day),
        "head": ChainHead(99, SHA, LATER),
        "missing": base.missing,
        "copy": replace(base.copy, copy_id="B-000003-02", predecessor="B-000003-01"),
    }
    return Volume(**{**given, **changes})


def unsigned(language: str = "en") -> Volume:
    """The same with one form that bears no signature."""
    base = volume(language)
    first, *others = base.chapters
    forms = (replace(first.forms[0], standing="unsigned", signatures=()), *first.forms[1:])
    return replace(base, chapters=(replace(first, forms=forms), *others))

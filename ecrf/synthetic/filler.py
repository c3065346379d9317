"""Fills a form as a careful person would: every question that is asked, plausible, without fuss.

What matters is given as overrides; the rest is answered from the definition: the middle of the
plausible range, a normal result, "no" to questions about trouble.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.items import choices
from ecrf.definition.model import Analyte, Laboratory
from ecrf.definition.values import split_path
from ecrf.entry.content import analyte_of, known
from ecrf.entry.evaluate import Evaluation
from ecrf.services import records
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import Work

ROUNDS = 8
LABORATORY = "BJ01LAB"
DONE = ("done", "PERF", "OCCUR", "OK", "ACC", "STAY")
CALM = (
    "N", "NORM", "NORMAL", "NEG", "NONE", "PASS", "ALERT", "RA", "SINUS", "NO", "ABSENT", "REC",
    "AX", "0", "1", "SUBJ", "NA",
)  # fmt: skip
AVOIDED = ("OTH", "OTHER", "ND", "UNK", "U", "FAIL", "POS", "ABN_CS", "CS")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the answers rest on: the day, and who may be named."""

    day: dt.date
    people: tuple[str, ...]
    chance: random.Random
    laboratory: Laboratory
    sex: str


def fill(
    work: Work, key: Key, given: Mapping[str, str], setting: Setting
) -> tuple[dict[str, Entry], Evaluation]:
    """Entries that answer everything required, and what is found in them.

    What cannot be answered stays open.
    """
    form = work.catalogue.current(key.form)
    wished = {path: _entry(text) for path, text in given.items() if text and known(form, path)}
    entries = dict(wished)
    tried: set[str] = set()
    judge = records.judging(work, key)
    for _ in range(ROUNDS):
        evaluation = judge(entries)[0]
        found = evaluation.findings
        late = [p for p in wished if p not in entries and p not in evaluation.hidden]
        entries |= {path: wished[path] for path in late}
        open_ = [f.path for f in found if f.severity == "required" and f.path not in tried]
        wrong = [f.path for f in found if f.severity == "hard" and f.path in entries]
        for path in wrong:
            if path not in given or f"{path}.hidden" in {f.id for f in found}:
                entries.pop(path)
                tried.add(path)
        for path in open_:
            tried.add(path)
            text = answer(form, path, setting)
            if text:
                entries[path] = _entry(text)
        if not open_ and not wrong and not late:
            return entries, evaluation
    return entries, judge(entries)[0]


def answer(form: FormDefinition, path: str, setting: Setting) -> str:
    """A plausible text for one item; empty when there is none."""
    name, group, row = split_path(path)
    item = form.item(name)
    analyte = analyte_of(form, group, row)
    if item.type == "lab" and analyte is not None:
        return result(analyte, setting)
    if item.type in ("integer", "decimal"):
        return _number(item, setting)
    if item.type in ("yes_no", "code", "multi"):
        return _choice(item)
    return _moment(item, setting) or _words(item, setting)


def result(analyte: Analyte, setting: Setting) -> str:
    """A normal result: near the middle of the reference range."""
    if analyte.kind == "code":
        return _calm([choice.code for choice in analyte.choices])
    rows = [
        row
        for row in setting.laboratory.ranges
        if row.analyte == analyte.code
        and row.sex in ("B", setting.sex)
        and row.unit == analyte.unit
    ]
    row = max(rows, key=lambda r: r.age_to - r.age_from, default=None)
    if row is None:
        return ""
    low = row.low if row.low is not None else (row.high or Decimal(1)) / 2
    high = row.high if row.high is not None else low * 2
    share = Decimal(str(round(setting.chance.uniform(0.35, 0.65), 3)))
    places = analyte.places if analyte.places is not None else 2
    return f"{low + (high - low) * share:.{places}f}"


def _number(item: Any, setting: Setting) -> str:
    for bounds in (*item.soft, *item.hard):
        try:
            low, high = Decimal(str(bounds.min)), Decimal(str(bounds.max))
        except ArithmeticError:
            continue
        share = Decimal(str(round(setting.chance.uniform(0.4, 0.6), 3)))
        places = item.places if item.type == "decimal" else 0
        return f"{low + (high - low) * share:.{places}f}"
    return "1"


def _choice(item: Any) -> str:
    if item.type == "yes_no":
        return "Y" if item.item.endswith(DONE) or item.item.startswith("is_std") else "N"
    return _calm([choice.code for choice in choices(item)])


def _calm(codes: list[str]) -> str:
    for wished in CALM:
        if wished in codes:
            return wished
    return next((code for code in codes if code not in AVOIDED), codes[0] if codes else "")


def _moment(item: Any, setting: Setting) -> str:
    day = setting.day.isoformat()
    return {
        "date": day,
        "partial_date": day,
        "time": "09:15",
        "datetime": f"{day}T09:15",
    }.get(item.type, "")


def _words(item: Any, setting: Setting) -> str:
    if item.type == "person":
        second = item.item.endswith(("2", "B"))
        return setting.people[1 if second else 0]
    if item.type in ("text", "long_text"):
        if getattr(item, "pattern", None):
            return "<20" if "<" in item.pattern else "A1"
        return "未见异常 none"[: item.length]
    return ""


def _entry(text: str) -> Entry:
    value, _, unit = text.partition("|")
    return Entry(value, unit or None)


def laboratory(work: Work) -> Laboratory:
    return work.catalogue.laboratories[LABORATORY]

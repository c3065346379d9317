"""The form page as data: everything the entry template shows, decoded, laid out and judged.

The same model answers a draft: :func:`state` is what changed about the page, as JSON, so that
browser and server never disagree about a value. Nothing here decides about a value; that is
evaluate.py. A first entry is blank and nothing is preset (R-059).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ecrf.definition import items, units
from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Analyte, Choice, Group, Item
from ecrf.definition.values import BLANK, Value, item_path, split_path
from ecrf.entry import bounds, layout
from ecrf.entry.cells import Asked, Attached, Block, Cell, Message, Option, Page, Row
from ecrf.entry.evaluate import NEW_ROW, Evaluation, Finding

STRUCK = "deleted"
_KINDS = {"hard": "err", "required": "err", "soft": "chk", "note": "note"}
_FLAGS = {"LOW": "L", "HIGH": "H", "LL": "LL", "HH": "HH"}


class Typed(NamedTuple):
    """What stands in a box that is not saved yet."""

    text: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Filling:
    """The content of the page beside its judgement."""

    saved: Mapping[str, Value] = field(default_factory=dict)
    typed: Mapping[str, Typed] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reasons_due: frozenset[str] = frozenset()
    changes: Mapping[str, int] = field(default_factory=dict)  # entries in the audit trail
    ranges: Mapping[str, str] = field(default_factory=dict)
    previous: Sequence[tuple[str, Mapping[str, Value]]] = ()
    people: Sequence[tuple[str, str]] = ()
    links: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)  # rows opened but still empty
    queries: Mapping[str, tuple[Asked, ...]] = field(default_factory=dict)
    finishing: bool = False  # show also what is required and empty
    readonly: bool = False
    reviewing: str = ""  # the kind of mark that this person sets here
    marks: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


def build(
    catalogue: Catalogue,
    form: FormDefinition,
    evaluation: Evaluation,
    filling: Filling,
    language: str,
) -> Page:
    """The page of a form as it stands, in one language."""
    maker = _Maker(catalogue, form, evaluation, filling, language)
    guideline = form.model.guideline
    return Page(
        title=form.model.title[language],
        form=form,
        blocks=tuple(maker.block(group) for group in form.model.groups),
        guideline=guideline[language] if guideline else "",
        readonly=filling.readonly,
        reviewing=filling.reviewing,
        queries=filling.queries,
    )


def state(page: Page) -> dict[str, Any]:
    """What the browser paints after a draft: only cells about which there is something to say."""
    cells = {cell.path: _cell_state(cell) for cell in page.cells()}
    return {
        "cells": {path: content for path, content in cells.items() if content},
        "hidden": [cell.path for cell in page.cells() if cell.hidden],
        "groups": {block.oid: [*block.progress, block.hidden] for block in page.blocks},
        "done": page.done,
        "total": page.total,
        "errors": page.errors,
        "checks": page.checks,
        "draft": page.drafts,
        "queries": {path: [one[:2] for one in asked] for path, asked in page.queries.items()},
    }


def _cell_state(cell: Cell) -> dict[str, Any]:
    content = {
        "messages": [list(message) for message in cell.messages],
        "text": cell.text,
        "shown": cell.shown if cell.item.type == "calculated" else "",
        "missing": cell.missing,
        "range": cell.range if cell.item.type == "lab" else "",
        "flag": cell.flag,
        "grade": cell.grade,
        "converted": cell.converted,
        "changes": cell.changes,
        "reason": cell.reason_due,
        "file": list(cell.attached) if cell.attached else "",
    }
    return {name: value for name, value in content.items() if value}


class _Maker:
    """Holds what every cell needs, so that it is looked up once per page."""

    def __init__(
        self,
        catalogue: Catalogue,
        form: FormDefinition,
        evaluation: Evaluation,
        filling: Filling,
        language: str,
    ) -> None:
        self.catalogue = catalogue
        self.form = form
        self.evaluation = evaluation
        self.filling = filling
        self.language = language
        self.messages = self._messages(evaluation.findings)
        self.refused = {f.path for f in evaluation.findings if f.id.endswith(".format")}
        self.missing = [
            (missing.code, missing.label[language]) for missing in catalogue.study.missing_codes
        ]

    def _messages(self, findings: Iterable[Finding]) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = {}
        for finding in findings:
            if finding.severity == "required" and not self.filling.finishing:
                continue
            name = f"{finding.id}@{finding.path}"
            message = Message(
                _KINDS[finding.severity],
                name,
                self.said(finding),
                finding.severity == "soft" and name in self.filling.confirmed,
                finding.paths,
            )
            found.setdefault(finding.path, []).append(message)
        return found

    def said(self, finding: Finding) -> str:
        """A message; one about unreadable text also names its item, as the others do."""
        text = finding.message[self.language]
        name, group, row = split_path(finding.path)
        if not finding.id.endswith(".format") or name not in self.form.items:
            return text
        analyte = self.form.analyte(row) if group in self.form.panels and row else None
        label = (analyte or self.form.item(name)).label[self.language]
        return f"{label}：{text}" if self.language == "zh" else f"{label}: {text}"

    def block(self, group: Group) -> Block:
        label = group.label[self.language]
        heads = tuple(item.label[self.language] for item in group.items)
        if group.layout == "plain":
            cells = tuple(self.cell(item, item.item) for item in group.items)
            return Block(group.group, "plain", label, heads, cells)
        if group.layout == "panel":
            rows = tuple(self.analyte(group, analyte) for analyte in self.form.analytes(group))
            return Block(group.group, "panel", label, heads, rows=rows)
        keys = self.row_keys(group)
        return Block(
            group.group,
            "rows",
            label,
            heads,
            rows=tuple(self.row(group, str(key)) for key in keys),
            pattern=self.row(group, NEW_ROW),
            next_row=max(keys, default=0) + 1,
        )

    def row_keys(self, group: Group) -> list[int]:
        """Rows saved, typed or opened; at least as many as the form asks for, and one to begin."""
        keys: set[int] = set()
        for path in (*self.filling.saved, *self.filling.typed):
            _, owner, key = split_path(path)
            if owner == group.group and key:
                keys.add(int(key))
        wanted = max(group.min_rows, 0 if self.filling.readonly else 1)
        while len(keys) < wanted or len(keys) < self.filling.rows.get(group.group, 0):
            keys.add(max(keys, default=0) + 1)
        return sorted(keys)

    def row(self, group: Group, key: str) -> Row:
        path = f"{group.group}[{key}]"
        cells = tuple(
            self.cell(item, item_path(item.item, group.group, key)) for item in group.items
        )
        struck = self.filling.saved.get(path, BLANK).text == STRUCK
        typed = self.filling.typed.get(path)
        striking = not struck and typed is not None and typed.text == STRUCK
        saved = any(cell.was for cell in cells)
        queries = self.filling.queries.get(path, ())
        return Row(key, path, group.label[self.language], cells, struck, striking, saved, queries)

    def analyte(self, group: Group, analyte: Analyte) -> Row:
        cells = tuple(
            self.cell(item, item_path(item.item, group.group, analyte.code), analyte)
            for item in sorted(group.items, key=lambda item: item.type != "lab")
        )
        path = f"{group.group}[{analyte.code}]"
        return Row(analyte.code, path, analyte.label[self.language], cells)

    def cell(self, item: Item, path: str, analyte: Analyte | None = None) -> Cell:
        value = self.evaluation.data.get(path, BLANK)
        saved = self.filling.saved.get(path, BLANK)
        text = self.box(path, value)
        choices = self.choices(item, analyte)
        labels = tuple(choice.label[self.language] for choice in choices)
        units = self.units(item, analyte)
        messages = tuple(self.messages.get(path, ()))
        test = analyte if item.type == "lab" else None
        if test:
            facets = value.facets
            spread = layout.span_text(facets.get("lo"), facets.get("hi"))
            flag, grade = _FLAGS.get(facets.get("ind", ""), ""), facets.get("gr", "")
        else:
            spread = flag = grade = ""
        return Cell(
            path=path,
            id=layout.html_id(path),
            item=item,
            label=item.label[self.language],
            name=self.name(item, path),
            text=text,
            shown=self.shown(item, value, analyte),
            width=layout.columns(item, labels),
            radio=layout.is_radio(item, labels),
            options=self.options(item, choices, text),
            missing_options=self.missing_options(item, text),
            missing=value.missing is not None,
            units=units,
            unit=self.unit(path, value, units),
            saved=path in self.filling.changes,
            was=_box(saved),
            was_unit=saved.unit or "",
            was_shown=self.shown(item, saved, analyte) if text != _box(saved) else "",
            hidden=path in self.evaluation.hidden and not text and not messages,
            messages=messages,
            changes=self.filling.changes.get(path, 0),
            reason=self.filling.reasons.get(path),
            reason_due=path in self.filling.reasons_due,
            range=spread or self.filling.ranges.get(path, ""),
            limits=layout.bounds_text(test or item, "soft"),
            flag=flag,
            grade=grade,
            converted=_converted(value, test),
            attached=attached(value.facets) if item.type == "file" else None,
            before=() if item.type == "file" else self.before(path),
            version=self.filling.versions.get(path, 0),
            mark=self.filling.marks.get(path, ""),
            asked=self.filling.asked.get(path, ""),
            queries=self.filling.queries.get(path, ()),
        )

    def name(self, item: Item, path: str) -> str:
        label = item.label[self.language]
        row = split_path(path)[2]
        return f"{label}, {row}" if row else label

    def box(self, path: str, value: Value) -> str:
        """The text in the control: as judged, or as typed while it cannot be read."""
        typed = self.filling.typed.get(path)
        if typed is not None and (path in self.refused or value.blank):
            return typed.text
        return _box(value)

    def choices(self, item: Item, analyte: Analyte | None) -> tuple[Choice, ...]:
        return analyte.choices if analyte and item.type == "lab" else items.choices(item)

    def options(self, item: Item, choices: tuple[Choice, ...], text: str) -> tuple[Option, ...]:
        if item.type == "person":
            return tuple(Option(id_, name, id_ == text) for id_, name in self.filling.people)
        if item.type == "ref":
            named = self.filling.links.get(item.item, ())
            return tuple(Option(name, said, name == text) for name, said in named)
        if item.type == "text":
            return tuple(
                Option(one.label.en, one.label[self.language], False) for one in item.suggestions
            )
        on = set(text.split(" ")) if item.type == "multi" else {text}
        return tuple(
            Option(choice.code, choice.label[self.language], choice.code in on)
            for choice in choices
        )

    def missing_options(self, item: Item, text: str) -> tuple[Option, ...]:
        if item.type in ("calculated", "file"):
            return ()
        return tuple(
            Option(code, label, code == text)
            for code, label in self.missing
            if item.missing is None or code in item.missing
        )

    def units(self, item: Item, analyte: Analyte | None) -> tuple[tuple[str, str], ...]:
        owner = analyte if item.type == "lab" else item
        canonical = getattr(owner, "unit", None)
        if not canonical:
            return ()
        names = (canonical, *(other.unit for other in getattr(owner, "units", ())))
        return tuple((name, units.symbol(name)) for name in names)

    def unit(self, path: str, value: Value, units: tuple[tuple[str, str], ...]) -> str:
        typed = self.filling.typed.get(path)
        chosen = (typed.unit if typed else None) or value.unit
        return chosen or (units[0][0] if units else "")

    def shown(self, item: Item, value: Value, analyte: Analyte | None) -> str:
        """Decoded, for reading; the unit stands beside it."""
        if item.type != "lab":
            return items.display(item, replace(value, unit=None), self.language)
        if value.missing:
            return value.missing
        return items.display(item, replace(value, unit=None), self.language, analyte)

    def before(self, path: str) -> tuple[str, ...]:
        values = tuple(_box(data.get(path, BLANK)) for _, data in self.filling.previous)
        return values if any(values) else ()


def kept(value: Value) -> list[str]:
    """Text and unit of a value as the browser compares what is typed with it."""
    return [_box(value), value.unit or ""]


def _converted(value: Value, analyte: Analyte | None) -> str:
    """What a result is in the unit of its range, if it was entered in another one."""
    if analyte is None or value.typed is None or value.unit in (None, analyte.unit):
        return ""
    return f"= {bounds.written(value.typed, analyte)}"


def _box(value: Value) -> str:
    """What a person would type to get this value."""
    if isinstance(value.typed, dt.datetime):
        return value.text.replace("T", " ")
    return value.missing or value.text


def attached(facets: Mapping[str, str]) -> Attached | None:
    """Name, size and kind of an attached file; nothing when it is not known."""
    if "name" not in facets:
        return None
    size = int(facets["size"])
    shown = f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} KB"
    return Attached(facets["name"], shown, facets["type"].rpartition("/")[2].upper())

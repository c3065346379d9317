"""The answers of a form in the order of its definition: every item, entered or not (R-102)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecrf.definition import items, model
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import BLANK, Value, item_path, split_path
from ecrf.outputs.casebook import NOTHING, Answer, Column, Line, Section, Shown, Words

NEW_ROW = "__"  # how skip logic names a row that does not exist yet
_CODED = ("code", "multi", "yes_no", "person", "file")


@dataclass(frozen=True, slots=True)
class Content:
    """What a form instance holds, by path."""

    form: FormDefinition
    values: Mapping[str, Value]
    versions: Mapping[str, int]
    hidden: frozenset[str] = frozenset()
    changes: Mapping[str, int] = field(default_factory=dict)
    queries: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    marks: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def sections(content: Content) -> tuple[Section, ...]:
    """Every group of the form."""
    return tuple(_section(content, group) for group in content.form.model.groups)


def shown(item: Any, value: Value, analyte: model.Analyte | None = None) -> Shown:
    """A value decoded in both languages, with the code or exact text where that differs."""
    words = Words(
        items.display(item, value, "en", analyte), items.display(item, value, "zh", analyte)
    )
    coded = item.type in _CODED or (analyte is not None and analyte.kind == "code")
    coded = coded or bool(items.choices(item))
    exact = item.type == "calculated" and not words.en.startswith(value.text)
    code = value.text if value.text and (coded or exact) else ""
    return Shown(words, code, value.to_json())


def label(form: FormDefinition, path: str) -> Words:
    """What a path is called: the item, with the row or the test it stands in."""
    name, group, row = split_path(path)
    if group is None:
        return Words.of(form.item(name).label) if name in form.items else Words.of(name)
    analyte = form.analyte(row) if group in form.panels and row else None
    if analyte is not None and name in form.items:
        one = form.item(name).label
        return Words(f"{analyte.label.en}: {one.en}", f"{analyte.label.zh}：{one.zh}")
    if name in form.items:
        one = form.item(name).label
        return Words(f"{one.en}, row {row}", f"{one.zh}，第{row}行")
    known = form.groups.get(group)
    called = Words.of(known.label) if known else Words.of(group)
    return Words(f"{called.en}, row {row}", f"{called.zh}，第{row}行")


def _section(content: Content, group: model.Group) -> Section:
    rule = _group_rule(content, group)
    if group.layout == "panel":
        analytes = content.form.analytes(group)
        lines = tuple(_test(content, group, analyte, rule) for analyte in analytes)
    elif group.layout == "rows":
        lines = tuple(_row(content, group, row, rule) for row in _rows(content, group))
    else:
        answers = tuple(_answer(content, group, item, item.item, rule) for item in group.items)
        lines = (Line("", NOTHING, answers),)
    columns = tuple(_column(item, lines) for item in group.items)
    return Section(group.group, Words.of(group.label), group.layout, columns, lines, rule)


def _column(item: Any, lines: tuple[Line, ...]) -> Column:
    rules = {a.rule for line in lines for a in line.answers if a.oid == item.item}
    return Column(item.item, Words.of(item.label), max(rules, default=""))


def _group_rule(content: Content, group: model.Group) -> str:
    """The rule that hides the group as a whole, if it does."""
    if not group.show:
        return ""
    if group.layout == "plain":
        paths = [item.item for item in group.items]
    else:
        analytes = content.form.analytes(group)
        rows = [analyte.code for analyte in analytes] or [NEW_ROW]
        paths = [item_path(i.item, group.group, row) for row in rows for i in group.items]
    return group.show if content.hidden.issuperset(paths) else ""


def _rows(content: Content, group: model.Group) -> list[str]:
    """The keys of all rows that ever held something, struck ones included."""
    split = (split_path(path) for path in {*content.values, *content.versions})
    keys = {row for _, name, row in split if name == group.group and row}
    return sorted(keys, key=lambda key: (not key.isdigit(), int(key) if key.isdigit() else 0, key))


def _row(content: Content, group: model.Group, row: str, rule: str) -> Line:
    own = f"{group.group}[{row}]"
    struck = content.versions.get(own) if own in content.values else None
    answers = tuple(
        _answer(content, group, item, item_path(item.item, group.group, row), rule)
        for item in group.items
    )
    return Line(row, Words.of(row), answers, struck)


def _test(content: Content, group: model.Group, analyte: model.Analyte, rule: str) -> Line:
    answers = tuple(
        _answer(
            content, group, item, item_path(item.item, group.group, analyte.code), rule, analyte
        )
        for item in group.items
    )
    return Line(analyte.code, Words.of(analyte.label), answers)


def _answer(
    content: Content,
    group: model.Group,
    item: Any,
    path: str,
    rule: str,
    analyte: model.Analyte | None = None,
) -> Answer:
    value = content.values.get(path, BLANK)
    hidden = value.blank and path in content.hidden
    own_rule = (item.show or group.show or "") if hidden and not rule else ""
    return Answer(
        path=path,
        oid=item.item,
        label=Words.of(item.label),
        state=_state(value, hidden),
        shown=shown(item, value, analyte if item.type == "lab" else None),
        rule=own_rule,
        derived=item.type == "calculated",
        changes=content.changes.get(path, 0),
        queries=content.queries.get(path, ()),
        marks=content.marks.get(path, ()),
        version=content.versions.get(path),
        facets=value.facets,
    )


def _state(value: Value, hidden: bool) -> Any:
    if value.missing is not None:
        return "missing"
    if value.text:
        return "value"
    return "hidden" if hidden else "blank"

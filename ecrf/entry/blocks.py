"""A block pasted from a spreadsheet or a laboratory system, as results of a panel.

Which column holds the test, the result and the unit is found from the block itself: by a line of
headings where there is one, else by what the cells can be. Tests are known by code or name in
either language. Nothing is guessed: a line that cannot be read exactly says why, and a block in
which two columns could be the results is refused as a whole.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecrf.definition import items, units
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.items.fold import fold
from ecrf.definition.model import Analyte
from ecrf.definition.values import Problem, Value, item_path
from ecrf.entry.env import lab_item

MOST_LINES = 400
HEADING_WITHIN = 20  # lines: what a report prints above its table
HEADINGS = {
    "test": {
        "项目", "检验项目", "项目名称", "检测项目", "名称", "代码", "英文", "英文名",
        "test", "name", "analyte", "code", "item", "testname", "parameter",
    },
    "result": {"结果", "检验结果", "检测结果", "测定结果", "result", "value", "results"},
    "unit": {"单位", "unit", "units"},
}  # fmt: skip
# What a laboratory prints behind a number; the flag is worked out here, not copied.
FLAG = re.compile(r"\s*(?:[↑↓▲▼*]+|\s(?:HH?|LL?|高|低|偏高|偏低))$")
SPREAD = re.compile(r"(?<=[0-9])\s+[-~–—]+\s+(?=[0-9])")  # 3.5 - 9.5 is one word
WITH_UNIT = re.compile(r"((?:[<>]=?)?\s*[0-9.]+)\s+(\S.*)")
SIGNS = {"-": "NEG", "+": "POS", "(-)": "NEG", "(+)": "POS"}


class Unclear(Exception):
    """More than one column could be the results: which one counts is not for us to guess."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the block. ``problem`` says why there is no value; ``text`` and ``unit`` are as
    they would be typed."""

    number: int
    source: str
    analyte: Analyte | None = None
    path: str = ""
    text: str = ""
    unit: str | None = None
    problem: Problem | None = None


def read(form: FormDefinition, group: str, block: str) -> list[Line]:
    """The lines of a block for a panel, those without any text left out.

    Raises KeyError for a group that is no panel, ValueError for more lines than a panel can need,
    Unclear if the results could stand in more than one column.
    """
    analytes = form.panels[group]
    result = lab_item(form.groups[group]) or ""
    written = [text for text in block.splitlines() if text.strip()]
    if len(written) > MOST_LINES:
        raise ValueError(f"{len(written)} lines, at most {MOST_LINES}")
    names = _names(analytes)
    mark = _mark(written)
    rows = [_cells(text, mark, names) for text in written]
    top = next((n for n, row in enumerate(rows[:HEADING_WITHIN]) if _heading(row)), None)
    head, below = ([], 0) if top is None else (rows[top], top + 1)
    body = rows[below:]
    columns = _columns(head, body, names, form.item(result))
    reader = _Reader(form.item(result), names, columns, _width(head, body) if mark else None)
    found = []
    for number, (source, cells) in enumerate(zip(written[below:], body, strict=True), below + 1):
        line = reader.line(number, source.strip(), cells)
        path = item_path(result, group, line.analyte.code) if line.analyte else ""
        found.append(replace(line, path=path))
    return list(_once(found))


def _once(lines: Sequence[Line]) -> Iterable[Line]:
    """A test that stands twice with the same result counts once; with another one, none does."""
    said: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for line in lines:
        if line.problem is None:
            said[line.path].add((line.text, line.unit))
    seen = set()
    for line in lines:
        if line.problem is not None or line.path not in seen:
            twice = line.problem is None and len(said[line.path]) > 1
            yield replace(line, text="", problem=Problem("block.twice")) if twice else line
        if line.problem is None and len(said[line.path]) == 1:
            seen.add(line.path)


# ---- the tests by name

Names = Mapping[str, Analyte]


def _plain(text: str) -> str:
    """A name without width, case, blanks and punctuation; % and # tell tests apart."""
    return re.sub(r"[^\w%#]|_", "", unicodedata.normalize("NFKC", text).casefold())


def _names(analytes: Sequence[Analyte]) -> Names:
    """Every way to write a test that means one test only."""
    found: dict[str, dict[str, Analyte]] = defaultdict(dict)
    for analyte in analytes:
        for name in _written(analyte):
            found[_plain(name)][analyte.code] = analyte
    return {name: next(iter(of.values())) for name, of in found.items() if len(of) == 1}


def _written(analyte: Analyte) -> Iterable[str]:
    code, share = analyte.code, analyte.unit == "%" and analyte.code.endswith("LE")
    yield code
    if share:
        yield code[:-2] + "%"
    else:
        yield code + "#"
    yield from analyte.also
    for label in (analyte.label.en, analyte.label.zh):
        yield label
        yield label.replace("百分比", "%")
        if label.endswith("计数"):
            yield label[:-2]
            yield label[:-2] + "#"


def _known(cell: str, names: Names) -> Analyte | None:
    """The test that a cell names, as a whole or, where that is none, in all of its parts."""
    whole = names.get(_plain(cell))
    if whole is not None:
        return whole
    parts = [_part(part, names) for part in re.split(r"[\s()（）\[\]|,，]+", cell)]
    found = {part.code: part for part in parts if part is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _part(text: str, names: Names) -> Analyte | None:
    """``ALT/GPT`` is one test by both names; ``mg/dL`` is a unit, not magnesium."""
    found = [names.get(_plain(name)) for name in text.split("/")]
    return found[0] if all(one is found[0] for one in found) else None


# ---- rows and columns


@dataclass(frozen=True, slots=True)
class _Columns:
    tests: tuple[int, ...]
    result: int
    unit: int | None


def _mark(lines: Sequence[str]) -> str:
    """What separates the columns; empty: blanks do."""
    if any("\t" in line for line in lines):
        return "\t"
    return next((mark for mark in ",;" if lines and all(mark in line for line in lines)), "")


def _cells(line: str, mark: str, names: Names) -> list[str]:
    if not mark:
        return _words(SPREAD.sub("-", line), names)
    return [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]


def _width(head: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """As many columns as the heading has, or as most lines have."""
    counted = Counter(map(len, body))
    return len(head) or max(counted, key=lambda width: (counted[width], width), default=0)


def _words(line: str, names: Names) -> list[str]:
    """A line without separators: the longest beginning that names a test, then result and unit."""
    words = line.split()
    for end in range(len(words), 0, -1):
        if _plain(" ".join(words[:end])) in names:
            return [" ".join(words[:end]), *words[end:]]
    return words


def _heading(cells: Sequence[str]) -> bool:
    plain = {_plain(cell) for cell in cells}
    return all(plain & HEADINGS[kind] for kind in ("test", "result"))


def _headed(cells: Sequence[str], kind: str) -> list[int]:
    return [n for n, cell in enumerate(cells) if _plain(cell) in HEADINGS[kind]]


def _columns(
    head: Sequence[str], body: Sequence[Sequence[str]], names: Names, item: Any
) -> _Columns:
    known = Counter(n for row in body for n, cell in enumerate(row) if _known(cell, names))
    tests = _headed(head, "test") or _most(known) or [0]
    results: Counter[int] = Counter()
    measures: Counter[int] = Counter()
    for row in body:
        analyte = next((a for n in tests if n < len(row) and (a := _known(row[n], names))), None)
        for n, cell in enumerate(row):
            if analyte is None or n in tests or not cell:
                continue
            results[n] += isinstance(_parsed(item, analyte, cell), Value)
            measures[n] += _unit(analyte, cell) is not None
    result = _headed(head, "result") or _likely(_most(results), tests[0])
    if len(result) > 1:
        raise Unclear
    likely = [n for n, count in measures.most_common() if count and n not in (*tests, *result)]
    unit = next(iter(_headed(head, "unit") or likely), None)
    return _Columns(tuple(tests), result[0] if result else tests[-1] + 1, unit)


def _most(counted: Counter[int]) -> list[int]:
    """The columns that fit about as often as the one that fits best."""
    enough = max(counted.values(), default=0) * 0.6
    return sorted(n for n, count in counted.items() if count and count >= enough)


def _likely(columns: list[int], test: int) -> list[int]:
    """Results stand behind the test; what stands before it may be a running number."""
    return [n for n in columns if n > test] or columns


# ---- one line


class _Reader:
    """``width``: how many columns every line must have; None where blanks separate them."""

    def __init__(self, item: Any, names: Names, columns: _Columns, width: int | None) -> None:
        self.item, self.names, self.columns, self.width = item, names, columns, width

    def line(self, number: int, source: str, cells: Sequence[str]) -> Line:
        named = [_known(cells[n], self.names) for n in self.columns.tests if n < len(cells)]
        found = {analyte.code: analyte for analyte in named if analyte}
        if len(found) != 1:
            return Line(number, source, problem=Problem("block.two" if found else "block.unknown"))
        analyte = next(iter(found.values()))
        if len(cells) != (self.width or len(cells)):
            wrong = Problem("block.columns", {"given": str(len(cells)), "count": str(self.width)})
            return Line(number, source, analyte, problem=wrong)
        if len(cells) <= self.columns.result:
            return Line(number, source, analyte, problem=Problem("block.empty"))
        return self.value(number, source, analyte, cells)

    def value(self, number: int, source: str, analyte: Analyte, cells: Sequence[str]) -> Line:
        text, measure = cells[self.columns.result], self.measure(cells)
        joined = WITH_UNIT.fullmatch(fold(text)) if analyte.kind == "number" else None
        if joined and not measure and _unit(analyte, joined[2]):
            text, measure = joined[1], joined[2]
        unit = _unit(analyte, measure) if measure else None
        if measure and unit is None and analyte.kind == "number":
            offered = (analyte.unit, *(other.unit for other in analyte.units))
            listed = ", ".join(units.symbol(one) for one in offered if one) or "-"
            wrong = Problem("unit.unknown", {"units": listed})
            return Line(number, source, analyte, problem=wrong)
        value = _parsed(self.item, analyte, text, unit)
        if isinstance(value, Problem):
            return Line(number, source, analyte, problem=value)
        if value.blank:
            return Line(number, source, analyte, problem=Problem("block.empty"))
        return Line(number, source, analyte, "", value.missing or value.text, unit)

    def measure(self, cells: Sequence[str]) -> str:
        at = self.columns.unit
        return cells[at] if at is not None and at < len(cells) else ""


def _parsed(item: Any, analyte: Analyte, text: str, unit: str | None = None) -> Value | Problem:
    """A printed result as it would be typed: without flags; codes also by their name."""
    if analyte.kind == "code":
        plain = unicodedata.normalize("NFKC", text).strip()
        named = {
            _plain(name): one.code
            for one in analyte.choices
            for name in (one.label.en, one.label.zh)
        }
        codes = {one.code for one in analyte.choices}
        sign = SIGNS.get(plain)
        bare = _plain(re.sub(r"[(（].*", "", plain))
        text = (sign if sign in codes else None) or named.get(bare, text)
    else:
        text = FLAG.sub("", fold(text))
    return items.parse(item, text, unit, analyte)


def _unit(analyte: Analyte, text: str) -> str | None:
    """The unit of the test that a text writes, however it writes powers of ten and micro."""
    offered = [one for one in (analyte.unit, *(o.unit for o in analyte.units)) if one]
    wanted = _measure(text)
    usual = units.USUAL.get(text.strip(), "")
    for unit in offered:
        if usual == unit or wanted in (_measure(unit), _measure(units.symbol(unit))):
            return unit
    return None


def _measure(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("μ", "u").replace("µ", "u")
    return re.sub(r"[\s×x*^·.{}\[\]]", "", plain.replace("10e", "10"))

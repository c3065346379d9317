"""A block pasted from a spreadsheet or a laboratory system, as results of a panel.

Which column holds the test, the result and the unit is found from the block itself: by a line of
headings where there is one, else by what the cells can be. Tests are known by code or name in
either language. Nothing is guessed: a line that cannot be read exactly says why.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecrf.definition import items, units
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.items.fold import fold
from ecrf.definition.model import Analyte
from ecrf.definition.values import Problem, Value, item_path
from ecrf.entry.env import lab_item

MOST_LINES = 400
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
WITH_UNIT = re.compile(r"((?:[<>]=?)?\s*[0-9.]+)\s+(\S.*)")
SIGNS = {"-": "NEG", "+": "POS", "(-)": "NEG", "(+)": "POS"}


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

    Raises KeyError for a group that is no panel, ValueError for more lines than a panel can need.
    """
    analytes = form.panels[group]
    result = lab_item(form.groups[group]) or ""
    written = [text for text in block.splitlines() if text.strip()]
    if len(written) > MOST_LINES:
        raise ValueError(f"{len(written)} lines, at most {MOST_LINES}")
    names = _names(analytes)
    rows = _rows(written, names)
    reader = _Reader(form.item(result), names, _columns(rows, names, form.item(result)))
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    found = []
    for number, (source, cells) in enumerate(zip(written, rows, strict=True), start=1):
        if number == 1 and _heading(cells, names):
            continue
        line = reader.line(number, source.strip(), cells, width)
        path = item_path(result, group, line.analyte.code) if line.analyte else ""
        found.append(_at(line, path))
    return list(_once(found))


def _at(line: Line, path: str) -> Line:
    return Line(line.number, line.source, line.analyte, path, line.text, line.unit, line.problem)


def _once(lines: Iterable[Line]) -> Iterable[Line]:
    """A test that stands twice with the same result counts once; with another one it is refused."""
    seen: dict[str, tuple[str, str | None]] = {}
    for line in lines:
        said = (line.text, line.unit)
        if line.problem is not None or not line.path:
            yield line
        elif line.path not in seen:
            seen[line.path] = said
            yield line
        elif seen[line.path] != said:
            twice = Problem("block.twice")
            yield Line(line.number, line.source, line.analyte, line.path, problem=twice)


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
    parts = [names.get(_plain(part)) for part in re.split(r"[\s()（）\[\]/|,，]+", cell)]
    found = {part.code: part for part in parts if part is not None}
    return next(iter(found.values())) if len(found) == 1 else None


# ---- rows and columns


@dataclass(frozen=True, slots=True)
class _Columns:
    test: int
    result: int
    unit: int | None


def _rows(lines: Sequence[str], names: Names) -> list[list[str]]:
    if any("\t" in line for line in lines):
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter="\t")]
    for mark in (",", ";"):
        if lines and all(mark in line for line in lines):
            return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    return [_words(line, names) for line in lines]


def _words(line: str, names: Names) -> list[str]:
    """A line without separators: the longest beginning that names a test, then result and unit."""
    words = line.split()
    for end in range(len(words), 0, -1):
        if _plain(" ".join(words[:end])) in names:
            return [" ".join(words[:end]), *words[end:]]
    return words


def _heading(cells: Sequence[str], names: Names) -> bool:
    plain = {_plain(cell) for cell in cells}
    words = set().union(*HEADINGS.values())
    return bool(plain & words) and not any(_known(cell, names) for cell in cells)


def _columns(rows: Sequence[Sequence[str]], names: Names, item: Any) -> _Columns:
    width = max(map(len, rows), default=1)
    headed = _headed(rows[0], names) if rows else {}
    body = rows[1:] if headed else rows
    tests = Counter(n for row in body for n, cell in enumerate(row) if _known(cell, names))
    test = max(range(width), key=lambda n: (tests[n], -n))
    results: Counter[int] = Counter()
    measures: Counter[int] = Counter()
    for row in body:
        analyte = _known(row[test], names) if test < len(row) else None
        for n, cell in enumerate(row):
            if analyte is None or n == test or not cell:
                continue
            results[n] += isinstance(_parsed(item, analyte, cell), Value)
            measures[n] += _unit(analyte, cell) is not None
    enough = max(results.values(), default=0) * 0.6
    right = [n for n in range(test + 1, width) if results[n] and results[n] >= enough]
    result = right[0] if right else max(results, key=lambda n: results[n], default=test + 1)
    result = headed.get("result", result)
    likely = [n for n, count in measures.most_common() if count and n not in (test, result)]
    return _Columns(test, result, headed.get("unit", likely[0] if likely else None))


def _headed(cells: Sequence[str], names: Names) -> dict[str, int]:
    if not _heading(cells, names):
        return {}
    return {
        kind: n
        for kind, words in HEADINGS.items()
        for n, cell in reversed(list(enumerate(cells)))
        if _plain(cell) in words
    }


# ---- one line


class _Reader:
    def __init__(self, item: Any, names: Names, columns: _Columns) -> None:
        self.item, self.names, self.columns = item, names, columns

    def line(self, number: int, source: str, cells: Sequence[str], width: int) -> Line:
        analyte = next((a for a in (_known(cell, self.names) for cell in cells) if a), None)
        if analyte is None:
            return Line(number, source, problem=Problem("block.unknown"))
        if len(cells) <= self.columns.result or len(cells) > width:
            counts = {"given": str(len(cells)), "count": str(width)}
            return Line(number, source, analyte, problem=Problem("block.columns", counts))
        return self.value(number, source, analyte, cells)

    def value(self, number: int, source: str, analyte: Analyte, cells: Sequence[str]) -> Line:
        text, measure = cells[self.columns.result], self.measure(cells)
        joined = WITH_UNIT.fullmatch(fold(text)) if analyte.kind == "number" else None
        if joined and not measure and _unit(analyte, joined[2]):
            text, measure = joined[1], joined[2]
        unit = _unit(analyte, measure) if measure else None
        if measure and unit is None and analyte.kind == "number":
            offered = (analyte.unit, *(other.unit for other in analyte.units))
            told = {"units": ", ".join(units.symbol(one) for one in offered if one) or "-"}
            return Line(number, source, analyte, problem=Problem("unit.unknown", told))
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

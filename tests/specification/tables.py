"""The tables of the clinical specification, read from its two Markdown files.

Part A has field tables of eleven columns, part B of ten; checks stand in part B as list entries
``- **VS-01** (S) ...``. Nothing is interpreted here beyond taking rows apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PART_A_FORM = re.compile(r"### (\d\.\d+b?) (.+)$")
PART_B_FORM = re.compile(r"#### F\.([A-Z]+) (.+) / (.+)$")
PART_B_CHECK = re.compile(r"- \*\*([A-Z]+-\d+[a-z]?)\*\* \(([A-Z]+)\) (.+)$")
CODELIST_A = re.compile(r"\| CL_([A-Z0-9]+) \| (.+) \|$")
CODELIST_B = re.compile(r"- \*\*CL\.([A-Z0-9]+)\*\* (.+?): (`.+)$")
CODE_B = re.compile(r"`([^`]+)` = (.*?)(?:; (?=`)|$)")


@dataclass(frozen=True)
class Field:
    """One row of a field table; empty cells (``-`` in part A) are empty texts."""

    name: str
    en: str
    zh: str
    type: str
    unit: str
    codes: str
    required: str
    soft: str
    hard: str
    check: str
    sdtm: str


@dataclass
class Table:
    """One form of the specification."""

    oid: str
    en: str
    zh: str
    fields: list[Field] = field(default_factory=list)
    checks: dict[str, tuple[str, str]] = field(default_factory=dict)
    lead: str = ""


@dataclass(frozen=True)
class Specification:
    forms: dict[str, Table]
    codelists: dict[str, dict[str, tuple[str, str]]]


def cells(line: str) -> list[str]:
    """The cells of one table row; ``\\|`` is no border."""
    parts = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [part.strip().replace("\\|", "|") for part in parts]


def part_b(path: Path) -> Specification:
    forms: dict[str, Table] = {}
    codelists: dict[str, dict[str, tuple[str, str]]] = {}
    table: Table | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        head = PART_B_FORM.match(line)
        check = PART_B_CHECK.match(line)
        listed = CODELIST_B.match(line)
        if head:
            table = forms.setdefault(head[1], Table(*head.groups()))
        elif line.startswith("#"):
            table = None
        elif listed:
            codelists[listed[1]] = {code: texts(said) for code, said in CODE_B.findall(listed[3])}
        elif table is None:
            continue
        elif check:
            table.checks[check[1]] = check[2], check[3]
        elif line.startswith("Structure:"):
            table.lead = line
        elif line.startswith("| ") and not line.startswith("| Field "):
            row = cells(line)
            if len(row) == 10:
                table.fields.append(Field(*row[:9], "", row[9]))
    return Specification(forms, codelists)


def part_a(path: Path) -> Specification:
    """Forms go by the word before the dash of their heading (``EG``), where there is one."""
    forms: dict[str, Table] = {}
    codelists: dict[str, dict[str, tuple[str, str]]] = {}
    table: Table | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        head = PART_A_FORM.match(line)
        listed = CODELIST_A.match(line)
        if head:
            oid, _, en = head[2].partition(" — ")
            table = forms.setdefault(oid, Table(oid, en, ""))
        elif line.startswith("## "):
            table = None
        elif listed:
            codelists[listed[1]] = inline(listed[2])
        elif table is not None and line.startswith("| ") and not line.startswith("| field "):
            row = ["" if cell == "-" else cell for cell in cells(line)]
            if len(row) == 11:
                table.fields.append(Field(*row))
    return Specification({k: t for k, t in forms.items() if t.fields}, codelists)


def inline(text: str) -> dict[str, tuple[str, str]]:
    """``CODE=English/中文; ...``."""
    pairs = (part.partition("=") for part in text.split("; ") if "=" in part)
    return {code.strip(): texts(said) for code, _, said in pairs}


def texts(said: str) -> tuple[str, str]:
    """``English / 中文``; the last slash before Chinese characters divides."""
    found = re.match(r"(.*?)\s*/\s*([^/]*[\u4e00-\u9fff].*)$", said)
    if found:
        return found[1].strip(), found[2].strip()
    half = said.partition(" / ")
    return half[0].strip(), (half[2] or half[0]).strip()

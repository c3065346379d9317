"""What a form page consists of: blocks, rows, cells and what is said about them.

Plain data in one language, ready for the template: it shows, it never decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Item


class Message(NamedTuple):
    kind: str  # err, chk, note
    id: str  # VS-01@TEMP: what a confirmation names
    text: str
    confirmed: bool = False
    paths: tuple[str, ...] = ()  # what it rests on: a change of any asks again


class Option(NamedTuple):
    code: str
    label: str
    on: bool


class Asked(NamedTuple):
    """A query that is not settled: ``state`` is open, answered or reopened."""

    id: int
    state: str
    text: str
    by: str  # empty: a check
    days: int


class Attached(NamedTuple):
    """An attached file as a person reads it; the text of the cell is its SHA-256."""

    name: str
    size: str  # 1.4 MB
    kind: str  # PDF


@dataclass(frozen=True, slots=True)
class Cell:
    """One item: its control, what the record holds, and what is to be said about it."""

    path: str
    id: str
    item: Item
    label: str
    name: str  # what it is called where no label stands beside it: label and row
    text: str
    shown: str
    width: int
    radio: bool = False  # choices side by side, not in a list
    options: tuple[Option, ...] = ()
    missing_options: tuple[Option, ...] = ()
    missing: bool = False
    units: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    saved: bool = False  # was in the record once: a change needs a reason, even of a blank
    was: str = ""
    was_unit: str = ""
    was_shown: str = ""
    hidden: bool = False
    messages: tuple[Message, ...] = ()
    changes: int = 0
    reason: tuple[str, str] | None = None
    reason_due: bool = False
    range: str = ""
    limits: str = ""
    flag: str = ""
    grade: str = ""
    converted: str = ""  # a result entered in another unit, in that of its range
    attached: Attached | None = None
    before: tuple[str, ...] = ()  # what it was at earlier events, oldest first
    version: int = 0  # of the value in the record
    mark: str = ""  # of review: none, done, again (it changed since); empty: nothing to review
    asked: str = ""  # by the monitoring plan: critical, all, sample, none
    queries: tuple[Asked, ...] = ()

    @property
    def counts(self) -> bool:
        return not self.hidden and self.item.type != "calculated"

    @property
    def brief(self) -> bool:
        """Whether its codes alone stand side by side, as NCS | CS in a panel."""
        return 0 < sum(len(option.code) for option in self.options) <= 8

    @property
    def filled(self) -> bool:
        return bool(self.text)

    @property
    def changed(self) -> bool:
        return self.text != self.was or (self.unit != self.was_unit and bool(self.was))

    @property
    def error(self) -> bool:
        return any(message.kind == "err" for message in self.messages)

    @property
    def check(self) -> bool:
        return any(message.kind == "chk" and not message.confirmed for message in self.messages)


@dataclass(frozen=True, slots=True)
class Row:
    """One instance of a repeating group, or one test of a panel."""

    key: str
    path: str
    name: str
    cells: tuple[Cell, ...]
    struck: bool = False
    striking: bool = False  # asked for, not saved yet
    saved: bool = False
    queries: tuple[Asked, ...] = ()  # about the row as a whole


@dataclass(frozen=True, slots=True)
class Block:
    """One group. A panel is shown in halves, side by side when the window is wide enough."""

    oid: str
    layout: str
    label: str
    heads: tuple[str, ...]
    cells: tuple[Cell, ...] = ()
    rows: tuple[Row, ...] = ()
    pattern: Row | None = None
    next_row: int = 1

    @property
    def hidden(self) -> bool:
        return all(cell.hidden for cell in self.all_cells())

    @property
    def halves(self) -> tuple[tuple[Row, ...], ...]:
        if len(self.rows) < 8:
            return (self.rows,)
        middle = (len(self.rows) + 1) // 2
        return self.rows[:middle], self.rows[middle:]

    def all_cells(self) -> Iterator[Cell]:
        """Every cell of a row that is not struck out."""
        yield from self.cells
        for row in self.rows:
            yield from row.cells if not row.struck else ()

    @property
    def progress(self) -> tuple[int, int]:
        if self.layout == "panel":
            cells = [row.cells[0] for row in self.rows]
        else:
            cells = [cell for cell in self.all_cells() if cell.counts]
        return sum(cell.filled for cell in cells), len(cells)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    form: FormDefinition
    blocks: tuple[Block, ...]
    guideline: str
    readonly: bool
    reviewing: str = ""  # the kind of mark that this person sets here
    queries: Mapping[str, tuple[Asked, ...]] = field(default_factory=dict)  # path -> its queries

    def cells(self) -> Iterator[Cell]:
        for block in self.blocks:
            yield from block.all_cells()

    @property
    def done(self) -> int:
        return sum(cell.counts and cell.filled for cell in self.cells())

    @property
    def total(self) -> int:
        return sum(cell.counts for cell in self.cells())

    @property
    def errors(self) -> int:
        return sum(cell.error for cell in self.cells())

    @property
    def checks(self) -> int:
        return sum(cell.check for cell in self.cells())

    @property
    def drafts(self) -> int:
        return sum(cell.changed for cell in self.cells() if cell.item.type != "calculated")

    @property
    def marked(self) -> int:
        return sum(cell.mark == "done" for cell in self.cells())

    @property
    def markable(self) -> int:
        return sum(bool(cell.mark) for cell in self.cells())

    @property
    def verified(self) -> bool:
        """Whether all that it holds was verified against source."""
        return 0 < self.markable == self.marked and self.reviewing in ("", "sdv")

    @property
    def takes_files(self) -> bool:
        return not self.readonly and any(i.type == "file" for _, i in self.form.items.values())

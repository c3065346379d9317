"""What the parts of a page say about themselves."""

from __future__ import annotations

from ecrf.definition.model import Text, TextItem
from ecrf.entry.cells import Block, Cell, Message, Option, Row

ITEM = TextItem(item="X", label=Text(en="x", zh="某"), type="text", length=10)


def cell(path: str = "X", **changes: object) -> Cell:
    given = {
        "id": path,
        "item": ITEM,
        "label": "x",
        "name": "x",
        "text": "",
        "shown": "",
        "width": 2,
    }
    return Cell(path=path, **{**given, **changes})


def test_only_an_error_counts_as_one() -> None:
    assert cell(messages=(Message("err", "A@X", "no"),)).error
    assert not cell(messages=(Message("note", "A@X", "so"),)).error


def test_a_confirmed_check_is_no_longer_open() -> None:
    assert cell(messages=(Message("chk", "A@X", "sure?"),)).check
    assert not cell(messages=(Message("chk", "A@X", "sure?", True),)).check


def test_codes_stand_alone_only_if_they_are_short() -> None:
    short = (Option("NCS", "not significant", False), Option("CS", "significant", False))

    assert cell(options=short).brief
    assert not cell(options=short * 2).brief
    assert not cell().brief


def test_a_hidden_block_has_no_visible_cell() -> None:
    rows = (Row("1", "G[1]", "g", (cell("G[1].X", hidden=True),)),)

    assert Block("G", "rows", "g", (), rows=rows).hidden


def test_a_struck_row_has_no_cells_to_fill_in() -> None:
    rows = (Row("1", "G[1]", "g", (cell("G[1].X"),), struck=True),)

    assert list(Block("G", "rows", "g", (), rows=rows).all_cells()) == []

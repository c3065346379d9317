"""A file of results is read as it is shown, or refused by what it is; nothing of it is run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from ecrf.services.errors import Invalid
from ecrf.services.tables import Limits, text_of

LIMITS = Limits(megabytes=1, rows=50)
SHEET = "xl/worksheets/sheet1.xml"


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def workbook(*rows: tuple[object, ...]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def patched(content: bytes, change: Callable[[bytes], bytes], name: str = SHEET) -> bytes:
    """The workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return target.getvalue()


GOOD = saved(workbook(("WBC", 5.2, "10^9/L")))


def refused(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Invalid) as refusal:
        text_of(content, limits)
    return refusal.value.code.removeprefix("file.table_")


@pytest.mark.req("R-060")
@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (5.2, "General", "5.2"),
        (5.2, "0.00", "5.20"),
        (5.237, "0.0", "5.237"),
        (4.210000000000001, "General", "4.21"),
        (0.556, "0.0%", "55.6 %"),
        (1200, "#,##0.0", "1200.0"),
        (0.0000001, "General", "0.0000001"),
        (" <0.5 ", "General", "<0.5"),
    ],
)
def test_a_number_keeps_all_its_digits_and_the_zeros_it_is_shown_with(value, form, shown):
    book = workbook(("WBC", value))
    book.active["B1"].number_format = form

    assert text_of(saved(book), LIMITS) == f"WBC\t{shown}"


def test_a_formula_is_not_worked_out():
    assert text_of(saved(workbook(("HGB", "=100+21", "g/L"))), LIMITS) == "HGB\t\tg/L"


def test_every_line_has_the_columns_of_the_table():
    book = workbook(("Test", "Result", "Unit"), ("WBC", 5.2), ("HGB", 121, "g/L"))

    assert text_of(saved(book), LIMITS) == "Test\tResult\tUnit\nWBC\t5.2\t\nHGB\t121\tg/L"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_as_spreadsheet_programs_write_it(encoding):
    assert text_of("项目,结果\nWBC,5.2".encode(encoding), LIMITS) == "项目,结果\nWBC,5.2"


def test_a_hidden_sheet_does_not_count_and_two_that_are_shown_are_refused():
    book = workbook(("WBC", 5.2))
    other = book.create_sheet("other")
    other.append(("WBC", 9.9))

    assert refused(saved(book)) == "sheets"
    other.sheet_state = "hidden"
    assert text_of(saved(book), LIMITS) == "WBC\t5.2"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.4\nhello", "kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "kind"),
        (b"\xff\xfea", "kind"),
        (b"\xd0\xcf\x11\xe0 old or encrypted", "old"),
        (b"PK\x03\x04 only the beginning", "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"WBC,5.2\n" * 200_000, "large"),
        (b"WBC,5.2\n" * 60, "rows"),
        (saved(workbook(*[("WBC", 5.2)] * 60)), "rows"),
    ],
)
def test_what_is_no_table_is_refused_by_its_content(content, why):
    assert refused(content) == why


@pytest.mark.parametrize(
    "change",
    [
        lambda part: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + part,
        lambda part: part.decode().encode("utf-16"),
        lambda part: b" " * 20_000_000,
        lambda part: part.replace(b"<v>5.2</v>", b"<v>5.x</v>"),
        lambda part: part[:-40],
    ],
    ids=["entity", "other encoding", "bomb", "no number", "cut"],
)
def test_a_workbook_that_was_tampered_with_is_refused(change):
    assert refused(patched(GOOD, change)) == "damaged"


def test_a_row_said_to_be_far_down_does_not_fill_the_memory():
    assert refused(patched(GOOD, lambda part: part.replace(b'<row r="1"', b'<row r="900000"'))) == (
        "rows"
    )


def test_an_archive_of_something_else_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    assert refused(target.getvalue()) == "kind"

"""A table out of a file that a person chose: CSV or an Excel workbook, as text with tabs.

What a file is, its bytes say, never its name. A workbook is unpacked only as far as it may grow,
holds no document type and no entity, and no formula of it is worked out: the value that the
spreadsheet program stored counts. Nothing of the file is kept (T-04).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from ecrf.services.errors import Invalid

MEGABYTE = 1024 * 1024
UNPACKED = 12  # times the largest file: what a workbook may become
MOST_PARTS, MOST_COLUMNS = 500, 100
ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
PLACES = re.compile(r"(?:\[[^\]]*\])?[#,0]*0\.(0+)(?:_.)?%?(?:;.*)?")
DIGITS = 15  # of a number that a spreadsheet shows; beyond is the noise of binary fractions


@dataclass(frozen=True, slots=True)
class Limits:
    megabytes: int
    rows: int


def text_of(content: bytes, limits: Limits) -> str:
    """The lines of a file, cells separated by tabs where it says what its cells are.

    Raises Invalid: file.table_large, _rows, _old, _kind, _damaged or _sheets.
    """
    if len(content) > limits.megabytes * MEGABYTE:
        raise Invalid("file.table_large", most=str(limits.megabytes))
    if content.startswith(OLD_OFFICE):
        raise Invalid("file.table_old")
    text = _workbook(content, limits) if content.startswith(ZIP) else _plain(content)
    if text.count("\n") > limits.rows:
        raise Invalid("file.table_rows", most=str(limits.rows))
    return text


def _plain(content: bytes) -> str:
    """Text as spreadsheet programs write it, in Unicode or, in China, in GB 18030."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text) and not content.startswith(PDF):
            return text
    raise Invalid("file.table_kind")


def _workbook(content: bytes, limits: Limits) -> str:
    try:
        _check_parts(content, UNPACKED * limits.megabytes * MEGABYTE)
        return _sheet(content, limits.rows)
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - whatever a reader cannot read is no workbook
        raise Invalid("file.table_damaged") from None


def _check_parts(content: bytes, most: int) -> None:
    """Refuse what is no workbook, grows too large, or brings entities. A part never unpacks to more
    than its entry says, so the sum of what the entries say is a bound."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        listed = parts.infolist()
        if not {part.filename for part in listed} >= NEEDED:
            raise Invalid("file.table_kind")
        if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > most:
            raise Invalid("file.table_damaged")
        for part in listed:
            if part.filename.endswith((".xml", ".rels")) and FORBIDDEN.search(parts.read(part)):
                raise Invalid("file.table_damaged")


def _sheet(content: bytes, most: int) -> str:
    """The one visible sheet that holds something."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        texts = [text for sheet in shown if (text := "\n".join(_lines(sheet, most))).strip()]
    finally:
        book.close()
    if len(texts) > 1:
        raise Invalid("file.table_sheets")
    return texts[0] if texts else ""


def _lines(sheet: Any, most: int) -> Iterator[str]:
    """Every row with as many cells as the widest one fills."""
    sheet.reset_dimensions()  # the size that a file states may be wrong
    rows: list[list[str]] = []
    for row in sheet.iter_rows(max_col=MOST_COLUMNS):
        if len(rows) >= most:
            raise Invalid("file.table_rows", most=str(most))
        rows.append([_cell(cell) for cell in row])
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell), default=0)
    for row in rows:
        yield "\t".join(row[n] if n < len(row) else "" for n in range(width))


def _cell(cell: Any) -> str:
    """A cell as it is shown: a number with all its digits, and the zeros that its format adds."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return " ".join(str(value).split())
    number, form = Decimal(f"{value:.{DIGITS}g}"), cell.number_format or ""
    share = form.rstrip().endswith("%")
    text = format(number * 100 if share else number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    wanted = PLACES.fullmatch(form)
    lacking = len(wanted[1]) - len(text.partition(".")[2]) if wanted else 0
    if lacking > 0:
        text = text + ("" if "." in text else ".") + "0" * lacking
    return f"{text} %" if share else text

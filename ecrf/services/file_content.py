"""What a file is, told from its bytes alone: a PDF, a JPEG or a PNG that can be read to its end.

The name of a file says nothing: a renamed spreadsheet or a truncated scan is refused here, before
anything is stored. The bytes are never changed.
"""

from __future__ import annotations

import io
import unicodedata
import warnings

import pikepdf
from PIL import Image

from ecrf.definition.values import Problem

MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
KINDS = {media: kind for kind, media in MEDIA.items()}
MARKS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
START_OF_SCAN, END_OF_PICTURE = 0xDA, b"\xff\xd9"
SUFFIXES = {"pdf": ("pdf",), "jpg": ("jpg", "jpeg"), "png": ("png",)}
LONGEST_NAME = 120
MEGABYTE = 1024 * 1024


def check(content: bytes, accept: tuple[str, ...], max_mb: int) -> str | Problem:
    """The kind of the file (pdf, jpg, png), or why it cannot be attached."""
    if len(content) > max_mb * MEGABYTE:
        return Problem("file.large", {"size": megabytes(len(content)), "limit": str(max_mb)})
    kind = next((kind for kind, mark in MARKS.items() if content.startswith(mark)), "")
    if kind not in accept:
        return Problem("file.type", {"types": listed(accept)})
    try:
        _read_pdf(content) if kind == "pdf" else _read_image(kind, content)
    except pikepdf.PasswordError:
        return Problem("file.protected")
    except Exception:  # noqa: BLE001 - whatever a reader cannot read is no such file
        return Problem("file.damaged", {"type": listed((kind,))})
    return kind


def _read_pdf(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if not len(pdf.pages):
            raise ValueError("no page")


def _read_image(kind: str, content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # twice that is refused
        with Image.open(
            io.BytesIO(content), formats=("JPEG" if kind == "jpg" else "PNG",)
        ) as image:
            image.verify()  # of a PNG the checksum of every chunk, without unpacking
    if kind == "jpg":
        _walk_jpeg(content)


def _walk_jpeg(content: bytes) -> None:
    """From segment to segment up to the scan, which must have its end. Decoding would not tell:
    WeasyPrint has Pillow take truncated pictures for whole ones."""
    at = len(MARKS["jpg"]) - 1
    while content[at + 1] != START_OF_SCAN:
        if content[at] != 0xFF:
            raise ValueError("no segment")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    if content.find(END_OF_PICTURE, at) < 0:
        raise ValueError("no end")


def clean_name(name: str) -> str:
    """The name as text that cannot deceive: no folders, no control or direction characters."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(c if unicodedata.category(c)[0] not in "CZ" else _space(c) for c in bare)
    text = " ".join(seen.split()) or "file"
    if len(text) <= LONGEST_NAME:
        return text
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) > 8:
        return text[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 2]}….{suffix}"


def _space(char: str) -> str:
    return " " if unicodedata.category(char)[0] == "Z" or char in "\t\r\n" else ""


def download_name(name: str, media_type: str) -> str:
    """The name with a suffix that says what the bytes are."""
    kind = KINDS[media_type]
    if name.rpartition(".")[2].lower() in SUFFIXES[kind] and "." in name:
        return name
    return f"{name}.{kind}"


def megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}"


def listed(kinds: tuple[str, ...]) -> str:
    """The kinds as people call them."""
    return ", ".join({"pdf": "PDF", "jpg": "JPEG", "png": "PNG"}[kind] for kind in kinds)

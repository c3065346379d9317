"""A file is what its bytes are; its name is only text."""

import pytest

from ecrf.definition.values import Problem
from ecrf.services.file_content import MEGABYTE, check, clean_name, download_name
from tests.attached import OFFICE, pdf, picture

ALL = ("pdf", "jpg", "png")


@pytest.mark.parametrize(
    ("content", "kind"), [(pdf(), "pdf"), (picture("JPEG"), "jpg"), (picture("PNG"), "png")]
)
def test_a_file_is_known_by_its_bytes(content, kind):
    assert check(content, ALL, 1) == kind


@pytest.mark.parametrize("content", [b"", OFFICE, b"%PD", b"<html>", b"\xff\xd8", b"\n%PDF-1.7"])
def test_another_kind_of_file_is_refused(content):
    assert check(content, ALL, 1) == Problem("file.type", {"types": "PDF, JPEG, PNG"})


def test_a_kind_that_the_item_does_not_accept_is_refused():
    assert check(picture("PNG"), ("pdf", "jpg"), 1) == Problem("file.type", {"types": "PDF, JPEG"})


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"%PDF-1.7\nnothing more", "PDF"),
        (pdf(0), "PDF"),
        (picture("JPEG", (400, 300))[:9000], "JPEG"),
        (b"\xff\xd8\xff" + bytes(100), "JPEG"),
        (picture("PNG", (400, 300))[:9000], "PNG"),
        (picture("PNG").replace(b"IDAT", b"IDAX"), "PNG"),
    ],
)
def test_a_damaged_file_is_refused(content, type):
    assert check(content, ALL, 1) == Problem("file.damaged", {"type": type})


def test_a_protected_pdf_is_refused():
    assert check(pdf(password="secret"), ALL, 1) == Problem("file.protected")


def test_a_file_may_be_just_as_large_as_allowed():
    content = pdf() + b"\n" * (MEGABYTE - len(pdf()))

    assert check(content, ALL, 1) == "pdf"
    assert check(content + b"\n", ALL, 1) == Problem("file.large", {"size": "1.0", "limit": "1"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("scan.pdf", "scan.pdf"),
        ("签字页 1.PDF", "签字页 1.PDF"),
        ("C:\\Users\\wang\\scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("a\x00b\x1b[31m\u200b.pdf", "ab[31m.pdf"),
        ("a\tb\u3000 c.pdf", "a b c.pdf"),
        ("", "file"),
        ("\u202e", "file"),
        ("x" * 300, "x" * 120),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_a_name_cannot_deceive(name, kept):
    assert clean_name(name) == kept
    assert len(kept) <= 120


@pytest.mark.parametrize(
    ("name", "media", "given"),
    [
        ("scan.PDF", "application/pdf", "scan.PDF"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("photo.pdf", "image/jpeg", "photo.pdf.jpg"),
        ("pdf", "application/pdf", "pdf.pdf"),
    ],
)
def test_a_download_is_named_by_what_it_is(name, media, given):
    assert download_name(name, media) == given

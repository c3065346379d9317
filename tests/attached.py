"""Small files as people attach them, and some that nobody should be able to attach."""

from __future__ import annotations

import io
import random

import pikepdf
from PIL import Image


def pdf(pages: int = 1, password: str = "") -> bytes:
    """A PDF with empty pages; protected when there is a password."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        for _ in range(pages):
            file.add_blank_page()
        options = {"encryption": pikepdf.Encryption(user=password, owner="o")} if password else {}
        file.save(out, static_id=not password, **options)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture that does not compress to nothing, with the camera's notes if it is a JPEG."""
    noise = random.Random(7).randbytes(size[0] * size[1])
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    Image.frombytes("L", size, noise).save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return out.getvalue()


OFFICE = b"PK\x03\x04" + bytes(200)  # a renamed document

"""The fonts of printed forms, and which characters they have (R-107).

A form is checked character by character before it is rendered, and the fonts in the file after,
so that no character is ever printed as an empty box or taken from a font of chance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont

from ecrf.outputs.printable import code, printable

FAMILIES = ("Noto Sans", "Noto Sans CJK SC")
_FILES = {
    "Noto Sans": ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    "Noto Sans CJK SC": ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
}
_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)


class FontMissing(RuntimeError):
    """A font that printed forms need is not installed."""


class GlyphMissing(ValueError):
    """Characters that no embedded font can print; ``places`` says where each stands."""

    def __init__(self, places: dict[str, list[str]]):
        self.places = places
        parts = (f"{code(char)} in {', '.join(where)}" for char, where in places.items())
        super().__init__("no font can print " + "; ".join(parts))


@cache
def coverage() -> frozenset[str]:
    """Every character that the fonts have, in both weights."""
    have: set[int] = set()
    for family in FAMILIES:
        weights = [_characters(_find(name), family) for name in _FILES[family]]
        have |= frozenset.intersection(*weights)
    return frozenset(map(chr, have)) | {"\n"}


def _find(name: str) -> Path:
    for folder in _FOLDERS:
        found = next(iter(sorted(folder.rglob(name))), None) if folder.is_dir() else None
        if found is not None:
            return found
    raise FontMissing(f"{name} is not installed: apt install fonts-noto-core fonts-noto-cjk")


def _characters(path: Path, family: str) -> frozenset[int]:
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            for font in collection:
                if font["name"].getDebugName(1) == family:
                    return frozenset(font.getBestCmap())
        raise FontMissing(f"{path} does not hold {family}")
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def require(casebook: Any, printed: str) -> None:
    """Raise GlyphMissing unless the fonts have every character of the printed text."""
    absent = set(printed) - coverage()
    if absent:
        places: dict[str, list[str]] = {char: [] for char in sorted(absent)}
        for place, text in _texts(casebook, "form"):
            for char in absent.intersection(printable(text)):
                if place not in places[char]:
                    places[char].append(place)
        raise GlyphMissing(places)


def _texts(part: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text of the casebook with the item, entry or part it stands in."""
    if isinstance(part, str):
        yield place, part
    elif dataclasses.is_dataclass(part):
        place = _place(part, place)
        for field in dataclasses.fields(part):
            if field.name != "definition":
                yield from _texts(getattr(part, field.name), place)
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value, place)
    elif isinstance(part, tuple):
        for value in part:
            yield from _texts(value, place)


def _place(part: Any, place: str) -> str:
    if getattr(part, "path", ""):
        return str(part.path)
    if hasattr(part, "attestation"):
        return f"signature {part.id}"
    return place

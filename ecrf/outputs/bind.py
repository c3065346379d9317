"""Binds a book: pieces laid out one by one become one PDF/A with contents, bookmarks and links.

A casebook has many hundred pages, and a layout holds five megabytes for each; so each visit is
laid out by itself, without page numbers. The front comes last, because it says on which page
everything is. What belongs to the copy alone (its number, when it was made, page x of y) is a
frame laid over the finished pages. docs/decisions/0020-volumes.md has the figures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pikepdf

from ecrf.outputs import fonts, pdf, words
from ecrf.outputs.books import Book
from ecrf.outputs.press import Press

_TRIES = 4
Step = Callable[[int, int], None]  # how much is laid out, of how much


@dataclass(frozen=True, slots=True)
class _Place:
    """A bookmark of a piece."""

    title: str
    page: int
    left: float
    top: float
    closed: bool
    below: tuple[_Place, ...]


def pieces(book: Book, press: Press, step: Step) -> list[bytes]:
    """The pieces of the book, laid out. Raises GlyphMissing, and what ``step`` raises."""
    parts = book.pieces()
    for part in parts:
        fonts.require(part.content, part.text)
    total, ready = sum(part.size for part in parts), 0

    def done(index: int) -> None:
        nonlocal ready
        ready += parts[index].size
        step(ready, total)

    step(0, total)
    return press.pieces([part.text for part in parts], done)


def bind(book: Book, laid_out: Sequence[bytes]) -> bytes:
    """The file, ready to be sealed. The same book gives the same bytes. Raises GlyphMissing."""
    parts = [pikepdf.open(io.BytesIO(piece)) for piece in laid_out]
    try:
        with pdf.ONE_AT_A_TIME, pdf.uncollected():
            front, places = _front(book, parts)
            frame = pdf.written(_frame(book, len(front.pages) + _count(parts)))
        with front:
            _append(front, parts, places)
            _lay_over(front, frame)
            return pdf.normalised(front)
    finally:
        for part in parts:
            part.close()


def _count(parts: Sequence[pikepdf.Pdf]) -> int:
    return sum(len(part.pages) for part in parts)


def _front(book: Book, parts: Sequence[pikepdf.Pdf]) -> tuple[pikepdf.Pdf, dict[str, Any]]:
    """What comes first, and where each anchor of the pieces is: its page in the whole file, and
    where on it."""
    issue = pdf.Issue(book.generated, book.app, book.files())
    size = 1
    for _ in range(_TRIES):  # its length shifts every number on it; two tries settle it
        places = _anchors(parts, size)
        text = book.front({name: place[0] + 1 for name, place in places.items()})
        fonts.require(book.content, text)
        front = pikepdf.open(io.BytesIO(pdf.written(text, issue)))
        if len(front.pages) == size or not parts:
            return front, places
        size = len(front.pages)
    raise RuntimeError("the contents have no length at which their page numbers are right")


def _frame(book: Book, pages: int) -> str:
    return pdf.filled(
        "frame.html",
        book.language,
        pages=pages,
        generated=book.generated,
        copy_id=book.copy.copy_id if book.copy else "–",
        claim=words.CLAIMS[book.claim],
    )


# ---- the file


def _anchors(parts: Sequence[pikepdf.Pdf], start: int) -> dict[str, tuple[int, float, float]]:
    """Anchor -> page of the whole file, from 0, and the point on it."""
    found: dict[str, tuple[int, float, float]] = {}
    for part in parts:
        numbers = _numbers(part)
        names = part.Root.Names.Dests.Names.as_list()
        for name, target in zip(names[::2], names[1::2], strict=True):
            page = start + numbers[target[0].objgen]
            found[str(name)] = (page, float(target[2]), float(target[3]))
        start += len(part.pages)
    return found


def _numbers(part: pikepdf.Pdf) -> dict[Any, int]:
    return {page.obj.objgen: number for number, page in enumerate(part.pages)}


def _append(cover: pikepdf.Pdf, parts: Sequence[pikepdf.Pdf], places: dict[str, Any]) -> None:
    """The pages after the cover, with their bookmarks; its links lead to them."""
    if not parts:
        return
    bookmarks = []
    for part in parts:
        bookmarks += _bookmarks(part, len(cover.pages))
        cover.pages.extend(part.pages)
    names = cover.Root.Names.Dests.Names
    for index in range(0, len(names), 2):
        page, left, top = places[str(names[index])]
        target = cover.pages[page].obj
        names[index + 1] = pikepdf.Array([target, pikepdf.Name.XYZ, left, top, 0])
    with cover.open_outline() as outline:
        outline.root.extend(_item(place) for place in bookmarks)


def _bookmarks(part: pikepdf.Pdf, start: int) -> list[_Place]:
    numbers = _numbers(part)

    def read(item: pikepdf.OutlineItem) -> _Place:
        page, _, left, top, _ = cast(pikepdf.Array, item.destination).as_list()
        return _Place(
            item.title,
            start + numbers[page.objgen],
            float(left),
            float(top),
            item.is_closed,
            tuple(read(child) for child in item.children),
        )

    with part.open_outline() as outline:
        return [read(item) for item in outline.root]


def _item(place: _Place) -> pikepdf.OutlineItem:
    item = pikepdf.OutlineItem(place.title, place.page, "XYZ", left=place.left, top=place.top)
    item.is_closed = place.closed
    item.children.extend(_item(child) for child in place.below)
    return item


def _lay_over(whole: pikepdf.Pdf, frame: bytes) -> None:
    """Each page of the frame over the page of the same number."""
    with pikepdf.open(io.BytesIO(frame)) as frames:
        for page, over in zip(whole.pages, frames.pages, strict=True):
            shared: Any = page.obj.Resources  # by all pages of a piece
            own = pikepdf.Dictionary(**{key[1:]: shared[key] for key in shared.keys()})
            own.XObject = pikepdf.Dictionary(
                **{key[1:]: value for key, value in dict(shared.get("/XObject", {})).items()},
                Frame=whole.copy_foreign(over.as_form_xobject()),
            )
            page.obj.Resources = own
            page.contents_add(b"q", prepend=True)
            page.contents_add(b"Q q /Frame Do Q")

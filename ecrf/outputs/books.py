"""The books that are bound: which templates a content is printed with, and in which pieces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecrf.outputs import attachments, legend, pdf
from ecrf.outputs.attachments import File
from ecrf.outputs.casebook import CasebookForm, Copy, Language, Moment, Words
from ecrf.outputs.sheets import EligibilitySheet, QueryList, SubjectQueries
from ecrf.outputs.volume import Volume, standing

TOGETHER = 60  # queries in a piece of several subjects
Content = Volume | EligibilitySheet | QueryList


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is laid out by itself; ``content`` is what it prints, ``size`` how much."""

    text: str
    content: Any
    size: int


class Book(ABC):
    """``pieces`` say nothing of the copy, so that they can be kept; the front is laid out last."""

    content: Any

    @property
    def language(self) -> Language:
        language: Language = self.content.language
        return language

    @property
    def generated(self) -> Moment:
        moment: Moment = self.content.generated
        return moment

    @property
    def app(self) -> str:
        return str(self.content.about.app)

    @property
    def copy(self) -> Copy | None:
        copy: Copy | None = self.content.copy
        return copy

    @property
    def claim(self) -> str:
        """What the foot of every page says of the copy, in words.CLAIMS."""
        if self.content.certified:
            return "certified"
        return "partly" if self.copy else "unregistered"

    def pieces(self) -> tuple[Piece, ...]:
        return ()

    def files(self) -> tuple[File, ...]:
        """What is carried inside; nothing in what is submitted."""
        return self.inside() if self.content.rendition == "archive" else ()

    @abstractmethod
    def inside(self) -> tuple[File, ...]:
        """The data files and their manifest."""

    @abstractmethod
    def front(self, pages: Mapping[str, int]) -> str:
        """The text of the first pages; ``pages``: anchor of a piece -> its page."""


@dataclass(frozen=True)
class VolumeBook(Book):
    """A visit or a casebook: a piece for each visit, and the legend."""

    content: Volume

    def pieces(self) -> tuple[Piece, ...]:
        visits = [self._visit(number) for number in range(len(self.content.chapters))]
        return (*visits, Piece(self._end(), None, 0))

    def _visit(self, number: int) -> Piece:
        volume = self.content
        chapter = volume.chapters[number]
        text = pdf.filled(
            "visit.html",
            volume.language,
            about=volume.about,
            chapter=chapter,
            notices=tuple(_notice(form) for form in chapter.forms),
            standing=standing,
        )
        return Piece(text, chapter, len(chapter.forms))

    def _end(self) -> str:
        volume = self.content
        return pdf.filled("end.html", volume.language, about=volume.about, missing=volume.missing)

    def inside(self) -> tuple[File, ...]:
        return attachments.volume_files(self.content)

    def front(self, pages: Mapping[str, int]) -> str:
        volume = self.content
        return pdf.filled(
            "cover.html",
            volume.language,
            volume=volume,
            pages=pages,
            notice=None if volume.signed else legend.NOTICES["partly"],
            standing=standing,
            app=volume.about.app,
        )


@dataclass(frozen=True)
class EligibilityBook(Book):
    """The eligibility sheet of a subject: a few pages, laid out at once."""

    content: EligibilitySheet

    def inside(self) -> tuple[File, ...]:
        return attachments.eligibility_files(self.content)

    def front(self, pages: Mapping[str, int]) -> str:
        sheet = self.content
        return pdf.filled(
            "eligibility.html",
            sheet.language,
            sheet=sheet,
            status=legend.DECISIONS[sheet.standing],
            notice=None if sheet.signed else legend.UNDECIDED[sheet.standing],
            words_of_sheet=legend.ELIGIBILITY,
            app=sheet.about.app,
        )


@dataclass(frozen=True)
class QueryBook(Book):
    """A list of queries: of a subject at once, of a site in pieces of some subjects each."""

    content: QueryList

    @property
    def claim(self) -> str:
        return "sealed" if self.copy else "unregistered"

    def pieces(self) -> tuple[Piece, ...]:
        listed = self.content
        if listed.about.subject:
            return ()
        return tuple(self._piece(parts) for parts in _shared(listed.subjects))

    def _piece(self, parts: tuple[SubjectQueries, ...]) -> Piece:
        listed = self.content
        text = pdf.filled(
            "queries_of.html",
            listed.language,
            about=listed.about,
            narrowed=listed.narrowed,
            parts=parts,
        )
        return Piece(text, parts, len(parts))

    def inside(self) -> tuple[File, ...]:
        return attachments.query_files(self.content)

    def front(self, pages: Mapping[str, int]) -> str:
        listed = self.content
        return pdf.filled(
            "queries.html",
            listed.language,
            listed=listed,
            pages=pages,
            words_of_sheet=legend.QUERIES,
            app=listed.about.app,
        )


def of(content: Content) -> Book:
    """The book of a content."""
    if isinstance(content, Volume):
        return VolumeBook(content)
    return QueryBook(content) if isinstance(content, QueryList) else EligibilityBook(content)


def _shared(subjects: Sequence[SubjectQueries]) -> Iterator[tuple[SubjectQueries, ...]]:
    """Subjects that are laid out together, so that few queries do not take a page each."""
    parts: list[SubjectQueries] = []
    for subject in subjects:
        if parts and sum(len(part.lines) for part in (*parts, subject)) > TOGETHER:
            yield tuple(parts)
            parts = []
        parts.append(subject)
    if parts:
        yield tuple(parts)


def _notice(form: CasebookForm) -> Words | None:
    """What stands on every page of a form without valid signature (R-104)."""
    return None if form.standing == "signed" else legend.NOTICES[form.standing]

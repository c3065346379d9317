"""What is bound into one file: the forms of a visit or of a whole casebook, in visit order.

Plain data, like the forms inside it. A form stays what it is when printed alone; the volume adds
what leads to it: a cover, the contents, a sheet for each visit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ecrf.outputs import words
from ecrf.outputs.casebook import (
    CasebookForm,
    Copy,
    Header,
    Language,
    Moment,
    QueryLine,
    SignatureLine,
    Words,
)

Scope = Literal["visit", "casebook"]
Rendition = Literal["archive", "submission"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A form that is due at a visit and was never entered, with the queries about that."""

    form: str
    version: int
    title: Words
    queries: tuple[QueryLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A visit: its forms in the order of the definition, and what is known of it as a whole."""

    event: str
    event_no: int
    title: Words
    date: str  # as entered; empty when it has none
    forms: tuple[CasebookForm, ...]
    missing: tuple[Missing, ...] = ()
    queries: tuple[QueryLine, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.event}-{self.event_no}"

    @property
    def every_query(self) -> tuple[QueryLine, ...]:
        """The queries about the visit and about forms that nobody entered."""
        return (*self.queries, *(query for form in self.missing for query in form.queries))


@dataclass(frozen=True, slots=True)
class Signing:
    """What one person signed at one moment: a cover names it once, however many forms."""

    first: SignatureLine
    forms: int


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last entry of the study's audit trail when the volume was read."""

    seq: int
    hash: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Volume:
    """``about`` identifies study, site and subject; its event and form are those of one form."""

    scope: Scope
    language: Language
    about: Header
    chapters: tuple[Chapter, ...]
    head: ChainHead
    missing: Mapping[str, Words]  # the reasons for a missing value
    rendition: Rendition = "archive"
    copy: Copy | None = None

    @property
    def forms(self) -> tuple[CasebookForm, ...]:
        return tuple(form for chapter in self.chapters for form in chapter.forms)

    @property
    def live(self) -> tuple[CasebookForm, ...]:
        """The forms that take part in the study data."""
        return tuple(form for form in self.forms if form.struck is None)

    @property
    def standings(self) -> Mapping[str, int]:
        """signed, unsigned, superseded, invalid -> how many forms."""
        return Counter(form.standing for form in self.live)

    @property
    def signed(self) -> bool:
        """Whether every form that takes part bears a valid signature."""
        return bool(self.live) and set(self.standings) == {"signed"}

    @property
    def certified(self) -> bool:
        """Whether this may call itself a certified copy (R-104)."""
        return self.signed and self.copy is not None

    @property
    def revision(self) -> int:
        """The sum of the revisions of the forms: it grows with every save."""
        return sum(form.header.revision for form in self.forms)

    @property
    def generated(self) -> Moment:
        return self.copy.at if self.copy else self.head.at

    @property
    def signings(self) -> tuple[Signing, ...]:
        """Who signed what when, in the order of time."""
        acts: dict[tuple[str, ...], list[SignatureLine]] = {}
        for line in self._signatures():
            key = (line.at.utc, line.user, line.meaning.en, line.status)
            acts.setdefault(key, []).append(line)
        return tuple(Signing(lines[0], len(lines)) for _, lines in sorted(acts.items()))

    def _signatures(self) -> Iterator[SignatureLine]:
        for form in self.forms:
            yield from form.signatures

    @property
    def counts(self) -> Mapping[str, int]:
        """How much is inside; the queries about visits and missing forms count too."""
        within: Counter[str] = Counter()
        for form in self.forms:
            within.update(form.counts)
        within["queries"] += sum(len(chapter.every_query) for chapter in self.chapters)
        return {"visits": len(self.chapters), "forms": len(self.forms), **within}


def standing(form: CasebookForm) -> Words:
    """How a form stands, in a word or two for a list."""
    return words.STATES["struck"] if form.struck else words.SHORT_STANDINGS[form.standing]

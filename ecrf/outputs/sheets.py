"""What is printed over the records of a subject or a site: the eligibility sheet, lists of queries.

Plain data, like the forms of a casebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ecrf.outputs.casebook import (
    CasebookForm,
    Copy,
    Language,
    Moment,
    QueryLine,
    Shown,
    Standing,
    Words,
)
from ecrf.outputs.volume import ChainHead, Rendition


@dataclass(frozen=True, slots=True)
class About:
    """Whom a sheet is about; without a subject, the whole site."""

    study: str
    title: Words
    sponsor: Words
    protocol: str
    protocol_version: str
    site: str
    site_name: Words
    investigator: Words
    build: int
    build_date: str
    app: str
    subject: str = ""
    cohort: Words = Words("", "")


@dataclass(frozen=True, slots=True)
class Ground:
    """A value that a criterion rests on: what it is, where and when."""

    label: Words
    field: str
    value: Words
    code: str
    date: str
    place: str  # visit, form and revision of the record that holds it


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion with its result: PASS, FAIL, UNDET or NA."""

    id: str
    label: Words
    text: Words
    result: str
    grounds: tuple[Ground, ...]
    missing: tuple[Words, ...]
    warnings: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class EligibilitySheet:
    """Every criterion of the cohort on the date of the decision, ``decision`` being the form with
    the judgements; before the decision, on the day of the print."""

    language: Language
    about: About
    on: str
    decided: bool
    version: int  # of the criteria
    source: Words
    result: str  # ELIGIBLE, INELIGIBLE, UNDETERMINED
    warnings: tuple[Words, ...]
    criteria: tuple[CriterionLine, ...]
    decision: CasebookForm | None
    agrees: bool  # the decision with what is found now
    head: ChainHead
    revision: int
    rendition: Rendition = "archive"
    copy: Copy | None = None

    @property
    def standing(self) -> Standing:
        """A signature for what is no longer found is superseded, also before it is marked so."""
        if self.decision is None:
            return "unsigned"
        standing = self.decision.standing
        return "superseded" if standing == "signed" and not self.agrees else standing

    @property
    def signed(self) -> bool:
        """Whether the decision bears a valid signature."""
        return self.standing == "signed"

    @property
    def certified(self) -> bool:
        """Whether this may call itself a certified copy (R-104)."""
        return self.signed and self.copy is not None

    @property
    def generated(self) -> Moment:
        return self.copy.at if self.copy else self.head.at

    @property
    def results(self) -> Mapping[str, int]:
        """PASS, FAIL, UNDET, NA -> how many criteria."""
        return Counter(line.result for line in self.criteria)

    @property
    def counts(self) -> Mapping[str, int]:
        signatures = len(self.decision.signatures) if self.decision else 0
        return {"criteria": len(self.criteria), "signatures": signatures}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A query in a list. ``days`` old; of a settled one, the days it took. ``changes``: audit
    number of a move -> the value it was said about, where that had changed."""

    query: QueryLine
    question: Words
    subject: str
    event: str
    event_no: int
    visit: Words
    form: Words  # nothing: about the visit
    repeat: int
    days: int
    code: str  # open, answered, reopened, closed, cancelled
    value: Shown | None  # when it was asked
    changes: Mapping[int, Shown]

    @property
    def live(self) -> bool:
        return self.code not in ("closed", "cancelled")


@dataclass(frozen=True, slots=True)
class SubjectQueries:
    """The queries of a subject in a list, in the order of visits."""

    about: About
    narrowed: str
    lines: tuple[AskedLine, ...]

    @property
    def live(self) -> tuple[AskedLine, ...]:
        return tuple(line for line in self.lines if line.live)

    @property
    def oldest(self) -> int | None:
        """Days of the oldest that is not settled."""
        return max((line.days for line in self.live), default=None)


@dataclass(frozen=True, slots=True)
class QueryList:
    """The queries of a subject or a site that a state narrows to."""

    language: Language
    about: About
    narrowed: str
    subjects: tuple[SubjectQueries, ...]
    head: ChainHead
    revision: int
    rendition: Rendition = "archive"
    copy: Copy | None = None
    certified: bool = False  # nobody signs a list: it is sealed, and claims no more

    @property
    def lines(self) -> tuple[AskedLine, ...]:
        return tuple(line for part in self.subjects for line in part.lines)

    @property
    def states(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(Counter(line.code for line in self.lines).items()))

    @property
    def oldest(self) -> int | None:
        return max((part.oldest for part in self.subjects if part.oldest is not None), default=None)

    @property
    def generated(self) -> Moment:
        return self.copy.at if self.copy else self.head.at

    @property
    def counts(self) -> Mapping[str, int]:
        return {"subjects": len(self.subjects), "queries": len(self.lines)}

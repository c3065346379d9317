"""What is printed over the records of a subject or a site: the eligibility sheet.

Plain data, like the forms of a casebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ecrf.outputs.casebook import CasebookForm, Copy, Language, Moment, Standing, Words
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

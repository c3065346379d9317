"""What is printed: one form instance at one revision, with everything that ever happened to it.

Plain data without database or definition objects behind it, so that the renderer, the tests and a
person see the same. Whatever is read comes as :class:`Words`; the language is chosen when printing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecrf.definition import model

Language = Literal["en", "zh", "both"]
Standing = Literal["signed", "unsigned", "superseded", "invalid"]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    en: str
    zh: str

    def __getitem__(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    @classmethod
    def of(cls, text: model.Text | str) -> Words:
        """A text of a definition, or one that is the same in both languages."""
        return cls(text, text) if isinstance(text, str) else cls(text.en, text.zh)


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: at the site with its offset, and in UTC (R-114)."""

    local: str  # 2026-11-23 11:05:12 +08:00
    utc: str  # 2026-11-23T03:05:12.123Z


Clock = Callable[[str], Moment]  # a stored instant as it is printed


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored value as it is read: decoded, and the code or exact text where that differs."""

    words: Words
    code: str = ""
    stored: Mapping[str, object] = field(default_factory=dict)  # as Value.to_json writes it
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One item of the form and what stands there."""

    path: str
    oid: str
    label: Words
    state: Literal["value", "missing", "blank", "hidden"]
    shown: Shown
    unit: str = ""
    rule: str = ""  # the rule that hides it
    derived: bool = False
    changes: int = 0
    queries: tuple[tuple[int, str], ...] = ()  # number and state
    marks: tuple[tuple[str, str], ...] = ()  # kind and act of the latest review
    version: int | None = None  # audit number that produced the value
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """The answers of a plain group, of one row, or of one test of a panel."""

    key: str
    label: Words
    answers: tuple[Answer, ...]
    struck: int | None = None  # audit number that struck the row out


@dataclass(frozen=True, slots=True)
class Column:
    """An item at the head of a table; ``rule`` is its skip rule where it hides an answer."""

    oid: str
    label: Words
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of the form. ``stacked``: rows too wide to stand side by side."""

    oid: str
    label: Words
    layout: Literal["plain", "rows", "panel"]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    rule: str = ""  # the rule that hides the whole group

    @property
    def stacked(self) -> bool:
        return self.layout == "rows" and len(self.columns) > 5


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """By which delegation a person signed (R-028)."""

    role: Words
    site: str  # * for every site
    since: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """An electronic signature and whether it holds (R-023, R-027)."""

    id: int
    name: str
    user: str
    role: Words
    site: str
    meaning: Words
    attestation: str
    attestation_version: int
    language: str
    at: Moment
    revision: int
    digest: str
    certificate: str  # SHA-256 of the certificate
    status: Literal["valid", "superseded", "invalid"]
    seq: int  # the audit entry of the signing
    delegation: DelegationLine | None = None
    ended: Moment | None = None
    ended_by: str = ""
    ended_why: str = ""
    ended_seq: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry of the audit trail of this form."""

    seq: int
    at: Moment
    user: str
    name: str
    role: Words
    organisation: str
    channel: str
    behalf: str
    action: str
    action_words: Words
    path: str
    oid: str
    label: Words
    old: Shown | None
    new: Shown | None
    reason: Words
    reason_code: str
    reason_text: str
    links: tuple[tuple[str, str], ...]  # what else the entry says: name and value
    language: str
    revision: int
    app: str
    build: int
    hash: str


@dataclass(frozen=True, slots=True)
class QueryMove:
    move: Words
    text: str
    by: str
    role: Words
    at: Moment
    seq: int


@dataclass(frozen=True, slots=True)
class QueryLine:
    id: int
    path: str
    label: Words
    state: Words
    text: str
    check: str
    version: int | None
    raised_by: str
    raised_role: Words
    raised: Moment
    moves: tuple[QueryMove, ...]


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One act of source verification or review."""

    kind: Words
    act: Words
    path: str
    label: Words
    version: int
    by: str
    role: Words
    at: Moment
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class Copy:
    """The registered copy that is being made: its number and who asked for it."""

    copy_id: str
    copy_no: int
    predecessor: str | None
    requested_by: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Header:
    """What identifies the form instance, its definition and its state."""

    study: str
    title: Words
    short_title: Words
    sponsor: Words
    protocol: str
    protocol_version: str
    site: str
    site_name: Words
    investigator: Words
    timezone: str
    subject: str
    cohort: Words
    event: str
    event_title: Words
    event_no: int
    event_date: str
    form: str
    form_title: Words
    form_version: int
    form_digest: str
    build: int
    build_date: str
    repeat: int
    record: int
    revision: int
    digest: str  # SHA-256 of the stored values
    status: Words
    created: Moment
    updated: Moment
    app: str


@dataclass(frozen=True, slots=True)
class CasebookForm:
    language: Language
    header: Header
    sections: tuple[Section, ...]
    signatures: tuple[SignatureLine, ...]
    audit: tuple[AuditLine, ...]
    queries: tuple[QueryLine, ...]
    marks: tuple[MarkLine, ...]
    standing: Standing
    definition: model.Form
    choices: Mapping[str, tuple[model.Choice, ...]]  # item or analyte -> its choices
    missing: Mapping[str, Words]  # the reasons for a missing value
    copy: Copy | None = None

    @property
    def generated(self) -> Moment:
        """When the copy was made; without a copy, when the form last changed."""
        return self.copy.at if self.copy else self.updated

    @property
    def updated(self) -> Moment:
        """The time of the last entry of the audit trail."""
        return self.audit[-1].at if self.audit else self.header.updated

    @property
    def struck(self) -> AuditLine | None:
        """The entry that struck the whole form out, unless it was restored since."""
        moves = (a for a in reversed(self.audit) if a.action in ("record.strike", "record.restore"))
        last = next(moves, None)
        return last if last and last.action == "record.strike" else None

    @property
    def certified(self) -> bool:
        """Whether this may call itself a certified copy (R-104)."""
        return self.standing == "signed" and self.copy is not None

    @property
    def counts(self) -> Mapping[str, int]:
        """How much is inside, as it is printed and as the manifest says it."""
        return {
            "items": len(self.answers),
            "audit": len(self.audit),
            "signatures": len(self.signatures),
            "queries": len(self.queries),
            "marks": len(self.marks),
        }

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(
            answer for section in self.sections for line in section.lines for answer in line.answers
        )

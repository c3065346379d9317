"""What a study is made of: the shape of every file under forms/, as pydantic models.

Positions (line, column) are kept by the loader, not here. Every person-readable text is
:class:`Text`, in English and Chinese, both mandatory. Strings typed ``Rule`` are expressions of
the rule language (rules.py); they are parsed and typed when the study loads. The small parts are
in parts.py, the item types in item_models.py; all can be imported from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ecrf.definition.anchors import Anchor, Baseline, Leaving
from ecrf.definition.episodes import Episode
from ecrf.definition.gates import Gate
from ecrf.definition.item_models import (
    CalculatedItem,
    CodeItem,
    DateItem,
    DateTimeItem,
    DecimalItem,
    FileItem,
    IntegerItem,
    Item,
    ItemBase,
    LabItem,
    LongTextItem,
    MultiItem,
    PartialDateItem,
    PersonItem,
    RefItem,
    TextItem,
    TimeItem,
    YesNoItem,
)
from ecrf.definition.milestones import Milestone
from ecrf.definition.monitoring import Monitoring
from ecrf.definition.parts import (
    OID,
    AltUnit,
    Bounds,
    BoundsList,
    Choice,
    Code,
    DataClass,
    Origin,
    Part,
    Pinned,
    Rule,
    Text,
)
from ecrf.definition.sayings import Sayings

__all__ = [
    "OID", "AltUnit", "Analyte", "AnalyteCatalogue", "Anchor", "Bounds", "BoundsList", "Build",
    "CalculatedItem", "Check", "Choice", "Code", "CodeItem", "CodeList", "Cohort", "DataClass",
    "DateItem", "DateTimeItem", "DecimalItem", "Event", "FileItem", "Form", "FormRef", "Group",
    "IntegerItem", "Item", "ItemBase", "LabItem", "Laboratory", "LongTextItem", "MissingCode",
    "MultiItem", "Origin", "Parameter", "Part", "PartialDateItem", "PersonItem", "Pinned",
    "RefItem", "ReferenceRange", "Rule", "Site", "Study", "Text", "TextItem", "TimeItem", "Until",
    "YesNoItem",
]  # fmt: skip


CONSENT = Text(en="Consent", zh="知情同意")
INFUSION = Text(en="Infusion", zh="回输")


class CodeList(Part):
    """codelists/<list in lower case>/<version>.yaml: a list shared by forms."""

    codelist: OID
    version: int = Field(ge=1)
    label: Text
    choices: tuple[Choice, ...] = Field(min_length=1)
    sdtm: str | None = None
    """Name of the CDISC code list, if it follows one."""


class Group(Part):
    """Items shown together. ``layout``:

    plain  label above control, in columns
    rows   a repeating group: one table row per instance, row keys 1, 2, 3 ... never re-used
    panel  a laboratory panel: one pre-printed row per analyte; row key = analyte code
    """

    group: OID
    """Name of the group, unique in the form."""
    label: Text
    layout: Literal["plain", "rows", "panel"] = "plain"
    """plain, rows (repeating) or panel (laboratory)."""
    items: tuple[Item, ...] = Field(min_length=1)
    show: Rule | None = None
    """Skip logic of the whole group."""
    catalogue: Pinned | None = None
    """Panel: analytes/<catalogue>/<version>.yaml."""
    analytes: tuple[OID, ...] = ()
    """Panel: which analytes, in printed order."""
    min_rows: int = 0
    """Rows offered from the start."""
    max_rows: int = 200

    @property
    def repeats(self) -> bool:
        return self.layout != "plain"


class Check(Part):
    """An edit check. Its examples give values by the names its rule uses.

    A row item is given as a list of rows under the group's name; other forms, the event, the
    subject and ``today`` by their dotted names.
    """

    check: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*-[A-Za-z0-9]+$")]
    """Id, unique in the study: VS-01."""
    severity: Literal["hard", "soft", "note"]
    """hard is refused, soft is kept and queried or confirmed, note is only shown."""
    when: Rule
    """The check fires when this is definitely true."""
    group: OID | None = None
    """The repeating group whose rows are checked one by one."""
    items: tuple[OID, ...] = ()
    """Where the message stands; the items that the rule names when left out."""
    message: Text
    """States the discrepancy, suggests no answer (R-068)."""
    query: bool = False
    """A soft check that also opens a system query on save."""
    fires: tuple[dict[str, Any], ...] = Field(min_length=1)
    """Examples with which the check fires."""
    passes: tuple[dict[str, Any], ...] = Field(min_length=1)
    """Examples with which it does not."""
    source: str | None = None
    """Where the check comes from."""


class Form(Part):
    """forms/<form in lower case>/<version>.yaml"""

    form: OID
    version: int = Field(ge=1)
    title: Text
    repeats: bool = False
    """Several records of it in one event (a log, or a repeat key)."""
    row_label: Rule | None = None
    """What names one record of a repeating form in lists."""
    columns: tuple[OID, ...] = ()
    """The items that a log shows as columns; none: what names the record."""
    sdtm: str | None = None
    """SDTM domains."""
    guideline: Text | None = None
    """Completion guideline (R-074)."""
    groups: tuple[Group, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    identifiers: Text | None = None
    """Justification for initials or a full birth date (R-146)."""

    def items(self) -> Iterator[tuple[Group, Item]]:
        for group in self.groups:
            for item in group.items:
                yield group, item


class Analyte(Part):
    """One test of a laboratory panel."""

    code: OID
    label: Text
    kind: Literal["number", "code"] = "number"
    unit: str | None = None
    """Canonical unit, a UCUM code."""
    units: tuple[AltUnit, ...] = ()
    """Other units accepted on entry."""
    places: int | None = None
    """Decimals usual for the result."""
    soft: Bounds | None = None
    """Plausible limits in the canonical unit."""
    hard: Bounds | None = None
    """Possible limits in the canonical unit."""
    codelist: Pinned | None = None
    """Kind code: a shared list."""
    choices: tuple[Choice, ...] = ()
    """Kind code: the codes, in place of a shared list."""
    grade: str | None = None
    """Term of clinical/ctcae_v5, for example NEUT."""
    sdtm: str | None = None
    mark: str | None = None
    also: tuple[str, ...] = ()
    """Other names that laboratories print, for blocks that are pasted."""


class AnalyteCatalogue(Part):
    """analytes/<catalogue in lower case>/<version>.yaml"""

    catalogue: OID
    version: int = Field(ge=1)
    analytes: tuple[Analyte, ...]


class ReferenceRange(Part):
    """One row of a laboratory's ranges (part A 4.1). Ages half-open [from, to), dates too."""

    id: str
    analyte: OID
    sex: Literal["M", "F", "B"] = "B"
    """B for both."""
    age_from: Decimal = Decimal(0)
    age_to: Decimal = Decimal(120)
    age_unit: Literal["Y", "M", "D"] = "Y"
    unit: str
    """Unit of the limits, a UCUM code."""
    low: Decimal | None = None
    high: Decimal | None = None
    alert_low: Decimal | None = None
    alert_high: Decimal | None = None
    effective_from: dt.date
    effective_to: dt.date | None = None
    source: str | None = None
    mark: str | None = None


class Laboratory(Part):
    """laboratories/<lab>.yaml"""

    laboratory: OID
    label: Text
    is_centre: bool = False
    """Whether it is the laboratory of the trial centre."""
    valid_from: dt.date
    valid_to: dt.date | None = None
    ranges: tuple[ReferenceRange, ...] = ()


class Parameter(Part):
    """A value the protocol must decide, with how sure it is ([S] seed, [C] customary, ASSUMED)."""

    name: OID
    """Rules use it as params.<name>."""
    value: Decimal | int | str | bool
    mark: str
    label: Text


class Cohort(Part):
    cohort: OID
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    """Letter in the subject code."""
    label: Text


class Site(Part):
    site: OID
    label: Text
    timezone: str = "Asia/Shanghai"
    principal_investigator: Text | None = None


class MissingCode(Part):
    """A reason for a missing value: ND, UNK, NA, ASKU or PEND."""

    code: str
    label: Text


class Study(Part):
    """study.yaml"""

    study: OID
    title: Text
    short_title: Text
    protocol: str
    sponsor: Text
    software_note: Text | None = None
    sites: tuple[Site, ...] = Field(min_length=1)
    cohorts: tuple[Cohort, ...] = Field(min_length=1)
    missing_codes: tuple[MissingCode, ...]
    parameters: tuple[Parameter, ...] = ()
    build: int | None = None
    """The build that a new database begins with; the highest released one when left out."""
    consent: str = "IC.ic_date"
    """The item that opens everything else (R-148)."""
    infusion: str = "INF.INFDAT"
    """The item that makes D0 real."""
    visit_date: str | None = None
    """The item that says when a visit took place."""
    visit_done: str | None = None
    """The item that says whether a visit took place, Y or N."""
    anchors: tuple[Anchor, ...] = ()
    """The dates that planned days count from; consent and infusion when left out."""
    leaving: tuple[Leaving, ...] = ()
    """The answers after which visits that are planned are no longer expected."""
    baseline: tuple[Baseline, ...] = ()
    """A grade that needs a baseline takes the last result before the first of these known."""
    monitoring: Monitoring | None = None
    """What is verified against source; everything when left out."""
    queries: Sayings = Sayings()
    """Words ready for queries and their answers."""
    episodes: tuple[Episode, ...] = ()
    """What is drawn beside the visits on the time line of a subject."""
    milestones: tuple[Milestone, ...] = ()
    """Where an investigator signs the casebook as a whole."""

    def all_anchors(self) -> tuple[Anchor, ...]:
        """The anchors as written, and consent and infusion where they are not."""
        written = {anchor.anchor for anchor in self.anchors}
        usual = (
            Anchor(anchor="consent", label=CONSENT, dates=(self.consent,)),
            Anchor(anchor="infusion", label=INFUSION, dates=(self.infusion,)),
        )
        return self.anchors + tuple(a for a in usual if a.anchor not in written)


class FormRef(Part):
    """A form due at an event."""

    form: OID
    version: int
    cohorts: tuple[OID, ...] = ()
    """Cohorts it is due for; all when left out."""
    optional: bool = False


class Until(Part):
    """Where an interval ends."""

    anchor: OID
    day: int = 0


class Event(Part):
    """A part of the schedule. ``kind``:

    scheduled    a visit with a window: it can be early, late or missed
    milestone    has a planned day, cannot be missed (manufacturing)
    interval     from its planned day until ``until`` (bridging treatment)
    termination  may happen once, at any time (early termination)
    unscheduled  any number, any form
    log          the whole study
    """

    event: OID
    title: Text
    kind: Literal["scheduled", "milestone", "interval", "termination", "unscheduled", "log"] = (
        "scheduled"
    )
    anchor: OID | None = None
    """The date that planned days count from: an anchor of study.yaml."""
    day: int | None = None
    """Planned day."""
    years: int | None = Field(default=None, ge=1)
    """Planned calendar years after the anchor, in place of a day."""
    early: int = 0
    """Days before the planned day still inside the window."""
    late: int = 0
    """Days after the planned day still inside the window."""
    until: Until | None = None
    """The end of an interval."""
    mark: str | None = None
    forms: tuple[FormRef, ...] = ()


class Build(Part):
    """builds/<n>.yaml: one study build."""

    build: int = Field(ge=1)
    protocol: str
    protocol_version: str
    status: Literal["draft", "uat", "approved", "released"]
    date: dt.date
    ethics_approval: dt.date | None = None
    criteria: int | None = None
    """The version of the eligibility criteria, criteria/<n>.yaml."""
    gates: tuple[Gate, ...] = ()
    """The order of the protocol: what must be there before a form."""
    events: tuple[Event, ...] = Field(min_length=1)

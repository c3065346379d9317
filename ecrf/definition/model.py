"""What a study is made of: the shape of every file under forms/, as pydantic models.

Positions (line, column) are kept by the loader, not here. Every person-readable text is
:class:`Text`, in English and Chinese, both mandatory. Strings typed ``Rule`` are expressions of
the rule language (rules.py); they are parsed and typed when the study loads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

OID = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+\- ]+$", max_length=40)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
# A code list or catalogue: ``NY`` is version 1, ``NY/2`` version 2. A form pins it, so that a
# released form always reads the same.
Pinned = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(/[1-9][0-9]*)?$")]
DataClass = Literal["ordinary", "sensitive", "hgr", "site-only"]
Origin = Literal["transcribed", "esource"]


class Part(BaseModel):
    """Base of every model: frozen, and an unknown key is an error."""

    # Codes and versions may be written as bare numbers: ``code: 0`` is the text 0.
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True
    )


class Text(Part):
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Choice(Part):
    code: Code
    label: Text


class CodeList(Part):
    """codelists/<list in lower case>/<version>.yaml: a list shared by forms."""

    codelist: OID
    version: int = Field(ge=1)
    label: Text
    choices: tuple[Choice, ...] = Field(min_length=1)
    sdtm: str | None = None


class AltUnit(Part):
    """Another unit accepted on entry: canonical = entered x factor + offset, exact fractions."""

    unit: str
    factor: str = "1"  # a decimal or a fraction such as 5/9
    offset: str = "0"
    places: int | None = Field(default=None, ge=0, le=10)  # decimals on entry; default the item's


class Bounds(Part):
    """Inclusive limits; each is a number or a rule giving a number or a date.

    ``when`` limits them to some subjects (for example an age band); the first entry whose
    ``when`` is true applies, an entry without ``when`` always does.
    """

    min: Rule | Decimal | int | None = None
    max: Rule | Decimal | int | None = None
    when: Rule | None = None
    message: Text | None = None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict | Bounds) else value


# One mapping or a list of them.
BoundsList = Annotated[tuple[Bounds, ...], BeforeValidator(_listed)]


class ItemBase(Part):
    item: OID
    label: Text
    required: bool | Rule = False  # required when the form is complete
    show: Rule | None = None  # skip logic: absent means always
    soft: BoundsList = ()
    hard: BoundsList = ()
    missing: tuple[str, ...] | None = None  # missing codes allowed; None = the study's default
    data_class: DataClass = "ordinary"
    origin: Origin = "transcribed"
    sdtm: str | None = None
    help: Text | None = None
    mark: str | None = None  # provenance of the specification: S, C, V, M, ASSUMED


class TextItem(ItemBase):
    type: Literal["text"]
    length: int = Field(ge=1, le=4000)
    pattern: str | None = None  # a fixed set of characters, e.g. A-Z; see items/text.py


class LongTextItem(ItemBase):
    type: Literal["long_text"]
    length: int = Field(default=4000, ge=1, le=20000)


class IntegerItem(ItemBase):
    type: Literal["integer"]
    unit: str | None = None
    units: tuple[AltUnit, ...] = ()
    digits: int = Field(default=9, ge=1, le=15)


class DecimalItem(ItemBase):
    type: Literal["decimal"]
    places: int = Field(ge=1, le=10)
    digits: int = Field(default=12, ge=1, le=20)
    unit: str | None = None
    units: tuple[AltUnit, ...] = ()


class DateItem(ItemBase):
    type: Literal["date"]


class PartialDateItem(ItemBase):
    type: Literal["partial_date"]


class TimeItem(ItemBase):
    type: Literal["time"]


class DateTimeItem(ItemBase):
    type: Literal["datetime"]


class CodeItem(ItemBase):
    type: Literal["code"]
    codelist: Pinned | None = None
    choices: tuple[Choice, ...] = ()  # inline instead of codelist
    display: Literal["auto", "radio", "select"] = "auto"


class MultiItem(ItemBase):
    type: Literal["multi"]
    codelist: Pinned | None = None
    choices: tuple[Choice, ...] = ()


class YesNoItem(ItemBase):
    """Y / N, from the code list NY."""

    type: Literal["yes_no"]


class CalculatedItem(ItemBase):
    """Read-only, computed on the server (R-069)."""

    type: Literal["calculated"]
    derive: Rule
    result: Literal["integer", "decimal", "date", "text", "code"]
    places: int | None = None
    unit: str | None = None
    codelist: Pinned | None = None
    choices: tuple[Choice, ...] = ()


class FileItem(ItemBase):
    type: Literal["file"]
    accept: tuple[Literal["pdf", "jpg", "png"], ...] = ("pdf", "jpg", "png")
    max_mb: int = Field(default=20, ge=1, le=50)


class PersonItem(ItemBase):
    """A user of the study; stored as the user id with the name frozen in the facets."""

    type: Literal["person"]
    roles: tuple[str, ...] = ()  # who may be named; empty = any


class LabItem(ItemBase):
    """The result column of a laboratory panel: number with optional comparator, or a code.

    Its unit, range, flag and grade are frozen with the value as facets, and rules see them under
    their SDTM names: LBSTRESN, LBORNRLO, LBORNRHI, LBNRIND, LBTOXGR (as ``L3``/``H2``/``0``).
    """

    type: Literal["lab"]


Item = Annotated[
    TextItem
    | LongTextItem
    | IntegerItem
    | DecimalItem
    | DateItem
    | PartialDateItem
    | TimeItem
    | DateTimeItem
    | CodeItem
    | MultiItem
    | YesNoItem
    | CalculatedItem
    | FileItem
    | PersonItem
    | LabItem,
    Field(discriminator="type"),
]


class Group(Part):
    """Items shown together. ``layout``:

    plain  label above control, in columns
    rows   a repeating group: one table row per instance, row keys 1, 2, 3 ... never re-used
    panel  a laboratory panel: one pre-printed row per analyte; row key = analyte code
    """

    group: OID
    label: Text
    layout: Literal["plain", "rows", "panel"] = "plain"
    items: tuple[Item, ...] = Field(min_length=1)
    show: Rule | None = None
    catalogue: Pinned | None = None  # panel: analytes/<catalogue>/<version>.yaml
    analytes: tuple[OID, ...] = ()  # panel: which, in printed order
    min_rows: int = 0
    max_rows: int = 200

    @property
    def repeats(self) -> bool:
        return self.layout != "plain"


class Example(Part):
    """Values for one firing or non-firing case; names as the rule uses them.

    A row item is given as a list of rows under the group's name; other forms, the event, the
    subject and ``today`` by their dotted names.
    """

    model_config = ConfigDict(frozen=True, extra="allow")


class Check(Part):
    check: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*-[A-Za-z0-9]+$")]
    severity: Literal["hard", "soft", "note"]
    when: Rule  # fires when this is definitely true
    group: OID | None = None  # evaluated once per row of this group
    items: tuple[OID, ...] = ()  # where the message stands; default: the form's items it names
    message: Text
    query: bool = False  # a soft check that also opens a system query on save
    fires: tuple[dict[str, Any], ...] = Field(min_length=1)
    passes: tuple[dict[str, Any], ...] = Field(min_length=1)
    source: str | None = None


class Form(Part):
    """forms/<form in lower case>/<version>.yaml"""

    form: OID
    version: int = Field(ge=1)
    title: Text
    repeats: bool = False  # several records of it in one event (a log, or repeat key)
    row_label: Rule | None = None  # what names one record of a repeating form in lists
    sdtm: str | None = None
    guideline: Text | None = None  # completion guideline
    groups: tuple[Group, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    identifiers: Text | None = None  # justification for initials or a full birth date

    def items(self) -> Iterator[tuple[Group, Item]]:
        for group in self.groups:
            for item in group.items:
                yield group, item


class Analyte(Part):
    code: OID
    label: Text
    kind: Literal["number", "code"] = "number"
    unit: str | None = None
    units: tuple[AltUnit, ...] = ()
    places: int | None = None
    soft: Bounds | None = None  # canonical unit
    hard: Bounds | None = None
    codelist: Pinned | None = None  # kind: code
    choices: tuple[Choice, ...] = ()  # kind: code; inline instead of codelist
    grade: str | None = None  # term of clinical/ctcae_v5, e.g. NEUT
    sdtm: str | None = None
    mark: str | None = None


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
    age_from: Decimal = Decimal(0)
    age_to: Decimal = Decimal(120)
    age_unit: Literal["Y", "M", "D"] = "Y"
    unit: str
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
    valid_from: dt.date
    valid_to: dt.date | None = None
    ranges: tuple[ReferenceRange, ...] = ()


class Parameter(Part):
    """A value the protocol must decide, with how sure it is ([S] seed, [C] customary, ASSUMED)."""

    name: OID
    value: Decimal | int | str | bool
    mark: str
    label: Text


class Cohort(Part):
    cohort: OID
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    label: Text


class Site(Part):
    site: OID
    label: Text
    timezone: str = "Asia/Shanghai"
    principal_investigator: Text | None = None


class MissingCode(Part):
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
    consent: str = "IC.ic_date"  # the item that opens everything else
    infusion: str = "INF.INFDAT"  # the item that makes D0 real


class FormRef(Part):
    """A form due at an event."""

    form: OID
    version: int
    cohorts: tuple[OID, ...] = ()  # empty = all
    optional: bool = False


class Event(Part):
    """A visit. ``kind``: scheduled, unscheduled (any number, any form), log (whole study)."""

    event: OID
    title: Text
    kind: Literal["scheduled", "unscheduled", "log"] = "scheduled"
    anchor: Literal["consent", "infusion"] | None = None
    day: int | None = None
    early: int = 0
    late: int = 0
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
    events: tuple[Event, ...] = Field(min_length=1)

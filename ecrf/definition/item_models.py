"""The item types, one model each; what a person may type into them is in items/."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ecrf.definition.parts import (
    OID,
    AltUnit,
    BoundsList,
    Choice,
    DataClass,
    Origin,
    Part,
    Pinned,
    Rule,
    Text,
)


class ItemBase(Part):
    item: OID
    """Name of the item, unique in the form; rules and exports use it."""
    label: Text
    """The question as the person entering reads it."""
    required: bool | Rule = False
    """Required when the form is complete: true, or a rule that says when."""
    show: Rule | None = None
    """Skip logic: a rule that says when the item is shown; always when left out."""
    soft: BoundsList = ()
    """Plausible limits: a value outside is kept, flagged and confirmed or queried."""
    hard: BoundsList = ()
    """Possible limits: a value outside is refused."""
    missing: tuple[str, ...] | None = None
    """Missing codes allowed here, [] for none; all of the study when left out."""
    data_class: DataClass = "ordinary"
    """Who may see and export the value (R-150)."""
    origin: Origin = "transcribed"
    """Copied from a source document, or entered here first (R-070)."""
    sdtm: str | None = None
    """Target in SDTM, for example VS.VSORRES[TEMP]."""
    help: Text | None = None
    """A hint for the person entering."""
    mark: str | None = None
    """Provenance of the specification: S, C, V, M or ASSUMED."""


class TextItem(ItemBase):
    """One line of free text."""

    type: Literal["text"]
    length: int = Field(ge=1, le=4000)
    """Most characters."""
    pattern: str | None = None
    """The characters allowed, as a set with ranges: A-Z0-9."""
    plain_number: bool = False
    """The number of a thing (barcode, lot, serial): eleven digits are no mobile number (R-147)."""
    suggest: Pinned | None = None
    """A shared list whose English names are offered while typing; other text is kept too."""
    suggestions: tuple[Choice, ...] = ()
    """Filled in from the list."""


class LongTextItem(ItemBase):
    """Free text of several lines."""

    type: Literal["long_text"]
    length: int = Field(default=4000, ge=1, le=20000)
    """Most characters."""


class IntegerItem(ItemBase):
    """A whole number."""

    type: Literal["integer"]
    unit: str | None = None
    """Canonical unit, a UCUM code."""
    units: tuple[AltUnit, ...] = ()
    """Other units accepted on entry."""
    digits: int = Field(default=9, ge=1, le=15)
    """Most digits."""


class DecimalItem(ItemBase):
    """A number with decimals, kept exactly as typed."""

    type: Literal["decimal"]
    places: int = Field(ge=1, le=10)
    """Most decimals."""
    digits: int = Field(default=12, ge=1, le=20)
    """Most digits in all."""
    unit: str | None = None
    """Canonical unit, a UCUM code."""
    units: tuple[AltUnit, ...] = ()
    """Other units accepted on entry."""


class DateItem(ItemBase):
    """A complete date."""

    type: Literal["date"]


class PartialDateItem(ItemBase):
    """A date known to the year, the month or the day."""

    type: Literal["partial_date"]


class TimeItem(ItemBase):
    """A time of the day, to the minute."""

    type: Literal["time"]


class DateTimeItem(ItemBase):
    """A complete date with a time."""

    type: Literal["datetime"]


class CodeItem(ItemBase):
    """Exactly one code of a list."""

    type: Literal["code"]
    codelist: Pinned | None = None
    """A shared list: NY for version 1 of it, NY/2 for version 2."""
    choices: tuple[Choice, ...] = ()
    """The codes themselves, in place of a shared list."""
    display: Literal["auto", "radio", "select"] = "auto"
    """How the choices are shown."""


class MultiItem(ItemBase):
    """Any number of codes of a list."""

    type: Literal["multi"]
    codelist: Pinned | None = None
    """A shared list: NY for version 1 of it, NY/2 for version 2."""
    choices: tuple[Choice, ...] = ()
    """The codes themselves, in place of a shared list."""


class YesNoItem(ItemBase):
    """Y or N."""

    type: Literal["yes_no"]


class CalculatedItem(ItemBase):
    """Read-only, computed on the server (R-069)."""

    type: Literal["calculated"]
    derive: Rule
    """The rule that gives the value."""
    result: Literal["integer", "decimal", "date", "text", "code"]
    """What the rule gives."""
    places: int | None = Field(default=None, ge=0, le=10)
    """Decimals shown; all digits are kept."""
    unit: str | None = None
    """UCUM code."""
    codelist: Pinned | None = None
    """Result code: a shared list."""
    choices: tuple[Choice, ...] = ()
    """Result code: the codes, in place of a shared list."""


class FileItem(ItemBase):
    """An attached file."""

    type: Literal["file"]
    accept: tuple[Literal["pdf", "jpg", "png"], ...] = ("pdf", "jpg", "png")
    """Kinds of file accepted."""
    max_mb: int = Field(default=20, ge=1, le=50)
    """Largest size in megabytes."""


class PersonItem(ItemBase):
    """A user of the study; stored as the user id with the name frozen in the facets."""

    type: Literal["person"]
    roles: tuple[str, ...] = ()
    """Who may be named; anybody when left out."""


class RefItem(ItemBase):
    """Another record of the same subject, by its name: ``CRS-2``."""

    type: Literal["ref"]
    forms: tuple[str, ...] = Field(min_length=1)
    """The forms whose records may be named."""


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
    | RefItem
    | LabItem,
    Field(discriminator="type"),
]

"""The small parts that every definition file is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

OID = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+\- ]+$", max_length=40)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
# A code list or catalogue: ``NY`` is version 1, ``NY/2`` version 2. A form pins it, so that a
# released form always reads the same.
Pinned = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(/[1-9][0-9]*)?$")]
DataClass = Literal["ordinary", "sensitive", "hgr", "site-only"]
Origin = Literal["transcribed", "esource"]


class Part(BaseModel):
    """Base of every model: frozen, and an unknown key is an error.

    The text under a field is its description in the JSON Schema that editors use.
    """

    # Codes and versions may be written as bare numbers: ``code: 0`` is the text 0.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        coerce_numbers_to_str=True,
        use_attribute_docstrings=True,
    )


class Text(Part):
    """A text for people, in both languages."""

    en: str = Field(min_length=1)
    """English."""
    zh: str = Field(min_length=1)
    """Simplified Chinese."""

    def __getitem__(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Choice(Part):
    """One code of a list."""

    code: Code
    """What is stored and exported; case matters."""
    label: Text


class AltUnit(Part):
    """Another unit accepted on entry: canonical = entered x factor + offset, exact fractions."""

    unit: str
    """UCUM code."""
    factor: str = "1"
    """A decimal or a fraction such as 5/9."""
    offset: str = "0"
    """A decimal or a fraction, in the canonical unit."""
    places: int | None = Field(default=None, ge=0, le=10)
    """Decimals accepted in this unit; the item's own when left out."""


class Bounds(Part):
    """Inclusive limits; each is a number or a rule giving a number or a date.

    ``when`` limits them to some subjects (for example an age band); the first entry whose
    ``when`` is true applies, an entry without ``when`` always does.
    """

    min: Rule | Decimal | int | None = None
    """Lowest value, or a rule that gives it."""
    max: Rule | Decimal | int | None = None
    """Highest value, or a rule that gives it."""
    when: Rule | None = None
    """The limits apply when this rule is true."""
    message: Text | None = None
    """Shown in place of the standard message."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict | Bounds) else value


# One mapping or a list of them.
BoundsList = Annotated[
    tuple[Bounds, ...],
    BeforeValidator(_listed, json_schema_input_type=Bounds | list[Bounds]),
]

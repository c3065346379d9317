"""What the built study says against the tables of the clinical specification.

Names are compared first (missing, extra), then what a table says of a field: labels, kind of
value, unit, codes, limits, SDTM target. Where the study deviates on purpose, ``deviations.yaml``
says so with the reason; a deviation that is listed and not found is an error too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Bounds
from tests.specification.tables import Field, Table

KINDS = {
    "date": ("date", "datetime", "partial_date"),
    "pdate": ("partial_date",),
    "dt": ("datetime", "date"),
    "datetime": ("datetime", "date"),
    "time": ("time",),
    "int": ("integer",),
    "dec": ("decimal", "integer"),
    "text": ("text", "long_text", "time", "person", "ref"),
    "choice": ("code", "yes_no"),
    "code": ("code", "yes_no"),
    "multi": ("multi",),
    "file": ("file",),
    "user": ("person",),
    "ref": ("ref", "text"),
    "lab": ("lab",),
}
RANGE = re.compile(r"^(-?[0-9.]+) ?(?:\.\.|–) ?(-?[0-9.]+)$")


@dataclass(frozen=True, order=True)
class Difference:
    """``place`` is FORM.field, ``what`` which of its properties."""

    place: str
    what: str
    specified: str
    built: str

    def __str__(self) -> str:
        return f"{self.place} {self.what}: specified {self.specified!r}, built {self.built!r}"


def fields(table: Table, form: FormDefinition, renamed: dict[str, str]) -> Iterator[Difference]:
    """What differs between a table and a form; ``renamed``: field of the table -> item."""
    known = set(form.items) | {a.code for listed in form.panels.values() for a in listed}
    for field in table.fields:
        name = renamed.get(field.name, field.name)
        place = f"{form.oid}.{field.name}"
        if name not in known:
            yield Difference(place, "field", field.name, "")
        elif name in form.items:
            yield from _field(place, field, form.item(name))


def _field(place: str, field: Field, item: Any) -> Iterator[Difference]:
    calculated = field.type.startswith("calc")
    base = re.split(r"[ (]", field.type.removeprefix("calc").strip())[0]
    if calculated != (item.type == "calculated"):
        yield Difference(place, "type", field.type, item.type)
    elif not calculated and item.type not in KINDS.get(base, (item.type,)):
        yield Difference(place, "type", field.type, item.type)
    for language in ("en", "zh"):
        said, built = plain(getattr(field, language)), plain(item.label[language])
        if said != built:
            yield Difference(place, language, getattr(field, language), item.label[language])
    yield from _unit(place, field, item)
    for severity in ("soft", "hard"):
        yield from _limits(place, field, item, severity)


def _unit(place: str, field: Field, item: Any) -> Iterator[Difference]:
    unit = field.unit.split(";")[0].strip()
    built = getattr(item, "unit", None) or ""
    if unit and unit != built and unit not in {o.unit for o in getattr(item, "units", ())}:
        yield Difference(place, "unit", unit, built)


def _limits(place: str, field: Field, item: Any, severity: str) -> Iterator[Difference]:
    found = RANGE.match(getattr(field, severity).strip())
    if not found:
        return
    bounds: tuple[Bounds, ...] = getattr(item, severity)
    built = [(_number(b.min), _number(b.max)) for b in bounds]
    if (float(found[1]), float(found[2])) not in built:
        yield Difference(place, severity, getattr(field, severity), str(built))


def _number(limit: Any) -> float | None:
    try:
        return None if limit is None else float(limit)
    except (TypeError, ValueError):
        return None


def checks(table: Table, catalogue: Catalogue, renamed: dict[str, str]) -> Iterator[Difference]:
    """Checks of a table that no form of the study has; a derivation is an item, not a check."""
    built = {check.id for form in catalogue.forms.values() for check in form.checks}
    for name, (kind, text) in table.checks.items():
        if kind != "D" and renamed.get(name, name) not in built:
            yield Difference(f"{table.oid}.{name}", "check", text, "")


def code_list(
    name: str, codes: dict[str, tuple[str, str]], catalogue: Catalogue
) -> Iterator[Difference]:
    """A list, code by code."""
    versions = [v for known, v in catalogue.codelists if known == name]
    if not versions:
        yield Difference(name, "code list", name, "")
        return
    built = {c.code: c.label for c in catalogue.codelists[name, min(versions)].choices}
    for code, (en, zh) in codes.items():
        if code not in built:
            yield Difference(f"{name}.{code}", "code", code, "")
            continue
        for language, said in (("en", en), ("zh", zh)):
            if plain(said) != plain(built[code][language]):
                yield Difference(f"{name}.{code}", language, said, built[code][language])


def plain(text: str) -> str:
    """The words alone: width, case, punctuation and row prefixes make no difference."""
    text = re.sub(r"(?i)^(?:[^:：]{0,12} ?row|[^:：]{0,12}行)[:：]\s*", "", text)
    text = re.sub(r"\((?:F\.|see |derived|自动)[^)]*\)", "", text)
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\W_]+", "", text)

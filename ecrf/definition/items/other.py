"""What the server fills or looks up: calculated items, files, persons, other records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ecrf.definition.items import dates, number
from ecrf.definition.model import CalculatedItem, FileItem, PersonItem, RefItem
from ecrf.definition.references import record_name
from ecrf.definition.rule_values import round_half_up
from ecrf.definition.values import BLANK, PartialDate, Problem, Typed, Value


def parse_calculated(item: CalculatedItem, raw: str) -> Value | Problem:
    return Problem("calculated.read_only")


def computed(item: CalculatedItem, typed: Any) -> Value:
    """The value of a calculated item: all digits, so that nothing is rounded before it is shown."""
    if typed is None:
        return BLANK
    if isinstance(typed, Decimal):
        return Value(number.plain(typed), unit=item.unit, typed=typed)
    if isinstance(typed, PartialDate | str):
        return Value(str(typed), typed=typed)
    raise TypeError(f"{item.item} cannot hold {typed!r}")


def restore_calculated(item: CalculatedItem, text: str) -> Typed:
    if item.result in ("integer", "decimal"):
        return Decimal(text) if number.NUMBER.fullmatch(text) else None
    if item.result == "date":
        date = dates.read_date(text)
        return None if isinstance(date, Problem) else date
    return text


def show_calculated(item: CalculatedItem, text: str) -> str:
    """A number rounded half up to the places of the item; 0 for a whole number."""
    places = 0 if item.result == "integer" else item.places
    if places is None or item.result not in ("integer", "decimal"):
        return text
    rounded = round_half_up(Decimal(text), places) if number.NUMBER.fullmatch(text) else None
    return text if rounded is None else number.plain(rounded)


def parse_file(item: FileItem, raw: str) -> Value | Problem:
    """The SHA-256 of an attached file; the services check that it was attached for the subject
    and suits the item, and set its name, size and type as facets."""
    text = raw.strip()
    if len(text) > 64 or not text.isprintable():
        return Problem("file.unknown")
    return Value(text, typed=text)


def parse_person(item: PersonItem, raw: str) -> Value | Problem:
    """The id of a user; the services check that the person exists and holds the role."""
    text = raw.strip()
    if len(text) > 64 or not text.isprintable():
        return Problem("person.unknown")
    return Value(text, typed=text)


def parse_ref(item: RefItem, raw: str) -> Value | Problem:
    """The name of another record; the services check that the subject has it."""
    form, _, repeat = raw.strip().rpartition("-")
    if form not in item.forms or not (repeat.isascii() and repeat.isdigit()):
        return Problem("ref.unknown")
    name = record_name(form, int(repeat))
    return Value(name, typed=name)

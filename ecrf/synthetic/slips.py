"""What is otherwise than it should be at a real desk (part B 5.3): results in the laboratory's
other unit, tests that were due and not done, and digits that change places while typing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import split_path
from ecrf.entry.content import analyte_of
from ecrf.services.records import Entry

OTHER_UNIT, NOT_DONE, TRANSPOSED = 0.02, 0.03, 0.01  # of the results
REASONS = ("ND", "ND", "ND", "UNK")
DIGITS = 3  # significant, of a converted result


def reported(
    form: FormDefinition, entries: Mapping[str, Entry], chance: random.Random
) -> dict[str, Entry]:
    """Some results as the laboratory really gave them: path -> entry."""
    changed = {}
    for path, entry in entries.items():
        if not _result(form, path) or entry.unit:
            continue
        drawn = chance.random()
        if drawn < NOT_DONE:
            changed[path] = Entry(chance.choice(REASONS))
        elif drawn < NOT_DONE + OTHER_UNIT:
            changed |= _converted(form, path, entry)
    return changed


def transposed(
    form: FormDefinition, entries: Mapping[str, Entry], chance: random.Random
) -> dict[str, Entry]:
    """At most one result with two digits in each other's place."""
    for path, entry in entries.items():
        if _result(form, path) and chance.random() < TRANSPOSED:
            text = entry.text
            for at, (one, two) in enumerate(zip(text, text[1:], strict=False)):
                if one != two and (one + two).isdigit():
                    return {path: Entry(text[:at] + two + one + text[at + 2 :], entry.unit)}
    return {}


def _result(form: FormDefinition, path: str) -> bool:
    name, group, _ = split_path(path)
    return group in form.panels and form.item(name).type == "lab"


def _converted(form: FormDefinition, path: str, entry: Entry) -> dict[str, Entry]:
    _, group, row = split_path(path)
    analyte = analyte_of(form, group, row)
    if analyte is None or not analyte.units or not entry.text.replace(".", "").isdigit():
        return {}
    unit = analyte.units[0]
    exact = (Fraction(entry.text) - Fraction(unit.offset)) / Fraction(unit.factor)
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    if value <= 0:
        return {}
    places = max(0, DIGITS - 1 - value.adjusted())
    return {path: Entry(f"{value:.{places}f}", unit.unit)}

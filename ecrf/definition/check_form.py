"""What pydantic cannot see in one form: names given twice, units, limits, codes, identifiers."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ecrf.definition import identifiers, units
from ecrf.definition.items.number import fraction
from ecrf.definition.items.text import allowed
from ecrf.definition.model import AltUnit, Analyte, Bounds, Choice, Form, Group, Study
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source, Step
from ecrf.definition.values import MISSING_CODES

Steps = tuple[Step, ...]
FRACTION = re.compile(r"-?[0-9]+(\.[0-9]+)?(/[0-9]+(\.[0-9]+)?)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def check_form(form: Form, source: Source, study: Study | None) -> None:
    check_texts(source)
    _unique_names(form, source)
    _log_columns(form, source)
    _unique_checks(form, source)
    for g, group in enumerate(form.groups):
        check_group(group, source, ("groups", g))
        for i, item in enumerate(group.items):
            steps = ("groups", g, "items", i)
            check_item(item, source, steps, study)
            check_identity(form, item, source, steps)


def check_links(form: Form, source: Source, known: Collection[str], broken: frozenset[str]) -> None:
    """A ``ref`` item names forms that there are."""
    for i, group in enumerate(form.groups):
        for j, item in enumerate(group.items):
            for k, oid in enumerate(getattr(item, "forms", ())):
                if oid not in known and oid.lower() not in broken:
                    steps = ("groups", i, "items", j, "forms", k)
                    source.error(steps, f'there is no form "{oid}"', near(oid, sorted(known)))


def check_texts(source: Source) -> None:
    """English without Chinese characters: catches the two languages in each other's place."""
    waiting: list[tuple[Any, Steps]] = [(source.data, ())]
    while waiting:
        data, steps = waiting.pop()
        if isinstance(data, list):
            waiting.extend((part, (*steps, i)) for i, part in enumerate(data))
        elif isinstance(data, dict):
            waiting.extend((part, (*steps, key)) for key, part in data.items())
            english = data.get("en")
            if "zh" in data and isinstance(english, str) and CHINESE.search(english):
                source.error((*steps, "en"), "the English text holds Chinese characters")


def _unique_names(form: Form, source: Source) -> None:
    names: list[tuple[str, Steps]] = []
    for g, group in enumerate(form.groups):
        names.append((group.group, ("groups", g, "group")))
        names += [
            (item.item, ("groups", g, "items", i, "item")) for i, item in enumerate(group.items)
        ]
        names += [(code, ("groups", g, "analytes", a)) for a, code in enumerate(group.analytes)]
    unique(names, source, "in this form")


def _log_columns(form: Form, source: Source) -> None:
    plain = {item.item for group, item in form.items() if not (group.repeats or group.catalogue)}
    for i, name in enumerate(form.columns):
        if not form.repeats or name not in plain:
            message = f"{name} is no item outside rows and panels of a form that repeats"
            source.error(("columns", i), message)


def _unique_checks(form: Form, source: Source) -> None:
    checks = [(check.check, ("checks", i, "check")) for i, check in enumerate(form.checks)]
    unique(checks, source, "in this form")


def unique(names: Iterable[tuple[str, Steps]], source: Source, where: str) -> None:
    seen: dict[str, Steps] = {}
    for name, steps in names:
        if name in seen:
            node, _ = source.locate(seen[name])
            line = node.start_mark.line + 1 if node is not None else 1
            source.error(steps, f"{name} is already used {where}, on line {line}")
        seen.setdefault(name, steps)


def check_group(group: Group, source: Source, steps: Steps) -> None:
    panel = group.layout == "panel"
    labs = [item for item in group.items if item.type == "lab"]
    if panel and (group.catalogue is None or not group.analytes):
        source.error(steps, "a panel needs a catalogue and its analytes")
    if not panel and (group.catalogue is not None or group.analytes):
        source.error(steps, "only a group with layout: panel has a catalogue and analytes")
    if panel and len(labs) != 1:
        source.error(steps, f"a panel needs exactly one item of type lab, this one has {len(labs)}")
    if not panel and labs:
        source.error(steps, f"{labs[0].item}: an item of type lab stands in a panel only")
    if group.min_rows > group.max_rows or group.min_rows < 0:
        source.error((*steps, "min_rows"), "min_rows must lie between 0 and max_rows")


def check_item(item: Any, source: Source, steps: Steps, study: Study | None) -> None:
    _missing_codes(item, source, steps, study)
    if hasattr(item, "unit"):
        check_units(item.unit, getattr(item, "units", ()), source, steps)
    if item.type in ("code", "multi") or (item.type == "calculated" and item.result == "code"):
        check_choices(item, source, steps)
    if item.type == "calculated" and item.result == "decimal" and item.places is None:
        source.error(steps, '"places" is missing: how many decimals are shown')
    if item.type == "text" and item.pattern is not None:
        _pattern(item.pattern, source, (*steps, "pattern"))
    places = {"integer": 0, "decimal": getattr(item, "places", None)}.get(item.type)
    for severity in ("hard", "soft"):
        for i, bounds in enumerate(getattr(item, severity)):
            check_limits(bounds, places, source, (*steps, severity, i))
    _soft_in_hard(item.soft, item.hard, source, (*steps, "soft"))


def _missing_codes(item: Any, source: Source, steps: Steps, study: Study | None) -> None:
    known = [code.code for code in study.missing_codes] if study else MISSING_CODES
    for i, code in enumerate(item.missing or ()):
        if code not in known:
            message = f'"{code}" is not a missing code of the study'
            source.error((*steps, "missing", i), message, near(code, list(known)))


def check_units(unit: str | None, others: Iterable[AltUnit], source: Source, steps: Steps) -> None:
    if unit is not None:
        _unit(unit, source, (*steps, "unit"))
    seen = {unit}
    for i, other in enumerate(others):
        place = (*steps, "units", i)
        _unit(other.unit, source, (*place, "unit"))
        if unit is None:
            source.error(place, "another unit needs a unit of the item to convert to")
        if other.unit in seen:
            source.error((*place, "unit"), f'unit "{other.unit}" is given twice')
        seen.add(other.unit)
        if _fraction(other.factor, source, (*place, "factor")) <= 0:
            source.error((*place, "factor"), "the factor must be greater than 0")
        _fraction(other.offset, source, (*place, "offset"))


def _unit(unit: str, source: Source, steps: Steps) -> None:
    if not units.valid(unit):
        meant = units.suggestion(unit)
        hint = f'did you mean "{meant}"?' if meant else None
        source.error(steps, f'unit "{unit}" is not UCUM', hint)


def _fraction(text: str, source: Source, steps: Steps) -> Fraction:
    if FRACTION.fullmatch(text):
        try:
            return fraction(text)
        except ZeroDivisionError:
            pass
    source.error(steps, f'"{text}" is not a number', "a decimal or a fraction such as 5/9")
    return Fraction(1)


def check_choices(item: Any, source: Source, steps: Steps) -> None:
    own = [
        (choice.code, (*steps, "choices", i, "code"))
        for i, choice in enumerate(item.choices)
        if item.codelist is None
    ]
    written = source.locate((*steps, "choices"))[0] is not source.locate(steps)[0]
    if written == (item.codelist is not None):
        source.error(steps, "give either a codelist or choices")
    check_codes(item.choices, source, steps, multi=getattr(item, "type", "") == "multi")
    unique(own, source, "in these choices")


def check_codes(
    choices: Iterable[Choice], source: Source, steps: Steps, *, multi: bool = False
) -> None:
    for choice in choices:
        if choice.code != choice.code.strip():
            source.error(steps, f'the code "{choice.code}" starts or ends with a blank')
        if multi and " " in choice.code:
            message = (
                f'the code "{choice.code}" holds a blank, so it cannot be in a multiple choice'
            )
            source.error(steps, message)


def _pattern(pattern: str, source: Source, steps: Steps) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            allowed(pattern)
    except (re.error, Warning):
        hint = "characters and ranges, such as A-Z0-9"
        source.error(steps, f'"{pattern}" is not a set of characters', hint)


def check_limits(bounds: Bounds, places: int | None, source: Source, steps: Steps) -> None:
    low, high = number(bounds.min), number(bounds.max)
    if bounds.min is None and bounds.max is None:
        source.error(steps, "limits need a min or a max")
    if low is not None and high is not None and low > high:
        source.error((*steps, "min"), f"min {low} is greater than max {high}")
    for side, limit in (("min", low), ("max", high)):
        if limit is not None and places is not None and decimals(limit) > places:
            source.error((*steps, side), f"{limit} has more decimals than the item ({places})")


def _soft_in_hard(
    soft: tuple[Bounds, ...], hard: tuple[Bounds, ...], source: Source, steps: Steps
) -> None:
    if len(hard) != 1 or hard[0].when is not None:
        return
    low, high = number(hard[0].min), number(hard[0].max)
    for i, bounds in enumerate(soft):
        soft_low, soft_high = number(bounds.min), number(bounds.max)
        if low is not None and soft_low is not None and soft_low < low:
            source.error((*steps, i, "min"), f"soft min {soft_low} is below hard min {low}")
        if high is not None and soft_high is not None and soft_high > high:
            source.error((*steps, i, "max"), f"soft max {soft_high} is above hard max {high}")


def number(limit: Any) -> Decimal | None:
    return Decimal(limit) if isinstance(limit, Decimal | int) else None


def decimals(limit: Decimal) -> int:
    exponent = limit.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def check_identity(form: Form, item: Any, source: Source, steps: Steps) -> None:
    asked = identifiers.forbidden(item)
    if asked:
        message = f"the item asks for {asked}; no form may (R-145)"
        source.error((*steps, "label"), message, "record the subject code only")
        return
    asked = identifiers.justified(item)
    if asked and form.identifiers is None:
        message = f"the item asks for {asked}, which needs a justification (R-146)"
        source.error((*steps, "label"), message, 'write it under "identifiers" of the form')


def check_analytes(analytes: Mapping[int, Analyte], source: Source) -> None:
    names = [(a.code, ("analytes", i, "code")) for i, a in analytes.items()]
    unique([(name, tuple(steps)) for name, steps in names], source, "in this catalogue")
    for i, analyte in analytes.items():
        steps: Steps = ("analytes", i)
        check_units(analyte.unit, analyte.units, source, steps)
        if analyte.kind == "code":
            check_choices(analyte, source, steps)
        _analyte_limits(analyte, source, steps)


def _analyte_limits(analyte: Analyte, source: Source, steps: Steps) -> None:
    for severity, bounds in (("soft", analyte.soft), ("hard", analyte.hard)):
        if bounds is None:
            continue
        check_limits(bounds, analyte.places, source, (*steps, severity))
        if bounds.when is not None or isinstance(bounds.min, str) or isinstance(bounds.max, str):
            message = "the limits of an analyte are plain numbers without a condition"
            source.error((*steps, severity), message)
    if analyte.soft and analyte.hard:
        _soft_in_hard((analyte.soft,), (analyte.hard,), source, (*steps, "soft"))

"""A form in words: what each item, limit and check says, for people who read definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrf.definition import units
from ecrf.definition.items import choices
from ecrf.definition.model import Analyte, Bounds, Build, Check, Form, Group
from ecrf.definition.values import MISSING_CODES


def kind(item: Any) -> str:
    """``decimal 5.1, kg``: type, size, unit with its alternates."""
    parts = [item.type.replace("_", " ")]
    if item.type == "calculated":
        parts = [f"calculated {item.result}"]
    if getattr(item, "length", None):
        parts[0] += f" ({item.length})"
    if getattr(item, "places", None):
        parts[0] += f", {item.places} {'decimal' if item.places == 1 else 'decimals'}"
    if getattr(item, "unit", None):
        parts.append(units.symbol(item.unit))
        parts += [f"{units.symbol(o.unit)} × {o.factor}" for o in getattr(item, "units", ())]
    if item.type in ("person", "ref"):
        parts += list(getattr(item, "roles", ())) + list(getattr(item, "forms", ()))
    return "; ".join(parts)


def codes(item: Any) -> str:
    """``NY: Y, N``, or the codes alone where the list belongs to the item."""
    listed = ", ".join(choice.code for choice in choices(item))
    named = getattr(item, "codelist", None)
    return f"{named}: {listed}" if named else listed


def limits(bounds: tuple[Bounds, ...] | Bounds | None) -> str:
    """``35.5 to 38.5``, with the rule that says when."""
    if bounds is None:
        return ""
    listed = bounds if isinstance(bounds, tuple) else (bounds,)
    return "; ".join(_limit(bound) for bound in listed)


def _limit(bound: Bounds) -> str:
    low, high = bound.min, bound.max
    if low is not None and high is not None:
        said = f"{low} to {high}"
    else:
        said = f"from {low}" if low is not None else f"up to {high}"
    return f"{said} if {bound.when}" if bound.when else said


def notes(item: Any) -> Iterator[tuple[str, str]]:
    """What else holds for an item, as (word, text)."""
    if isinstance(item.required, str):
        yield "required when", item.required
    elif item.required:
        yield "required", "always"
    if item.show:
        yield "shown when", item.show
    if item.type == "calculated":
        yield "derived", item.derive
    for severity in ("soft", "hard"):
        said = limits(getattr(item, severity))
        if said:
            yield severity, said
    if item.missing is not None and set(item.missing) < set(MISSING_CODES):
        yield "missing codes", ", ".join(item.missing) or "none"


def due(build: Build, form: str) -> list[str]:
    """The events at which a form is due."""
    return [e.event for e in build.events if any(ref.form == form for ref in e.forms)]


def text(form: Form, panels: dict[str, tuple[Analyte, ...]], events: list[str]) -> str:
    """The whole form as lines to read in a terminal."""
    lines = [
        f"{form.form} version {form.version}: {form.title.en} / {form.title.zh}",
        f"due at {', '.join(events) or 'no event'}" + ("; repeats" if form.repeats else ""),
    ]
    for group in form.groups:
        lines += ["", *_group(group, panels.get(group.group, ()))]
    if form.checks:
        lines += ["", "Checks"]
        lines += [line for check in form.checks for line in _check(check)]
    return "\n".join(lines)


def _group(group: Group, analytes: tuple[Analyte, ...]) -> Iterator[str]:
    layout = "" if group.layout == "plain" else f" ({group.layout})"
    shown = f", shown when {group.show}" if group.show else ""
    yield f"{group.group}{layout}: {group.label.en} / {group.label.zh}{shown}"
    for item in group.items:
        yield f"  {item.item:<14} {item.label.en} / {item.label.zh}"
        told = [kind(item), codes(item), *(f"{word}: {said}" for word, said in notes(item))]
        yield f"  {'':<14} {' | '.join(filter(None, told))}"
        if item.sdtm:
            yield f"  {'':<14} SDTM {item.sdtm}"
    for analyte in analytes:
        unit = f" [{units.symbol(analyte.unit)}]" if analyte.unit else ""
        yield f"  {analyte.code:<14} {analyte.label.en} / {analyte.label.zh}{unit}"


def _check(check: Check) -> Iterator[str]:
    yield f"  {check.check:<10} {check.severity}{', query' if check.query else ''}: {check.when}"
    yield f"  {'':<10} {check.message.en} / {check.message.zh}"

"""The names that rules may use, and their types."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecrf.definition.items import choices
from ecrf.definition.model import Analyte, Build, Form, Group, Study
from ecrf.definition.rule_dates import iso_date
from ecrf.definition.rule_types import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    TIME,
    Scope,
    Type,
    code,
    list_of,
)
from ecrf.definition.values import Typed

BY_TYPE = {
    "text": TEXT,
    "long_text": TEXT,
    "file": TEXT,
    "person": TEXT,
    "integer": NUMBER,
    "decimal": NUMBER,
    "date": DATE,
    "partial_date": DATE,
    "time": TIME,
    "datetime": DATETIME,
}
GRADES = ("0", *(side + grade for side in "LH" for grade in "12345"))
INDICATORS = ("LOW", "NORMAL", "HIGH", "LL", "HH", "UNKNOWN")
# What a row of a laboratory panel knows beside its items: the facets frozen with its result.
PANEL = {
    "LBSTRESN": NUMBER,
    "LBORNRLO": NUMBER,
    "LBORNRHI": NUMBER,
    "LBNRIND": code(INDICATORS, "LBNRIND"),
    "LBTOXGR": code(GRADES, "LBTOXGR"),
}
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def item_type(item: Any, analytes: Sequence[Analyte] = ()) -> Type:
    if item.type in BY_TYPE:
        return BY_TYPE[item.type]
    if item.type == "lab":
        return _result_type(analytes)
    if item.type == "calculated" and item.result != "code":
        return {"text": TEXT, "date": DATE}.get(item.result, NUMBER)
    codes = frozenset(choice.code for choice in choices(item))
    return Type("codes" if item.type == "multi" else "text", codes or None, source=item.item)


def analyte_type(analyte: Analyte) -> Type:
    if analyte.kind == "number":
        return NUMBER
    return code([choice.code for choice in analyte.choices], analyte.code)


def _result_type(analytes: Sequence[Analyte]) -> Type:
    kinds = {analyte.kind for analyte in analytes}
    if kinds == {"number"}:
        return NUMBER
    return code([c.code for a in analytes for c in a.choices]) if kinds == {"code"} else ANY


class Analytes:
    """The analytes of every panel, by form version and group."""

    def __init__(self) -> None:
        self.by_group: dict[tuple[str, int, str], tuple[Analyte, ...]] = {}

    def of(self, form: Form, group: Group) -> tuple[Analyte, ...]:
        return self.by_group.get((form.form, form.version, group.group), ())


def form_names(form: Form, analytes: Analytes) -> dict[str, Type]:
    """The names of a form seen from its own rules at form level."""
    names: dict[str, Type] = {}
    for group in form.groups:
        listed = analytes.of(form, group)
        for item in group.items:
            kind = item_type(item, listed)
            names[item.item] = list_of(kind, group.group) if group.repeats else kind
        names |= {analyte.code: analyte_type(analyte) for analyte in listed}
    return names


def row_names(form: Form, group: Group, analytes: Analytes) -> dict[str, Type]:
    """What the rules of one row see in place of the lists of the form."""
    listed = analytes.of(form, group)
    names = dict(PANEL) if group.layout == "panel" else {}
    if group.layout == "panel":
        names["analyte"] = code([analyte.code for analyte in listed], "analyte")
    return names | {item.item: item_type(item, listed) for item in group.items}


def foreign_names(forms: Iterable[Form], analytes: Analytes) -> dict[str, Type]:
    """``FORM.item`` for every form; where versions differ, the highest one counts."""
    names: dict[str, Type] = {}
    for form in sorted(forms, key=lambda form: form.version):
        for name, kind in form_names(form, analytes).items():
            if form.repeats and kind.kind != "list":
                kind = list_of(kind, form.form)
            elif kind.kind == "list":
                kind = list_of(kind.of or ANY, f"{form.form}.{kind.source}")
            names[f"{form.form}.{name}"] = kind
    return names


def system_names(study: Study, builds: Iterable[Build]) -> dict[str, Type]:
    events = {event.event for build in builds for event in build.events}
    return {
        "today": DATE,
        "event.oid": code(sorted(events), "event.oid"),
        "event.day": NUMBER,
        "event.date": DATE,
        "event.planned": DATE,
        "record.repeat": NUMBER,
        "subject.cohort": code([c.cohort for c in study.cohorts], "subject.cohort"),
        "subject.site": code([s.site for s in study.sites], "subject.site"),
        "subject.code": TEXT,
    }


def parameters(study: Study) -> dict[str, tuple[Type, Typed]]:
    """``params.x`` with type and value; a text that is a complete date counts as one."""
    found: dict[str, tuple[Type, Typed]] = {}
    for parameter in study.parameters:
        value = parameter.value
        name = f"params.{parameter.name}"
        if isinstance(value, bool):
            found[name] = BOOL, value
        elif isinstance(value, Decimal | int):
            found[name] = NUMBER, Decimal(value)
        elif ISO_DATE.fullmatch(value):
            found[name] = DATE, iso_date(value)
        else:
            found[name] = code([value]), value
    return found


class Names:
    """Scopes for the rules of every form of a study."""

    def __init__(
        self, study: Study, builds: Iterable[Build], forms: Sequence[Form], analytes: Analytes
    ) -> None:
        given = parameters(study)
        system = system_names(study, builds)
        self.analytes = analytes
        self.constants = {name: value for name, (_, value) in given.items()}
        self.shared = foreign_names(forms, analytes) | system
        self.shared |= {name: kind for name, (kind, _) in given.items()}
        self.system = frozenset(system) | frozenset(PANEL) | {"analyte"}

    def scope(self, form: Form, group: Group | None = None) -> Scope:
        """The scope of a form, or of one row of a repeating group of it."""
        layers: list[Mapping[str, Type]] = [form_names(form, self.analytes), self.shared]
        system = self.system
        if group is not None and group.repeats:
            row = row_names(form, group, self.analytes)
            layers.insert(0, row)
            system = system - {item.item for item in group.items}
        return Scope(ChainMap(*layers), self.constants, system)  # type: ignore[arg-type]

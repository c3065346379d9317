"""The names that rules may use, and their types."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecrf.definition.items import choices
from ecrf.definition.model import Analyte, Build, Form, Group, Study
from ecrf.definition.references import Reference, reference
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
    "ref": TEXT,
    "integer": NUMBER,
    "decimal": NUMBER,
    "date": DATE,
    "partial_date": DATE,
    "time": TIME,
    "datetime": DATETIME,
}
GRADES = ("0", *(side + grade for side in "LH" for grade in "12345"))
RESULTS = ("ELIGIBLE", "INELIGIBLE", "UNDETERMINED")
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


def pseudo_type(name: str, events: frozenset[str]) -> Type:
    return TEXT if name == "record" else code(events, "event")


class References(Mapping[str, Type]):
    """The types of all dotted names, worked out when a rule asks: they are too many to list.

    ``foreign`` are the plain ones, ``FORM.item``; ``panels`` the ``FORM.analyte`` among them.
    """

    def __init__(self, forms: Sequence[Form], analytes: Analytes, events: Iterable[str]) -> None:
        self.foreign = foreign_names(forms, analytes)
        self.repeating = {form.form for form in forms if form.repeats}
        self.forms = {form.form for form in forms}
        self.panels = {
            f"{form}.{analyte.code}"
            for (form, _, _), listed in analytes.by_group.items()
            for analyte in listed
        }
        self.events = frozenset(events)

    def __getitem__(self, name: str) -> Type:
        found = self.foreign.get(name)
        if found is not None:
            return found
        ref = reference(name)
        if ref is None or not ref.form or (ref.event and ref.event not in self.events):
            raise KeyError(name)
        return self.of(ref)

    def __iter__(self) -> Iterator[str]:
        return iter(self.foreign)

    def __len__(self) -> int:
        return len(self.foreign)

    def of(self, ref: Reference) -> Type:
        """KeyError when the form has no such item."""
        kind = self._kind(ref)
        if ref.where in ("every", "others"):
            source = kind.source if kind.kind == "list" else ref.form
            return list_of(kind.of or kind, f"{ref.where}.{source}")
        if kind.kind == "list" and ref.where:
            return list_of(kind.of or ANY, f"{ref.where}.{kind.source}")
        return kind

    def _kind(self, ref: Reference) -> Type:
        if ref.form not in self.forms:
            raise KeyError(ref.form)
        plain = f"{ref.form}.{ref.item}"
        if ref.facet:
            if plain not in self.panels:
                raise KeyError(plain)
            kind = PANEL[ref.facet]
        elif ref.pseudo:
            kind = pseudo_type(ref.item, self.events)
        else:
            return self.foreign[plain]
        return list_of(kind, ref.form) if ref.form in self.repeating else kind


class OwnReferences(Mapping[str, Type]):
    """``prev.item`` and ``ANALYTE.facet`` of one form."""

    def __init__(
        self, own: Mapping[str, Type], panel: frozenset[str], events: frozenset[str]
    ) -> None:
        self.own = own
        self.panel = panel
        self.events = events

    def __getitem__(self, name: str) -> Type:
        ref = reference(name)
        if ref is None or ref.form:
            raise KeyError(name)
        if ref.facet:
            if ref.item not in self.panel:
                raise KeyError(name)
            return PANEL[ref.facet]
        if ref.pseudo:
            return pseudo_type(ref.item, self.events)
        kind = self.own[ref.item]
        return list_of(kind.of or ANY, f"prev.{kind.source}") if kind.kind == "list" else kind

    def __iter__(self) -> Iterator[str]:
        return (f"prev.{name}" for name in self.own)

    def __len__(self) -> int:
        return len(self.own)


def system_names(study: Study, builds: Iterable[Build]) -> dict[str, Type]:
    events = {event.event for build in builds for event in build.events}
    return {
        "today": DATE,
        "event.oid": code(sorted(events), "event.oid"),
        "event.day": NUMBER,
        "event.date": DATE,
        "event.planned": DATE,
        "event.earliest": DATE,
        "event.latest": DATE,
        "record.repeat": NUMBER,
        "record.id": TEXT,
        "subject.cohort": code([c.cohort for c in study.cohorts], "subject.cohort"),
        "subject.site": code([s.site for s in study.sites], "subject.site"),
        "subject.code": TEXT,
        "eligibility.result": code(RESULTS, "eligibility.result"),
        "eligibility.summary": TEXT,
        "toxicity.summary": TEXT,
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
        builds = tuple(builds)
        given = parameters(study)
        system = system_names(study, builds)
        self.analytes = analytes
        self.constants = {name: value for name, (_, value) in given.items()}
        events = {event.event for build in builds for event in build.events}
        self.references = References(forms, analytes, events)
        self.shared = system | {name: kind for name, (kind, _) in given.items()}
        self.system = frozenset(system) | frozenset(PANEL) | {"analyte"}

    def scope(self, form: Form, group: Group | None = None) -> Scope:
        """The scope of a form, or of one row of a repeating group of it."""
        own = form_names(form, self.analytes)
        panel = frozenset(
            analyte.code for group in form.groups for analyte in self.analytes.of(form, group)
        )
        before = OwnReferences(own, panel, self.references.events)
        layers: list[Mapping[str, Type]] = [own, self.shared, self.references, before]
        system = self.system
        if group is not None and group.repeats:
            row = row_names(form, group, self.analytes)
            layers.insert(0, row)
            system = system - {item.item for item in group.items}
        return Scope(ChainMap(*layers), self.constants, system)  # type: ignore[arg-type]

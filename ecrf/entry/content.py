"""The content of a form instance: which paths there are, and stored JSON back to values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ecrf.definition import items
from ecrf.definition.catalogue import CompiledBounds, FormDefinition
from ecrf.definition.model import Analyte
from ecrf.definition.references import reference
from ecrf.definition.rules import CompiledRule
from ecrf.definition.values import Value, split_path
from ecrf.entry.env import JUDGED
from ecrf.entry.labs import DEMOGRAPHICS

_ROW = re.compile(r"[1-9][0-9]{0,3}")


class Needed(NamedTuple):
    """What a form's rules look at beside it: forms of the subject and of the other subjects by
    their records, items of other subjects in which a value is looked up, and the judges that are
    asked."""

    own: frozenset[str]
    others: frozenset[str]
    looked_up: frozenset[str]
    judges: frozenset[str]


_foreign: dict[str, Needed] = {}


def analyte_of(form: FormDefinition, group: str | None, row: str | None) -> Analyte | None:
    """The analyte of a panel row, None elsewhere."""
    return next((a for a in form.panels.get(group or "", ()) if a.code == row), None)


def known(form: FormDefinition, path: str) -> bool:
    """Whether the form has such a path: an item in its own group, in a row that can exist."""
    name, group, row = split_path(path)
    if group is None:
        return name in form.items and not form.group_of(name).repeats
    if group not in form.groups or not form.groups[group].repeats:
        return False
    if path != f"{group}[{row}]" + (f".{name}" if name else ""):
        return False  # split_path forgives what another spelling of the same path would be
    if name and (name not in form.items or form.group_of(name).group != group):
        return False
    if group in form.panels:
        return bool(name) and analyte_of(form, group, row) is not None
    # Keys are not re-used, so they may go beyond max_rows, which counts the rows there are.
    return _ROW.fullmatch(row or "") is not None


def restore(form: FormDefinition, data: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """Stored JSON -> values with what rules compute with; a struck row keeps its word."""
    return {path: _restored(form, path, stored) for path, stored in data.items()}


def _restored(form: FormDefinition, path: str, stored: Mapping[str, Any]) -> Value:
    name, group, row = split_path(path)
    if not name:
        return Value(stored.get("v", ""))
    return items.restore(form.item(name), stored, analyte_of(form, group, row))


class Stored(Mapping[str, Value]):
    """The values of a record that rules look into: each is restored when it is asked for."""

    def __init__(self, form: FormDefinition, data: Mapping[str, Mapping[str, Any]]) -> None:
        self.form = form
        self.stored = data
        self.restored: dict[str, Value] = {}

    def __getitem__(self, path: str) -> Value:
        found = self.restored.get(path)
        if found is None:
            found = self.restored[path] = _restored(self.form, path, self.stored[path])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)


def needed_forms(form: FormDefinition) -> Needed:
    """The forms that judging this one looks at: those its rules name, and for results of a
    laboratory the one that tells sex and date of birth."""
    found = _foreign.get(form.digest)
    if found is None:
        looked_up = {name for rule in rules(form) for name in rule.looked_up}
        names = {name for rule in rules(form) for name in rule.names - rule.looked_up}
        refs = [ref for ref in map(reference, names) if ref is not None and (ref.form or ref.where)]
        people = (DEMOGRAPHICS,) if form.panels else ()
        own = (ref.form or form.oid for ref in refs if ref.where != "others")
        found = _foreign[form.digest] = Needed(
            frozenset((*own, *people)),
            frozenset(ref.form for ref in refs if ref.where == "others"),
            frozenset(looked_up),
            frozenset(JUDGED[name][0] for name in names if name in JUDGED),
        )
    return found


def rules(form: FormDefinition) -> Iterator[CompiledRule]:
    yield from form.show.values()
    yield from (rule for rule in form.required.values() if rule is not True)
    yield from form.derive.values()
    yield from (check.when for check in form.checks)
    yield from _bound_rules(form.bounds.values())
    yield from _bound_rules(form.limits.values())


def _bound_rules(groups: Iterable[Iterable[CompiledBounds]]) -> Iterator[CompiledRule]:
    for bounds in groups:
        for bound in bounds:
            yield from (rule for rule in (bound.min, bound.max, bound.when) if rule is not None)

"""What differs between two versions of a form, in the terms of its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Build, Text

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """``what``: item, group, check or form; ``keys``: what of it changed, as the file calls it."""

    what: str
    name: str
    how: How
    label: Text | None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormChange:
    """A form whose version differs between two builds; None where one has no such form."""

    form: str
    was: FormDefinition | None
    now: FormDefinition | None

    @property
    def title(self) -> Text:
        found = self.now or self.was
        if found is None:
            raise ValueError(f"{self.form} is in neither build")
        return found.model.title

    @property
    def details(self) -> tuple[Difference, ...]:
        if self.was is None or self.now is None:
            return ()
        return tuple(between(self.was, self.now))


def between(was: FormDefinition, now: FormDefinition) -> Iterator[Difference]:
    """Items, groups and checks that came, went or changed. An item holds its code list, so that
    another version of the list is a change of the item."""
    yield from _named("item", _items(was), _items(now))
    yield from _named("group", _groups(was), _groups(now))
    yield from _named("check", _checks(was), _checks(now))


def builds(catalogue: Catalogue, was: Build, now: Build) -> list[FormChange]:
    """The forms whose version differs between two builds, in the order of the later one."""
    before, after = _pins(was), _pins(now)
    found = []
    for oid in dict.fromkeys((*after, *before)):
        if before.get(oid) != after.get(oid):
            old, new = before.get(oid), after.get(oid)
            found.append(
                FormChange(
                    oid,
                    None if old is None else catalogue.form(oid, old),
                    None if new is None else catalogue.form(oid, new),
                )
            )
    return found


def _pins(build: Build) -> dict[str, int]:
    return {ref.form: ref.version for event in build.events for ref in event.forms}


Described = Mapping[str, tuple[Text | None, dict[str, Any]]]


def _items(form: FormDefinition) -> Described:
    return {
        name: (item.label, item.model_dump(exclude={"item"}) | {"group": group.group})
        for name, (group, item) in form.items.items()
    }


def _groups(form: FormDefinition) -> Described:
    kept = {"items", "group"}
    return {name: (g.label, g.model_dump(exclude=kept)) for name, g in form.groups.items()}


def _checks(form: FormDefinition) -> Described:
    kept = {"check", "fires", "passes", "source"}
    return {c.id: (None, c.model.model_dump(exclude=kept)) for c in form.checks}


def _named(what: str, was: Described, now: Described) -> Iterator[Difference]:
    for name, (label, said) in now.items():
        if name not in was:
            yield Difference(what, name, "added", label)
            continue
        before = was[name][1]
        keys = tuple(key for key in said if said[key] != before.get(key))
        if keys:
            yield Difference(what, name, "changed", label, keys)
    for name, (label, _) in was.items():
        if name not in now:
            yield Difference(what, name, "removed", label)

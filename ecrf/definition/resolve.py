"""Code lists and analyte catalogues put into the items that name them.

After this an item carries its own choices and missing codes, so that a form version reads the
same without its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecrf.definition.model import (
    Analyte,
    AnalyteCatalogue,
    Choice,
    CodeList,
    Form,
    Group,
    Study,
)
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source, Step

Key = tuple[str, int]


def pinned(name: str) -> Key:
    """``NY`` is version 1, ``NY/2`` version 2."""
    oid, _, version = name.partition("/")
    return oid, int(version or 1)


def shown(key: Key) -> str:
    return key[0] if key[1] == 1 else f"{key[0]}/{key[1]}"


class Resolver:
    """Finds lists by their pinned name. ``broken`` are the lists whose own file has errors."""

    def __init__(
        self,
        study: Study | None,
        codelists: Mapping[Key, CodeList],
        catalogues: Mapping[Key, AnalyteCatalogue],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.missing = tuple(code.code for code in study.missing_codes) if study else ()
        self.codelists = codelists
        self.catalogues = catalogues
        self.broken = broken

    def form(self, form: Form, source: Source) -> tuple[Form, dict[str, tuple[Analyte, ...]]]:
        """The form with every item complete, and the analytes of its panels."""
        panels = {}
        groups = []
        for g, group in enumerate(form.groups):
            items = [
                self.item(item, source, ("groups", g, "items", i))
                for i, item in enumerate(group.items)
            ]
            groups.append(group.model_copy(update={"items": tuple(items)}))
            if group.catalogue is not None:
                panels[group.group] = self.panel(group, source, ("groups", g))
        return form.model_copy(update={"groups": tuple(groups)}), panels

    def item(self, item: Any, source: Source, steps: tuple[Step, ...]) -> Any:
        update: dict[str, Any] = {}
        if item.missing is None:
            update["missing"] = self.missing
        if getattr(item, "codelist", None) is not None:
            update["choices"] = self.choices(item.codelist, source, (*steps, "codelist"))
        if getattr(item, "suggest", None) is not None:
            update["suggestions"] = self.choices(item.suggest, source, (*steps, "suggest"))
        return item.model_copy(update=update) if update else item

    def choices(self, name: str, source: Source, steps: tuple[Step, ...]) -> tuple[Choice, ...]:
        found = self.codelists.get(pinned(name))
        if found is None and pinned(name)[0].lower() not in self.broken:
            known = [shown(key) for key in self.codelists]
            source.error(steps, f'there is no code list "{name}"', near(name, known))
        return found.choices if found else ()

    def panel(self, group: Group, source: Source, steps: tuple[Step, ...]) -> tuple[Analyte, ...]:
        catalogue = self.catalogues.get(pinned(group.catalogue or ""))
        if catalogue is None:
            if pinned(group.catalogue or "")[0].lower() not in self.broken:
                hint = near(group.catalogue or "", [shown(key) for key in self.catalogues])
                message = f'there is no analyte catalogue "{group.catalogue}"'
                source.error((*steps, "catalogue"), message, hint)
            return ()
        known = {analyte.code: analyte for analyte in catalogue.analytes}
        for i, code in enumerate(group.analytes):
            if code not in known:
                message = f'"{code}" is not in the catalogue {group.catalogue}'
                source.error((*steps, "analytes", i), message, near(code, known))
        return tuple(known[code] for code in group.analytes if code in known)

    def catalogue(self, catalogue: AnalyteCatalogue, source: Source) -> AnalyteCatalogue:
        analytes = [
            self.analyte(analyte, source, ("analytes", i))
            for i, analyte in enumerate(catalogue.analytes)
        ]
        return catalogue.model_copy(update={"analytes": tuple(analytes)})

    def analyte(self, analyte: Analyte, source: Source, steps: Sequence[Step]) -> Analyte:
        if analyte.codelist is None:
            return analyte
        choices = self.choices(analyte.codelist, source, (*steps, "codelist"))
        return analyte.model_copy(update={"choices": choices})

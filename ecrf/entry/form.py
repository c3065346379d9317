"""What is posted, as values: by path for drafts and saves, or as a WTForms form for a whole page.

Names of controls are paths; beside ``PATH`` a page posts ``unit:PATH`` where units can be chosen
and ``missing:PATH`` for the reason why there is no value. Texts are read by the item types, the
same for both ways in (R-060).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.widgets import TextInput

from ecrf.definition import items
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Analyte
from ecrf.definition.values import BLANK, Problem, Value, item_path, split_path
from ecrf.entry import content
from ecrf.entry.env import STRUCK
from ecrf.entry.messages import render
from ecrf.entry.plan import MOST_PLANS

UNIT, MISSING = "unit:", "missing:"
Entries = Mapping[str, Mapping[str, str]]  # path -> {"v": text, "u": unit}


class FormData(Protocol):
    """A posted page: several values for one name (werkzeug's MultiDict)."""

    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object, /) -> bool: ...
    def getlist(self, name: str, /) -> Sequence[str]: ...


def read_path(
    form: FormDefinition, path: str, text: str | Sequence[str], unit: str | None = None
) -> Value | Problem:
    """One typed text as the value of a path; ``deleted`` at the path of a row strikes it out."""
    if not content.known(form, path):
        return Problem("item.unknown", {"path": path})
    name, group, row = split_path(path)
    if not name:
        return Value(STRUCK if text == STRUCK else "")
    item = form.item(name)
    if item.type == "calculated":  # not even a reason for having no value
        return Problem("calculated.read_only")
    return items.parse(item, text, unit, content.analyte_of(form, group, row))


def read(form: FormDefinition, entries: Entries) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Everything that can be read, and a problem for everything that cannot be kept exactly."""
    values: dict[str, Value] = {}
    problems: dict[str, Problem] = {}
    for path, entry in entries.items():
        result = read_path(form, path, entry.get("v", ""), entry.get("u") or None)
        if isinstance(result, Problem):
            problems[path] = result
        else:
            values[path] = result
    return values, problems


def posted(form: FormDefinition, data: FormData) -> dict[str, dict[str, str]]:
    """A posted page as entries; names that are no path of the form are left out.

    A reason for a missing value wins: without scripts a chosen button cannot be taken back.
    """
    entries: dict[str, dict[str, str]] = {}
    for path in paths_in(form, data):
        entry = {"v": _text(data, path)}
        if UNIT + path in data:
            entry["u"] = data.getlist(UNIT + path)[0]
        entries[path] = entry
    return entries


def paths_in(form: FormDefinition, data: Iterable[str]) -> list[str]:
    """The paths of the form among posted names, each once."""
    bare = dict.fromkeys(name.removeprefix(MISSING) for name in data)
    return [path for path in bare if split_path(path)[0] and content.known(form, path)]


def _text(data: FormData, path: str) -> str:
    """Codes of a multiple choice come one by one."""
    reason = data.getlist(MISSING + path)[0] if MISSING + path in data else ""
    return reason or (" ".join(data.getlist(path)) if path in data else "")


class ItemField(Field):  # type: ignore[misc]
    """One item. ``data`` is its Value, ``problem`` why the typed text cannot be one."""

    widget = TextInput()

    def __init__(self, item: Any, analyte: Analyte | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.item = item
        self.analyte = analyte
        self.choices = items.choices(item if analyte is None or item.type != "lab" else analyte)
        self.problem: Problem | None = None
        self.unit: str | None = None

    def process(self, formdata: Any, data: Any = BLANK, extra_filters: Any = None) -> None:
        if formdata is not None:
            self.unit = next(iter(formdata.getlist(UNIT + self.name)), None) or None
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if not valuelist:
            return
        result = items.parse(self.item, valuelist[0], self.unit, self.analyte)
        if isinstance(result, Problem):
            self.problem = result
            raise ValueError(render(result.code, result.params, self.meta.language))
        self.data = result

    def _value(self) -> str:
        """What stands in the box: what was typed, as long as it cannot be read."""
        if self.problem is not None:
            return str(self.raw_data[0])
        return self.data.missing or self.data.text


class _Meta(DefaultMeta):  # type: ignore[misc]
    """The application checks its tokens itself; messages come in the language of the page."""

    def __init__(self, language: str) -> None:
        self.language = language


class _Page:
    """Entries as WTForms asks for them."""

    def __init__(self, entries: Entries) -> None:
        self.lists = {path: [entry["v"]] for path, entry in entries.items()}
        self.lists |= {UNIT + path: [e["u"]] for path, e in entries.items() if "u" in e}

    def __contains__(self, name: str) -> bool:
        return name in self.lists

    def getlist(self, name: str) -> list[str]:
        return self.lists.get(name, [])


class EntryForm(BaseForm):  # type: ignore[misc]
    """The page of one form version; labels are given where it is rendered.

    Rows of a repeating group are fields too, as far as they are kept or posted.
    """

    definition: ClassVar[FormDefinition]
    always: ClassVar[Mapping[str, Any]]  # path -> unbound field, for what every page has

    def __init__(
        self,
        formdata: FormData | None = None,
        values: Mapping[str, Value] | None = None,
        language: str = "en",
    ) -> None:
        kept = values or {}
        entries = None if formdata is None else posted(self.definition, formdata)
        rows = [*paths_in(self.definition, kept), *(entries or ())]
        fields = dict(self.always)
        for path in rows:
            if path not in fields:
                fields[path] = _unbound(self.definition, path)
        super().__init__(fields, meta=_Meta(language))
        self.entries = entries or {}
        page = None if entries is None else _Page(entries)
        self.process(page, data={path: kept.get(path, BLANK) for path in fields})

    @property
    def values(self) -> dict[str, Value]:
        return {field.name: field.data for field in self if field.problem is None}

    @property
    def problems(self) -> dict[str, Problem]:
        return {field.name: field.problem for field in self if field.problem is not None}


_CLASSES: dict[int, type[EntryForm]] = {}


def form_class(form: FormDefinition) -> type[EntryForm]:
    """The class of a form version, built once: a field for each item outside repeating groups
    and for each result of a panel."""
    found = _CLASSES.get(id(form))
    if found is None or found.definition is not form:
        if len(_CLASSES) >= MOST_PLANS:
            _CLASSES.clear()
        always = {path: _unbound(form, path) for path in _static_paths(form)}
        name = f"{form.oid}_{form.version}"
        found = type(name, (EntryForm,), {"definition": form, "always": always})
        _CLASSES[id(form)] = found
    return found


def _static_paths(form: FormDefinition) -> Iterator[str]:
    for group, item in form.model.items():
        if not group.repeats:
            yield item.item
        for analyte in form.analytes(group):
            yield item_path(item.item, group.group, analyte.code)


def _unbound(form: FormDefinition, path: str) -> Any:
    name, group, row = split_path(path)
    return ItemField(form.item(name), content.analyte_of(form, group, row))

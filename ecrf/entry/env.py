"""What the names in a rule stand for: items, rows, analytes, other forms, event and subject.

How a name is found depends only on the definition, so each name is resolved once per form to a
function (a Reader) and kept; a value is read once per evaluation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.model import Group
from ecrf.definition.references import Reference, record_name, reference
from ecrf.definition.values import (
    BLANK,
    Censored,
    PartialDate,
    Value,
    item_path,
    split_path,
)
from ecrf.entry.context import Context, Filed, Record, nearest

STRUCK = "deleted"  # the text at the path of a row that was struck out

Found = Value | Sequence[Value]
Reader = Callable[["FormEnv"], Found]
Choose = Callable[["FormEnv"], Sequence[Filed]]  # the records that a reference looks at
Take = Callable[[Filed], Value]  # what it takes of one


def typed(value: Value) -> Any:
    """What rules compute with: the frozen number in the canonical unit where there is one."""
    number = value.facets.get("n") if value.facets else None
    return value.typed if number is None else read_number(number)


def read_number(text: str) -> Decimal | Censored:
    op = text[: 2 if text[1:2] == "=" else 1] if text[:1] in "<>" else ""
    return Censored(op, Decimal(text[len(op) :])) if op else Decimal(text)


def day(date: dt.date | None) -> PartialDate | None:
    return None if date is None else PartialDate(date.year, date.month, date.day)


def lab_item(group: Group) -> str | None:
    """The result column of a panel."""
    return next((item.item for item in group.items if item.type == "lab"), None)


def result_paths(form: FormDefinition) -> dict[str, str]:
    """Analyte -> the path of its result."""
    return {
        analyte.code: item_path(result, oid, analyte.code)
        for oid, analytes in form.panels.items()
        for result in (lab_item(form.groups[oid]),)
        for analyte in analytes
        if result
    }


def live_rows(data: Record, group: str) -> list[str]:
    """Keys of the rows that are there and not struck out, in their order."""
    keys = {key for _, of, key in map(split_path, data) if of == group and key}
    live = [key for key in keys if data.get(f"{group}[{key}]", BLANK).text != STRUCK]
    return sorted(live, key=lambda key: (len(key), key))


FACETS: Mapping[str, str] = {
    "LBSTRESN": "n",
    "LBORNRLO": "lo",
    "LBORNRHI": "hi",
    "LBNRIND": "ind",
    "LBTOXGR": "gr",
}
NUMBERS = ("n", "lo", "hi")
# What is judged over the records of a subject as a whole: judge -> what it says.
JUDGES: Mapping[str, tuple[str, ...]] = {
    "eligibility": ("result", "summary"),
    "toxicity": ("summary",),
}
JUDGED = {f"{judge}.{word}": (judge, word) for judge, words in JUDGES.items() for word in words}

SYSTEM: Mapping[str, Callable[[Context], Any]] = {
    "today": lambda context: day(context.today),
    "event.oid": lambda context: context.event,
    "event.day": lambda context: None if context.event_day is None else Decimal(context.event_day),
    "event.date": lambda context: day(context.event_date),
    "event.planned": lambda context: day(context.event_planned),
    "event.earliest": lambda context: day(context.event_earliest),
    "event.latest": lambda context: day(context.event_latest),
    "record.repeat": lambda context: Decimal(context.repeat),
    "subject.cohort": lambda context: context.cohort,
    "subject.site": lambda context: context.site,
    "subject.code": lambda context: context.subject,
}


class Names:
    """Readers of one form version, made when a rule first asks for them."""

    def __init__(self, catalogue: Catalogue, form: FormDefinition) -> None:
        self.catalogue = catalogue
        self.form = form
        self.results = result_paths(form)
        self.readers: dict[str, Reader] = {}

    def reader(self, name: str) -> Reader:
        found = self.readers.get(name)
        if found is None:
            found = self.readers[name] = self._make(name)
        return found

    def _make(self, name: str) -> Reader:
        ref = reference(name)
        if ref is not None:
            return self._foreign(ref) if ref.form or ref.where else self._own_facet(ref)
        if name in self.form.items:
            group = self.form.items[name][0]
            return _own_rows(group.group, name) if group.repeats else _own(name)
        return _own(self.results[name])

    def _own_facet(self, ref: Reference) -> Reader:
        path = self.results[ref.item]
        return lambda env: facet(env.data.get(path, BLANK), FACETS[ref.facet])

    def _foreign(self, ref: Reference) -> Reader:
        """One record, or a list over records, over rows, or over the rows of all records."""
        form = self.catalogue.latest(ref.form or self.form.oid)
        several = ref.where in ("every", "others") or (form.model.repeats and ref.where != "prev")
        choose = _chosen(ref, form.oid, several)
        group = form.items[ref.item][0] if ref.item in form.items else None
        if group is not None and group.repeats:
            keys = [analyte.code for analyte in form.analytes(group)]
            return _rows(choose, group.group, keys, ref.item)
        take = _taken(ref, form)
        return _all(choose, take) if several else _one(choose, take)


def facet(value: Value, name: str) -> Value:
    """A facet as a value of its own, so that rules can compute with it."""
    text = value.facets.get(name) if value.facets else None
    if text is None:
        return BLANK
    return Value(text, typed=read_number(text) if name in NUMBERS else text)


def _chosen(ref: Reference, form: str, several: bool) -> Choose:
    if ref.where == "others":
        return lambda env: env.context.others.get(form, ())
    if ref.where == "every" or (several and not ref.where):
        return lambda env: env.context.forms.get(form, ())
    if not ref.where:
        return lambda env: [one for one in (nearest(env.context.forms, form),) if one]
    if ref.where == "prev":
        return lambda env: [r for r in env.context.forms.get(form, ()) if r.earlier][-1:]
    most = None if several else -1
    return lambda env: [r for r in env.context.forms.get(form, ()) if r.event == ref.where][most:]


def _taken(ref: Reference, form: FormDefinition) -> Take:
    if ref.pseudo:
        return _PSEUDO[ref.item](form.oid)
    path = ref.item if ref.item in form.items else result_paths(form)[ref.item]
    if ref.facet:
        return lambda filed: facet(filed.data.get(path, BLANK), FACETS[ref.facet])
    return lambda filed: filed.data.get(path, BLANK)


def _text(text: str) -> Value:
    return Value(text, typed=text)


_PSEUDO: Mapping[str, Callable[[str], Take]] = {
    "record": lambda form: lambda filed: _text(record_name(form, filed.repeat)),
    "event": lambda form: lambda filed: _text(filed.event),
}


def _own(path: str) -> Reader:
    return lambda env: env.data.get(path, BLANK)


def _own_rows(group: str, item: str) -> Reader:
    return lambda env: [
        env.data.get(item_path(item, group, key), BLANK) for key in env.rows.get(group, ())
    ]


def _one(choose: Choose, take: Take) -> Reader:
    def read(env: FormEnv) -> Value:
        found = choose(env)
        return take(found[-1]) if found else BLANK

    return read


def _all(choose: Choose, take: Take) -> Reader:
    return lambda env: [take(filed) for filed in choose(env)]


def _rows(choose: Choose, group: str, keys: Sequence[str], item: str) -> Reader:
    return lambda env: [
        filed.data.get(item_path(item, group, key), BLANK)
        for filed in choose(env)
        for key in keys or live_rows(filed.data, group)
    ]


class FormEnv:
    """What rules at form level see. ``rows`` are the keys of the live rows of each group."""

    __slots__ = ("context", "data", "names", "rows", "_envs", "_read")

    def __init__(
        self,
        names: Names,
        data: dict[str, Value],
        context: Context,
        rows: Mapping[str, Sequence[str]],
    ) -> None:
        self.names = names
        self.data = data
        self.context = context
        self.rows = rows
        self._read: dict[str, Any] = {}
        self._envs: dict[str, list[RowEnv]] = {}

    def __call__(self, name: str) -> Any:
        read = self._read
        if name in read:
            return read[name]
        if name in SYSTEM:
            value = SYSTEM[name](self.context)
        elif name in self.context.elsewhere:
            return self.context.elsewhere[name]
        elif name in JUDGED:
            judge, word = JUDGED[name]
            said = self.context.judges.get(judge)
            value = (said(self.data)[word] or None) if said else None
        elif name == "record.id":
            value = record_name(self.names.form.oid, self.context.repeat)
        else:
            found = self.value(name)
            value = typed(found) if isinstance(found, Value) else [typed(one) for one in found]
        read[name] = value
        return value

    def value(self, name: str) -> Found:
        return self.names.reader(name)(self)

    def put(self, path: str, name: str, value: Value) -> None:
        """Keep a calculated value, so that later rules see it."""
        self.data[path] = value
        self._read.pop(name, None)

    def row_envs(self, group: str, items: frozenset[str], result: str | None) -> list[RowEnv]:
        """What each live row of a group sees."""
        envs = self._envs.get(group)
        if envs is None:
            envs = [RowEnv(self, group, key, items, result) for key in self.rows[group]]
            self._envs[group] = envs
        return envs


class RowEnv:
    """What the rules of one row see: its own items first, in a panel also its frozen facets."""

    __slots__ = ("form", "items", "key", "prefix", "result")

    def __init__(
        self, form: FormEnv, group: str, key: str, items: frozenset[str], result: str | None
    ) -> None:
        self.form = form
        self.key = key
        self.prefix = f"{group}[{key}]."
        self.items = items
        self.result = result

    def __call__(self, name: str) -> Any:
        if name in self.items:
            return typed(self.form.data.get(self.prefix + name, BLANK))
        if self.result is not None and name in PANEL:
            return PANEL[name](self)
        return self.form(name)

    def value(self, name: str) -> Found:
        if name in self.items:
            return self.form.data.get(self.prefix + name, BLANK)
        return self.form.value(name)

    def facet(self, name: str) -> str | None:
        return self.form.data.get(f"{self.prefix}{self.result}", BLANK).facets.get(name)

    def number(self, name: str) -> Any:
        text = self.facet(name)
        return None if text is None else read_number(text)


def _row_facet(key: str) -> Callable[[RowEnv], Any]:
    return lambda row: row.number(key) if key in NUMBERS else row.facet(key)


PANEL: Mapping[str, Callable[[RowEnv], Any]] = {
    "analyte": lambda row: row.key,
} | {name: _row_facet(key) for name, key in FACETS.items()}

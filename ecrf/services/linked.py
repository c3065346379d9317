"""Records that belong together: what a record of a log points at, what points at it, and a new
one that points at it from the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.definition.references import record_name
from ecrf.definition.values import split_path
from ecrf.models import Record, Subject
from ecrf.services import drafts, keys, subjects
from ecrf.services.errors import NotFound
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class Linked:
    """The other record of a link. ``outward``: the record in hand names it, not the reverse."""

    form: FormDefinition
    key: Key
    item: str  # the item that makes the link, of whichever record holds it
    outward: bool
    label: str = ""
    struck: bool = False

    @property
    def name(self) -> str:
        return record_name(self.key.form, self.key.repeat)


@dataclass(frozen=True, slots=True)
class Addable:
    """A form whose new record can point at the record in hand, where, and by which item."""

    form: FormDefinition
    event: Event
    item: str


Links = Mapping[str, tuple[Linked, ...]]  # name of a record -> the other records of its links


class Held(NamedTuple):
    """A record that may be at an end of a link, and what it holds."""

    key: Key
    form: FormDefinition
    data: dict[str, dict[str, str]]
    struck: bool

    @property
    def name(self) -> str:
        return record_name(self.key.form, self.key.repeat)


def of_form(rows: Sequence[Held], oid: str) -> Links:
    """The links of every record of a form, each record's own first, from its ``rows``."""
    places = {row.name: row for row in rows}
    outward: dict[str, list[Linked]] = defaultdict(list)
    inward: dict[str, list[Linked]] = defaultdict(list)
    for row in rows:
        for item, target in _named(row):
            if row.key.form == oid and target in places:
                outward[row.name].append(_linked(places[target], item, True))
            if target.rpartition("-")[0] == oid:
                inward[target].append(_linked(row, item, False))
    return {name: _once(outward[name] + inward[name]) for name in {*outward, *inward}}


def _once(links: Sequence[Linked]) -> tuple[Linked, ...]:
    """Each record once a direction, however many items name it."""
    return tuple({(one.key, one.outward): one for one in links}.values())


def rows(work: Work, subject: Subject, oid: str) -> list[Held]:
    """The records of a form, and those that may be at the other end of a link of theirs."""
    pointing = {f.oid for f in work.catalogue.forms.values() if oid in _targets(f)}
    own = {
        other
        for form in work.catalogue.forms.values()
        if form.oid == oid
        for other in _targets(form)
    }
    query = (
        select(
            Record.event,
            Record.event_no,
            Record.form,
            Record.form_version,
            Record.repeat,
            Record.inactive,
            Record.data,
        )
        .where(Record.subject_id == subject.id, Record.form.in_(sorted({oid, *pointing, *own})))
        .order_by(Record.form, Record.id)
    )
    return [
        Held(
            Key(subject.code, row.event, row.event_no, row.form, row.repeat),
            work.catalogue.form(row.form, row.form_version),
            row.data,
            row.inactive,
        )
        for row in work.session.execute(query)
    ]


def _targets(form: FormDefinition) -> set[str]:
    return {oid for _, item in form.items.values() if item.type == "ref" for oid in item.forms}


def _named(row: Held) -> Iterator[tuple[str, str]]:
    """Every item of a record that names another record, with the name."""
    refs = {name for name, (_, item) in row.form.items.items() if item.type == "ref"}
    for path, value in row.data.items() if refs else ():
        name = split_path(path)[0]
        if name in refs and value.get("v"):
            yield name, value["v"]


def _linked(row: Held, item: str, outward: bool) -> Linked:
    label = row.form.model.row_label
    said = row.data.get(label, {}).get("v", "") if label else ""
    return Linked(row.form, row.key, item, outward, said, row.struck)


def addable(work: Work, subject: Subject, oid: str) -> tuple[Addable, ...]:
    """The logs whose new record can name a record of the form at once, in their order."""
    found = []
    for event in work.catalogue.build.events:
        if event.kind != "log":
            continue
        for form in keys.forms_at(work, subject, event):
            item = _pointer(form, oid)
            if form.model.repeats and item:
                found.append(Addable(form, event, item))
    return tuple(found)


def _pointer(form: FormDefinition, oid: str) -> str:
    """The item outside rows by which a form names a record of another one."""
    for name, (group, item) in form.items.items():
        plain = not (group.repeats or group.catalogue)
        if item.type == "ref" and plain and oid in item.forms:
            return name
    return ""


def begin(work: Work, key: Key, oid: str) -> Key:
    """A new record of a log in draft, with nothing in it but the link to the record at ``key``.

    Asked for twice, it is the same one as long as nothing else was typed into it. A place where the
    actor has another draft is left alone. Raises Forbidden, NotFound.
    """
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    record = keys.find(work, subject, key)
    one = next((one for one in addable(work, subject, key.form) if one.form.oid == oid), None)
    if record is None or record.inactive or one is None:
        raise NotFound(oid)
    repeat = subjects.next_repeat(work, key.subject, one.event.event, 1, oid)
    made = Key(key.subject, one.event.event, 1, oid, repeat)
    link = {one.item: Entry(record_name(key.form, key.repeat))}
    while (draft := drafts.get(work, made)) is not None:
        if draft.entries == link:
            return made
        repeat += 1
        made = Key(key.subject, one.event.event, 1, oid, repeat)
    drafts.put(work, made, 0, link)
    return made

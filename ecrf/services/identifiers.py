"""Identifying items across subjects: is this barcode, this batch, already somebody else's?

Rules ask it as ``X in others.FORM.ITEM``. The answer comes from an index of what those items hold,
kept by every save, so that it costs the same among ten records and among a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, delete, exists, insert, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.entry.content import needed_forms
from ecrf.models import Identifier, Record, Subject
from ecrf.services import dependents
from ecrf.services.work import Work

_IDENTIFIER, _RECORD, _SUBJECT = Identifier.__table__, Record.__table__, Subject.__table__
_ELSEWHERE = (
    select(_IDENTIFIER.c.item)
    .distinct()
    .join(_RECORD, _RECORD.c.id == _IDENTIFIER.c.record_id)
    .join(_SUBJECT, _SUBJECT.c.id == _RECORD.c.subject_id)
    .where(
        _IDENTIFIER.c.item.in_(bindparam("items", expanding=True)),
        _IDENTIFIER.c.value == bindparam("value"),
        _RECORD.c.subject_id != bindparam("subject_id"),
        _RECORD.c.inactive.is_(False),
        _SUBJECT.c.site == bindparam("site"),
    )
)
_ADD = insert(_IDENTIFIER)
_DROP = delete(Identifier).where(
    Identifier.record_id == bindparam("record"), Identifier.item == bindparam("of")
)


@dataclass(frozen=True, slots=True)
class _Holders:
    """Which of some items hold a value in the records of the other subjects of the site.

    A barcode is looked up among those of every form at once, so a value is asked for once.
    """

    work: Work
    subject: Subject
    items: Sequence[str]
    known: dict[object, frozenset[str]] = field(default_factory=dict)

    def of(self, value: object) -> frozenset[str]:
        if value not in self.known:
            where = {
                "items": self.items,
                "value": value,
                "subject_id": self.subject.id,
                "site": self.subject.site,
            }
            self.known[value] = frozenset(self.work.session.scalars(_ELSEWHERE, where))
        return self.known[value]


@dataclass(frozen=True, slots=True)
class _Elsewhere(Container[str]):
    """What one item holds there."""

    item: str
    holders: _Holders

    def __contains__(self, value: object) -> bool:
        return self.item in self.holders.of(value)


def elsewhere(work: Work, subject: Subject, form: FormDefinition) -> Mapping[str, Container[str]]:
    """For the context of a form: name in its rules -> what can be looked up there."""
    names = {name: name.removeprefix("others.") for name in needed_forms(form).looked_up}
    holders = _Holders(work, subject, sorted(names.values()))
    return {name: _Elsewhere(item, holders) for name, item in names.items()}


def keep(work: Work, record: Record, changed: Iterable[str], old: Mapping[str, int]) -> None:
    """Keep the index in step with a saved record; ``old`` are the items it held before."""
    known = dependents.of(work.catalogue).looked_up
    for name in changed:
        item = f"{record.form}.{name}"
        if item not in known:
            continue
        if name in old:
            work.session.execute(_DROP, {"record": record.id, "of": item})
        _add(work, record, item, name)


def complete(work: Work) -> None:
    """Add what records hold that were saved before a rule first looked their item up."""
    for item in sorted(dependents.of(work.catalogue).looked_up):
        form, _, name = item.partition(".")
        there = and_(Identifier.record_id == Record.id, Identifier.item == item)
        for record in work.session.scalars(
            select(Record).where(Record.form == form, ~exists().where(there))
        ):
            _add(work, record, item, name)


def _add(work: Work, record: Record, item: str, name: str) -> None:
    if text := record.data.get(name, {}).get("v"):
        row = {"record_id": record.id, "item": item, "value": text}
        work.session.connection().execute(_ADD, row)

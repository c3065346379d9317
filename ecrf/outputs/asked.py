"""The queries of a list, with everything said and the values it was said about (R-103)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.models import AuditEntry, AuditValue, Query
from ecrf.outputs import body, reviews, trail, words
from ecrf.outputs.casebook import NOTHING, Clock, Shown, Words
from ecrf.outputs.sheets import AskedLine


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with what only the services know of it."""

    query: Query
    subject: str
    form: FormDefinition | None  # None: about a visit
    days: int


def lines(
    session: Session, catalogue: Catalogue, asked: Sequence[Asked], clock: Clock
) -> tuple[AskedLine, ...]:
    """The queries in the order given."""
    forms = {one.query.id: one.form for one in asked}
    printed = reviews.lines(
        session, [one.query for one in asked], lambda row: _label(row, forms[row.id]), clock
    )
    moves = reviews.about(session, list(forms))  # query -> what each move was said about
    wanted = {seq for versions in moves.values() for seq in versions.values()}
    wanted |= {one.query.value_seq for one in asked if one.query.value_seq}
    bodies = _values(session, catalogue.study.study, wanted)
    found = []
    for one, line in zip(asked, printed, strict=True):
        form = one.form
        values = {s: trail.value(form, *bodies[s]) for s in wanted if form and s in bodies}
        found.append(
            AskedLine(
                query=line,
                question=Words(one.query.text, one.query.text_zh or one.query.text),
                subject=one.subject,
                event=one.query.event,
                event_no=one.query.event_no,
                visit=_visit(catalogue, one.query),
                form=Words.of(form.model.title) if form else NOTHING,
                repeat=one.query.repeat,
                days=one.days,
                code=one.query.state,
                value=values.get(one.query.value_seq or 0),
                changes=_changes(line.version, moves.get(line.id, {}), values),
            )
        )
    return tuple(found)


def _changes(
    version: int | None, moves: Mapping[int, int], values: Mapping[int, Shown | None]
) -> dict[int, Shown]:
    """Move -> the value it was said about, where that is another than before."""
    found = {}
    for move, seq in moves.items():
        value = values.get(seq)
        if seq != version and value is not None:
            found[move] = value
        version = seq
    return found


def _visit(catalogue: Catalogue, query: Query) -> Words:
    event = catalogue.event(query.event)
    return Words.of(event.title if event else query.event)


def _label(query: Query, form: FormDefinition | None) -> Words:
    if form is None:
        return words.WHOLE_VISIT
    return body.label(form, query.path) if query.path else words.WHOLE_FORM


def _values(session: Session, log: str, seqs: set[int]) -> dict[int, tuple[str, str | None]]:
    """Audit number -> the path it is about, and the stored value; None once it was taken out."""
    query = (
        select(AuditEntry.seq, AuditEntry.body, AuditValue.value)
        .outerjoin(
            AuditValue, (AuditValue.log == AuditEntry.log) & (AuditValue.seq == AuditEntry.seq)
        )
        .where(AuditEntry.log == log, AuditEntry.seq.in_(sorted(seqs)))
    )
    return {
        row.seq: (json.loads(row.body).get("item", ""), row.value) for row in session.execute(query)
    }

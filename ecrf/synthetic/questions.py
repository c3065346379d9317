"""The life of queries at a desk where people ask and answer (part B 5.3): what checks and the
monitor raised is answered, closed, asked again or still open.

Times are those of the server, as everywhere in the trail, so no query is older than the seeding.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from ecrf.models import Query, Record, Subject
from ecrf.services import keys, queries
from ecrf.services.queries import Said
from ecrf.services.work import Actor, Work, working

ASKED = 0.006  # of the completed forms, by the monitor
ANSWERED, CLOSED, REOPENED = 0.8, 0.75, 0.1  # of the live ones; of the answered ones


@dataclass(frozen=True, slots=True)
class Desks:
    """Who takes part: the site answers, the monitor asks and closes."""

    site: Actor
    monitor: Actor


def run(app: Flask, desks: Desks, code: str, chance: random.Random) -> None:
    """Let the queries of one subject be asked, answered and closed; some wait."""
    catalogue = app.extensions["catalogue"]
    with working(catalogue, desks.monitor) as work:
        _ask(work, code, chance)
    with working(catalogue, desks.site) as work:
        for asked in _live(work, code):
            if chance.random() < ANSWERED:
                queries.move(
                    work, asked.id, "answer", _say(work, "answers", chance), seen=asked.moves
                )
    with working(catalogue, desks.monitor) as work:
        for asked in _live(work, code):
            drawn = chance.random()
            if asked.state == "answered" and drawn < CLOSED:
                queries.move(work, asked.id, "close", Said(), seen=asked.moves)
            elif asked.state == "answered" and drawn < CLOSED + REOPENED:
                said = _say(work, "questions", chance)
                queries.move(work, asked.id, "reopen", said, seen=asked.moves)


def _ask(work: Work, code: str, chance: random.Random) -> None:
    subject = keys.subject(work, code)
    query = select(Record).where(Record.subject_id == subject.id, Record.status == "complete")
    for record in work.session.scalars(query.order_by(Record.id)).all():
        if chance.random() < ASKED:
            path = chance.choice(sorted(record.data))
            queries.raise_query(
                work, keys.key_of(record, subject), path, _say(work, "questions", chance)
            )


def _live(work: Work, code: str) -> list[Query]:
    query = select(Query).join(Subject, Subject.id == Query.subject_id).where(Subject.code == code)
    live = query.where(Query.state.in_(("open", "answered", "reopened"))).order_by(Query.id)
    return list(work.session.scalars(live))


def _say(work: Work, kind: str, chance: random.Random) -> Said:
    """One of the words of the study, in both languages."""
    saying = chance.choice(list(getattr(work.catalogue.study.queries, kind)))
    return Said(saying.text.en, saying.text.zh)

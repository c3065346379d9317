"""Gathers the forms of a visit or a casebook into a volume, in the caller's snapshot (R-101)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf import crypto
from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.models import AuditEntry, AuditLog, Subject
from ecrf.outputs import compose, reviews
from ecrf.outputs.casebook import Clock, Language, Words
from ecrf.outputs.volume import ChainHead, Chapter, Missing, Rendition, Scope, Volume


@dataclass(frozen=True, slots=True)
class Visit:
    """What belongs to a visit: its records, and the forms that are due and were never entered."""

    event: str
    event_no: int
    title: Words
    date: str
    records: tuple[int, ...]
    missing: tuple[FormDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be bound, and for whom."""

    scope: Scope
    subject_id: int
    visits: Sequence[Visit]
    language: Language
    rendition: Rendition


def volume(
    session: Session,
    catalogue: Catalogue,
    wanted: Wanted,
    *,
    roots: Sequence[crypto.Certificate],
    hidden: Callable[[int], frozenset[str]],
) -> Volume:
    """The volume as the tables have it now, not yet a registered copy.

    roots   certificates through which signatures are trusted
    hidden  record -> the paths that skip logic hides there
    """
    subject = session.get_one(Subject, wanted.subject_id)
    clock = partial(compose.at_site, catalogue, subject.site)
    chapters = []
    for visit in wanted.visits:
        asked = reviews.queries_beside(session, subject.id, visit.event, visit.event_no, clock)
        forms = tuple(
            compose.form_casebook(
                session, catalogue, number, wanted.language, roots=roots, hidden=hidden(number)
            )
            for number in visit.records
        )
        absent = tuple(
            Missing(f.oid, f.version, Words.of(f.model.title), asked.pop(f.oid, ()))
            for f in visit.missing
        )
        others = tuple(line for lines in asked.values() for line in lines)
        chapters.append(
            Chapter(visit.event, visit.event_no, visit.title, visit.date, forms, absent, others)
        )
    first = next(form for chapter in chapters for form in chapter.forms)
    return Volume(
        scope=wanted.scope,
        language=wanted.language,
        about=first.header,
        chapters=tuple(chapters),
        head=head(session, catalogue, clock),
        missing=first.missing,
        rendition=wanted.rendition,
    )


def head(session: Session, catalogue: Catalogue, clock: Clock) -> ChainHead:
    """The last entry of the audit trail of the study."""
    study = catalogue.study.study
    last = session.get_one(AuditLog, study)
    query = select(AuditEntry.at).where(AuditEntry.log == study, AuditEntry.seq == last.seq)
    return ChainHead(last.seq, last.hash, clock(session.execute(query).scalar_one()))

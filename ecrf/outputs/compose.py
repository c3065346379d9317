"""Makes the casebook of one form instance from the tables, in the caller's transaction (R-101)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf import crypto
from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.entry import content
from ecrf.models import Record, Subject, Visit
from ecrf.outputs import body, reviews, signatures, trail, words
from ecrf.outputs.casebook import (
    CasebookForm,
    Clock,
    Copy,
    Header,
    Language,
    Moment,
    Words,
)
from ecrf.outputs.sheets import About
from ecrf.version import APPLICATION


def form_casebook(
    session: Session,
    catalogue: Catalogue,
    record_id: int,
    language: Language,
    *,
    roots: Sequence[crypto.Certificate],
    hidden: frozenset[str],
    copy: Copy | None = None,
) -> CasebookForm:
    """The form with its whole history.

    roots   certificates through which signatures are trusted
    hidden  paths that skip logic hides, as ecrf.entry.evaluate finds them
    copy    the registered copy that is being made; without one the print is not certified
    """
    record = session.get_one(Record, record_id)
    session.refresh(record)
    subject = session.get_one(Subject, record.subject_id)
    form = catalogue.form(record.form, record.form_version)
    clock = partial(moment, _timezone(catalogue, subject.site))
    lines = trail.read(session, catalogue.study.study, record_id, form, clock)
    signed = signatures.read(session, catalogue.study.study, record, clock, roots)
    return CasebookForm(
        language=language,
        header=_header(session, catalogue, record, subject, form, clock),
        sections=body.sections(
            body.Content(
                form,
                content.restore(form, record.data),
                record.versions,
                hidden,
                trail.changes(lines),
                reviews.queries_by_item(session, record_id),
                reviews.latest_marks(session, record_id),
            )
        ),
        signatures=signed,
        audit=lines,
        queries=reviews.queries(session, record_id, form, clock),
        marks=reviews.marks(session, record_id, form, clock),
        standing=signatures.standing(record, signed),
        definition=form.model,
        choices=_choices(form),
        missing={m.code: Words.of(m.label) for m in catalogue.study.missing_codes},
        copy=copy,
    )


def moment(timezone: ZoneInfo, instant: str) -> Moment:
    """A stored instant as it is printed, local with its offset and in UTC."""
    local = dt.datetime.fromisoformat(instant).astimezone(timezone)
    offset = f"{local:%z}"
    return Moment(f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}", instant)


def at_site(catalogue: Catalogue, site: str, instant: str) -> Moment:
    """The same for a site, for whoever makes a Copy."""
    return moment(_timezone(catalogue, site), instant)


def _timezone(catalogue: Catalogue, site: str) -> ZoneInfo:
    named = {s.site: s.timezone for s in catalogue.study.sites}
    return ZoneInfo(named.get(site, "UTC"))


def about(catalogue: Catalogue, site: str, build: int, subject: Subject | None = None) -> About:
    """Whom a sheet is about, under a build of the study."""
    told = _told(catalogue, site, build)
    if subject is None:
        return About(**told)
    return About(**told, subject=subject.code, cohort=_cohort(catalogue, subject))


def _told(catalogue: Catalogue, site: str, number: int) -> dict[str, Any]:
    """What every print about a site says of study and site."""
    study, build = catalogue.study, catalogue.builds[number]
    found = next((s for s in study.sites if s.site == site), None)
    investigator = found.principal_investigator if found else None
    return {
        "study": study.study,
        "title": Words.of(study.title),
        "sponsor": Words.of(study.sponsor),
        "protocol": build.protocol,
        "protocol_version": build.protocol_version,
        "site": site,
        "site_name": Words.of(found.label if found else site),
        "investigator": Words.of(investigator) if investigator else words.NOT_STATED,
        "build": number,
        "build_date": build.date.isoformat(),
        "app": APPLICATION,
    }


def _cohort(catalogue: Catalogue, subject: Subject) -> Words:
    named = {c.cohort: c.label for c in catalogue.study.cohorts}
    return Words.of(named.get(subject.cohort, subject.cohort))


def _header(
    session: Session,
    catalogue: Catalogue,
    record: Record,
    subject: Subject,
    form: FormDefinition,
    clock: Clock,
) -> Header:
    event = catalogue.event(record.event, record.build)
    return Header(
        **_told(catalogue, subject.site, record.build),
        short_title=Words.of(catalogue.study.short_title),
        timezone=_timezone(catalogue, subject.site).key,
        subject=subject.code,
        cohort=_cohort(catalogue, subject),
        event=record.event,
        event_title=Words.of(event.title if event else record.event),
        event_no=record.event_no,
        event_date=_event_date(session, record),
        form=record.form,
        form_title=Words.of(form.model.title),
        form_version=record.form_version,
        form_digest=form.digest,
        repeat=record.repeat,
        record=record.id,
        revision=record.revision,
        digest=record.digest,
        status=_status(record, subject),
        created=clock(record.created_at),
        updated=clock(record.updated_at),
    )


def _event_date(session: Session, record: Record) -> str:
    query = select(Visit.date).where(
        Visit.subject_id == record.subject_id,
        Visit.event == record.event,
        Visit.event_no == record.event_no,
    )
    return session.scalar(query) or ""


def _status(record: Record, subject: Subject) -> Words:
    states = [record.status]
    states += ["struck"] if record.inactive else []
    states += ["frozen"] if record.frozen else []
    states += ["locked"] if record.locked or subject.locked else []
    every = [words.of(words.STATES, state) for state in states]
    return Words(", ".join(w.en for w in every), "、".join(w.zh for w in every))


def _choices(form: FormDefinition) -> dict[str, tuple]:
    found = {oid: form.choices(item) for oid, (_, item) in form.items.items()}
    for analytes in form.panels.values():
        found |= {analyte.code: analyte.choices for analyte in analytes}
    return {oid: listed for oid, listed in found.items() if listed}

"""Sheets as they are printed: the eligibility of a subject, the queries of a subject or a site."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any, cast

from flask import Flask
from flask_babel import force_locale

from ecrf.definition.values import split_path
from ecrf.eligibility.evaluate import Criterion as Judged
from ecrf.eligibility.facts import Evidence
from ecrf.models import Record, Subject
from ecrf.outputs import asked, compose, gather
from ecrf.outputs.casebook import CasebookForm, Clock, Language, Words
from ecrf.outputs.sheets import (
    About,
    CriterionLine,
    EligibilitySheet,
    Ground,
    QueryList,
    SubjectQueries,
)
from ecrf.outputs.volume import Rendition
from ecrf.services import eligibility, keys, records
from ecrf.services import query_list as asking
from ecrf.services.copies import Request
from ecrf.services.eligibility import Screening, Source
from ecrf.services.scopes import Scope, State
from ecrf.services.work import Work
from ecrf.web import eligibility as page

LANGUAGES = ("en", "zh")


def hidden(work: Work, record_id: int) -> frozenset[str]:
    """The paths of a record that skip logic hides."""
    record, subject = keys.record(work, record_id)
    return records.judge(work, keys.key_of(record, subject), {})[0].hidden


def eligibility_sheet(
    app: Flask, work: Work, scope: Scope, state: State, request: Request
) -> EligibilitySheet:
    """The sheet in its present state, not yet a registered copy."""
    subject = work.session.get_one(Subject, scope.subject_id)
    found = cast(Screening, eligibility.screen(work, subject))
    catalogue, record = work.catalogue, eligibility.decision(work, subject)
    return EligibilitySheet(
        language=cast(Language, request.language),
        about=compose.about(catalogue, subject.site, found.build, subject),
        on=found.on.isoformat(),
        decided=found.decided,
        version=found.version,
        source=Words.of(catalogue.criteria[found.version].source),
        result=found.evaluation.result,
        warnings=tuple(_warning(code) for code in found.evaluation.warnings),
        criteria=tuple(_criterion(work, found, judged) for judged in found.evaluation.criteria),
        decision=_decision(app, work, record, request),
        agrees=record is not None and found.agrees(record),
        head=gather.head(work.session, catalogue, _clock(work, subject.site)),
        revision=state.revision,
        rendition=cast(Rendition, request.rendition),
    )


def query_list(work: Work, scope: Scope, state: State, request: Request) -> QueryList:
    """The list in its present state, not yet a registered copy."""
    catalogue, clock = work.catalogue, _clock(work, scope.site)
    lines = asking.of_scope(work, scope)
    listed = [asked.Asked(line.query, line.subject, line.form, line.days) for line in lines]
    printed = asked.lines(work.session, catalogue, listed, clock)
    parts = []
    for code, own in groupby(printed, key=lambda line: line.subject):
        about = _about(work, scope.site, keys.subject(work, code))
        parts.append(SubjectQueries(about, scope.narrowed, tuple(own)))
    subject = keys.subject(work, scope.subject) if scope.subject else None
    return QueryList(
        language=cast(Language, request.language),
        about=_about(work, scope.site, subject),
        narrowed=scope.narrowed,
        subjects=tuple(parts),
        head=gather.head(work.session, catalogue, clock),
        revision=state.revision,
        rendition=cast(Rendition, request.rendition),
    )


def _about(work: Work, site: str, subject: Subject | None) -> About:
    return compose.about(work.catalogue, site, work.catalogue.build.build, subject)


def _clock(work: Work, site: str) -> Clock:
    return partial(compose.at_site, work.catalogue, site)


def _decision(
    app: Flask, work: Work, record: Record | None, request: Request
) -> CasebookForm | None:
    if record is None:
        return None
    return compose.form_casebook(
        work.session,
        work.catalogue,
        record.id,
        cast(Language, request.language),
        roots=(app.extensions["keystore"].root,),
        hidden=hidden(work, record.id),
    )


def _criterion(work: Work, found: Screening, judged: Judged) -> CriterionLine:
    criterion = found.criteria.get(judged.id)
    return CriterionLine(
        id=judged.id,
        label=Words.of(criterion.label if criterion else judged.id),
        text=Words.of(criterion.text if criterion else ""),
        result=judged.result,
        grounds=tuple(_ground(work, found, evidence) for evidence in judged.evidence),
        missing=tuple(_missing(found, field) for field in page.lacking(judged)),
        warnings=tuple(_warning(code) for code in judged.warnings),
    )


def _ground(work: Work, found: Screening, evidence: Evidence) -> Ground:
    source = found.places.get((evidence.form, evidence.record, evidence.field))
    label = _both(lambda language: page.told(found, evidence, language)[0])
    value = _both(lambda language: page.told(found, evidence, language)[1])
    coded = evidence.value not in (value.en, "") and source and source.item is not None
    return Ground(
        label=label,
        field=evidence.field,
        value=value,
        code=evidence.value if coded and not page.QUOTIENT.fullmatch(evidence.value) else "",
        date=(evidence.date or "").replace("T", " "),
        place=_place(work, source) if source else "",
    )


def _place(work: Work, source: Source) -> str:
    key = source.key
    visit = key.event if key.event_no == 1 else f"{key.event}-{key.event_no}"
    form = key.form if key.repeat == 1 else f"{key.form} #{key.repeat}"
    revision = work.session.get_one(Record, source.record_id).revision
    row = split_path(source.path)[2]
    return f"{visit} {form}{f' {row}' if row else ''}, r{revision}"


def _missing(found: Screening, field: str) -> Words:
    return _both(lambda language: page.gap(found, field, language))


def _warning(code: str) -> Words:
    said: Any = page.WARNINGS.get(code, code)
    return _both(lambda _language: str(said))


def _both(said: Callable[[str], str]) -> Words:
    """A sentence in both languages, whatever the language of the person who asks."""
    told = []
    for language in LANGUAGES:
        with force_locale(language):
            told.append(said(language))
    return Words(*told)

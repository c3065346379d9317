"""What the rules of a form may know besides the form: the subject, the event, other forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.entry import baselines
from ecrf.entry.content import Stored, needed_forms
from ecrf.entry.context import Context, Filed, Forms
from ecrf.entry.context import Record as Data
from ecrf.entry.env import JUDGES
from ecrf.models import Record, Subject, Visit
from ecrf.services import eligibility, gates, identifiers, keys, schedule, toxicity
from ecrf.services.errors import Refused
from ecrf.services.findings import consent_missing
from ecrf.services.keys import Key
from ecrf.services.work import Work

# On the tables, because mapping rows to objects costs as much again as reading them.
_RECORD, _SUBJECT = Record.__table__.c, Subject.__table__.c
_RECORDS = select(
    _RECORD.subject_id,
    _RECORD.form,
    _RECORD.form_version,
    _RECORD.event,
    _RECORD.event_no,
    _RECORD.repeat,
    _RECORD.data,
).where(
    _RECORD.form.in_(bindparam("forms", expanding=True)),
    _RECORD.inactive.is_(False),
)
_OF_SUBJECT = _RECORDS.where(_RECORD.subject_id == bindparam("subject_id"))
_OF_OTHERS = (
    _RECORDS.join(Subject.__table__, _SUBJECT.id == _RECORD.subject_id)
    .where(_RECORD.subject_id != bindparam("subject_id"), _SUBJECT.site == bindparam("site"))
    .order_by(_RECORD.subject_id)
)


def build(work: Work, subject: Subject, key: Key, form: FormDefinition) -> Context:
    """The context of one form instance, read in this transaction."""
    study = work.catalogue.study
    named = needed_forms(form)
    always = schedule.forms_of(study) | {_form(study.consent), _form(study.infusion)}
    if study.visit_date:
        always |= {_form(study.visit_date)}
    if baselines.graded(form):
        always |= {form.oid, *map(_form, baselines.items_of(study))}
    gated = gates.forms_of(work.catalogue.gate(form.oid))
    forms = _records(work, subject, key, always | named.own | gated)
    event = keys.event(work, key.event)
    date = _visit_date(work, subject, key, event, forms)
    known = schedule.anchors(study, forms)
    plan = schedule.plan(event, known)
    infusion = known.get("infusion")
    day_of = date or (plan.planned if plan else None)
    return Context(
        subject=subject.code,
        site=subject.site,
        cohort=subject.cohort,
        event=key.event,
        event_day=(day_of - infusion.date).days if day_of and infusion else event.day,
        event_date=date,
        event_planned=plan.planned if plan else None,
        event_earliest=plan.earliest if plan else None,
        event_latest=plan.latest if plan else None,
        today=today(work, subject.site),
        repeat=key.repeat,
        forms=forms,
        others=_others(work, subject, named.others),
        elsewhere=identifiers.elsewhere(work, subject, form),
        judges={name: _judge(name, work, subject, key, form) for name in named.judges},
    )


def _judge(
    name: str, work: Work, subject: Subject, key: Key, form: FormDefinition
) -> Callable[[Data], Mapping[str, str]]:
    """Judges once, with the record in hand as it is about to be saved."""
    judged: list[Mapping[str, str]] = []

    def judge(data: Data) -> Mapping[str, str]:
        if not judged:
            judged.append(_JUDGES[name](work, subject, (key, form, data)))
        return judged[0]

    return judge


Own = tuple[Key, FormDefinition, Data]


def _eligibility(work: Work, subject: Subject, own: Own) -> Mapping[str, str]:
    found = eligibility.screen(work, subject, own)
    if found is None:
        return dict.fromkeys(JUDGES["eligibility"], "")
    return {"result": found.evaluation.result, "summary": found.summary}


def _toxicity(work: Work, subject: Subject, own: Own) -> Mapping[str, str]:
    return {"summary": toxicity.assess(work, subject, today(work, subject.site), own).summary}


_JUDGES: Mapping[str, Callable[[Work, Subject, Own], Mapping[str, str]]] = {
    "eligibility": _eligibility,
    "toxicity": _toxicity,
}


def today(work: Work, site: str) -> dt.date:
    """The calendar day at a site."""
    for candidate in work.catalogue.study.sites:
        if candidate.site == site:
            return work.now.astimezone(ZoneInfo(candidate.timezone)).date()
    return work.now.date()


def require_consent(work: Work, key: Key, context: Context) -> None:
    """Refuse everything but the consent form until consent is recorded (R-148)."""
    consent = work.catalogue.study.consent
    if key.form == _form(consent) or schedule.first_date(context.forms, consent) is not None:
        return
    raise Refused((consent_missing(),))


def _form(dotted: str) -> str:
    return dotted.split(".")[0]


def _visit_date(
    work: Work, subject: Subject, key: Key, event: Event, forms: Forms
) -> dt.date | None:
    """The date of the visit: as recorded at this event, or as the unscheduled visit was made."""
    if event.kind != "unscheduled":
        name = work.catalogue.study.visit_date
        return schedule.first_date(_here(forms), name) if name else None
    query = select(Visit.date).where(
        Visit.subject_id == subject.id, Visit.event == key.event, Visit.event_no == key.event_no
    )
    text = work.session.scalar(query)
    return dt.date.fromisoformat(text) if text else None


def _here(forms: Forms) -> Forms:
    return {form: [record for record in records if record.here] for form, records in forms.items()}


def _records(work: Work, subject: Subject, key: Key, forms: frozenset[str]) -> Forms:
    """The other records of the subject by form, by event, occurrence and number."""
    where = {"subject_id": subject.id, "forms": sorted(forms)}
    work.session.flush()  # a statement on a table does not write what waits, as one on objects does
    order = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    here = (order.get(key.event, -1), key.event_no)
    rows = [
        ((order.get(row.event, -1), row.event_no), row)
        for row in work.session.execute(_OF_SUBJECT, where)
        if (row.event, row.event_no, row.form, row.repeat)
        != (key.event, key.event_no, key.form, key.repeat)
    ]
    found: dict[str, list[Filed]] = {}
    for at, row in sorted(rows, key=lambda pair: (*pair[0], pair[1].repeat)):
        data = Stored(work.catalogue.form(row.form, row.form_version), row.data)
        filed = Filed(row.event, row.repeat, data, at == here, at < here)
        found.setdefault(row.form, []).append(filed)
    return found


def _others(work: Work, subject: Subject, forms: frozenset[str]) -> Forms:
    """Records of the other subjects of the site, read only for rules that look at them."""
    found: dict[str, list[Filed]] = {}
    if not forms:
        return found
    where = {"subject_id": subject.id, "site": subject.site, "forms": sorted(forms)}
    for row in work.session.execute(_OF_OTHERS, where):
        data = Stored(work.catalogue.form(row.form, row.form_version), row.data)
        found.setdefault(row.form, []).append(Filed(row.event, row.repeat, data))
    return found

"""What the rules of a form may know besides the form: the subject, the event, other forms."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.definition.values import Value
from ecrf.entry.content import foreign_forms, restore
from ecrf.entry.context import Context
from ecrf.models import Record, Subject, Visit
from ecrf.services import keys, schedule
from ecrf.services.errors import Refused
from ecrf.services.findings import consent_missing
from ecrf.services.keys import Key
from ecrf.services.work import Work

_RECORDS = select(
    Record.form, Record.form_version, Record.event, Record.event_no, Record.repeat, Record.data
).where(
    Record.subject_id == bindparam("subject_id"),
    Record.form.in_(bindparam("forms", expanding=True)),
    Record.inactive.is_(False),
)


def build(work: Work, subject: Subject, key: Key, form: FormDefinition) -> Context:
    """The context of one form instance, read in this transaction."""
    study = work.catalogue.study
    needed = schedule.forms_of(study) | {_form(study.consent), _form(study.infusion)}
    forms = _records(work, subject, key, set(needed | foreign_forms(form)))
    event = keys.event(work, key.event)
    date = _visit_date(work, subject, key, event)
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
        today=today(work, subject.site),
        repeat=key.repeat,
        forms=forms,
    )


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


def _visit_date(work: Work, subject: Subject, key: Key, event: Event) -> dt.date | None:
    if event.kind != "unscheduled":
        return None
    query = select(Visit.date).where(
        Visit.subject_id == subject.id, Visit.event == key.event, Visit.event_no == key.event_no
    )
    text = work.session.scalar(query)
    return dt.date.fromisoformat(text) if text else None


def _records(
    work: Work, subject: Subject, key: Key, forms: set[str]
) -> dict[str, list[dict[str, Value]]]:
    """Other records by form: the one at the same event first, then the latest."""
    where = {"subject_id": subject.id, "forms": sorted(forms)}
    rows = [
        row
        for row in work.session.execute(_RECORDS, where)
        if (row.event, row.event_no, row.form, row.repeat)
        != (key.event, key.event_no, key.form, key.repeat)
    ]
    order = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    here = (key.event, key.event_no)
    rows.sort(
        key=lambda r: ((r.event, r.event_no) == here, order.get(r.event, -1), r.event_no, r.repeat),
        reverse=True,
    )
    found: dict[str, list[dict[str, Value]]] = {}
    for row in rows:
        definition = work.catalogue.form(row.form, row.form_version)
        found.setdefault(row.form, []).append(restore(definition, row.data))
    return found

"""What the rules of a form may know besides the form: the subject, the event, other forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.definition.values import PartialDate, Value
from ecrf.entry.content import foreign_forms, restore
from ecrf.entry.context import Context
from ecrf.models import Record, Subject, Visit
from ecrf.services import keys
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
    anchors = {_form(study.consent), _form(study.infusion)}
    forms = _records(work, subject, key, anchors | foreign_forms(form))
    event = keys.event(work, key.event)
    date = _visit_date(work, subject, key, event)
    planned = planned_date(event, anchor_dates(work, forms))
    infusion = first_date(forms, study.infusion)
    day_of = date or planned
    return Context(
        subject=subject.code,
        site=subject.site,
        cohort=subject.cohort,
        event=key.event,
        event_day=(day_of - infusion).days if day_of and infusion else event.day,
        event_date=date,
        event_planned=planned,
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
    if key.form == _form(consent) or first_date(context.forms, consent) is not None:
        return
    raise Refused((consent_missing(),))


def anchor_dates(
    work: Work, forms: Mapping[str, Sequence[Mapping[str, Value]]]
) -> dict[str, dt.date | None]:
    """Consent and infusion dates as recorded."""
    study = work.catalogue.study
    return {
        "consent": first_date(forms, study.consent),
        "infusion": first_date(forms, study.infusion),
    }


def planned_date(event: Event, anchors: Mapping[str, dt.date | None]) -> dt.date | None:
    """Anchor + planned day (part B 1.1)."""
    anchor = anchors.get(event.anchor) if event.anchor else None
    if anchor is None or event.day is None:
        return None
    return anchor + dt.timedelta(days=event.day)


def first_date(forms: Mapping[str, Sequence[Mapping[str, Value]]], name: str) -> dt.date | None:
    """The complete date in ``FORM.item``, if recorded."""
    form, item = name.split(".")
    for data in forms.get(form, ()):
        value = data.get(item)
        if value is not None and isinstance(value.typed, PartialDate) and value.typed.complete:
            return value.typed.earliest
    return None


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

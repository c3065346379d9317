"""Finding things by the names people use: subject code, event, form, repeat."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Event
from ecrf.models import Record, Subject, Visit
from ecrf.services.audit import Target
from ecrf.services.errors import NotFound
from ecrf.services.work import Work

# Built once: putting a statement together costs more than running it.
_BY_CODE = select(Subject).where(Subject.code == bindparam("code"))
_BY_CODE_LOCKED = _BY_CODE.with_for_update().execution_options(populate_existing=True)
_BY_KEY = select(Record).where(
    Record.subject_id == bindparam("subject_id"),
    Record.event == bindparam("event"),
    Record.event_no == bindparam("event_no"),
    Record.form == bindparam("form"),
    Record.repeat == bindparam("repeat"),
)
_BY_KEY_LOCKED = _BY_KEY.with_for_update()


@dataclass(frozen=True, slots=True)
class Key:
    """The place of a record: which form, at which occurrence of which event, of whom."""

    subject: str
    event: str
    event_no: int
    form: str
    repeat: int = 1


def subject(work: Work, code: str, *, lock: bool = False) -> Subject:
    """The subject of this code; NotFound also when it is at a site the actor does not see.
    ``lock`` holds it until the transaction ends."""
    query = _BY_CODE_LOCKED if lock else _BY_CODE
    found = work.session.scalars(query, {"code": code}).one_or_none()
    if found is None or work.actor.site not in ("*", found.site):
        raise NotFound(code)
    return found


def find(work: Work, subject: Subject, key: Key, *, lock: bool = False) -> Record | None:
    """The record at the key; ``lock`` holds it until the transaction ends."""
    where = {
        "subject_id": subject.id,
        "event": key.event,
        "event_no": key.event_no,
        "form": key.form,
        "repeat": key.repeat,
    }
    return work.session.scalars(_BY_KEY_LOCKED if lock else _BY_KEY, where).one_or_none()


def record(work: Work, record_id: int) -> tuple[Record, Subject]:
    """A record by number, with its subject."""
    found = work.session.get(Record, record_id)
    if found is None:
        raise NotFound(str(record_id))
    owner = work.session.get(Subject, found.subject_id)
    if owner is None or work.actor.site not in ("*", owner.site):
        raise NotFound(str(record_id))
    return found, owner


def key_of(record: Record, subject: Subject) -> Key:
    return Key(subject.code, record.event, record.event_no, record.form, record.repeat)


def event(work: Work, name: str) -> Event:
    """The event of the active build."""
    for candidate in work.catalogue.build.events:
        if candidate.event == name:
            return candidate
    raise NotFound(name)


def forms_at(work: Work, subject: Subject, at: Event) -> list[FormDefinition]:
    """The forms due at an event for this subject's cohort, in order."""
    if at.kind == "unscheduled":
        return _any_form(work)
    return [
        work.catalogue.form(ref.form, ref.version)
        for ref in at.forms
        if not ref.cohorts or subject.cohort in ref.cohorts
    ]


def _any_form(work: Work) -> list[FormDefinition]:
    seen: dict[str, FormDefinition] = {}
    for other in work.catalogue.build.events:
        for ref in other.forms:
            if other.kind != "log":
                seen.setdefault(ref.form, work.catalogue.form(ref.form, ref.version))
    once = {work.catalogue.study.consent.split(".")[0]}
    return [form for oid, form in seen.items() if oid not in once]


def form_due(work: Work, subject: Subject, key: Key, record: Record | None) -> FormDefinition:
    """The form definition of a key: the version of the record, else that of the build.

    Raises NotFound when there is no record and the form is not due there for this subject.
    """
    if record is not None:
        return work.catalogue.form(record.form, record.form_version)
    at = require_occurrence(work, subject, key)
    for form in forms_at(work, subject, at):
        if form.oid == key.form and (form.model.repeats or key.repeat == 1):
            return form
    raise NotFound(key.form)


def require_occurrence(work: Work, subject: Subject, key: Key) -> Event:
    """The event of a key; NotFound when it has not taken place that often."""
    at = event(work, key.event)
    if key.repeat < 1 or key.event_no < 1:
        raise NotFound(key.event)
    if at.kind != "unscheduled":
        if key.event_no != 1:
            raise NotFound(key.event)
        return at
    query = select(Visit.id).where(
        Visit.subject_id == subject.id,
        Visit.event == key.event,
        Visit.event_no == key.event_no,
    )
    if work.session.scalar(query) is None:
        raise NotFound(key.event)
    return at


def target(subject: Subject, record: Record) -> Target:
    """What an audit entry says about a record."""
    return Target(
        site=subject.site,
        subject=subject.code,
        event=record.event,
        event_no=record.event_no,
        form=record.form,
        version=record.form_version,
        repeat=record.repeat,
        record_id=record.id,
        revision=record.revision,
    )

"""What the monitoring plan asks to be verified, what is, and what comes next (R-084)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.monitoring import need
from ecrf.models import Record, ReviewMark, Subject
from ecrf.services import keys, reviews
from ecrf.services.keys import Key
from ecrf.services.work import Work


@dataclass(frozen=True, slots=True)
class FormDue:
    """One form instance against the plan; ``open`` are the due paths without a standing mark."""

    key: Key
    form: FormDefinition
    record_id: int
    due: int
    open: tuple[str, ...]
    changed: int
    critical: int

    @property
    def done(self) -> int:
        return self.due - len(self.open)


@dataclass(slots=True)
class Progress:
    """One subject against the plan."""

    subject: Subject
    forms: list[FormDue] = field(default_factory=list)

    def count(self, name: str) -> int:
        return sum(getattr(form, name) for form in self.forms)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 is everything."""
        due = self.count("due")
        return self.count("done") * 100 // due if due else 100


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that changed after it was verified: both versions, and who had verified the first."""

    key: Key
    record: Record
    path: str
    seen_seq: int
    now_seq: int
    verified_by: str
    verified_at: str


_COLUMNS = select(
    Record.id,
    Record.subject_id,
    Record.event,
    Record.event_no,
    Record.form,
    Record.form_version,
    Record.repeat,
    Record.data,
)


def subject(work: Work, code: str) -> Progress:
    """One subject, its forms in the order of the schedule."""
    found = keys.subject(work, code)
    return _progress(work, [found])[0]


def subjects(work: Work) -> list[Progress]:
    """Every subject that the actor sees."""
    query = select(Subject).order_by(Subject.site, Subject.code)
    if work.actor.site != "*":
        query = query.where(Subject.site == work.actor.site)
    return _progress(work, list(work.session.scalars(query)))


def _progress(work: Work, people: list[Subject]) -> list[Progress]:
    found = {person.id: Progress(person) for person in people}
    query = _COLUMNS.where(Record.subject_id.in_(list(found)), ~Record.inactive)
    rows = work.session.execute(query).all()
    marks = _marks(work, found)
    for row in rows:
        progress = found[row.subject_id]
        if (due := _due(work, row, progress.subject, marks.get(row.id, {}))) is not None:
            progress.forms.append(due)
    order = {event.event: n for n, event in enumerate(work.catalogue.build.events)}
    for progress in found.values():
        progress.forms.sort(key=lambda f: _rank(work, order, f))
    return list(found.values())


def _rank(work: Work, order: Mapping[str, int], due: FormDue) -> tuple[Any, ...]:
    at = order.get(due.key.event, len(order))
    refs = work.catalogue.build.events[at].forms if at < len(order) else ()
    place = next((n for n, ref in enumerate(refs) if ref.form == due.key.form), len(refs))
    return at, due.key.event_no, place, due.key.form, due.key.repeat


def _marks(work: Work, people: Iterable[int]) -> dict[int, dict[str, str]]:
    """record -> path -> the last act of source verification."""
    query = (
        select(ReviewMark.record_id, ReviewMark.path, ReviewMark.act)
        .join(Record, Record.id == ReviewMark.record_id)
        .where(Record.subject_id.in_(list(people)), ReviewMark.kind == "sdv")
        .order_by(ReviewMark.id)
    )
    found: dict[int, dict[str, str]] = {}
    for record_id, path, act in work.session.execute(query):
        found.setdefault(record_id, {})[path] = act
    return found


def _due(work: Work, row: Any, person: Subject, marks: Mapping[str, str]) -> FormDue | None:
    """None when the plan asks for nothing here."""
    plan = work.catalogue.study.monitoring
    form = work.catalogue.form(row.form, row.form_version)
    place = reviews.place_of(row, person)
    needs = {path: need(plan, place, path) for path in reviews.reviewable(form, row.data)}
    due = [path for path, asked in needs.items() if asked != "none"]
    if not due:
        return None
    left = tuple(path for path in due if marks.get(path) != "verify")
    return FormDue(
        Key(person.code, row.event, row.event_no, row.form, row.repeat),
        form,
        row.id,
        len(due),
        left,
        sum(marks.get(path) == "reset" for path in left),
        sum(needs[path] == "critical" for path in left),
    )


def onward(progress: Progress, key: Key) -> FormDue | None:
    """The next form with something open, after this one and round again."""
    places = [form.key for form in progress.forms]
    here = places.index(key) + 1 if key in places else 0
    ahead = progress.forms[here:] + progress.forms[:here]
    return next((form for form in ahead if form.open and form.key != key), None)


def changed(work: Work) -> Iterator[Changed]:
    """Values that changed after the actor verified them, the latest change first."""
    kind = reviews.kind_of(work.actor)
    resets = (
        select(ReviewMark.record_id)
        .join(Record, Record.id == ReviewMark.record_id)
        .where(ReviewMark.kind == kind, ReviewMark.act == "reset", ~Record.inactive)
        .distinct()
    )
    people: dict[int, Subject] = {}
    found = []
    acts: dict[tuple[int, str], list[ReviewMark]] = {}
    query = select(ReviewMark).where(ReviewMark.record_id.in_(resets), ReviewMark.kind == kind)
    for mark in work.session.scalars(query.order_by(ReviewMark.id)):
        acts.setdefault((mark.record_id, mark.path), []).append(mark)
    for (record_id, path), history in acts.items():
        seen = next((m for m in reversed(history) if m.act == "verify"), None)
        if history[-1].act != "reset" or seen is None or seen.by != work.actor.username:
            continue
        record = work.session.get_one(Record, record_id)
        person = people.setdefault(
            record.subject_id, work.session.get_one(Subject, record.subject_id)
        )
        if work.actor.site in ("*", person.site):
            key = keys.key_of(record, person)
            now = record.versions[path]
            found.append(Changed(key, record, path, seen.value_seq, now, seen.by, seen.at))
    yield from sorted(found, key=lambda one: -one.now_seq)

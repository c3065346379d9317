"""Which forms look at which items of other forms, and what must be judged again after a save.

A save notes the dependent forms in the table ``recheck``, in its own transaction; the worker
judges them soon after, so that saving stays fast however far a value reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, exists, insert, select

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.references import reference
from ecrf.definition.values import split_path
from ecrf.entry import baselines
from ecrf.entry.baselines import SAMPLED_AT
from ecrf.entry.content import needed_forms, rules
from ecrf.entry.env import JUDGES, result_paths
from ecrf.entry.labs import BIRTH, DEMOGRAPHICS, SAMPLED, SEX
from ecrf.models import Recheck, Record
from ecrf.services import toxicity
from ecrf.services.work import Work

MOST = 500  # rows taken at once
TIMED = ("event.date", "event.day", "event.planned", "event.earliest", "event.latest")
# Built once: putting a statement together costs more than running it.
_WAITING = exists().where(
    and_(Recheck.subject_id == Record.subject_id, Recheck.form == Record.form)
)
_THERE = (
    select(Record.subject_id, Record.form)
    .where(
        Record.subject_id == bindparam("subject"),
        Record.form.in_(bindparam("asked", expanding=True)),
        Record.id != bindparam("this"),
        ~_WAITING,
    )
    .distinct()
)
_ASK = insert(Recheck.__table__).from_select(["subject_id", "form"], _THERE)


@dataclass(frozen=True, slots=True)
class Dependents:
    """readers   ``FORM.item`` -> the forms whose rules look at it
    judging      judge -> the forms that hold what it says
    before       the events whose records the criteria can rest on: none later than those forms,
                 and the logs
    looked_up    ``FORM.item`` that rules look a value up in, in records of other subjects
    """

    catalogue: Catalogue
    readers: Mapping[str, frozenset[str]]
    judging: Mapping[str, frozenset[str]]
    before: frozenset[str]
    looked_up: frozenset[str]


_known: dict[int, Dependents] = {}


def of(catalogue: Catalogue) -> Dependents:
    """Worked out once for a catalogue, which never changes."""
    known = _known.get(id(catalogue))
    if known is None or known.catalogue is not catalogue:
        known = _known[id(catalogue)] = _work_out(catalogue)
    return known


def _work_out(catalogue: Catalogue) -> Dependents:
    found: dict[str, set[str]] = defaultdict(set)
    forms = _forms(catalogue)
    for form in forms:
        for name in _names(catalogue, form):
            found[name].add(form.oid)
    judging = {
        judge: frozenset(form.oid for form in forms if judge in needed_forms(form).judges)
        for judge in JUDGES
    }
    events = catalogue.build.events
    last = max(
        (
            n
            for n, event in enumerate(events)
            for ref in event.forms
            if ref.form in judging["eligibility"]
        ),
        default=-1,
    )
    before = (e.event for n, e in enumerate(events) if n <= last or e.kind == "log")
    readers = {name: frozenset(readers) for name, readers in found.items()}
    looked_up = (name for form in forms for name in needed_forms(form).looked_up)
    items = frozenset(name.removeprefix("others.") for name in looked_up)
    return Dependents(catalogue, readers, judging, frozenset(before), items)


def _forms(catalogue: Catalogue) -> list[FormDefinition]:
    """In every build: records stay in the version in which they were entered."""
    events = (event for build in catalogue.builds.values() for event in build.events)
    pins = {(ref.form, ref.version) for event in events for ref in event.forms}
    return [catalogue.form(oid, version) for oid, version in sorted(pins)]


def _names(catalogue: Catalogue, form: FormDefinition) -> Iterable[str]:
    """The items of other records that judging the form rests on."""
    study = catalogue.study
    names = {name for rule in rules(form) for name in rule.names}
    for name in names:
        ref = reference(name)
        if ref is not None and ref.where != "others" and (ref.form or ref.where):
            yield f"{ref.form or form.oid}.{ref.item}"
    if names.intersection(TIMED):
        yield from (name for anchor in study.all_anchors() for name in anchor.dates)
        yield from filter(None, (study.visit_date,))
    if form.panels:
        yield from (f"{DEMOGRAPHICS}.{item}" for item in (SEX, BIRTH))
    if baselines.graded(form):
        yield from baselines.items_of(study)
        yield from (f"{form.oid}.{item}" for item in (SAMPLED, SAMPLED_AT, *result_paths(form)))


def ask(work: Work, record: Record, changed: Iterable[str]) -> None:
    """Note what looks at these paths of the record and has a record of its own."""
    known = of(work.catalogue)
    forms: set[str] = set()
    for path in changed:
        name, _, row = split_path(path)
        for item in filter(None, (name, row)):
            forms |= known.readers.get(f"{record.form}.{item}", frozenset())
    if record.event in known.before:
        forms |= known.judging["eligibility"]
    if record.form in toxicity.READS:
        forms |= known.judging["toxicity"]
    if not forms:
        return
    where = {"subject": record.subject_id, "this": record.id, "asked": sorted(forms)}
    work.session.execute(_ASK, where)


def waiting(work: Work) -> bool:
    """Whether anything is to be judged again."""
    return work.session.scalar(select(Recheck.id).limit(1)) is not None


def take(work: Work) -> list[tuple[int, list[str]]]:
    """Everything that waits, as (subject, forms); it leaves the table."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = list(work.session.scalars(select(Recheck).order_by(Recheck.id).limit(MOST)))
    for row in rows:
        found[row.subject_id].add(row.form)
    work.session.execute(delete(Recheck).where(Recheck.id.in_([row.id for row in rows])))
    return [(subject, sorted(forms)) for subject, forms in found.items()]

"""What a sealed copy can show: one form, a visit, the whole casebook of a subject, a sheet
over them, or a list of queries of a subject or a site.

A scope has a name that stays (its place in the register) and a state that changes whenever
anything it prints changes: two copies of one state show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, cast, null, select, union

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.models import PdfCopy, Query, Record, Subject
from ecrf.services import eligibility, keys, query_threads
from ecrf.services.errors import NotFound
from ecrf.services.query_rules import NARROWED
from ecrf.services.work import Work

Kind = Literal["form", "visit", "casebook", "eligibility", "queries"]
_PREFIX = {"form": "C", "visit": "V", "casebook": "B", "eligibility": "E", "queries": "Q"}


@dataclass(frozen=True, slots=True)
class Scope:
    """``event`` of a visit and of a form; ``record_id``, ``form`` and ``repeat`` of a form;
    ``narrowed`` of a list of queries, which may be of a whole site and of no subject."""

    kind: Kind
    site: str
    subject: str = ""
    subject_id: int = 0
    event: str = ""
    event_no: int = 0
    form: str = ""
    repeat: int = 1
    record_id: int | None = None
    narrowed: str = ""

    @property
    def place(self) -> str:
        """Its name in the register."""
        if self.kind == "form":
            return f"form {self.record_id}"
        if self.kind == "visit":
            return f"visit {self.subject_id} {self.event} {self.event_no}"
        if self.kind == "queries":
            return f"queries {self.subject_id or self.site} {self.narrowed}"
        return f"{self.kind} {self.subject_id}"

    def copy_id(self, number: int) -> str:
        """What a copy is called in print: C-000012-02, V-000003-SCR1-01, Q-BJ01-LIVE-04."""
        numbered = self.record_id or self.subject_id
        own = f"{numbered:06d}" if numbered else self.site
        part = f"-{self.event}{self.event_no}" if self.kind == "visit" else ""
        part += f"-{self.narrowed.upper()}" if self.narrowed else ""
        return f"{_PREFIX[self.kind]}-{own}{part}-{number:02d}"


@dataclass(frozen=True, slots=True)
class State:
    """``digest`` changes with anything that is printed, ``revision`` grows with every save."""

    digest: str
    revision: int


def form(work: Work, record_id: int) -> Scope:
    """A form; NotFound when there is no such record or it is not the actor's to see."""
    record, subject = keys.record(work, record_id)
    return Scope(
        "form",
        subject.site,
        subject.code,
        subject.id,
        record.event,
        record.event_no,
        record.form,
        record.repeat,
        record.id,
    )


def visit(work: Work, code: str, event: str, event_no: int = 1) -> Scope:
    """A visit of a subject. Raises NotFound when nothing was entered there."""
    subject = keys.subject(work, code)
    found = Scope("visit", subject.site, code, subject.id, event, event_no)
    return _filled(work, found)


def casebook(work: Work, code: str) -> Scope:
    """The casebook of a subject. Raises NotFound when nothing was entered."""
    subject = keys.subject(work, code)
    return _filled(work, Scope("casebook", subject.site, code, subject.id))


def sheet(work: Work, code: str) -> Scope:
    """The eligibility sheet of a subject. Raises NotFound when the build has no criteria."""
    subject = keys.subject(work, code)
    found = Scope("eligibility", subject.site, code, subject.id)
    if eligibility.screen(work, subject) is None:
        raise NotFound(f"{code}: no criteria")
    return found


def queries(work: Work, narrowed: str, code: str = "", site: str = "") -> Scope:
    """The queries of a subject or of a site. Raises NotFound, also for a site without subjects."""
    if narrowed not in NARROWED:
        raise NotFound(narrowed)
    if code:
        subject = keys.subject(work, code)
        return Scope("queries", subject.site, code, subject.id, narrowed=narrowed)
    begun = work.session.scalar(select(Subject.id).where(Subject.site == site).limit(1))
    if begun is None or work.actor.site not in ("*", site):
        raise NotFound(site)
    return Scope("queries", site, narrowed=narrowed)


def narrowed(scope: Scope) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What holds for the queries of a list; they are joined with their subjects."""
    whose = Subject.id == scope.subject_id if scope.subject_id else Subject.site == scope.site
    return whose, Query.state.in_(NARROWED[scope.narrowed])


def of(work: Work, copy: PdfCopy) -> Scope:
    """The scope of a registered copy."""
    if copy.record_id is not None:
        return form(work, copy.record_id)
    if copy.subject_id is None:
        return queries(work, copy.narrowed, site=copy.site or "")
    subject = work.session.get_one(Subject, copy.subject_id)
    if copy.scope == "queries":
        return queries(work, copy.narrowed, subject.code)
    if copy.scope == "visit":
        return visit(work, subject.code, copy.event, copy.event_no)
    if copy.scope == "eligibility":
        return sheet(work, subject.code)
    return casebook(work, subject.code)


def contents(work: Work, scope: Scope) -> Sequence[Any]:
    """(event, event number, record, build) of each record of a visit or casebook, struck ones
    included; record and build are None where nothing but a query stands."""
    nothing = cast(null(), Integer)
    records = select(Record.event, Record.event_no, Record.id, Record.build)
    queries = select(Query.event, Query.event_no, nothing, nothing)
    both = union(
        _within(records.where(Record.subject_id == scope.subject_id), scope, Record),
        _asked(scope, queries),
    )
    rows = work.session.execute(both).all()
    return sorted(rows, key=lambda row: (row[2] is None, row[2] or 0))


def state(work: Work, scope: Scope) -> State:
    """Where it stands in this transaction."""
    if scope.kind == "eligibility":
        return _judged(work, scope)
    if scope.kind == "queries":
        return _listed(work, scope)
    rows = _rows(work, scope)
    subject = work.session.get_one(Subject, scope.subject_id)
    content = [[*row] for row in rows] + [subject.locked]
    if scope.kind != "form":
        asked = _asked(scope, select(Query.id, Query.moves)).order_by(Query.id)
        content += [[*row] for row in work.session.execute(asked)]
    return State(sha256_hex(canonical_json(content)), sum(row.revision for row in rows))


def _judged(work: Work, scope: Scope) -> State:
    """Where the evaluation stands, and the form with the decision."""
    subject = work.session.get_one(Subject, scope.subject_id)
    found = eligibility.screen(work, subject)
    if found is None:
        raise NotFound(f"{scope.subject}: no criteria")
    rows = _rows(work, scope)
    record = eligibility.decision(work, subject)
    decided = next(([*row] for row in rows if record and row.id == record.id), None)
    told = found.evaluation.as_json()
    content = [found.on.isoformat(), found.build, found.version, told, decided, subject.locked]
    return State(sha256_hex(canonical_json(content)), sum(row.revision for row in rows))


def _listed(work: Work, scope: Scope) -> State:
    """Where the queries of a list stand, and how old they are."""
    query = select(Query).join(Subject).where(*narrowed(scope)).order_by(Query.id)
    rows = [(q.id, q.moves, query_threads.age(q, work.now)) for q in work.session.scalars(query)]
    content = [[*row] for row in rows]
    return State(sha256_hex(canonical_json(content)), sum(moves for _, moves, _ in rows))


def _filled(work: Work, scope: Scope) -> Scope:
    if not _rows(work, scope):
        raise NotFound(f"{scope.subject} {scope.event}".strip() + ": nothing was entered")
    return scope


def _rows(work: Work, scope: Scope) -> Sequence[Any]:
    """What of a record shows when anything about it changes."""
    query = select(
        Record.id,
        Record.revision,
        Record.last_seq,
        Record.inactive,
        Record.frozen,
        Record.locked,
    ).where(Record.subject_id == scope.subject_id)
    if scope.kind == "form":
        query = query.where(Record.id == scope.record_id)
    return work.session.execute(_within(query, scope, Record).order_by(Record.id)).all()


def _asked(scope: Scope, query: Any) -> Any:
    """The queries about a visit or a form that nobody entered."""
    query = query.where(Query.subject_id == scope.subject_id, Query.record_id.is_(None))
    return _within(query, scope, Query)


def _within(query: Any, scope: Scope, table: type[Record] | type[Query]) -> Any:
    if scope.kind != "visit":
        return query
    return query.where(table.event == scope.event, table.event_no == scope.event_no)

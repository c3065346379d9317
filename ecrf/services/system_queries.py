"""Queries that checks raise and take back: open while a check fires, closed when it no longer does,
naming the value that resolved it (R-079).

A person may close one too (the value is right as it is); then the check stays silent until a value
that it rests on changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from ecrf.definition.model import Text
from ecrf.entry.evaluate import Evaluation, Finding
from ecrf.models import Query, QueryEvent, Record, Subject
from ecrf.services import audit, confirmations, keys, queries
from ecrf.services.audit import Target
from ecrf.services.confirmations import finding_key
from ecrf.services.queries import Place, Said
from ecrf.services.query_rules import LIVE, SYSTEM
from ecrf.services.work import Work

SILENT = Text(en="The check no longer fires.", zh="核查不再触发。")


def live(work: Work, record: Record) -> list[Query]:
    """What is asked about a record and not settled, by checks and by persons; as it is now."""
    query = select(Query).where(Query.record_id == record.id, Query.state.in_(LIVE))
    fresh = query.order_by(Query.id).execution_options(populate_existing=True)
    return list(work.session.scalars(fresh))


def differ(work: Work, record: Record, result: Evaluation) -> bool:
    """Whether a query is to be opened or closed."""
    to_open, to_close = _due(work, record, result, live(work, record))
    return bool(to_open or to_close)


def settle(
    work: Work,
    target: Target,
    record: Record,
    result: Evaluation,
    asked: Iterable[Query],
    seqs: Mapping[str, int],
) -> int:
    """Open and close what is due; ``asked`` are the live queries of the record, ``seqs`` the value
    versions that the save made. Returns the last audit number or 0."""
    to_open, to_close = _due(work, record, result, asked)
    if not to_open and not to_close:
        return 0
    system = work.as_system("checks")
    made = [_open(system, target, record, finding) for finding in to_open]
    made += [_close(system, target, record, found, seqs) for found in to_close]
    numbers = audit.append(system, [entry for entry, _ in made])
    for (_, event), seq in zip(made, numbers, strict=True):
        event.seq = seq
        work.session.add(event)
    return numbers[-1]


_Move = tuple[audit.Entry, QueryEvent]


def _due(
    work: Work, record: Record, result: Evaluation, asked: Iterable[Query]
) -> tuple[list[Finding], list[Query]]:
    """What opens a query, and what is to be closed."""
    firing = {finding_key(f): f for f in result.findings if _asks(record, f)}
    standing = {f"{q.check}@{q.path}": q for q in asked if q.check is not None}
    to_open = [finding for key, finding in firing.items() if key not in standing]
    if to_open and record.revision > 1:
        decided = _decided(work, record)
        to_open = [f for f in to_open if not _stands(f, record, decided)]
    return to_open, [found for key, found in standing.items() if key not in firing]


def _asks(record: Record, finding: Finding) -> bool:
    """Whether a finding asks: as its check says, or because another form or another version of
    this one brought about what a save would have refused (hard, or required and empty on a form
    that is complete) or asked to confirm (soft, on such a form)."""
    late = record.status == "complete" and finding.severity in ("soft", "required")
    return (
        finding.query
        or finding.severity == "hard"
        or (late and not confirmations.still_confirmed(record, finding))
    )


def _decided(work: Work, record: Record) -> dict[str, int]:
    """Finding key -> audit number at which a person last closed its query."""
    query = (
        select(Query.check, Query.path, func.max(QueryEvent.seq).label("seq"))
        .join(QueryEvent, QueryEvent.query_id == Query.id)
        .where(
            Query.record_id == record.id,
            Query.check.is_not(None),
            Query.state == "closed",
            QueryEvent.move == "close",
            QueryEvent.role != SYSTEM,
        )
        .group_by(Query.check, Query.path)
    )
    return {f"{row.check}@{row.path}": row.seq for row in work.session.execute(query)}


def _stands(finding: Finding, record: Record, decided: Mapping[str, int]) -> bool:
    closed = decided.get(finding_key(finding))
    return closed is not None and all(
        record.versions.get(path, 0) < closed for path in finding.paths
    )


def _open(work: Work, target: Target, record: Record, finding: Finding) -> _Move:
    subject = work.session.get_one(Subject, record.subject_id)
    form = work.catalogue.form(record.form, record.form_version)
    at = Place(subject, keys.key_of(record, subject), record, form)
    said = Said(finding.message.en, finding.message.zh)
    raised = queries.new(work, at, finding.path, said, check=finding.id)
    detail = {"check": finding.id}
    return queries.moved(work, target, raised, "open", said, raised.value_seq, detail)


def _close(
    work: Work, target: Target, record: Record, found: Query, seqs: Mapping[str, int]
) -> _Move:
    newest = max(seqs.values(), default=None)
    resolved = seqs.get(found.path) or newest or queries.version(record, found.path)
    found.state = "closed"
    detail = {"check": found.check, "resolved_by": resolved}
    said = Said(SILENT.en, SILENT.zh)
    return queries.moved(work, target, found, "close", said, resolved, detail)

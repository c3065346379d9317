"""What a save does to what rested on the old values: signatures, marks, queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, insert, select

from ecrf.entry.evaluate import Evaluation
from ecrf.models import Query, Record, ReviewMark, Signature, SignatureEnd
from ecrf.services import audit, system_queries
from ecrf.services.audit import Target
from ecrf.services.work import Work


def apply(
    work: Work,
    target: Target,
    record: Record,
    result: Evaluation,
    seqs: Mapping[str, int],
    asked: Iterable[Query],
) -> None:
    """Everything that follows from changed items, in the same transaction; ``asked`` are the live
    queries of the record. A query voids nothing: only a changed value does."""
    last = record.last_seq
    if seqs and record.revision > 1:
        last = max(last, supersede(work, target, record, max(seqs.values())))
        last = max(last, _reset_marks(work, target, record, seqs))
    last = max(last, system_queries.settle(work, target, record, result, asked, seqs))
    if last > record.last_seq:
        record.last_seq = last


def supersede(work: Work, target: Target, record: Record, seq: int) -> int:
    """End the valid signatures of a record (R-026); returns the last audit number or 0."""
    query = (
        select(Signature.id)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Signature.record_id == record.id, SignatureEnd.signature_id.is_(None))
    )
    ids = list(work.session.scalars(query))
    if not ids:
        return 0
    entries = [
        audit.Entry("signature.superseded", target, detail={"signature": n, "by_entry": seq})
        for n in ids
    ]
    last = audit.append(work, entries)[-1]
    rows = [
        {
            "signature_id": n,
            "at": work.at,
            "why": "superseded by change",
            "actor": work.actor.username,
            "seq": seq,
        }
        for n in ids
    ]
    work.session.execute(insert(SignatureEnd), rows)
    return last


def _reset_marks(work: Work, target: Target, record: Record, seqs: Mapping[str, int]) -> int:
    """Return changed items to "verify again" (R-083); returns the last audit number or 0."""
    latest = (
        select(func.max(ReviewMark.id))
        .where(ReviewMark.record_id == record.id)
        .group_by(ReviewMark.kind, ReviewMark.path)
    )
    query = select(ReviewMark.kind, ReviewMark.path).where(
        ReviewMark.id.in_(latest), ReviewMark.act == "verify"
    )
    fallen = [row for row in work.session.execute(query) if row.path in seqs]
    if not fallen:
        return 0
    entries = [
        audit.Entry(f"review.{row.kind}.reset", target, row.path, old_seq=seqs[row.path])
        for row in fallen
    ]
    numbers = audit.append(work, entries)
    rows = [
        {
            "record_id": record.id,
            "path": row.path,
            "kind": row.kind,
            "act": "reset",
            "value_seq": seqs[row.path],
            "by": work.actor.username,
            "role": work.actor.role,
            "at": work.at,
            "reason": "value changed",
            "seq": number,
        }
        for row, number in zip(fallen, numbers, strict=True)
    ]
    work.session.execute(insert(ReviewMark), rows)
    return numbers[-1]

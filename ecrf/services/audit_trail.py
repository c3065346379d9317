"""Reading the audit trail back: is it whole, does it still fit the data, and its export.

``verify`` recomputes the chain of every log, every commitment, and compares the current values
with the latest entries (R-007, R-016) and what queries say with what was said (R-076). It names the
first broken entry of each kind, so that an inspector can look at it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, select

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.models import (
    AuditEntry,
    AuditLog,
    AuditValue,
    Query,
    QueryEvent,
    Record,
    Subject,
)
from ecrf.services import queries, query_rules
from ecrf.services.audit import GENESIS
from ecrf.services.work import Work
from ecrf.signing import commitment

_BATCH = 2000  # entries read at once
_RECORDS = 200  # records compared at once
_SAID = ("query.open", "query.assign", *(f"query.{move}" for move in query_rules.MOVES))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where; ``seq`` is the audit entry concerned."""

    kind: str
    log: str
    seq: int
    text: str
    subject: str = ""
    form: str = ""
    item: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.subject, self.form, self.item) if part)
        return f"{self.log} entry {self.seq}{f' ({place})' if place else ''}: {self.text}"


@dataclass(slots=True)
class Report:
    entries: int = 0
    values: int = 0
    heads: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "entries": self.entries,
            "values": self.values,
            "heads": self.heads,
            "faults": [
                {name: getattr(f, name) for name in Fault.__slots__} | {"message": str(f)}
                for f in self.faults
            ],
        }


def verify(work: Work) -> Report:
    """Check every log, then the records and the queries against them."""
    report = Report()
    heads = {h.log: h for h in work.session.scalars(select(AuditLog))}
    logs = set(heads) | set(work.session.scalars(select(AuditEntry.log).distinct()))
    for log in sorted(logs):
        _verify_log(work, report, log, heads.get(log))
    _reconcile(work, report)
    report.faults += _query_faults(work)
    return report


def _verify_log(work: Work, report: Report, log: str, head: AuditLog | None) -> None:
    previous, expected = GENESIS, 1
    broken = False
    for entry, value in entries(work, log):
        report.entries += 1
        for text in _entry_faults(entry, value, previous, expected):
            if not broken:
                report.faults.append(_fault("chain", entry, text))
            broken = True
        report.values += value is not None
        previous, expected = entry.hash, entry.seq + 1
    report.heads[log] = previous
    if head is None or (head.seq, head.hash) != (expected - 1, previous):
        text = "the head of the log does not belong to the last entry: the end was changed"
        report.faults.append(Fault("head", log, expected - 1, text))


def _entry_faults(
    entry: AuditEntry, value: AuditValue | None, previous: str, expected: int
) -> Iterator[str]:
    if entry.seq != expected:
        yield f"entry {expected} is missing, or the order was changed"
    body = json.loads(entry.body)
    digest = hashlib.sha256(bytes.fromhex(previous) + entry.body.encode()).hexdigest()
    if digest != entry.hash:
        yield "the entry was changed, or one before it was removed or inserted"
    shown = (entry.seq, entry.at, entry.action, entry.path, entry.subject, entry.record_id)
    told = (
        body["seq"],
        body["at"],
        body["action"],
        body.get("item"),
        body.get("subject"),
        body.get("record"),
    )
    if shown != told or entry.actor != body["by"]["user"]:
        yield "a column beside the entry was changed"
    if ("new" in body) != (value is not None):
        yield "its value is missing, or was added"
    elif value is not None and commitment(value.salt, value.value) != body["new"]:
        yield "its value was changed"


def _fault(kind: str, entry: AuditEntry, text: str) -> Fault:
    body = json.loads(entry.body)
    return Fault(
        kind,
        entry.log,
        entry.seq,
        text,
        entry.subject or "",
        body.get("form", ""),
        entry.path or "",
    )


def entries(work: Work, log: str) -> Iterator[tuple[AuditEntry, AuditValue | None]]:
    """All entries of a log in order, with their values."""
    after = 0
    same = and_(AuditValue.log == AuditEntry.log, AuditValue.seq == AuditEntry.seq)
    while True:
        query = (
            select(AuditEntry, AuditValue)
            .outerjoin(AuditValue, same)
            .where(AuditEntry.log == log, AuditEntry.seq > after)
            .order_by(AuditEntry.seq)
            .limit(_BATCH)
        )
        rows = work.session.execute(query).all()
        if not rows:
            return
        for row in rows:
            yield row[0], row[1]
        after = rows[-1][0].seq
        work.session.expunge_all()


def _reconcile(work: Work, report: Report) -> None:
    after = 0
    while True:
        query = (
            select(Record, Subject.code)
            .join(Subject, Subject.id == Record.subject_id)
            .where(Record.id > after)
            .order_by(Record.id)
            .limit(_RECORDS)
        )
        rows = work.session.execute(query).all()
        if not rows:
            return
        latest = _latest(work, [record.id for record, _ in rows])
        for record, subject in rows:
            report.faults += _record_faults(work, record, subject, latest[record.id])
        after = rows[-1][0].id
        work.session.expunge_all()


def _record_faults(
    work: Work, record: Record, subject: str, latest: dict[str, tuple[int, str]]
) -> Iterator[Fault]:
    log = work.catalogue.study.study
    for path in sorted(set(latest) | set(record.data) | set(record.versions)):
        seq, stored = latest.get(path, (0, None))
        now = canonical_json(record.data.get(path, {"v": ""})).decode()
        if seq != record.versions.get(path, 0) or stored != now:
            text = "the current value does not agree with its latest audit entry"
            yield Fault("value", log, seq, text, subject, record.form, path)
    if record.digest != sha256_hex(canonical_json(record.data)):
        text = "the record's digest does not fit its content"
        yield Fault("digest", log, record.last_seq, text, subject, record.form)


def _latest(work: Work, records: list[int]) -> dict[int, dict[str, tuple[int, str]]]:
    """record -> path -> latest value-bearing entry and its value."""
    query = (
        select(AuditEntry.record_id, AuditEntry.path, AuditEntry.seq, AuditValue.value)
        .join(AuditValue, and_(AuditValue.log == AuditEntry.log, AuditValue.seq == AuditEntry.seq))
        .where(AuditEntry.log == work.catalogue.study.study, AuditEntry.record_id.in_(records))
        .order_by(AuditEntry.seq)
    )
    found: dict[int, dict[str, tuple[int, str]]] = {number: {} for number in records}
    for number, path, seq, value in work.session.execute(query):
        if number is not None and path is not None:
            found[number][path] = (seq, value)
    return found


def _query_faults(work: Work) -> Iterator[Fault]:
    """Each query whose events are not those of the trail, or which does not say what they say."""
    log = work.catalogue.study.study
    entries: dict[int, dict[int, AuditEntry]] = {}
    told = select(AuditEntry).where(AuditEntry.log == log, AuditEntry.action.in_(_SAID))
    for entry in work.session.scalars(told):
        number = json.loads(entry.body).get("detail", {}).get("query", 0)
        entries.setdefault(number, {})[entry.seq] = entry
    events: dict[int, list[QueryEvent]] = {}
    for event in work.session.scalars(select(QueryEvent).order_by(QueryEvent.id)):
        events.setdefault(event.query_id, []).append(event)
    asked = {query.id: query for query in work.session.scalars(select(Query))}
    for number in sorted({*entries, *events, *asked}):
        known, said = entries.get(number, {}), events.get(number, [])
        wrong = _wrong_event(number, known, said) or _wrong_query(asked.get(number), known, said)
        if wrong:
            seq, text = wrong[0], f"query {number}: {wrong[1]}"
            at = known.get(seq)
            yield _fault("query", at, text) if at else Fault("query", log, seq, text)
    work.session.expunge_all()


def _wrong_event(
    number: int, entries: dict[int, AuditEntry], events: list[QueryEvent]
) -> tuple[int, str] | None:
    """Audit number and what is wrong with the first event that the trail does not confirm."""
    for event in events:
        entry = entries.get(event.seq)
        if entry is None or (entry.action, entry.at) != (f"query.{event.move}", event.at):
            return event.seq, f"the trail does not know its move of event {event.id}"
        body = json.loads(entry.body)
        if (body["by"]["user"], body["by"]["role"]) != (event.by, event.role):
            return event.seq, "who made the move was changed"
        spoken = queries.spoken(event.text, event.text_zh)
        if commitment(event.salt, spoken) != body.get("detail", {}).get("said"):
            return event.seq, "what was said was changed"
    lost = sorted(set(entries) - {event.seq for event in events})
    return (lost[0], "what was said at this move is missing") if lost else None


def _wrong_query(
    query: Query | None, entries: dict[int, AuditEntry], events: list[QueryEvent]
) -> tuple[int, str] | None:
    """The same for the row that lists show: its question and where it stands."""
    last = max(entries, default=0)
    if query is None or not events:
        return last, "it is missing"
    first = events[0]
    if (query.text, query.text_zh) != (first.text, first.text_zh):
        return first.seq, "its question is not the one that was asked"
    moves = [event.move for event in events if event.move in query_rules.MOVES]
    state = query_rules.MOVES[moves[-1]].target if moves else "open"
    if (query.state, query.moves) != (state, len(events)):
        return last, "its state does not follow from its moves"
    return None

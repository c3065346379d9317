"""The audit trail: the one insert, and the verification of what was inserted.

An entry is canonical JSON; ``hash_n = SHA-256(hash_{n-1} || entry_n)``. A value enters as the
commitment ``SHA-256(0x02 || salt || value)``. The append is the last thing before the record is
written, in the same transaction: an audit failure is a failed save, there is no switch (R-008).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, bindparam, insert, select, text, update

from ecrf.canonical import canonical_json
from ecrf.models import AuditEntry, AuditLog, AuditValue
from ecrf.services.work import Actor, Work
from ecrf.signing import commitment
from ecrf.version import APPLICATION

GENESIS = "0" * 64
SYSTEM_LOG = "system"
_ENTRIES = AuditEntry.__table__
_VALUES = AuditValue.__table__
_HEADS = AuditLog.__table__
# Built once: putting a statement together costs more than running it.
_HEAD = select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.log == bindparam("log_"))
_HEAD = _HEAD.with_for_update()
_MOVE = update(_HEADS).where(_HEADS.c.log == bindparam("log_"))
_MOVE = _MOVE.values(seq=bindparam("seq_"), hash=bindparam("hash_"))


@dataclass(frozen=True, slots=True)
class Target:
    """The record an entry is about."""

    site: str
    subject: str
    event: str = ""
    event_no: int = 0
    form: str = ""
    version: int = 0
    repeat: int = 0
    record_id: int | None = None
    revision: int = 0

    def body(self) -> dict[str, Any]:
        out: dict[str, Any] = {"site": self.site, "subject": self.subject}
        if self.form:
            out |= {
                "event": self.event,
                "event_no": self.event_no,
                "form": self.form,
                "version": self.version,
                "repeat": self.repeat,
                "record": self.record_id,
                "revision": self.revision,
            }
        return out


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened. ``value`` (JSON of a Value) is committed to, ``detail`` is written openly
    and so never holds a clinical value."""

    action: str
    target: Target | None = None
    path: str | None = None
    value: Mapping[str, Any] | None = None
    old_seq: int | None = None
    reason: tuple[str, str] | None = None  # code, text
    detail: Mapping[str, Any] = field(default_factory=dict)
    by: Actor | None = None  # when not the actor of the work: a named part of the system


class Head(NamedTuple):
    """The last entry of a log."""

    seq: int
    hash: str


def append(
    work: Work, entries: Sequence[Entry], log: str | None = None, after: Head | None = None
) -> list[int]:
    """Add entries to a log (default: the study's) and return their sequence numbers.

    Locks the head of the log until the transaction ends, so numbers are gapless and in the order
    of commits whatever the clock says (R-021). ``after`` is the head if it was locked before.
    """
    if not entries:
        return []
    log = log or work.catalogue.study.study
    seq, head = after or lock(work, log)
    rows, values, seqs = [], [], []
    salts = os.urandom(16 * len(entries)).hex()
    common = {
        "alg": "sha256",
        "app": APPLICATION,
        "at": work.at,
        "build": work.catalogue.build.build,
        "log": log,
    }
    people = {actor: common | _who(actor) for actor in {e.by or work.actor for e in entries}}
    for index, entry in enumerate(entries):
        seq += 1
        body = _body(entry, people[entry.by or work.actor], seq)
        if entry.value is not None:
            salt = salts[32 * index : 32 * index + 32]
            stored = canonical_json(entry.value).decode()
            body["new"] = commitment(salt, stored)
            values.append({"log": log, "seq": seq, "salt": salt, "value": stored})
        canonical = canonical_json(body)
        head = hashlib.sha256(bytes.fromhex(head) + canonical).hexdigest()
        rows.append(_row(work, log, seq, entry, canonical.decode(), head))
        seqs.append(seq)
    connection = work.session.connection()
    _insert(connection, _ENTRIES, rows)
    if values:
        _insert(connection, _VALUES, values)
    connection.execute(_MOVE, {"log_": log, "seq_": seq, "hash_": head})
    return seqs


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Add rows by the driver's own means: SQLAlchemy binds each column of each of forty rows by
    itself. PostgreSQL gets them as one document, SQLite as tuples."""
    if connection.dialect.name == "postgresql":
        connection.execute(_as_document(table), {"rows": json.dumps(rows)})
    else:
        connection.exec_driver_sql(_as_tuples(table), [tuple(row.values()) for row in rows])


@cache
def _as_document(table: Any) -> TextClause:
    columns = ", ".join(column.name for column in table.columns)
    return text(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} "  # noqa: S608 - fixed names
        f"FROM jsonb_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS jsonb))"
    )


@cache
def _as_tuples(table: Any) -> str:
    columns = [column.name for column in table.columns]
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608


def lock(work: Work, log: str | None = None) -> Head:
    """Lock the head of a log until the transaction ends: the next entry has the number after."""
    log = log or work.catalogue.study.study
    row = work.session.execute(_HEAD, {"log_": log}).one_or_none()
    if row is None:
        work.session.execute(insert(_HEADS), {"log": log, "seq": 0, "hash": GENESIS})
        return Head(0, GENESIS)
    return Head(row.seq, row.hash)


def _who(actor: Actor) -> dict[str, Any]:
    who: dict[str, Any] = {
        "id": actor.user_id,
        "user": actor.username,
        "name": actor.name,
        "role": actor.role,
        "org": actor.organisation,
    }
    if actor.initiator:
        who["for"] = actor.initiator
    if actor.address:
        who["from"] = actor.address
    return {"by": who, "channel": actor.channel, "lang": actor.language}


def _body(entry: Entry, common: Mapping[str, Any], seq: int) -> dict[str, Any]:
    body = {**common, "seq": seq, "action": entry.action}
    if entry.target is not None:
        body |= entry.target.body()
    if entry.path is not None:
        body["item"] = entry.path
    if entry.old_seq is not None:
        body["old"] = entry.old_seq
    if entry.reason is not None:
        body["reason"] = {"code": entry.reason[0], "text": entry.reason[1]}
    if entry.detail:
        body["detail"] = dict(entry.detail)
    return body


def _row(work: Work, log: str, seq: int, entry: Entry, body: str, head: str) -> dict[str, Any]:
    """The columns of an entry, in the order of the table."""
    target = entry.target
    return {
        "log": log,
        "seq": seq,
        "at": work.at,
        "actor": (entry.by or work.actor).username,
        "action": entry.action,
        "subject": target.subject if target else None,
        "record_id": target.record_id if target else None,
        "path": entry.path,
        "body": body,
        "hash": head,
    }

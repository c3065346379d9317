"""Attached files: stored once under the digest of their bytes, named by a value of one subject.

The store keeps the original bytes and never overwrites them; the table says whose file it is, so
that a value can only name a file of its own subject and a download can be refused. What stands in
a record is the SHA-256 of the file, with name, size and type frozen beside it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from ecrf.canonical import sha256_hex
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import FileItem
from ecrf.definition.values import Problem, Value, split_path
from ecrf.entry import content as contents
from ecrf.entry.messages import render
from ecrf.models import Attachment, Subject
from ecrf.services import audit, closure, file_content, keys
from ecrf.services.errors import FileLost, Invalid, NotFound
from ecrf.services.keys import Key
from ecrf.services.work import Work

FOLDER = "attachments"


class NotAttached(Invalid):
    """The file is not kept; ``problem`` says why, at the item."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem

    def said(self, language: str) -> str:
        return render(self.problem.code, self.problem.params, language)


def attach(
    work: Work, store: Path, key: Key, path: str, name: str, content: bytes, *, most_mb: int
) -> Attachment:
    """Keep a file for one item of a form; the record does not name it before it is saved.

    most_mb   the largest file of this installation; the item may ask for less

    Raises NotFound, Forbidden, Locked, NotAttached; then there is no row, so nothing can name it.
    """
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    item = _file_item(work, subject, key, path)
    kind = file_content.check(content, item.accept, min(item.max_mb, most_mb))
    if isinstance(kind, Problem):
        raise NotAttached(kind)
    digest = sha256_hex(content)
    _put(store, digest, content)
    called = file_content.clean_name(name)
    known = _newest(work, subject.id, [digest]).get(digest)
    if known is not None and known.name == called:
        return known
    row = Attachment(
        subject_id=subject.id,
        sha256=digest,
        size=len(content),
        media_type=file_content.MEDIA[kind],
        name=called,
        uploaded_by=work.actor.username,
        created_at=work.at,
    )
    work.session.add(row)
    work.session.flush()
    _log(work, subject, row)
    return row


def _file_item(work: Work, subject: Subject, key: Key, path: str) -> FileItem:
    """The item that the file is meant for, while its record can still be changed."""
    record = keys.find(work, subject, key)
    form = keys.form_due(work, subject, key, record)
    closure.require_open(work, subject, key, record)
    name = split_path(path)[0]
    item = form.item(name) if name and contents.known(form, path) else None
    if not isinstance(item, FileItem):
        raise NotFound(path)
    return item


def _log(work: Work, subject: Subject, row: Attachment) -> None:
    # Not an entry of the study's trail: no record names the file yet. The name may identify.
    detail = {"subject": subject.code, "sha256": row.sha256, "size": row.size}
    entry = audit.Entry("file.attach", detail=detail | {"account": work.actor.username})
    audit.append(work, [entry], audit.SYSTEM_LOG)


def freeze(
    work: Work, subject: Subject, form: FormDefinition, values: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """File values with digest, size, type and name as facets, and those that name no file of the
    subject, or one that the item does not accept."""
    wanted = {
        path: value
        for path, value in values.items()
        if value.text and split_path(path)[0] and form.item(split_path(path)[0]).type == "file"
    }
    if not wanted:
        return {}, {}
    rows = _newest(work, subject.id, [value.text for value in wanted.values()])
    frozen: dict[str, Value] = {}
    problems: dict[str, Problem] = {}
    for path, value in wanted.items():
        row = rows.get(value.text)
        problem = _unfit(form, path, row)
        if problem is not None:
            problems[path] = problem
        elif row is not None:
            frozen[path] = Value(row.sha256, facets=facets(row), typed=row.sha256)
    return frozen, problems


def _unfit(form: FormDefinition, path: str, row: Attachment | None) -> Problem | None:
    """Why an item cannot name the file; one kept for another item may not suit it."""
    if row is None:
        return Problem("file.unknown")
    item = form.item(split_path(path)[0])
    if file_content.KINDS[row.media_type] not in item.accept:
        return Problem("file.type", {"types": file_content.listed(item.accept)})
    if row.size > item.max_mb * file_content.MEGABYTE:
        size = file_content.megabytes(row.size)
        return Problem("file.large", {"size": size, "limit": str(item.max_mb)})
    return None


def facets(row: Attachment) -> dict[str, str]:
    return {
        "sha256": row.sha256,
        "size": str(row.size),
        "type": row.media_type,
        "name": row.name,
    }


def _newest(work: Work, subject_id: int, digests: list[str]) -> dict[str, Attachment]:
    """The last row of each digest: the same bytes may be attached again under another name."""
    query = (
        select(Attachment)
        .where(Attachment.subject_id == subject_id, Attachment.sha256.in_(digests))
        .order_by(Attachment.id)
    )
    return {row.sha256: row for row in work.session.scalars(query)}


def of(work: Work, code: str, sha256: str) -> Attachment:
    """The subject's file with these bytes; NotFound also for another subject's."""
    subject = keys.subject(work, code)
    work.require("record.read", subject.site)
    row = _newest(work, subject.id, [sha256]).get(sha256)
    if row is None:
        raise NotFound(sha256)
    return row


def read(store: Path, row: Attachment) -> bytes:
    """The bytes as they were attached, or FileLost: never silently something else."""
    try:
        content = _place(store, row.sha256).read_bytes()
    except OSError as error:
        raise FileLost("missing") from error
    if sha256_hex(content) != row.sha256:
        raise FileLost("changed")
    return content


def _place(store: Path, digest: str) -> Path:
    return store / FOLDER / digest[:2] / digest


def _put(store: Path, digest: str, content: bytes) -> None:
    """Write by digest: complete or not at all, and never over what is there."""
    path = _place(store, digest)
    if path.exists():
        if sha256_hex(path.read_bytes()) != digest:
            raise FileLost("changed")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{digest}.{secrets.token_hex(8)}.part")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)  # so that the name survives a power cut too
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

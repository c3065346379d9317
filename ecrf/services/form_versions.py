"""Putting a record under the version of its form that is in use (R-121).

Nothing that was entered is changed or filled in: a value that the new version could not hold keeps
the record where it is, and what the new version asks for in addition becomes a query.
"""

from __future__ import annotations

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Problem, split_path
from ecrf.entry import content
from ecrf.entry.form import read_path
from ecrf.models import Record
from ecrf.services import closure, keys, records
from ecrf.services.errors import Invalid, ReasonNeeded, Refused, Stale
from ecrf.services.findings import problem_finding
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from ecrf.services.records import Saved
from ecrf.services.work import Work


def newer(work: Work, record: Record) -> FormDefinition | None:
    """The version in use, where the record is under an older one."""
    form = work.catalogue.current(record.form)
    return form if form.version > record.form_version else None


def move(work: Work, key: Key, revision: int, reason: Reason) -> Saved:
    """Put the record under the version in use. Raises Forbidden, Locked, Stale, Invalid (there is
    no newer version), ReasonNeeded, Refused (the items that the version cannot hold)."""
    subject = keys.subject(work, key.subject)
    work.require("record.enter", subject.site)
    record = keys.find(work, subject, key, lock=True)
    form = newer(work, record) if record else None
    if record is None or form is None:
        raise Invalid("form.version")
    closure.require_open(work, subject, key, record)
    if record.revision != revision:
        raise Stale(record.revision, {})
    if not reason.given:
        raise ReasonNeeded(("",))
    problems = _unfit(work.catalogue.form(record.form, record.form_version), form, record)
    if problems:
        raise Refused(tuple(problem_finding(form, path, p) for path, p in problems.items()))
    return records.reversion(work, record, subject, form, reason)


def _unfit(old: FormDefinition, new: FormDefinition, record: Record) -> dict[str, Problem]:
    """The values that the new version would not take, each with what is wrong."""
    found: dict[str, Problem] = {}
    for path, stored in record.data.items():
        if not content.known(new, path):
            found[path] = Problem("item.unknown", {"path": path})
            continue
        name = split_path(path)[0]
        if not name or old.item(name) == new.item(name) or new.item(name).type == "calculated":
            continue
        read = read_path(new, path, stored.get("m") or stored.get("v", ""), stored.get("u"))
        if isinstance(read, Problem):
            found[path] = read
    return found

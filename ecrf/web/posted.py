"""What a browser sent about a form: JSON of the script, or the fields of a plain form post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request

from ecrf.entry import content
from ecrf.entry.cells import Cell, Page
from ecrf.entry.form import form_class
from ecrf.services.records import Entry, Reason

MOST_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """One save, or one draft, as asked for; nothing in it has been judged."""

    revision: int
    entries: dict[str, Entry] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    leave: str = "stay"  # stay, close, complete


def from_json() -> Sent:
    """The body of a script's request; 400 unless it has the shape it must have."""
    body = request.get_json()
    try:
        sent = Sent(
            revision=int(body["revision"]),
            entries={str(path): _entry(raw) for path, raw in body["entries"].items()},
            reasons={
                str(path): Reason(str(raw["code"]), str(raw.get("text", "")))
                for path, raw in body.get("reasons", {}).items()
            },
            confirmed=frozenset(map(str, body.get("confirmed", ()))),
            leave=str(body.get("leave", "stay")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        abort(400)
    if len(sent.entries) > MOST_ENTRIES:
        abort(413)
    return sent


def _entry(raw: Mapping[str, Any]) -> Entry:
    if not isinstance(raw["v"], str) or not isinstance(raw.get("u"), str | None):
        raise TypeError("v and u are texts")
    return Entry(raw["v"], raw.get("u"))


def from_form(page: Page) -> Sent:
    """A plain post holds every field of the page: only what differs from the record is an entry."""
    fields = request.form
    cells = {cell.path: cell for cell in page.cells() if cell.item.type != "calculated"}
    struck = {
        n: {"v": v} for n, v in fields.items() if n.endswith("]") and content.known(page.form, n)
    }
    posted = form_class(page.form)(fields).entries | struck
    entries = {}
    for path in dict.fromkeys([*cells, *posted]):
        typed = posted.get(path, {"v": ""})
        entry = Entry(typed["v"].strip(), typed.get("u") or None)
        if _differs(entry, cells.get(path)):
            entries[path] = entry
    return Sent(
        revision=fields.get("revision", 0, type=int),
        entries=entries,
        reasons={
            name.removeprefix("reason:"): Reason(
                value, fields.get(name.replace("reason:", "reason_text:", 1), "")
            )
            for name, value in fields.items()
            if name.startswith("reason:")
        },
        confirmed=frozenset(fields.getlist("confirmed")),
        leave=fields.get("leave", "stay"),
    )


def _differs(entry: Entry, cell: Cell | None) -> bool:
    if cell is None:
        return bool(entry.text)
    other_unit = entry.unit is not None and cell.was_unit not in ("", entry.unit)
    return entry.text != cell.was or (bool(cell.was) and other_unit)

"""An adverse event begun from a laboratory result, and named by it."""

from __future__ import annotations

from collections.abc import Mapping

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.model import Analyte
from ecrf.definition.references import record_name
from ecrf.definition.values import BLANK, Value, item_path, split_path
from ecrf.entry.env import lab_item
from ecrf.entry.functions import ctcae_term
from ecrf.entry.labs import SAMPLED
from ecrf.services import drafts, forms, keys, subjects
from ecrf.services.errors import NotFound
from ecrf.services.forms import Opened
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import Work

EVENTS = "AE"
WORDS = {"L": ("降低", "decreased"), "H": ("升高", "increased")}


def begin(work: Work, key: Key, path: str) -> Key:
    """The record that the link at ``path`` names; while it names none, a new adverse event.

    The event is a draft with term, start and grade of the result; the laboratory form has the
    link in draft. Raises Forbidden, and NotFound where no result asks for an adverse event.
    """
    found = forms.opened(work, key)
    work.require("record.enter", found.subject.site)
    item, group, row = split_path(path)
    analytes = found.form.panels.get(group or "", ())
    analyte = next((one for one in analytes if one.code == row), None)
    if found.filling.readonly or not group or analyte is None or not _asked(found, item, path):
        raise NotFound(path)
    data = found.evaluation.data
    named = data.get(path, BLANK).text
    if named:
        return _place(work, found, *_parts(named))
    made = _free(work, found)
    result = data.get(item_path(str(lab_item(found.form.groups[group])), group, row), BLANK)
    drafts.put(work, made, 0, _filled(analyte, result, data))
    link = {path: Entry(record_name(EVENTS, made.repeat))}
    drafts.put(work, key, found.revision, link)
    return made


def _asked(found: Opened, item: str, path: str) -> bool:
    if item not in found.form.items or path in found.evaluation.hidden:
        return False
    model = found.form.item(item)
    return model.type == "ref" and EVENTS in model.forms


def _parts(name: str) -> tuple[str, int]:
    form, _, repeat = name.rpartition("-")
    return form, int(repeat)


def _place(work: Work, found: Opened, oid: str, repeat: int) -> Key:
    """Where a record of a log stands."""
    for event in work.catalogue.build.events:
        if event.kind == "log" and oid in _oids(keys.forms_at(work, found.subject, event)):
            return Key(found.key.subject, event.event, 1, oid, repeat)
    raise NotFound(oid)


def _oids(due: list[FormDefinition]) -> set[str]:
    return {form.oid for form in due}


def _free(work: Work, found: Opened) -> Key:
    """A new adverse event; one that the actor has in draft is left alone."""
    first = _place(work, found, EVENTS, 1)
    repeat = subjects.next_repeat(work, first.subject, first.event, 1, EVENTS)
    while drafts.get(work, made := _place(work, found, EVENTS, repeat)) is not None:
        repeat += 1
    return made


def _filled(analyte: Analyte, result: Value, data: Mapping[str, Value]) -> dict[str, Entry]:
    """What the result says of the event; what it does not say stays to be filled in.

    The form asks for the event as reported, which is Chinese, and for its translation.
    """
    direction = result.facets.get("ind", "")[:1]
    grade = result.facets.get("gr", "")
    term = ctcae_term(analyte.code, direction)
    chinese, english = WORDS.get(direction, ("异常", "abnormal"))
    texts = {
        "AETERM": f"{analyte.label['zh']}{chinese}",
        "AETERMEN": term or f"{analyte.label['en']} {english}",
        "AESTDAT": data.get(SAMPLED, BLANK).text,
    }
    if term:
        texts |= {"GRSYS": "CTCAE5", "CTCTERM": term}
        texts["AETOXGR"] = grade[-1] if grade[:1] == direction else ""
    return {item: Entry(text) for item, text in texts.items() if text}

"""Finding a subject, a form or an item by the words and codes people use for them.

Searched are subject codes and the names of the study's definition in both languages, never what
was entered. Every word must be found. Only subjects that the actor sees are found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.items.fold import fold
from ecrf.definition.model import Event, Text
from ecrf.definition.values import item_path
from ecrf.entry.env import lab_item
from ecrf.models import Subject
from ecrf.services import keys
from ecrf.services.work import Work

LONGEST = 80  # characters of a question
SUBJECTS, NAMED, FORMS, ITEMS = 8, 3, 10, 10  # at most so many of each


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject, a form of it, or an item of that form; a form without a subject names only it."""

    subject: str = ""
    event: Event | None = None
    form: FormDefinition | None = None
    item: Text | None = None
    path: str = ""


def find(work: Work, question: str, here: str = "", event: str = "") -> list[Hit]:
    """The best hits. ``here`` and ``event`` say where the person is: they are searched first."""
    words = fold(question[:LONGEST]).casefold().split()
    if not words:
        return []
    subjects = _visible(work)
    codes = [word for word in words if any(word in s.code.casefold() for s in subjects)]
    codes = [word for word in codes if any(letter.isdigit() for letter in word)]
    names = [word for word in words if word not in codes]
    if codes:
        named = [s for s in subjects if all(code in s.code.casefold() for code in codes)]
    else:
        named = [s for s in subjects if s.code == here]
    if not names:
        return [Hit(subject.code) for subject in named[:SUBJECTS]]
    if not named:
        return [Hit(form=form) for form in islice(_forms(work, names), FORMS)]
    hits: list[Hit] = []
    for subject in named[:NAMED]:
        hits += islice(_forms_of(work, subject, names, event), FORMS)
        hits += islice(_items_of(work, subject, names, event), ITEMS)
    return hits


def _visible(work: Work) -> list[Subject]:
    query = select(Subject).order_by(Subject.site, Subject.code)
    if work.actor.site != "*":
        query = query.where(Subject.site == work.actor.site)
    return list(work.session.scalars(query))


def _forms(work: Work, words: list[str]) -> Iterator[FormDefinition]:
    """Forms of the study, whoever they are due for."""
    refs = {ref.form: ref for event in work.catalogue.build.events for ref in event.forms}
    for ref in refs.values():
        form = work.catalogue.form(ref.form, ref.version)
        if _all(words, _called(form)):
            yield form


def _places(work: Work, subject: Subject, event: str) -> Iterator[tuple[Event, FormDefinition]]:
    """Every form due for the subject, those of the event the person is at first."""
    events = [at for at in work.catalogue.build.events if at.kind != "unscheduled"]
    for at in sorted(events, key=lambda one: one.event != event):
        for form in keys.forms_at(work, subject, at):
            yield at, form


def _forms_of(work: Work, subject: Subject, words: list[str], event: str) -> Iterator[Hit]:
    for at, form in _places(work, subject, event):
        names = _called(form)
        if _all(words, f"{names} {_said(at.event, at.title)}") and _any(words, names):
            yield Hit(subject.code, at, form)


def _items_of(work: Work, subject: Subject, words: list[str], event: str) -> Iterator[Hit]:
    """Each item once, at the first event that fits."""
    seen: set[tuple[str, str]] = set()
    for at, form in _places(work, subject, event):
        around = f"{_called(form)} {_said(at.event, at.title)}"
        for path, label, names in _items(form):
            known = (form.oid, path) in seen
            if not known and _any(words, names) and _all(words, f"{names} {around}"):
                seen.add((form.oid, path))
                yield Hit(subject.code, at, form, label, path)


def _items(form: FormDefinition) -> Iterator[tuple[str, Text, str]]:
    """(path, label, names) of the items that stand once in a form, and of its analytes."""
    for name, (group, item) in form.items.items():
        if not group.repeats:
            yield name, item.label, _said(name, item.label)
    for oid, analytes in form.panels.items():
        result = lab_item(form.groups[oid])
        for analyte in analytes if result else ():
            path = item_path(result or "", oid, analyte.code)
            yield path, analyte.label, _said(analyte.code, analyte.label)


def _called(form: FormDefinition) -> str:
    return _said(form.oid, form.model.title)


def _said(code: str, label: Text) -> str:
    return f"{code} {label['en']} {label['zh']}".casefold()


def _all(words: list[str], text: str) -> bool:
    return all(word in text for word in words)


def _any(words: list[str], text: str) -> bool:
    return any(word in text for word in words)

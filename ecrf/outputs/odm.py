"""Forms as CDISC ODM 1.3.2, transactional: every audit entry of a form exactly once.

Each entry carries its number as SourceID. A change of an item is an ItemData; what happened to the
form as a whole (completed, queried, signed ...) is a FormData in context with an annotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lxml import etree

from ecrf.definition.values import split_path
from ecrf.outputs.casebook import AuditLine, CasebookForm, Moment, Shown
from ecrf.outputs.odm_metadata import (
    MISSING_LIST,
    NAMESPACE,
    add,
    meaning_oid,
    people,
    site_oid,
    study,
    unit_oid,
    user_oid,
    version_oid,
)

_KINDS = {"item.enter": "Insert", "item.change": "Update", "item.clear": "Remove"}


@dataclass(frozen=True, slots=True)
class Title:
    """What the file is called, when it was made and when its data last changed."""

    name: str
    made: Moment
    as_of: Moment


def document(casebook: CasebookForm) -> bytes:
    """The XML file of one form."""
    header = casebook.header
    name = casebook.copy.copy_id if casebook.copy else f"R{header.record}"
    title = Title(f"{name}.r{header.revision}", casebook.generated, casebook.updated)
    return documents((casebook,), title)


def documents(forms: Sequence[CasebookForm], title: Title) -> bytes:
    """The XML file of several forms of one subject, in their order."""
    root = etree.Element(f"{{{NAMESPACE}}}ODM", nsmap={None: NAMESPACE})
    header = forms[0].header
    root.attrib.update(
        {
            "ODMVersion": "1.3.2",
            "FileType": "Transactional",
            "FileOID": f"{header.study}.{title.name}",
            "CreationDateTime": stamp(title.made),
            "AsOfDateTime": stamp(title.as_of),
            "SourceSystem": "eCRF",
            "SourceSystemVersion": header.app,
        }
    )
    study(root, forms)
    people(root, forms)
    for casebook in forms:
        _clinical_data(root, casebook)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def stamp(moment: Moment) -> str:
    """ISO 8601 at the site, with milliseconds and offset."""
    date, time, offset = moment.local.split(" ")
    return f"{date}T{time}{moment.utc[19:23]}{offset}"


def _clinical_data(root: etree._Element, casebook: CasebookForm) -> None:
    header = casebook.header
    data = add(
        root, "ClinicalData", StudyOID=header.study, MetaDataVersionOID=version_oid(casebook)
    )
    subject = add(data, "SubjectData", SubjectKey=header.subject, TransactionType="Context")
    add(subject, "SiteRef", LocationOID=site_oid(casebook))
    event = add(
        subject,
        "StudyEventData",
        StudyEventOID=header.event,
        StudyEventRepeatKey=str(header.event_no),
        TransactionType="Context",
    )
    for items, lines in groupby(casebook.audit, key=_of_item):
        if items:
            _item_transactions(event, casebook, lines)
        else:
            for line in lines:
                _event(event, casebook, line)


def _of_item(line: AuditLine) -> bool:
    return line.action in _KINDS and bool(line.oid)


def _form_data(event: etree._Element, casebook: CasebookForm, kind: str) -> Any:
    form = casebook.definition
    repeat = str(casebook.header.repeat) if form.repeats else None
    return add(event, "FormData", FormOID=form.form, FormRepeatKey=repeat, TransactionType=kind)


def _item_transactions(
    event: etree._Element, casebook: CasebookForm, lines: Iterable[AuditLine]
) -> None:
    form = _form_data(event, casebook, "Upsert")
    groups = {item.item: group.group for group, item in casebook.definition.items()}
    for (group, row), within in groupby(lines, key=lambda e: _place(e, groups)):
        parent = add(
            form,
            "ItemGroupData",
            ItemGroupOID=group,
            ItemGroupRepeatKey=row,
            TransactionType="Upsert",
        )
        for line in within:
            _item_data(parent, casebook, line)


def _place(line: AuditLine, groups: dict[str, str]) -> tuple[str, str | None]:
    _, group, row = split_path(line.path)
    return group or groups[line.oid], row


def _item_data(parent: etree._Element, casebook: CasebookForm, line: AuditLine) -> None:
    new = line.new or Shown(casebook.header.status)
    stored = new.stored
    kind = _KINDS[line.action]
    gone = kind == "Remove" or new.redacted or "m" in stored
    element = add(
        parent,
        "ItemData",
        ItemOID=line.oid,
        TransactionType=kind,
        Value=None if gone else stored.get("v", ""),
        IsNull="Yes" if gone and kind != "Remove" else None,
    )
    _audit_record(element, casebook, line)
    if stored.get("u") and not gone:
        add(element, "MeasurementUnitRef", MeasurementUnitOID=unit_oid(str(stored["u"])))
    for number, text, flag in _remarks(new):
        annotation = add(element, "Annotation", SeqNum=str(number))
        if text:
            add(annotation, "Comment", text)
        if flag:
            add(add(annotation, "Flag"), "FlagValue", flag, CodeListOID=MISSING_LIST)


def _remarks(new: Shown) -> Iterator[tuple[int, str, str]]:
    """Why there is no value, and what was frozen with one."""
    if new.redacted:
        yield 1, "redacted", ""
    if "m" in new.stored:
        yield 1, "", str(new.stored["m"])
    facets = new.stored.get("f")
    if isinstance(facets, dict):
        yield 2, "; ".join(f"{key}={value}" for key, value in sorted(facets.items())), ""


def _audit_record(parent: etree._Element, casebook: CasebookForm, line: AuditLine) -> None:
    record = add(parent, "AuditRecord", ID=f"A.{line.seq}")
    add(record, "UserRef", UserOID=user_oid(line.user))
    add(record, "LocationRef", LocationOID=site_oid(casebook))
    add(record, "DateTimeStamp", stamp(line.at))
    if line.reason_code:
        text = f": {line.reason_text}" if line.reason_text else ""
        add(record, "ReasonForChange", f"{line.reason_code}{text}")
    add(record, "SourceID", str(line.seq))


def _event(event: etree._Element, casebook: CasebookForm, line: AuditLine) -> None:
    """What happened to a row or to the form as a whole."""
    _, group, row = split_path(line.path)
    struck = line.action in ("row.strike", "record.strike")
    whole = group is None or not line.action.startswith("row.")
    form = _form_data(event, casebook, "Remove" if struck and whole else "Context")
    parent = form
    if not whole:
        parent = add(
            form,
            "ItemGroupData",
            ItemGroupOID=group,
            ItemGroupRepeatKey=row,
            TransactionType="Remove" if struck else "Upsert",
        )
    _audit_record(parent, casebook, line)
    _signature(parent, casebook, line)
    links = "; ".join(f"{name}={value}" for name, value in line.links)
    annotation = add(parent, "Annotation", SeqNum="1")
    add(annotation, "Comment", " ".join(part for part in (line.action, line.path, links) if part))


def _signature(parent: etree._Element, casebook: CasebookForm, line: AuditLine) -> None:
    for signature in casebook.signatures:
        if signature.seq == line.seq:
            element = add(parent, "Signature", ID=f"S.{signature.id}")
            add(element, "UserRef", UserOID=user_oid(signature.user))
            add(element, "LocationRef", LocationOID=site_oid(casebook))
            add(element, "SignatureRef", SignatureOID=meaning_oid(signature.id))
            add(element, "DateTimeStamp", stamp(signature.at))

"""The files inside the PDF: the data as ODM, the audit trail as a table, and a list of digests.

Archives that strip attachments get the same files beside the PDF, with the same manifest.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ecrf.canonical import sha256_hex
from ecrf.outputs import odm
from ecrf.outputs.casebook import AuditLine, CasebookForm, Header, Shown
from ecrf.outputs.sheets import (
    About,
    AskedLine,
    CriterionLine,
    EligibilitySheet,
    QueryList,
)
from ecrf.outputs.volume import Volume

MANIFEST = "manifest.json"
FORMAT = "ecrf-form-copy/1"
VOLUME_FORMAT = "ecrf-volume-copy/1"
SHEET_FORMAT = "ecrf-sheet-copy/1"
FORMATS = (FORMAT, VOLUME_FORMAT, SHEET_FORMAT)
COLUMNS = (
    "n seq at_utc at_local user name role organisation on_behalf_of channel action "
    "path item label_en label_zh old_value old_missing old_unit old_en old_zh "
    "new_value new_missing new_unit new_en new_zh reason_code reason_text links "
    "language revision build app hash"
).split()

MOVES = (
    "query subject event event_no form repeat item label state days check value question "
    "seq at_utc by role move text"
).split()


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes
    relationship: str  # of PDF 2.0 associated files
    description: str

    @property
    def sha256(self) -> str:
        return sha256_hex(self.content)


def files(casebook: CasebookForm) -> tuple[File, ...]:
    """form.xml, audit.csv and the manifest of both."""
    data = (
        File("form.xml", odm.document(casebook), "Data", "CDISC ODM 1.3.2, transactional"),
        File("audit.csv", _audit_csv((casebook,)), "Supplement", "Audit trail of the form"),
    )
    return (*data, _manifest(FORMAT, _about(casebook), data))


def volume_files(volume: Volume) -> tuple[File, ...]:
    """visit.xml or casebook.xml with all forms, audit.csv and the manifest of both."""
    name = volume.copy.copy_id if volume.copy else volume.about.subject
    title = odm.Title(f"{name}.r{volume.revision}", volume.generated, volume.head.at)
    content = odm.documents(volume.forms, title)
    data = (
        File(f"{volume.scope}.xml", content, "Data", "CDISC ODM 1.3.2, transactional"),
        File("audit.csv", _audit_csv(volume.forms), "Supplement", "Audit trail of the forms"),
    )
    return (*data, _manifest(VOLUME_FORMAT, _about_volume(volume), data))


def eligibility_files(sheet: EligibilitySheet) -> tuple[File, ...]:
    """eligibility.json: every criterion as it was judged; the form with the decision as ODM."""
    content = {
        "on": sheet.on,
        "decided": sheet.decided,
        "result": sheet.result,
        "warnings": [warning.en for warning in sheet.warnings],
        "criteria": [_criterion(line) for line in sheet.criteria],
    }
    data = [File("eligibility.json", _json(content), "Data", "Criteria with results and evidence")]
    if sheet.decision:
        odm_file = odm.document(sheet.decision)
        data.append(File("form.xml", odm_file, "Data", "CDISC ODM 1.3.2, transactional"))
    about = _common(sheet, sheet.about) | {
        "scope": "eligibility",
        "revision": sheet.revision,
        "build": sheet.about.build,
        "criteria_version": sheet.version,
        "standing": sheet.standing,
        "audit_chain": {"seq": sheet.head.seq, "sha256": sheet.head.hash},
    }
    return (*data, _manifest(SHEET_FORMAT, about, data))


def _criterion(line: CriterionLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "result": line.result,
        "missing": [missing.en for missing in line.missing],
        "warnings": [warning.en for warning in line.warnings],
        "evidence": [
            {"field": g.field, "value": g.code or g.value.en, "date": g.date, "place": g.place}
            for g in line.grounds
        ],
    }


def query_files(listed: QueryList) -> tuple[File, ...]:
    """queries.csv: a row for each move of each query; and the manifest."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(MOVES)
    for line in listed.lines:
        writer.writerows(_moves(line))
    content = out.getvalue().encode("utf-8-sig")
    data = (File("queries.csv", content, "Data", "Queries with everything said"),)
    about = _common(listed, listed.about) | {
        "scope": "queries",
        "narrowed": listed.narrowed,
        "revision": listed.revision,
        "audit_chain": {"seq": listed.head.seq, "sha256": listed.head.hash},
    }
    return (*data, _manifest(SHEET_FORMAT, about, data))


def _moves(line: AskedLine) -> Iterator[list[Any]]:
    query = line.query
    place = [line.subject, line.event, line.event_no, line.form.en, line.repeat, query.path]
    value = line.value.words.en if line.value and not line.value.redacted else ""
    about = [query.id, *place, query.label.en, line.code, line.days, query.check, value, query.text]
    for move in query.moves:
        yield [*about, move.seq, move.at.utc, move.by, move.role.en, move.move.en, move.text]


def _json(content: Any) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _audit_csv(forms: Sequence[CasebookForm]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    every = sorted((line for form in forms for line in form.audit), key=attrgetter("seq"))
    for number, line in enumerate(every, 1):
        writer.writerow([number, *_row(line)])
    return out.getvalue().encode("utf-8-sig")  # spreadsheets need the mark to read Chinese


def _row(line: AuditLine) -> list[Any]:
    return [
        line.seq,
        line.at.utc,
        line.at.local,
        line.user,
        line.name,
        line.role.en,
        line.organisation,
        line.behalf,
        line.channel,
        line.action,
        line.path,
        line.oid,
        line.label.en,
        line.label.zh,
        *_value(line.old),
        *_value(line.new),
        line.reason_code,
        line.reason_text,
        "; ".join(f"{name}={value}" for name, value in line.links),
        line.language,
        line.revision,
        line.build,
        line.app,
        line.hash,
    ]


def _value(shown: Shown | None) -> list[Any]:
    if shown is None:
        return [""] * 5
    if shown.redacted:
        return ["", "", "", "[redacted]", "[已遮盖]"]
    stored = shown.stored
    return [
        stored.get("v", ""),
        stored.get("m", ""),
        stored.get("u", ""),
        shown.words.en,
        shown.words.zh,
    ]


def _about(casebook: CasebookForm) -> dict[str, Any]:
    header = casebook.header
    last = casebook.audit[-1] if casebook.audit else None
    return _common(casebook, header) | {
        "event": header.event,
        "event_no": header.event_no,
        "form": header.form,
        "form_version": header.form_version,
        "form_sha256": header.form_digest,
        "build": header.build,
        "repeat": header.repeat,
        "record": header.record,
        "revision": header.revision,
        "record_sha256": header.digest,
        "standing": casebook.standing,
        "audit_chain": last and {"seq": last.seq, "sha256": last.hash},
    }


def _about_volume(volume: Volume) -> dict[str, Any]:
    first = volume.chapters[0]
    place = {"event": first.event, "event_no": first.event_no} if volume.scope == "visit" else {}
    return (
        _common(volume, volume.about)
        | place
        | {
            "scope": volume.scope,
            "revision": volume.revision,
            "standing": "signed" if volume.signed else "unsigned",
            "audit_chain": {"seq": volume.head.seq, "sha256": volume.head.hash},
            "forms": [_listed(form) for form in volume.forms],
        }
    )


def _listed(form: CasebookForm) -> dict[str, Any]:
    header = form.header
    return {
        "event": header.event,
        "event_no": header.event_no,
        "form": header.form,
        "form_version": header.form_version,
        "form_sha256": header.form_digest,
        "repeat": header.repeat,
        "record": header.record,
        "revision": header.revision,
        "record_sha256": header.digest,
        "standing": form.standing,
        "audit_seq": form.audit[-1].seq if form.audit else None,
    }


def _common(
    copied: CasebookForm | Volume | EligibilitySheet | QueryList, header: Header | About
) -> dict[str, Any]:
    copy = copied.copy
    return {
        "study": header.study,
        "protocol": header.protocol,
        "site": header.site,
        "subject": header.subject,
        "language": copied.language,
        "generated": copied.generated.utc,
        "software": header.app,
        "copy": copy and {"id": copy.copy_id, "no": copy.copy_no, "replaces": copy.predecessor},
        "counts": dict(copied.counts),
    }


def _manifest(format: str, about: dict[str, Any], data: Sequence[File]) -> File:
    listed = [
        {
            "name": file.name,
            "sha256": file.sha256,
            "size": len(file.content),
            "relationship": file.relationship,
        }
        for file in data
    ]
    content = _json({"format": format, **about, "files": listed})
    return File(MANIFEST, content, "Supplement", "Digests")

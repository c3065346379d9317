"""The files inside the PDF: the data as ODM, the audit trail as a table, and a list of digests.

Archives that strip attachments get the same files beside the PDF, with the same manifest.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from ecrf.canonical import sha256_hex
from ecrf.outputs import odm
from ecrf.outputs.casebook import AuditLine, CasebookForm, Shown

MANIFEST = "manifest.json"
FORMAT = "ecrf-form-copy/1"
COLUMNS = (
    "n seq at_utc at_local user name role organisation on_behalf_of channel action "
    "path item label_en label_zh old_value old_missing old_unit old_en old_zh "
    "new_value new_missing new_unit new_en new_zh reason_code reason_text links "
    "language revision build app hash"
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
        File("audit.csv", _audit_csv(casebook), "Supplement", "Audit trail of the form"),
    )
    manifest = json.dumps(_manifest(casebook, data), ensure_ascii=False, indent=1, sort_keys=True)
    return (*data, File(MANIFEST, f"{manifest}\n".encode(), "Supplement", "Digests"))


def _audit_csv(casebook: CasebookForm) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, line in enumerate(casebook.audit, 1):
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


def _manifest(casebook: CasebookForm, data: tuple[File, ...]) -> dict[str, Any]:
    header = casebook.header
    last = casebook.audit[-1] if casebook.audit else None
    copy = casebook.copy
    return {
        "format": FORMAT,
        "study": header.study,
        "protocol": header.protocol,
        "site": header.site,
        "subject": header.subject,
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
        "language": casebook.language,
        "generated": casebook.generated.utc,
        "software": header.app,
        "copy": copy and {"id": copy.copy_id, "no": copy.copy_no, "replaces": copy.predecessor},
        "audit_chain": last and {"seq": last.seq, "sha256": last.hash},
        "counts": {
            "items": len(casebook.answers),
            "audit": len(casebook.audit),
            "signatures": len(casebook.signatures),
            "queries": len(casebook.queries),
            "marks": len(casebook.marks),
        },
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "size": len(file.content),
                "relationship": file.relationship,
            }
            for file in data
        ],
    }

"""Checks a file that claims to be a sealed copy; needs no database (R-111).

Whatever cannot be read does not hold, and every check is reported, the good ones too. The register
of copies is asked when the caller has one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import cms
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ecrf import crypto
from ecrf.canonical import sha256_hex
from ecrf.outputs import verdicts
from ecrf.outputs.attachments import FORMATS, MANIFEST
from ecrf.outputs.casebook import Words
from ecrf.outputs.seal import as_asn1

SUBMITTED = "2"  # the part of PDF/A of a copy to be submitted

Lookup = Callable[[str], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``detail`` is for people; ``error`` names what went wrong."""

    name: str
    ok: bool
    detail: Words
    error: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a file.

    ok        authentic and whole; a superseded copy still is
    copy      what the file says about itself, as its manifest has it
    register  what the register says, None when it does not know the file or was not asked
    """

    sha256: str
    checks: tuple[Check, ...]
    signer: str = ""
    sealed_at: str = ""
    copy: Mapping[str, Any] = field(default_factory=dict)
    register: Mapping[str, Any] | None = None

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def superseded(self) -> bool:
        return bool(self.register and self.register.get("superseded"))

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "superseded": self.superseded,
            "sha256": self.sha256,
            "signer": self.signer,
            "sealed_at": self.sealed_at,
            "checks": [
                {"name": c.name, "ok": c.ok, "message": c.detail.en, "error": c.error}
                for c in self.checks
            ],
            "copy": dict(self.copy),
            "register": dict(self.register) if self.register else None,
        }

    def lines(self, language: str) -> list[str]:
        """The verdict as sentences, the conclusion first."""
        return verdicts.lines(self, language)


def verify(
    source: bytes | Path, roots: Sequence[crypto.Certificate], lookup: Lookup | None = None
) -> Verdict:
    """Check a file against the trusted roots and, with ``lookup`` (digest -> row), the register."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    digest = sha256_hex(content)
    checks: list[Check] = []
    signer = sealed_at = ""
    try:
        embedded, status = _validate(content, roots)
        signer = str(status.signing_cert.subject.native.get("common_name", ""))
        reported = status.signer_reported_dt
        sealed_at = reported.isoformat() if reported else ""
        checks += _seal_checks(content, embedded, status)
    except Exception as error:  # whatever cannot be read does not hold
        checks.append(_check("seal", False, f"{type(error).__name__}: {error}"))
    copy: Mapping[str, Any] = {}
    try:
        found = _manifest(content)
        copy = found or {}
        checks.append(_check("attachments" if found else "bare", True))
    except Exception as error:  # as above
        checks.append(_check("attachments", False, str(error)))
    register = None
    if lookup is not None:
        register = lookup(digest)
        checks.append(_check("register", register is not None))
    return Verdict(digest, tuple(checks), signer, sealed_at, copy, register)


def _check(name: str, ok: bool, error: str = "") -> Check:
    return Check(name, ok, verdicts.detail(name, ok), error)


def _validate(
    content: bytes, roots: Sequence[crypto.Certificate]
) -> tuple[EmbeddedPdfSignature, PdfSignatureStatus]:
    reader = PdfFileReader(io.BytesIO(content), strict=True)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise ValueError(f"the file has {len(signatures)} signatures, a sealed copy has one")
    embedded = signatures[0]
    # A seal without time-stamp is judged at the time it states; only the certificate's own
    # period limits that.
    context = ValidationContext(
        trust_roots=[as_asn1(root) for root in roots],
        moment=embedded.self_reported_timestamp,
        allow_fetching=False,
    )
    return embedded, validate_pdf_signature(embedded, signer_validation_context=context)


def _seal_checks(
    content: bytes, embedded: EmbeddedPdfSignature, status: PdfSignatureStatus
) -> list[Check]:
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    certifies = embedded.docmdp_level is not None and embedded.docmdp_level.value == 1
    return [
        _check("seal", bool(status.intact and status.valid) and _strict(content, embedded)),
        _check("trust", bool(status.trusted)),
        _check("coverage", whole),
        _check("changes", whole and certifies and bool(status.docmdp_ok)),
    ]


def _strict(content: bytes, embedded: EmbeddedPdfSignature) -> bool:
    """Whether the signature's own container is exactly as it was written.

    The container is the one part of the file that the signature does not cover, so every byte of
    it is compared with the only way in which it may be written.
    """
    slot = content[embedded.byte_range[1] : embedded.byte_range[2]]
    padded = bytes.fromhex(slot[1:-1].decode("ascii"))
    der = cms.ContentInfo.load(padded).dump()
    signer = x509.load_der_x509_certificate(embedded.signer_cert.dump())
    given = [one.dump() for one in embedded.signed_data["certificates"]]
    return (
        slot == b"<" + padded.hex().upper().encode() + b">"
        and padded == der.ljust(len(padded), b"\0")
        and given == [embedded.signer_cert.dump()]
        and crypto.untouched(der, signer)
    )


def _manifest(content: bytes) -> dict[str, Any] | None:
    """The manifest, after comparing it with the files beside it; None for a copy to be submitted,
    which is PDF/A-2 and carries none (the seal covers what it says of itself). Raises ValueError.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        inside = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        part = pdf.open_metadata().get("pdfaid:part")
    if not inside and part == SUBMITTED:
        return None
    if MANIFEST not in inside:
        raise ValueError("the file holds no manifest")
    manifest: dict[str, Any] = json.loads(inside.pop(MANIFEST))
    if manifest.get("format") not in FORMATS:
        raise ValueError(f"the manifest is none of {', '.join(FORMATS)}")
    listed = {file["name"]: file["sha256"] for file in manifest["files"]}
    found = {name: sha256_hex(raw) for name, raw in inside.items()}
    if listed != found:
        wrong = sorted(n for n in {*listed, *found} if listed.get(n) != found.get(n))
        raise ValueError(f"differs from the manifest: {', '.join(wrong)}")
    return manifest

"""Checks a file that claims to be a sealed copy; needs no database (R-111).

A copy has one seal, and behind it any number of time-stamps, of which the last covers the whole
file. Seal and stamps are each judged at the time they state. Whatever cannot be read does not
hold, and every check is reported, the good ones too. The register of copies is asked when the
caller has one.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from ecrf import crypto
from ecrf.canonical import sha256_hex
from ecrf.outputs import stamps, verdicts
from ecrf.outputs.attachments import FORMATS, MANIFEST
from ecrf.outputs.casebook import Words

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

    ok          authentic and whole; a superseded copy still is
    copy        what the file says about itself, as its manifest has it
    stamped_at  the time that the first time-stamp proves, empty without one
    register    what the register says, None when it does not know the file or was not asked
    """

    sha256: str
    checks: tuple[Check, ...]
    signer: str = ""
    sealed_at: str = ""
    stamped_at: str = ""
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
            "stamped_at": self.stamped_at,
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
    source: bytes | Path,
    roots: Sequence[crypto.Certificate],
    lookup: Lookup | None = None,
    clocks: Sequence[crypto.Certificate] = (),
) -> Verdict:
    """Check a file against the trusted roots and, with ``lookup`` (digest -> row), the register.

    ``clocks`` are the roots of the time-stamp authorities that are trusted.
    """
    content = source if isinstance(source, bytes) else source.read_bytes()
    digest = sha256_hex(content)
    checks: list[Check] = []
    signer = sealed_at = stamped_at = ""
    try:
        seal, times = _signatures(content)
        status = validate_pdf_signature(
            seal, signer_validation_context=stamps.trust(roots, seal.self_reported_timestamp)
        )
        signer = str(status.signing_cert.subject.native.get("common_name", ""))
        reported = status.signer_reported_dt
        sealed_at = reported.isoformat() if reported else ""
        stamped_at = _stated(times[0]).isoformat() if times else ""
        checks += _seal_checks(content, seal, status, times)
        if times:
            checks.append(_time_check(content, seal, times, clocks))
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
    return Verdict(digest, tuple(checks), signer, sealed_at, stamped_at, copy, register)


def _check(name: str, ok: bool, error: str = "") -> Check:
    return Check(name, ok, verdicts.detail(name, ok), error)


def _signatures(content: bytes) -> tuple[EmbeddedPdfSignature, list[EmbeddedPdfSignature]]:
    """The seal, and the time-stamps behind it in their order."""
    found = PdfFileReader(io.BytesIO(content), strict=True).embedded_signatures
    kinds = [str(one.sig_object_type) for one in found]
    if kinds[:1] != ["/Sig"] or any(kind != "/DocTimeStamp" for kind in kinds[1:]):
        raise ValueError(
            f"the file has {len(found)} signatures; a sealed copy has one seal, then time-stamps"
        )
    return found[0], found[1:]


def _seal_checks(
    content: bytes,
    seal: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    times: Sequence[EmbeddedPdfSignature],
) -> list[Check]:
    if times:
        last = times[-1]
        last.compute_integrity_info()
        whole = last.coverage == SignatureCoverageLevel.ENTIRE_FILE
        unchanged = status.modification_level == ModificationLevel.LTA_UPDATES
    else:
        unchanged = whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    certifies = seal.docmdp_level is not None and seal.docmdp_level.value == 1
    return [
        _check("seal", bool(status.intact and status.valid) and _strict(content, seal)),
        _check("trust", bool(status.trusted)),
        _check("coverage", whole),
        _check("changes", whole and unchanged and certifies and bool(status.docmdp_ok)),
    ]


def _stated(stamp: EmbeddedPdfSignature) -> dt.datetime:
    moment: dt.datetime = (
        stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    )
    return moment


def _time_check(
    content: bytes,
    seal: EmbeddedPdfSignature,
    times: Sequence[EmbeddedPdfSignature],
    clocks: Sequence[crypto.Certificate],
) -> Check:
    """Whether every time-stamp is intact, by a trusted authority, and none is before the last."""
    store = DocumentSecurityStore.read_dss(seal.reader)
    known = list(store.load_certs())
    before = None
    for stamp in times:
        at = _stated(stamp)
        status = validate_pdf_timestamp(stamp, stamps.trust(clocks, at, known))
        why = _time_fault(content, stamp, known)
        if not (status.intact and status.valid):
            why = "a time-stamp was altered"
        if not why and not status.trusted:
            why = f"no trusted authority: {status.signing_cert.subject.human_friendly}"
        if not why and before is not None and at < before:
            why = "the time-stamps are not in the order of time"
        if why:
            return _check("time", False, why)
        before = at
    return _check("time", True)


def _time_fault(
    content: bytes, stamp: EmbeddedPdfSignature, known: Sequence[asn1_x509.Certificate]
) -> str:
    der = _container(content, stamp)
    signer = x509.load_der_x509_certificate(stamp.signer_cert.dump())
    listed = {one.dump() for one in known}
    given = {one.dump() for one in stamp.signed_data["certificates"]}
    if not (der and given <= listed and crypto.stamp_untouched(der, signer)):
        return "the container of a time-stamp is not as it was written"
    return ""


def _container(content: bytes, embedded: EmbeddedPdfSignature) -> bytes:
    """The signature's own container as DER; empty when it is not exactly as it must be written.

    The container is the one part of the file that the signature does not cover, so every byte of
    it is compared with the only way in which it may be written.
    """
    slot = content[embedded.byte_range[1] : embedded.byte_range[2]]
    padded = bytes.fromhex(slot[1:-1].decode("ascii"))
    der = cms.ContentInfo.load(padded).dump()
    hexadecimal = b"<" + padded.hex().upper().encode() + b">"
    return der if slot == hexadecimal and padded == der.ljust(len(padded), b"\0") else b""


def _strict(content: bytes, seal: EmbeddedPdfSignature) -> bool:
    """Whether the seal's container holds nothing but the seal, exactly as it was written."""
    der = _container(content, seal)
    given = [one.dump() for one in seal.signed_data["certificates"]]
    signer = x509.load_der_x509_certificate(seal.signer_cert.dump())
    return bool(der) and given == [seal.signer_cert.dump()] and crypto.untouched(der, signer)


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

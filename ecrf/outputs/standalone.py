#!/usr/bin/env python3
"""Checks sealed copies of case report forms without the program that made them.

    python verify_copy.py COPY.pdf [MORE.pdf ...] [--json] [--root CA.pem] [--clock TSA.pem]

Needs Python 3.11 or newer with pikepdf, asn1crypto and cryptography; no network, no database. The
certificates that are trusted stand at the end of this file, or are given. Exit status: 0 when every
file is authentic and whole, 1 when one is not, 2 when nothing could be checked.

What is checked: one seal (PAdES, ETSI EN 319 142-1) that covers the file as it was made; behind it
nothing but time-stamps (RFC 3161) with their certificates, the last over the whole file; that seal
and stamps come from the trusted authorities; that the files inside agree with their digests. It
cannot tell whether a newer copy has replaced this one: only the register of the study knows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

ROOTS: str = ""  # PEM: who seals
CLOCKS: str = ""  # PEM: who proves the time
FORMATS = ("ecrf-form-copy/1", "ecrf-volume-copy/1", "ecrf-sheet-copy/1")
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
WORDS = {
    "good": "AUTHENTIC AND WHOLE / 真实且完整",
    "bad": "NOT VALID / 无效",
    "seal": "sealed by / 加封者",
    "sealed_at": "sealed at / 加封时间",
    "stamped_at": "existed at, proven by time-stamp / 时间戳证明的存在时间",
    "shows": "shows / 内容",
}


class Wrong(Exception):
    """Something about the file does not hold; the text says what."""


@dataclass
class Verdict:
    """What is known of a file; ``wrong`` is empty for a good one."""

    sha256: str
    wrong: str = ""
    seal: str = ""
    sealed_at: str = ""
    stamped_at: str = ""
    shows: dict[str, Any] = field(default_factory=dict)


@dataclass
class Part:
    """A signature in the file: its dictionary, the bytes it covers, its container."""

    value: Any
    end: int
    covered: bytes
    der: bytes
    is_stamp: bool


def check(content: bytes, roots: list[x509.Certificate], clocks: list[x509.Certificate]) -> Verdict:
    """The verdict on the bytes of a file."""
    verdict = Verdict(hashlib.sha256(content).hexdigest())
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            seal, *stamps = _parts(pdf, content)
            if seal.is_stamp or not all(part.is_stamp for part in stamps):
                raise Wrong("a sealed copy has one seal, then time-stamps")
            if (stamps or [seal])[-1].end != len(content):
                raise Wrong("something was added behind the last signature")
            at = _sealed_at(seal, pdf)
            sealer = _check_seal(seal, roots, at)
            verdict.sealed_at, verdict.seal = at.isoformat(), sealer.subject.rfc4514_string()
            store: Any = pdf.Root.get("/DSS", {})
            known = _known(store)
            before = None
            for stamp in stamps:
                before = _check_stamp(stamp, clocks, known, before)
                verdict.stamped_at = verdict.stamped_at or before.isoformat()
            if stamps:
                _check_additions(content[: seal.end], pdf, len(stamps))
            _check_revoked(store, sealer, at)
            verdict.shows = _check_files(pdf)
    except Wrong as wrong:
        verdict.wrong = str(wrong)
    except Exception as error:  # whatever cannot be read does not hold
        verdict.wrong = f"the file cannot be read: {type(error).__name__}: {error}"
    return verdict


def _parts(pdf: pikepdf.Pdf, content: bytes) -> list[Part]:
    """The signatures in the order in which they were made."""
    fields: Any = pdf.Root.AcroForm.Fields if "/AcroForm" in pdf.Root else []
    parts = [_part(one.V, content) for one in fields if one.get("/FT") == "/Sig" and "/V" in one]
    if not parts:
        raise Wrong("there is no seal: the file is not a sealed copy")
    return sorted(parts, key=lambda part: part.end)


def _part(value: Any, content: bytes) -> Part:
    zero, start, resumes, length = (int(number) for number in value.ByteRange)
    slot = content[start:resumes]
    padded = bytes.fromhex(slot[1:-1].decode("ascii"))
    der = cms.ContentInfo.load(padded).dump()
    exact = b"<" + der.ljust(len(padded), b"\0").hex().upper().encode() + b">"
    again = cms.ContentInfo.load(der, strict=True).dump(force=True)
    if zero != 0 or slot != exact or bytes(value.Contents) != padded or again != der:
        raise Wrong("the container of a signature is not as it was written")
    covered = content[:start] + content[resumes : resumes + length]
    return Part(value, resumes + length, covered, der, value.get("/Type") == "/DocTimeStamp")


def _signed(der: bytes) -> tuple[Any, Any, dict[str, Any]]:
    """SignedData, SignerInfo and the signed attributes by name."""
    signed = cms.ContentInfo.load(der)["content"]
    (info,) = signed["signer_infos"]
    attributes = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}
    if info["unsigned_attrs"] or signed["crls"] or info["version"].native != "v1":
        raise Wrong("a signature holds more than it was made with")
    algorithms = {one.dump() for one in signed["digest_algorithms"]}
    if algorithms != {info["digest_algorithm"].dump()}:
        raise Wrong("a signature was altered")
    return signed, info, attributes


def _signer(signed: Any, info: Any, attributes: dict[str, Any]) -> x509.Certificate:
    """The certificate that made a signature, after checking that it did."""
    given = [x509.load_der_x509_certificate(one.dump()) for one in signed["certificates"]]
    newer = "signing_certificate_v2" in attributes
    one = attributes["signing_certificate_v2" if newer else "signing_certificate"]["certs"][0]
    how = one["hash_algorithm"]["algorithm"].native if newer else "sha1"
    named = one["cert_hash"].native
    for certificate in given:
        der = certificate.public_bytes(serialization.Encoding.DER)
        if hashlib.new(how, der).digest() == named:
            break
    else:
        raise Wrong("the certificate of a signature is not the one it names")
    sid = info["sid"].chosen
    named = (sid["serial_number"].native, sid["issuer"].dump())
    if named != (certificate.serial_number, certificate.issuer.public_bytes()):
        raise Wrong("a signature names another certificate")
    name = info["digest_algorithm"]["algorithm"].native
    algorithm = HASHES[name]
    allowed = ("rsassa_pkcs1v15", f"{name}_rsa", f"{name}_ecdsa")
    if info["signature_algorithm"].dump() not in {der for one in allowed for der in _ders(one)}:
        raise Wrong("a signature was altered")
    _fits(certificate, info["signature"].native, info["signed_attrs"].untag().dump(), algorithm)
    return certificate


def _ders(algorithm: str) -> tuple[bytes, bytes]:
    """An algorithm without and with its empty parameters."""
    bare = cms.SignedDigestAlgorithm({"algorithm": algorithm})
    null = cms.SignedDigestAlgorithm({"algorithm": algorithm, "parameters": core.Null()})
    return bare.dump(), null.dump()


def _fits(
    certificate: x509.Certificate, signature: bytes, content: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(algorithm))
        else:
            raise Wrong("a signature has a key of an unknown kind")
    except InvalidSignature:
        raise Wrong("a signature was not made with its key, or was altered") from None


def _trust(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    roots: list[x509.Certificate],
    at: dt.datetime,
) -> None:
    """Raise Wrong unless the certificate comes from a root, all of them valid at that time."""
    current = certificate
    for _ in range(len(others) + 2):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise Wrong("a certificate was not valid at the time that is stated")
        if current in roots:
            return
        issuers = [one for one in (*roots, *others) if one != current and _issued(one, current)]
        if not issuers:
            break
        current = issuers[0]
    raise Wrong(f"not from a trusted authority: {certificate.subject.rfc4514_string()}")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False


def _sealed_at(seal: Part, pdf: pikepdf.Pdf) -> dt.datetime:
    """When the seal says it was made; the seal must allow no change."""
    reference = seal.value.get("/Reference")
    allows = reference[0].TransformParams.get("/P") if reference else None
    if allows != 1 or pdf.Root.Perms.DocMDP.objgen != seal.value.objgen:
        raise Wrong("the seal does not forbid changes")
    return dt.datetime.strptime(f"{str(seal.value.M)[2:16]}+0000", "%Y%m%d%H%M%S%z")


def _check_seal(seal: Part, roots: list[x509.Certificate], at: dt.datetime) -> x509.Certificate:
    signed, info, attributes = _signed(seal.der)
    bare = {"content_type": "data", "content": None}
    if signed["encap_content_info"].native != bare or len(signed["certificates"]) != 1:
        raise Wrong("the seal was altered")
    if attributes["message_digest"].native != hashlib.sha256(seal.covered).digest():
        raise Wrong("the file was altered after it was sealed")
    certificate = _signer(signed, info, attributes)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if signed["version"].native != "v1" or not usage.content_commitment:
        raise Wrong("the certificate of the seal is not for seals")
    _trust(certificate, [], roots, at)
    return certificate


def _check_stamp(
    stamp: Part,
    clocks: list[x509.Certificate],
    known: dict[bytes, x509.Certificate],
    before: dt.datetime | None,
) -> dt.datetime:
    """The time that a time-stamp proves."""
    signed, info, attributes = _signed(stamp.der)
    inner = signed["encap_content_info"]
    if inner["content_type"].native != "tst_info" or signed["version"].native != "v3":
        raise Wrong("a time-stamp was altered")
    token: tsp.TSTInfo = inner["content"].parsed
    imprint = token["message_imprint"]
    covered = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, stamp.covered).digest()
    if imprint["hashed_message"].native != covered:
        raise Wrong("the file was altered after it was time-stamped")
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, inner["content"].contents)
    if attributes["message_digest"].native != digest.digest():
        raise Wrong("a time-stamp was altered")
    if not {one.dump() for one in signed["certificates"]} <= set(known):
        raise Wrong("a time-stamp holds a certificate that does not lie under it")
    certificate = _signer(signed, info, attributes)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if x509.oid.ExtendedKeyUsageOID.TIME_STAMPING not in usage:
        raise Wrong("the certificate of a time-stamp is not for time-stamps")
    at: dt.datetime = token["gen_time"].native
    _trust(certificate, list(known.values()), clocks, at)
    if before is not None and at < before:
        raise Wrong("the time-stamps are not in the order of time")
    return at


def _known(store: Any) -> dict[bytes, x509.Certificate]:
    """The certificates that lie in the file."""
    ders = [one.read_bytes() for one in store.get("/Certs", [])]
    return {der: x509.load_der_x509_certificate(der) for der in ders}


def _check_revoked(store: Any, certificate: x509.Certificate, at: dt.datetime) -> None:
    """The seal's certificate is not on a revocation list of its issuer that lies in the file."""
    for one in store.get("/CRLs", []):
        listed = x509.load_der_x509_crl(one.read_bytes())
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        ours = listed.issuer == certificate.issuer
        if ours and entry is not None and entry.revocation_date_utc <= at:
            raise Wrong("the certificate of the seal was revoked before the file was made")


def _check_additions(sealed: bytes, pdf: pikepdf.Pdf, stamps: int) -> None:
    """Behind the seal stand only time-stamps and what belongs to them; nothing else changed."""
    with pikepdf.open(io.BytesIO(sealed)) as first:
        if pdf.Root.objgen != first.Root.objgen:
            raise Wrong("the file was given another beginning after it was sealed")
        page, form = first.pages[0].obj.objgen, first.Root.AcroForm.objgen
        special: dict[tuple[int, int], tuple[str, ...]] = {
            first.Root.objgen: ("/DSS", "/AcroForm", "/Extensions"),
            form: ("/Fields",),
            page: ("/Annots",),
        }
        lists = {first.Root.AcroForm.Fields.objgen, first.pages[0].Annots.objgen}
        for one in first.objects:
            apart = special.get(one.objgen, ())
            changed = _written(one, apart) != _written(pdf.get_object(one.objgen), apart)
            if changed and one.objgen not in lists:
                raise Wrong("something was changed after the file was sealed")
        before, after = first.Root.AcroForm, pdf.Root.AcroForm
        if _written(before, ("/Fields",)) != _written(after, ("/Fields",)):
            raise Wrong("the form fields were changed after the file was sealed")
        _check_list(list(before.Fields), list(after.Fields), stamps)
        _check_list(list(first.pages[0].Annots), list(pdf.pages[0].Annots), stamps)


def _check_list(before: list[Any], after: list[Any], stamps: int) -> None:
    kept, added = after[: len(before)], after[len(before) :]
    if [one.objgen for one in kept] != [one.objgen for one in before] or len(added) > stamps:
        raise Wrong("fields or annotations were changed after the file was sealed")
    for one in added:
        value = one.get("/V", {})
        shown = [float(number) for number in one.get("/Rect", [0, 0, 0, 0])] != [0.0] * 4
        if str(value.get("/Type")) != "/DocTimeStamp" or shown or "/AP" in one:
            raise Wrong("something visible was added after the file was sealed")


def _written(one: Any, without: tuple[str, ...]) -> bytes:
    """An object as it is written, its stream included."""
    if isinstance(one, pikepdf.Stream):
        return _dictionary(one.stream_dict, without) + one.read_raw_bytes()
    if isinstance(one, pikepdf.Dictionary):
        return _dictionary(one, without)
    return one.unparse(resolved=True) if isinstance(one, pikepdf.Object) else repr(one).encode()


def _dictionary(one: Any, without: tuple[str, ...]) -> bytes:
    parts = []
    for name, value in sorted(one.items()):
        if name not in without:
            text = value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()
            parts.append(name.encode() + b" " + text)
    return b"\n".join(parts)


def _check_files(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """What the file says of itself, after comparing the files inside with their list."""
    inside = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    if not inside and pdf.open_metadata().get("pdfaid:part") == "2":
        return {}  # a copy to be submitted holds no files; the seal covers what it says
    if "manifest.json" not in inside:
        raise Wrong("the file holds no manifest")
    manifest: dict[str, Any] = json.loads(inside.pop("manifest.json"))
    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    found = {name: hashlib.sha256(raw).hexdigest() for name, raw in inside.items()}
    if manifest.get("format") not in FORMATS or listed != found:
        raise Wrong("the files inside do not agree with their list of digests")
    names = ("study", "site", "subject", "event", "form", "scope", "revision", "standing")
    return {name: manifest[name] for name in names if name in manifest}


def main() -> int:
    """Check the files that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--root", type=Path, help="PEM: who seals, instead of the built-in")
    parser.add_argument("--clock", type=Path, help="PEM: who proves the time")
    asked = parser.parse_args()
    roots = _certificates(asked.root.read_bytes() if asked.root else ROOTS.encode())
    clocks = _certificates(asked.clock.read_bytes() if asked.clock else CLOCKS.encode())
    if not roots:
        parser.error("no certificate is built in: name one with --root")
    try:
        verdicts = [(path, check(path.read_bytes(), roots, clocks)) for path in asked.files]
    except OSError as error:
        parser.error(str(error))
    for path, verdict in verdicts:
        told = {"file": str(path), "ok": not verdict.wrong, **vars(verdict)}
        print(json.dumps(told, ensure_ascii=False) if asked.json else _text(path, verdict))
    return int(any(verdict.wrong for _, verdict in verdicts))


def _certificates(pem: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem) if pem.strip() else []


def _text(path: Path, verdict: Verdict) -> str:
    lines = [f"{path}: {WORDS['bad' if verdict.wrong else 'good']}"]
    if verdict.wrong:
        lines.append(f"  !! {verdict.wrong}")
    lines.append(f"  SHA-256: {verdict.sha256}")
    for name in ("seal", "sealed_at", "stamped_at"):
        if getattr(verdict, name):
            lines.append(f"  {WORDS[name]}: {getattr(verdict, name)}")
    if verdict.shows:
        shown = ", ".join(f"{name} {value}" for name, value in verdict.shows.items())
        lines.append(f"  {WORDS['shows']}: {shown}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

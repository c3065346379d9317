"""CMS signatures (RFC 5652) over content kept elsewhere, with the CAdES attributes signing time,
message digest and signing certificate (RFC 5035).

``openssl cms -verify -binary -content FILE -inform DER -in SIGNATURE -CAfile root.pem`` checks
them without this program.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from ecrf.crypto.certificates import Certificate, PrivateKey, RevocationList

_ALGORITHMS = tuple(
    cms.SignedDigestAlgorithm({"algorithm": name, **parameters}).dump()
    for name, parameters in (
        ("sha256_ecdsa", {}),
        ("sha256_rsa", {}),
        ("sha256_rsa", {"parameters": core.Null()}),
    )
)

_STAMP_HASHES = ("sha256", "sha384", "sha512")
_DIGESTS = {
    cms.DigestAlgorithm({"algorithm": name, **parameters}).dump()
    for name in _STAMP_HASHES
    for parameters in ({}, {"parameters": core.Null()})
}
_STAMP_ALGORITHMS = {
    cms.SignedDigestAlgorithm({"algorithm": name, **parameters}).dump()
    for name in ("rsassa_pkcs1v15", *(f"{h}_{k}" for h in _STAMP_HASHES for k in ("rsa", "ecdsa")))
    for parameters in ({}, {"parameters": core.Null()})
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature holds; ``why`` says what is wrong, empty when ok."""

    ok: bool
    why: str = ""
    signer: str = ""
    at: dt.datetime | None = None


def sign_cms(
    content: bytes,
    key: PrivateKey,
    certificate: Certificate,
    chain: Sequence[Certificate] = (),
    at: dt.datetime | None = None,
) -> bytes:
    """A detached CMS SignedData, DER, over the content; ``at`` defaults to now."""
    attributes = _signed_attributes(content, certificate, at or dt.datetime.now(dt.UTC))
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": _sid(certificate),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": _algorithm(key)},
            "signature": sign_raw(key, attributes.dump()),
        }
    )
    # A root is worth nothing inside a signature: whoever checks brings it.
    others = [c for c in chain if c != certificate and c.subject != c.issuer]
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [_asn1(c) for c in (certificate, *others)],
            "signer_infos": [info],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def _signed_attributes(
    content: bytes, certificate: Certificate, at: dt.datetime
) -> cms.CMSAttributes:
    moment = cms.Time("utc_time", at.astimezone(dt.UTC).replace(microsecond=0))
    varying: dict[str, Any] = {
        "message_digest": hashlib.sha256(content).digest(),
        "signing_time": moment,
    }
    attributes = [_attribute(name, value) for name, value in varying.items()]
    # As DER: putting these two together takes most of the time of a signature.
    steady = [cms.CMSAttribute.load(der) for der in _steady(certificate)]
    return cms.CMSAttributes([steady[0], *attributes, steady[1]])


@lru_cache(maxsize=64)
def _steady(certificate: Certificate) -> tuple[bytes, bytes]:
    """The attributes that are the same in every signature by this certificate."""
    identity = tsp.ESSCertIDv2({"cert_hash": certificate.fingerprint(hashes.SHA256())})
    signing = tsp.SigningCertificateV2({"certs": [identity]})
    kind, whose = _attribute("content_type", "data"), _attribute("signing_certificate_v2", signing)
    return kind.dump(), whose.dump()


def _attribute(name: str, value: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": name, "values": [value]})


def _asn1(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _sid(certificate: Certificate) -> cms.SignerIdentifier:
    whole = _asn1(certificate)
    return cms.SignerIdentifier(
        "issuer_and_serial_number",
        {"issuer": whole.issuer, "serial_number": whole.serial_number},
    )


def _algorithm(key: PrivateKey) -> str:
    return "sha256_rsa" if isinstance(key, rsa.RSAPrivateKey) else "sha256_ecdsa"


def sign_raw(key: PrivateKey, content: bytes) -> bytes:
    """The bare signature over SHA-256 of the content."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(content, ec.ECDSA(hashes.SHA256()))


def verify_cms(
    der: bytes,
    content: bytes,
    roots: Sequence[Certificate],
    revoked: RevocationList | None = None,
) -> Verdict:
    """Check a detached signature: content, key, certificate chain to a root, revocation."""
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        (info,) = signed["signer_infos"]
        given = [x509.load_der_x509_certificate(c.dump()) for c in signed["certificates"]]
        attributes = {a["type"].native: a["values"][0] for a in info["signed_attrs"]}
        return _verify(der, info, attributes, given, content, roots, revoked)
    except Exception as error:  # whatever cannot be read does not hold
        return Verdict(False, f"the signature cannot be read: {error}")


def untouched(der: bytes, signer: Certificate) -> bool:
    """Whether the parts of a CMS that its signature does not cover are as they must be written.

    They are few and constant, so that not one bit of a signature can be altered unnoticed.
    """
    whole = cms.ContentInfo.load(der, strict=True)
    signed = whole["content"]
    (info,) = signed["signer_infos"]
    algorithms = [item["algorithm"].native for item in signed["digest_algorithms"]]
    return bool(
        whole.dump(force=True) == der
        and (signed["version"].native, info["version"].native) == ("v1", "v1")
        and (algorithms, info["digest_algorithm"]["algorithm"].native) == (["sha256"], "sha256")
        and signed["encap_content_info"].native == {"content_type": "data", "content": None}
        and info["sid"].chosen.dump() == _sid(signer).chosen.dump()
        and info["signature_algorithm"].dump() in _ALGORITHMS
        and not info["unsigned_attrs"]
    )


def stamp_untouched(der: bytes, signer: Certificate) -> bool:
    """The same for a time-stamp token (RFC 3161); the certificates in it are the caller's to
    compare."""
    whole = cms.ContentInfo.load(der, strict=True)
    signed = whole["content"]
    (info,) = signed["signer_infos"]
    digests = {info["digest_algorithm"].dump(), *(d.dump() for d in signed["digest_algorithms"])}
    return bool(
        whole.dump(force=True) == der
        and (signed["version"].native, info["version"].native) == ("v3", "v1")
        and len(digests) == 1
        and digests <= _DIGESTS
        and signed["encap_content_info"]["content_type"].native == "tst_info"
        and info["sid"].chosen.dump() == _sid(signer).chosen.dump()
        and info["signature_algorithm"].dump() in _STAMP_ALGORITHMS
        and not signed["crls"]
        and not info["unsigned_attrs"]
    )


def _verify(
    der: bytes,
    info: cms.SignerInfo,
    attributes: Mapping[str, Any],
    given: Sequence[Certificate],
    content: bytes,
    roots: Sequence[Certificate],
    revoked: RevocationList | None,
) -> Verdict:
    wanted = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    signer = next((c for c in given if c.fingerprint(hashes.SHA256()) == wanted), None)
    if signer is None:
        return Verdict(False, "the certificate of the signer is not the one that was signed")
    at = attributes["signing_time"].native
    name = _common_name(signer)
    if not untouched(der, signer):
        return Verdict(False, "the signature was altered", name, at)
    if attributes["message_digest"].native != hashlib.sha256(content).digest():
        return Verdict(False, "the content was changed", name, at)
    # RFC 5652 5.4: what is signed is the set itself, not its context-specific tag.
    if not _fits(signer, info["signature"].native, info["signed_attrs"].untag().dump()):
        return Verdict(False, "the signature was not made with the signer's key", name, at)
    why = _chain_fault(signer, given, roots, at)
    if not why and revoked is not None:
        entry = revoked.get_revoked_certificate_by_serial_number(signer.serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            why = "the certificate was revoked before the signature was made"
    return Verdict(not why, why, name, at)


def _common_name(certificate: Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _fits(certificate: Certificate, signature: bytes, content: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _chain_fault(
    signer: Certificate,
    given: Sequence[Certificate],
    roots: Sequence[Certificate],
    at: dt.datetime,
) -> str:
    """What keeps the signer from being trusted at that moment; empty when nothing does."""
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.content_commitment:
        return "the certificate is not for signatures"
    current = signer
    for _ in range(len(given) + 1):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            return "a certificate was not valid when the signature was made"
        if current in roots:
            return ""
        issuers = [*roots, *given]
        issuer = next((c for c in issuers if c != current and _issued(c, current)), None)
        if issuer is None:
            return "the certificate does not come from a trusted authority"
        current = issuer
    return "the certificate does not come from a trusted authority"


def _issued(issuer: Certificate, certificate: Certificate) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return constraints.ca

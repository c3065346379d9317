"""Keys and certificates: an authority of the deployment's own, what it issues and revokes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Certificate = x509.Certificate
RevocationList = x509.CertificateRevocationList
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Usage = Literal["person", "seal"]

AUTHORITY_DAYS = 40 * 365  # longer than the archive period of thirty years
_SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Authority:
    """The deployment's certificate authority."""

    key: PrivateKey
    certificate: Certificate


def new_key(kind: Literal["ec", "rsa"] = "ec") -> PrivateKey:
    """ECDSA P-256, or RSA-3072 where a reader of files may know nothing else."""
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return ec.generate_private_key(ec.SECP256R1())


def create_ca(subject: str, organisation: str = "eCRF") -> Authority:
    """A self-signed authority that may issue certificates and revocation lists."""
    key = new_key("rsa")
    name = _name(subject, organisation)
    builder = _builder(name, name, key, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(authority=True), critical=True)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def issue(
    authority: Authority,
    subject: str,
    usage: Usage,
    days: int,
    *,
    user_id: str = "",
    organisation: str = "eCRF",
) -> tuple[PrivateKey, Certificate]:
    """A new key and its certificate, for digital signature and non-repudiation only."""
    key = new_key("rsa" if usage == "seal" else "ec")
    name = _name(subject, organisation, user_id)
    issuer = authority.certificate
    builder = _builder(name, issuer.subject, key, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(_key_usage(authority=False), critical=True)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
    )
    return key, builder.sign(authority.key, hashes.SHA256())


def _name(common: str, organisation: str, user_id: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)),
        x509.NameAttribute(NameOID.COMMON_NAME, _short(common)),
    ]
    if user_id:
        parts.append(x509.NameAttribute(NameOID.USER_ID, user_id))
    return x509.Name(parts)


def _short(name: str) -> str:
    """64 bytes are all a certificate holds; a signature's record keeps the name in full."""
    return name.encode()[:64].decode(errors="ignore")


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, days: int
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def revocation_list(
    authority: Authority,
    previous: RevocationList | None = None,
    revoked: Sequence[Certificate] = (),
) -> RevocationList:
    """The next revocation list: everything on the previous one and these certificates."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    number = 0
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    known = set()
    if previous is not None:
        number = previous.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        for entry in previous:
            builder = builder.add_revoked_certificate(entry)
            known.add(entry.serial_number)
    for certificate in revoked:
        if certificate.serial_number not in known:
            added = x509.RevokedCertificateBuilder(certificate.serial_number, now)
            builder = builder.add_revoked_certificate(added.build())
    builder = builder.last_update(now - _SKEW).next_update(now + dt.timedelta(days=365))
    builder = builder.add_extension(x509.CRLNumber(number + 1), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


def certificate_pem(certificate: Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def load_certificate(pem: str) -> Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def revocations_pem(revoked: RevocationList) -> str:
    return revoked.public_bytes(serialization.Encoding.PEM).decode()


def load_revocations(pem: bytes) -> RevocationList:
    return x509.load_pem_x509_crl(pem)


def fingerprint(certificate: Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()

"""A time-stamp authority of the tests' own, that answers without a network."""

from __future__ import annotations

import datetime as dt

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from ecrf import crypto
from ecrf.outputs.stamps import Clock

# After every seal of a run and within the periods of all its certificates, which are made later.
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=2)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(name: str = "Test time authority") -> crypto.Authority:
    return crypto.create_ca(name)


def clock(root: crypto.Authority, at: dt.datetime = NOW, days: int = 365) -> Clock:
    """A clock that shows ``at`` and whose certificate ends after so many days from then."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    built = (
        x509.CertificateBuilder()
        .subject_name(_name("Test clock"))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=3))
        .not_valid_after(at + dt.timedelta(days=days))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(root.key, hashes.SHA256())
    )
    der = built.public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    source = DummyTimeStamper(
        asn1_x509.Certificate.load(der), keys.PrivateKeyInfo.load(private), fixed_dt=at
    )
    return Clock(source, (root.certificate,))

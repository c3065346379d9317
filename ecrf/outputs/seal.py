"""The seal on a finished file: a PAdES certification signature that allows no later change.

It proves where a file comes from and that it is whole; it says nothing about the review of the
data, which the investigator's signatures printed in the page do. The field is invisible, because
a visible one would break PDF/A.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ecrf import crypto

FIELD = "Seal"
REASON = "Certified copy: origin and integrity of this file"
_RESERVED = 8192  # bytes kept for the signature; a seal without time-stamp needs a quarter


def seal(
    pdf: bytes,
    key: crypto.PrivateKey,
    certificate: crypto.Certificate,
    chain: Sequence[crypto.Certificate],
    at: dt.datetime,
) -> bytes:
    """The sealed file; its first bytes are those of ``pdf``, unchanged."""
    signer = _Signer(key, certificate, chain)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=REASON,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    _AtTime(at, metadata, signer=signer).sign_pdf(writer, output=out, bytes_reserved=_RESERVED)
    return out.getvalue()


class _Signer(signers.Signer):
    """Signs with a key that is already loaded: reading an RSA key takes longer than using it."""

    def __init__(
        self,
        key: crypto.PrivateKey,
        certificate: crypto.Certificate,
        chain: Sequence[crypto.Certificate],
    ) -> None:
        super().__init__(
            embed_roots=False,
            signing_cert=as_asn1(certificate),
            cert_registry=SimpleCertificateStore.from_certs([as_asn1(c) for c in chain]),
        )
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError(f"a seal uses SHA-256, not {digest_algorithm}")
        return crypto.sign_raw(self._key, data)


class _AtTime(signers.PdfSigner):
    """States the time at which the copy was made, which is also printed on it."""

    def __init__(self, at: dt.datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at.astimezone(dt.UTC)

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def as_asn1(certificate: crypto.Certificate) -> asn1_x509.Certificate:
    """The certificate as pyHanko takes it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

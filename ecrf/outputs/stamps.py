"""Document time-stamps on sealed files (RFC 3161, ETSI EN 319 142-1): when the seal existed.

A time-stamp is added behind the seal, together with what is needed to check the seal in thirty
years: the certificates and the authority's revocation list (DSS). So a sealed file (PAdES B-B)
becomes one for long-term archival (B-LTA), and a further stamp before the certificate of the last
one ends keeps it so. Nothing that was there before is changed.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from ecrf import crypto
from ecrf.outputs.seal import as_asn1

_PATIENCE = 20  # seconds an authority may take
# The stamp comes last, so that it covers what is needed to check the seal as well.
_STORE_FIRST = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


class NoTime(Exception):
    """There is no trustworthy time-stamp to be had now; the text says why."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time-stamp authority and the certificates it is trusted through."""

    source: TimeStamper
    roots: tuple[crypto.Certificate, ...]


def clock(url: str, roots: Path) -> Clock:
    """The authority at this address; ``roots`` is a PEM file. Raises OSError, ValueError."""
    trusted = x509.load_pem_x509_certificates(roots.read_bytes())
    return Clock(HTTPTimeStamper(url, timeout=_PATIENCE), tuple(trusted))


def extend(
    pdf: bytes,
    clock: Clock,
    chain: Sequence[crypto.Certificate],
    revoked: crypto.RevocationList,
) -> bytes:
    """The file with one more time-stamp; ``chain`` and ``revoked`` are of the seal.

    Raises NoTime when the authority is silent, or not the one that is trusted.
    """
    store = [crl.CertificateList.load(revoked.public_bytes(serialization.Encoding.DER))]
    out = io.BytesIO()
    try:
        writer = _Writer(io.BytesIO(pdf))
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[as_asn1(one) for one in chain], crls=store
        )
        PdfTimeStamper(clock.source).timestamp_pdf(
            writer,
            "sha256",
            trust(clock.roots),
            output=out,
            dss_settings=_STORE_FIRST,
        )
    except Exception as error:  # an authority may answer anything, or nothing
        raise NoTime(f"{type(error).__name__}: {error}") from error
    return out.getvalue()


class _Writer(IncrementalPdfFileWriter):
    """Leaves the metadata as they were sealed: a time-stamp is no new edition of the document."""

    def _update_meta(self) -> None:
        pass


def trust(
    roots: Sequence[crypto.Certificate],
    moment: dt.datetime | None = None,
    known: Sequence[asn1_x509.Certificate] = (),
) -> ValidationContext:
    """What a certificate is judged by; nothing is fetched from anywhere."""
    return ValidationContext(
        trust_roots=[as_asn1(root) for root in roots],
        other_certs=list(known),
        moment=moment,
        allow_fetching=False,
    )


def until(pdf: bytes) -> dt.datetime | None:
    """When the certificate of the last time-stamp ends; None for a file without one."""
    stamps = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
    return stamps[-1].signer_cert.not_valid_after if stamps else None

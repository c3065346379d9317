"""The signatures of a form instance, each verified when it is printed (R-023, R-027)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecrf import crypto, signing
from ecrf.canonical import canonical_json, sha256_hex
from ecrf.models import AuditValue, Record, Signature, SignatureEnd, User
from ecrf.outputs import words
from ecrf.outputs.casebook import Clock, DelegationLine, SignatureLine, Standing


def read(
    session: Session,
    log: str,
    record: Record,
    clock: Clock,
    roots: Sequence[crypto.Certificate],
) -> tuple[SignatureLine, ...]:
    """Every signature of a record, oldest first, verified now."""
    query = (
        select(Signature, SignatureEnd, User.username)
        .join(User, User.id == Signature.user_id)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Signature.record_id == record.id)
        .order_by(Signature.id)
    )
    rows = session.execute(query).all()
    items = _covered(session, log, record) if rows else {}
    found = []
    for signature, end, username in rows:
        good = signing.holds(
            signature.content, signature.digest, signature.cms, None if end else items, tuple(roots)
        )
        found.append(
            SignatureLine(
                id=signature.id,
                name=signature.name,
                user=username,
                role=words.of(words.ROLES, signature.role),
                delegation=_delegation(signature, clock) if good else None,
                site=signature.site,
                meaning=words.of(words.MEANINGS, signature.meaning),
                attestation=signature.attestation,
                attestation_version=signature.attestation_version,
                language=signature.language,
                at=clock(signature.at),
                revision=signature.revision,
                digest=signature.digest,
                certificate=crypto.fingerprint(crypto.load_certificate(signature.certificate)),
                status="invalid" if not good else "superseded" if end else "valid",
                seq=signature.seq,
                ended=clock(end.at) if end else None,
                ended_by=end.actor if end else "",
                ended_why=end.why if end else "",
                ended_seq=end.seq if end else None,
            )
        )
    return tuple(found)


def _delegation(signature: Signature, clock: Clock) -> DelegationLine | None:
    """As it was signed; it was not part of what was signed at first."""
    held = json.loads(signature.content)["signer"].get("delegation")
    if held is None:
        return None
    until = clock(held["until"]) if held["until"] else None
    role = words.of(words.ROLES, held["role"])
    return DelegationLine(role, held["site"], clock(held["since"]), until)


def _covered(session: Session, log: str, record: Record) -> dict[str, list]:
    query = select(AuditValue.seq, AuditValue.salt).where(
        AuditValue.log == log,
        AuditValue.seq.in_(list(record.versions.values())),
    )
    salts = {row.seq: row.salt for row in session.execute(query)}
    return signing.covered_items(record.data, record.versions, salts)


def standing(record: Record, signatures: Sequence[SignatureLine]) -> Standing:
    """Whether the form as it is now is signed; what was altered behind the program is invalid."""
    found = {signature.status for signature in signatures}
    intact = record.digest == sha256_hex(canonical_json(record.data))
    if "invalid" in found or not intact:
        return "invalid"
    if "valid" in found and not record.inactive:
        return "signed"
    return "superseded" if found else "unsigned"

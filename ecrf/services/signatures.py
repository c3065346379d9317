"""Electronic signatures: both credentials at this moment, the person's own key, a closed list of
meanings, and content whose every change shows (R-022 to R-030, R-034)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf import crypto, signing
from ecrf.canonical import canonical_json, sha256_hex
from ecrf.crypto import Certificate
from ecrf.entry import content
from ecrf.entry.evaluate import Finding, evaluate
from ecrf.keystore import KeyStore
from ecrf.models import AuditValue, Record, Signature, SignatureEnd, Subject, User
from ecrf.services import (
    accounts,
    audit,
    confirmations,
    contexts,
    delegations,
    factors,
    keys,
    rejections,
)
from ecrf.services.attestations import ATTESTATIONS, MEANINGS, VERSION
from ecrf.services.delegations import Delegation
from ecrf.services.errors import Invalid, Locked, Refused, Stale
from ecrf.services.work import Work
from ecrf.version import APPLICATION


@dataclass(frozen=True, slots=True)
class State:
    """A signature and whether it holds; ``end`` tells when and why it was superseded."""

    signature: Signature
    status: signing.Status
    end: SignatureEnd | None


def sign(
    work: Work,
    keystore: KeyStore,
    record_id: int,
    *,
    revision: int,
    username: str,
    password: str,
    meaning: str,
    code: str = "",
) -> Signature | None:
    """Sign a form at the revision the signer saw.

    Returns None when the credentials are not the actor's own: the failure is counted and logged
    in this transaction (R-035). Raises NotDelegated, which is logged too (R-028), and Forbidden,
    Invalid, Stale, Refused; then nothing is kept.
    """
    _, subject = keys.record(work, record_id)
    work.require("record.sign", subject.site)
    if meaning not in MEANINGS:
        raise Invalid("signature.meaning")
    signer = identify(work, keystore, (username, password, code), subject.site, record=record_id)
    if signer is None:
        return None
    return sign_with(work, pen(keystore, signer, password), record_id, revision, meaning)


def sign_with(work: Work, pen: Pen, record_id: int, revision: int, meaning: str) -> Signature:
    """Sign a form with the key of a person who has just been identified.

    Raises Forbidden, Stale, Locked, Refused; then nothing is kept.
    """
    record, subject = keys.record(work, record_id)
    work.require("record.sign", subject.site)
    work.session.refresh(record, with_for_update=True)
    if record.revision != revision:
        raise Stale(record.revision, {})
    if record.inactive:
        raise Locked("record")
    blocking = unmet(work, record, subject)
    if blocking:
        raise Refused(blocking)
    attestation = ATTESTATIONS[meaning][work.actor.language]
    return make(work, pen, record, subject, meaning, attestation)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and by which delegation."""

    user: User
    delegation: Delegation


def identify(
    work: Work, keystore: KeyStore, typed: tuple[str, str, str], site: str, **about: Any
) -> Signer | None:
    """The actor, if user name, password and the code of the second factor, where there is one, are
    the actor's own; else the failure is counted (R-022).

    Raises NotDelegated when the actor may not sign at the site now.
    """
    username, password, code = typed
    user = accounts.authenticate(work, username.strip(), password)
    own = user is not None and user.username == work.actor.username
    if user is None or not own or not factors.passed(work, keystore, user, code):
        accounts.log(work, "signature.failed", work.actor.username, why="credentials", **about)
        return None
    return Signer(user, delegations.require(work, site, **about))


@dataclass(frozen=True, slots=True)
class Pen:
    """The signer's own key, unlocked by the password just typed."""

    signer: Signer
    key: Any
    certificate: str
    chain: tuple[Certificate, ...]

    def sign(self, content: bytes) -> bytes:
        """A detached CMS signature."""
        certificate = crypto.load_certificate(self.certificate)
        return crypto.sign_cms(content, self.key, certificate, self.chain)


def pen(keystore: KeyStore, signer: Signer, password: str) -> Pen:
    """Raises Invalid when the account has no key yet."""
    user = signer.user
    if not (user.private_key and user.certificate and user.private_key_kdf):
        raise Invalid("signature.no_key")
    key = crypto.unlock(user.private_key, user.private_key_kdf, password)
    return Pen(signer, key, user.certificate, tuple(keystore.chain))


def unmet(work: Work, record: Record, subject: Subject) -> tuple[Finding, ...]:
    """What keeps a form from being signed: open required items, errors, unconfirmed checks."""
    key = keys.key_of(record, subject)
    form = work.catalogue.form(record.form, record.form_version)
    data = content.restore(form, record.data)
    context = contexts.build(work, subject, key, form)
    result = evaluate(work.catalogue, form, data, context, previous=data)
    hard = tuple(f for f in result.findings if f.severity in ("hard", "required"))
    return hard + confirmations.unconfirmed(record, result) + rejections.unmet(work, record)


def make(
    work: Work, pen: Pen, record: Record, subject: Subject, meaning: str, attestation: str
) -> Signature:
    """The signature of one form; its state was looked at before."""
    content = _content(work, pen.signer, record, subject, meaning, attestation)
    digest = sha256_hex(content)
    target = keys.target(subject, record)
    detail = {"meaning": meaning, "digest": digest}
    seq = audit.append(work, [audit.Entry("signature.sign", target, detail=detail)])[0]
    record.last_seq = seq
    signature = Signature(
        record_id=record.id,
        revision=record.revision,
        user_id=pen.signer.user.id,
        name=pen.signer.user.name,
        role=work.actor.role,
        site=subject.site,
        meaning=meaning,
        attestation=attestation,
        attestation_version=VERSION,
        language=work.actor.language,
        at=work.at,
        content=content.decode(),
        digest=digest,
        cms=pen.sign(content),
        certificate=pen.certificate,
        seq=seq,
    )
    work.session.add(signature)
    work.session.flush()
    return signature


def _content(
    work: Work, signer: Signer, record: Record, subject: Subject, meaning: str, attestation: str
) -> bytes:
    form = work.catalogue.form(record.form, record.form_version)
    return canonical_json(
        {
            "app": APPLICATION,
            "at": work.at,
            "attestation": attestation,
            "build": record.build,
            "event": record.event,
            "event_no": record.event_no,
            "form": record.form,
            "form_digest": form.digest,
            "form_version": record.form_version,
            "items": items_now(work, record),
            "language": work.actor.language,
            "meaning": meaning,
            "record": record.id,
            "repeat": record.repeat,
            "revision": record.revision,
            "signer": said(work, signer),
            "site": subject.site,
            "study": work.catalogue.study.study,
            "subject": subject.code,
        }
    )


def said(work: Work, signer: Signer) -> dict[str, Any]:
    """Who signs, as the signed content says it."""
    return {
        "delegation": signer.delegation.content(),
        "id": work.actor.user_id,
        "name": work.actor.name,
        "role": work.actor.role,
        "user": work.actor.username,
    }


def items_now(work: Work, record: Record) -> dict[str, list]:
    """The covered items of a record as it is now."""
    query = select(AuditValue.seq, AuditValue.salt).where(
        AuditValue.log == work.catalogue.study.study,
        AuditValue.seq.in_(list(record.versions.values())),
    )
    salts = {row.seq: row.salt for row in work.session.execute(query)}
    return signing.covered_items(record.data, record.versions, salts)


def states(work: Work, keystore: KeyStore, record: Record) -> list[State]:
    """Every signature of a record, oldest first, recomputed now (R-027)."""
    query = (
        select(Signature, SignatureEnd)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Signature.record_id == record.id)
        .order_by(Signature.id)
    )
    rows = work.session.execute(query).all()
    items = items_now(work, record) if rows else {}
    found = []
    for signature, end in rows:
        good = signing.holds(
            signature.content,
            signature.digest,
            signature.cms,
            None if end else items,
            (keystore.root,),
        )
        status: signing.Status = "superseded" if good and end else "valid" if good else "invalid"
        found.append(State(signature, status, end))
    return found

"""Signing a visit or a milestone of the casebook: one list, read before it is signed (R-032).

Every form of the list that is complete gets a signature of its own; one more, over the list, names
each form with the digest that was signed and says which forms were open. What the signer did not
see cannot be signed: the list is posted back, form by form with its revision, and any difference
refuses the whole act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from ecrf import signing
from ecrf.canonical import canonical_json, sha256_hex
from ecrf.definition.milestones import Milestone
from ecrf.entry.findings import Finding
from ecrf.keystore import KeyStore
from ecrf.models import (
    AuditEntry,
    Record,
    Signature,
    SignatureEnd,
    SignOff,
    SignOffForm,
    Subject,
)
from ecrf.services import audit, keys, signatures, subjects
from ecrf.services.attestations import OF_LISTS, VERSION
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.errors import Invalid, NotFound, Refused, Stale
from ecrf.services.keys import Key
from ecrf.services.signatures import Pen, Signer
from ecrf.services.work import Work
from ecrf.version import APPLICATION

SIGNABLE = ("complete", "superseded")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is signed at once: ``visit`` names an event, ``milestone`` a milestone of the study."""

    subject: str
    scope: str
    name: str
    event_no: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One form of the list; ``changed`` counts changes of items since its last signature."""

    at: EventState
    form: FormState
    key: Key
    changed: int = 0

    @property
    def to_sign(self) -> bool:
        return self.form.state in SIGNABLE

    @property
    def blocks(self) -> bool:
        return self.form.state == "part"


class Blocked(Refused):
    """Forms of the list have something open: ``places`` say where."""

    def __init__(self, places: tuple[tuple[Line, Finding], ...]) -> None:
        super().__init__(tuple(finding for _line, finding in places))
        self.places = places


@dataclass(frozen=True, slots=True)
class State:
    """An act and whether it holds: valid, superseded (a covered form changed) or invalid."""

    sign_off: SignOff
    status: signing.Status


def milestone(work: Work, name: str) -> Milestone:
    """The milestone of this name; NotFound."""
    for one in work.catalogue.study.milestones:
        if one.milestone == name:
            return one
    raise NotFound(name)


def lines(work: Work, scope: Scope) -> list[Line]:
    """Every form of the scope in the order of the casebook; struck records are no part of it."""
    book = subjects.casebook(work, scope.subject)
    found = [
        Line(at, form, Key(scope.subject, at.event.event, at.event_no, form.form.oid, form.repeat))
        for at in _events(work, book, scope)
        for form in at.forms
        if form.state != "struck"
    ]
    changes = _changes(work, [one.form.record_id for one in found if one.form.record_id])
    return [
        Line(one.at, one.form, one.key, changes.get(one.form.record_id or 0, 0)) for one in found
    ]


def _events(work: Work, book: Casebook, scope: Scope) -> Iterable[EventState]:
    if scope.scope == "visit":
        here = [
            e for e in book.events if (e.event.event, e.event_no) == (scope.name, scope.event_no)
        ]
        if not here:
            raise NotFound(scope.name)
        return here
    return until(book, milestone(work, scope.name).until)


def until(book: Casebook, event: str | None) -> Iterator[EventState]:
    """The visits up to one, unscheduled ones by their date, and the logs."""
    last = next((at for at in book.events if at.event.event == event), None)
    ahead = last is not None
    for at in book.events:
        kind = at.event.kind
        early = at.date and last and last.date and at.date <= last.date
        by_order = kind not in ("unscheduled", "log", "termination") and (ahead or last is None)
        if kind == "log" or last is None or by_order or (kind == "unscheduled" and early):
            yield at
        ahead = ahead and at is not last


def _changes(work: Work, records: list[int]) -> dict[int, int]:
    """record -> changes of items since its last signature; records never signed are left out."""
    signed = (
        select(Signature.record_id, func.max(Signature.seq).label("seq"))
        .where(Signature.record_id.in_(records))
        .group_by(Signature.record_id)
        .subquery()
    )
    query = (
        select(AuditEntry.record_id, func.count())
        .join(signed, signed.c.record_id == AuditEntry.record_id)
        .where(
            AuditEntry.log == work.catalogue.study.study,
            AuditEntry.seq > signed.c.seq,
            AuditEntry.action.startswith("item."),
        )
        .group_by(AuditEntry.record_id)
    )
    return {record_id or 0: count for record_id, count in work.session.execute(query)}


def seen(listed: Iterable[Line]) -> dict[str, int]:
    """The list as it is posted back: record -> revision; a form without a record has none."""
    return {str(one.form.record_id): one.form.revision for one in listed if one.form.record_id}


def sign(
    work: Work,
    keystore: KeyStore,
    scope: Scope,
    *,
    listed: Mapping[str, int],
    username: str,
    password: str,
    meaning: str,
    code: str = "",
) -> SignOff | None:
    """Sign the list the signer saw. None when the credentials are not the actor's own.

    Raises NotDelegated (logged), Forbidden, Invalid (nothing to sign, a form not complete), Stale
    (the list changed), Blocked (open findings); then nothing is signed.
    """
    subject = keys.subject(work, scope.subject)
    work.require("record.sign", subject.site)
    if meaning not in OF_LISTS:
        raise Invalid("signature.meaning")
    about = {"subject": scope.subject, "scope": scope.name}
    typed = (username, password, code)
    signer = signatures.identify(work, keystore, typed, subject.site, **about)
    if signer is None:
        return None
    audit.lock(work)  # who saves holds it to the end: from here on nothing of the list changes
    found = lines(work, scope)
    if seen(found) != dict(listed):
        raise Stale(0, {})
    records = _ready(work, subject, found)
    pen = signatures.pen(keystore, signer, password)
    attestation = OF_LISTS[meaning][work.actor.language]
    made = [signatures.make(work, pen, record, subject, meaning, attestation) for record in records]
    before = _valid(work, [one.form.record_id for one in found if one.form.state == "signed"])
    return _make(work, pen, scope, subject, found, [*made, *before], meaning, attestation)


def _ready(work: Work, subject: Subject, found: list[Line]) -> list[Record]:
    """The records to sign, with nothing open on any of them."""
    open_ = tuple(one for one in found if one.blocks)
    if open_:
        raise Invalid("signature.open_forms", form=open_[0].form.form.oid)
    wanted = [(one, one.form.record_id) for one in found if one.to_sign and one.form.record_id]
    if not wanted:
        raise Invalid("signature.nothing_to_sign")
    records = [(one, work.session.get_one(Record, number)) for one, number in wanted]
    places = tuple(
        (one, finding)
        for one, record in records
        for finding in signatures.unmet(work, record, subject)
    )
    if places:
        raise Blocked(places)
    return [record for _one, record in records]


def _valid(work: Work, records: list[int | None]) -> list[Signature]:
    """The signatures that stand on these records."""
    query = (
        select(Signature)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Signature.record_id.in_(records), SignatureEnd.signature_id.is_(None))
        .order_by(Signature.id)
    )
    return list(work.session.scalars(query))


def _make(
    work: Work,
    pen: Pen,
    scope: Scope,
    subject: Subject,
    found: list[Line],
    covered: list[Signature],
    meaning: str,
    attestation: str,
) -> SignOff:
    content = _content(work, pen.signer, scope, subject, found, covered, meaning, attestation)
    digest = sha256_hex(content)
    target = audit.Target(subject.site, subject.code)
    detail = {
        "scope": scope.scope,
        "name": scope.name,
        "event_no": scope.event_no,
        "meaning": meaning,
        "digest": digest,
        "forms": len(covered),
    }
    seq = audit.append(work, [audit.Entry("signature.sign_off", target, detail=detail)])[0]
    made = SignOff(
        subject_id=subject.id,
        scope=scope.scope,
        name=scope.name,
        event_no=scope.event_no,
        user_id=pen.signer.user.id,
        signer=pen.signer.user.name,
        role=work.actor.role,
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
    work.session.add(made)
    work.session.flush()
    work.session.add_all(
        SignOffForm(sign_off_id=made.id, signature_id=signature.id) for signature in covered
    )
    work.session.flush()
    return made


def _content(
    work: Work,
    signer: Signer,
    scope: Scope,
    subject: Subject,
    found: list[Line],
    covered: list[Signature],
    meaning: str,
    attestation: str,
) -> bytes:
    return canonical_json(
        {
            "app": APPLICATION,
            "at": work.at,
            "attestation": attestation,
            "build": work.catalogue.build.build,
            "event_no": scope.event_no,
            "forms": [
                {
                    "digest": s.digest,
                    "record": s.record_id,
                    "revision": s.revision,
                    "signature": s.id,
                }
                for s in covered
            ],
            "language": work.actor.language,
            "meaning": meaning,
            "name": scope.name,
            "not_signed": [
                [one.key.event, one.key.event_no, one.key.form, one.key.repeat]
                for one in found
                if one.form.state == "empty"
            ],
            "scope": scope.scope,
            "signer": signatures.said(work, signer),
            "site": subject.site,
            "study": work.catalogue.study.study,
            "subject": subject.code,
        }
    )


def states(work: Work, keystore: KeyStore, scope: Scope) -> list[State]:
    """The acts on a scope, oldest first, their own signature checked now (R-027).

    An act stands as long as every signature it covers does; those show on their forms.
    """
    subject = keys.subject(work, scope.subject)
    query = select(SignOff).where(
        SignOff.subject_id == subject.id,
        SignOff.scope == scope.scope,
        SignOff.name == scope.name,
        SignOff.event_no == scope.event_no,
    )
    found = []
    for act in work.session.scalars(query.order_by(SignOff.id)):
        status: signing.Status = "invalid"
        if holds(act, keystore):
            status = "superseded" if ended(work, [act.id]) else "valid"
        found.append(State(act, status))
    return found


def holds(act: SignOff, keystore: KeyStore) -> bool:
    """Whether an act is what was signed; whether it still stands is for the forms to say."""
    return signing.holds(act.content, act.digest, act.cms, None, (keystore.root,))


def covered(work: Work, act: SignOff) -> list[int]:
    """The records whose signatures an act made."""
    query = (
        select(Signature.record_id)
        .join(SignOffForm, SignOffForm.signature_id == Signature.id)
        .where(SignOffForm.sign_off_id == act.id, Signature.at == act.at)
        .order_by(Signature.id)
    )
    return list(work.session.scalars(query))


def over(work: Work, record_id: int) -> list[tuple[str, str, bytes]]:
    """What was signed over a record, the record itself and lists: name, content, CMS signature."""
    own = select(Signature).where(Signature.record_id == record_id).order_by(Signature.id)
    made = list(work.session.scalars(own))
    lists = (
        select(SignOff)
        .join(SignOffForm, SignOffForm.sign_off_id == SignOff.id)
        .where(SignOffForm.signature_id.in_([signature.id for signature in made]))
        .distinct()
        .order_by(SignOff.id)
    )
    return [(f"form-{s.id}", s.content, s.cms) for s in made] + [
        (f"list-{act.id}", act.content, act.cms) for act in work.session.scalars(lists)
    ]


def ended(work: Work, acts: Iterable[int]) -> set[int]:
    """Those of the acts of which a covered signature has ended."""
    query = (
        select(SignOffForm.sign_off_id)
        .join(SignatureEnd, SignatureEnd.signature_id == SignOffForm.signature_id)
        .where(SignOffForm.sign_off_id.in_(list(acts)))
        .distinct()
    )
    return set(work.session.scalars(query))

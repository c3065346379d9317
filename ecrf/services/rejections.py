"""An investigator declines to sign a form: it goes back with the reason as a query (R-036).

A rejection is not a signature: it asks for no credentials, has no key and attests nothing. It
stands until the site has answered; until then nobody signs the form.
"""

from __future__ import annotations

from sqlalchemy import select

from ecrf.entry.evaluate import Finding
from ecrf.models import Query, Record, Signature, SignatureEnd
from ecrf.services import audit, delegations, keys, queries
from ecrf.services.errors import Invalid, Locked, Stale
from ecrf.services.findings import rejected
from ecrf.services.queries import Said
from ecrf.services.query_rules import WAITING
from ecrf.services.work import Work


def reject(work: Work, record_id: int, *, revision: int, reason: str, token: str) -> Query:
    """Send a form back at the revision the investigator saw.

    Raises NotDelegated (logged), Forbidden, NotFound, Invalid (no reason, signed, rejected), Stale,
    Locked; then nothing is written.
    """
    record, subject = keys.record(work, record_id)
    work.require("record.sign", subject.site)
    delegations.require(work, subject.site, record=record_id)
    work.session.refresh(record, with_for_update=True)
    if record.revision != revision:
        raise Stale(record.revision, {})
    if record.inactive:
        raise Locked("record")
    if not possible(work, record):
        raise Invalid("rejection.twice" if standing(work, record) else "rejection.signed")
    asked = queries.raise_query(work, keys.key_of(record, subject), "", Said(reason.strip()), token)
    asked.rejects = True
    target = keys.target(subject, record)
    entry = audit.Entry("signature.reject", target, detail={"query": asked.id})
    record.last_seq = audit.append(work, [entry])[0]
    return asked


def standing(work: Work, record: Record) -> Query | None:
    """The rejection that waits for the site, if there is one."""
    query = select(Query).where(
        Query.record_id == record.id, Query.state.in_(WAITING), Query.rejects.is_(True)
    )
    return work.session.scalars(query).first()


def possible(work: Work, record: Record) -> bool:
    """Whether the form can be sent back: neither signed nor sent back already."""
    return not _signed(work, record) and standing(work, record) is None


def unmet(work: Work, record: Record) -> tuple[Finding, ...]:
    """What a rejection puts before a signature."""
    return () if standing(work, record) is None else (rejected(),)


def _signed(work: Work, record: Record) -> bool:
    query = (
        select(Signature.id)
        .outerjoin(SignatureEnd, SignatureEnd.signature_id == Signature.id)
        .where(Signature.record_id == record.id, SignatureEnd.signature_id.is_(None))
    )
    return work.session.scalars(query).first() is not None

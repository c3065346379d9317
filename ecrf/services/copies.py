"""Sealed PDF copies: one register, the same bytes for the same state, a new number for a new one
(R-108, R-110). The caller hands in how a copy is made, so that this layer knows no renderer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from ecrf.models import PdfCopy, Record, Subject
from ecrf.services import audit, copy_files, scopes
from ecrf.services.errors import Invalid, NotFound
from ecrf.services.scopes import Scope, State
from ecrf.services.work import Work

LANGUAGES = ("en", "zh", "both")
RENDITIONS = ("archive", "submission")
PURPOSES = ("filing", "monitoring", "inspection", "submission", "participant", "other")
LONGEST = 200  # characters of a recipient


@dataclass(frozen=True, slots=True)
class Request:
    """How a copy is wanted, and what for (R-096). ``country`` is an ISO 3166 code or empty."""

    language: str = "both"
    rendition: str = "archive"
    purpose: str = "filing"
    recipient: str = ""
    country: str = ""

    def check(self) -> Request:
        """Raise Invalid for what is not on the lists."""
        if self.language not in LANGUAGES:
            raise Invalid("pdf.language")
        if self.rendition not in RENDITIONS or self.purpose not in PURPOSES:
            raise Invalid("pdf.purpose")
        if len(self.recipient) > LONGEST:
            raise Invalid("pdf.recipient", limit=str(LONGEST))
        if self.country and not (
            len(self.country) == 2 and self.country.isascii() and self.country.isupper()
        ):
            raise Invalid("pdf.country")
        return self


@dataclass(frozen=True, slots=True)
class Order:
    """What the maker of a copy has to print on it."""

    scope: Scope
    state: State
    request: Request
    copy_no: int
    predecessor_no: int | None
    predecessor: int | None
    requested_by: str
    at: str

    @property
    def copy_id(self) -> str:
        return self.scope.copy_id(self.copy_no)

    @property
    def replaces(self) -> str | None:
        return self.scope.copy_id(self.predecessor_no) if self.predecessor_no else None


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file and whether it shows a valid signature everywhere."""

    content: bytes
    signed: bool


class Taken(Exception):
    """The number of the order was given to another copy meanwhile: order again."""


def issue(
    work: Work, store: Path, scope: Scope, request: Request, make: Callable[[Order], Made]
) -> tuple[PdfCopy, bytes]:
    """The copy of a form in its present state: the registered bytes, or made and registered now."""
    work.require("pdf.export", scope.site)
    request.check()
    work.session.get_one(Record, scope.record_id, with_for_update=True, populate_existing=True)
    state = scopes.state(work, scope)
    known = find(work, scope, request, state)
    if known is not None:
        return known, hand_out(work, store, known, request)
    planned = order(work, scope, request, state)
    made = make(planned)
    return register(work, store, planned, made), made.content


def find(work: Work, scope: Scope, request: Request, state: State) -> PdfCopy | None:
    """The copy of this state in this language and rendition, if there is one."""
    for known in _copies(work, scope):
        if (known.language, known.rendition, known.state) == (
            request.language,
            request.rendition,
            state.digest,
        ):
            return known
    return None


def order(work: Work, scope: Scope, request: Request, state: State) -> Order:
    """The next copy: its number, and the one in the same language and rendition it replaces."""
    copies = _copies(work, scope)
    like = [c for c in copies if (c.language, c.rendition) == (request.language, request.rendition)]
    previous = like[-1] if like else None
    return Order(
        scope=scope,
        state=state,
        request=request,
        copy_no=copies[-1].copy_no + 1 if copies else 1,
        predecessor_no=previous.copy_no if previous else None,
        predecessor=previous.id if previous else None,
        requested_by=work.actor.name,
        at=work.at,
    )


def register(work: Work, store: Path, order: Order, made: Made) -> PdfCopy:
    """Store and register a copy; the one another worker made of the same state instead, if any.

    Raises Taken when the number on it is no longer free.
    """
    scope, request = order.scope, order.request
    work.require("pdf.export", scope.site)
    _alone(work, scope)
    known = find(work, scope, request, order.state)
    if known is not None:
        return known
    if any(c.copy_no >= order.copy_no for c in _copies(work, scope)):
        raise Taken
    file = copy_files.keep(store, made.content)
    copy = PdfCopy(
        scope=scope.kind,
        place=scope.place,
        subject_id=scope.subject_id or None,
        site=None if scope.subject_id else scope.site,
        narrowed=scope.narrowed,
        event=scope.event,
        event_no=scope.event_no,
        record_id=scope.record_id,
        revision=order.state.revision,
        state=order.state.digest,
        language=request.language,
        rendition=request.rendition,
        copy_no=order.copy_no,
        predecessor=order.predecessor,
        signed=made.signed,
        sha256=file.sha256,
        size=file.size,
        file=file.name,
        purpose=request.purpose,
        recipient=request.recipient,
        country=request.country,
        requested_by=work.actor.username,
        created_at=order.at,
    )
    work.session.add(copy)
    work.session.flush()
    _log(work, copy, request, "pdf.issue")
    return copy


def hand_out(work: Work, store: Path, copy: PdfCopy, request: Request) -> bytes:
    """The registered bytes, once more, for what is said now."""
    content = copy_files.read(store, copy_files.newest(work, copy))
    hand_over(work, copy, request)
    return content


def hand_over(work: Work, copy: PdfCopy, request: Request) -> None:
    """Log that the actor takes a copy."""
    _log(work, copy, request, "pdf.download")


def get(work: Work, number: int) -> tuple[PdfCopy, Scope]:
    """A copy by its row; NotFound also when it is of a site the actor does not see."""
    copy = work.session.get(PdfCopy, number)
    if copy is None:
        raise NotFound(str(number))
    scope = scopes.of(work, copy)
    work.require("pdf.export", scope.site)
    return copy, scope


def of_subject(work: Work, subject: Subject) -> Sequence[PdfCopy]:
    """The register of a subject, the newest first."""
    query = select(PdfCopy).where(PdfCopy.subject_id == subject.id)
    return work.session.scalars(query.order_by(PdfCopy.id.desc())).all()


def of_form(work: Work, record_id: int) -> Sequence[PdfCopy]:
    """The register of a form by itself, the newest first."""
    query = select(PdfCopy).where(PdfCopy.record_id == record_id)
    return work.session.scalars(query.order_by(PdfCopy.id.desc())).all()


def of_site(work: Work, site: str) -> Sequence[PdfCopy]:
    """The register of what shows a whole site, the newest first."""
    query = select(PdfCopy).where(PdfCopy.site == site)
    return work.session.scalars(query.order_by(PdfCopy.id.desc())).all()


def lookup(work: Work, sha256: str) -> dict[str, object] | None:
    """What the register knows of a file, for verification (R-111)."""
    copy = copy_files.owner(work, sha256)
    if copy is None:
        return None
    scope = scopes.of(work, copy)
    state = scopes.state(work, scope)
    newer = [
        c
        for c in _copies(work, scope)
        if (c.language, c.rendition) == (copy.language, copy.rendition) and c.copy_no > copy.copy_no
    ]
    return {
        "copy": scope.copy_id(copy.copy_no),
        "copy_no": copy.copy_no,
        "scope": copy.scope,
        "site": scope.site,
        "subject": scope.subject,
        "event": scope.event,
        "form": scope.form,
        "revision": copy.revision,
        "current_revision": state.revision,
        "superseded": copy.state != state.digest,
        "superseded_by": scope.copy_id(newer[-1].copy_no) if newer else None,
        "issued_at": copy.created_at,
        "language": copy.language,
        "rendition": copy.rendition,
    }


def _copies(work: Work, scope: Scope) -> Sequence[PdfCopy]:
    query = select(PdfCopy).where(PdfCopy.place == scope.place).order_by(PdfCopy.copy_no)
    return work.session.scalars(query).all()


def _alone(work: Work, scope: Scope) -> None:
    """Wait until nobody else registers a copy of the same subject or site."""
    whose = Subject.id == scope.subject_id if scope.subject_id else Subject.site == scope.site
    work.session.execute(select(Subject.id).where(whose).order_by(Subject.id).with_for_update())


def _log(work: Work, copy: PdfCopy, request: Request, action: str) -> None:
    # Not an entry of the form's own trail: an export does not change what the form shows.
    detail = {
        "account": work.actor.username,
        "copy": copy.copy_no,
        "place": copy.place,
        "sha256": copy_files.newest(work, copy).sha256,
        "purpose": request.purpose,
        "recipient": request.recipient,
        "country": request.country,
    }
    audit.append(work, [audit.Entry(action, detail=detail)], audit.SYSTEM_LOG)

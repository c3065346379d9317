"""Makes the sealed copy of a visit, casebook or sheet: read, laid out, bound, sealed, registered.

Everything is read in one snapshot; laying out and sealing hold no transaction, so that nobody who
works waits for it. Only when the file is complete is it registered, in a short transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from flask import Flask

from ecrf.definition.catalogue import FormDefinition
from ecrf.models.columns import moment
from ecrf.outputs import bind, books, compose, gather, seal
from ecrf.outputs.casebook import Copy, Language, Words
from ecrf.outputs.press import Press
from ecrf.outputs.volume import Rendition, Volume
from ecrf.outputs.volume import Scope as VolumeScope
from ecrf.services import copies, scopes, subjects
from ecrf.services.copies import Made, Order, Request, Taken
from ecrf.services.scopes import Scope, State
from ecrf.services.work import Actor, Work, reading, snapshot, working
from ecrf.web import sheets
from ecrf.web.store import store


@dataclass(frozen=True, slots=True)
class Place:
    """A visit, or without an event the whole casebook of a subject; or a ``sheet`` over it, which
    may also be over a whole site."""

    subject: str = ""
    event: str = ""
    event_no: int = 1
    sheet: str = ""  # eligibility, queries
    site: str = ""
    narrowed: str = ""  # to which queries

    def scope(self, work: Work) -> Scope:
        """Raises NotFound, also when nothing was entered there."""
        if self.sheet == "queries":
            return scopes.queries(work, self.narrowed, self.subject, self.site)
        if self.sheet == "eligibility":
            return scopes.sheet(work, self.subject)
        if self.event:
            return scopes.visit(work, self.subject, self.event, self.event_no)
        return scopes.casebook(work, self.subject)


def issue(app: Flask, actor: Actor, place: Place, request: Request, step: bind.Step) -> int:
    """The number of the registered copy of the present state, made now unless there is one.

    ``step`` hears how many forms are laid out, of how many; what it raises ends the making, and
    then nothing is registered. Raises Invalid, NotFound, Forbidden, GlyphMissing, FontMissing.
    """
    catalogue = app.extensions["catalogue"]
    request.check()
    with snapshot(catalogue, actor) as work:
        scope = place.scope(work)
        work.require("pdf.export", scope.site)
        state = scopes.state(work, scope)
        known = copies.find(work, scope, request, state)
        if known is not None:
            return known.id
        content = _content(app, work, scope, state, request)
    pieces = bind.pieces(books.of(content), press(app), step)
    while True:
        with reading(catalogue, actor) as work:
            order = copies.order(work, scope, request, state)
        made = _finished(app, content, pieces, order)
        try:
            with working(catalogue, actor) as work:
                return copies.register(work, store(app), order, made).id
        except Taken:
            continue  # another copy took the number; only the cover has to be made again


def press(app: Flask) -> Press:
    """Where pieces are laid out and kept."""
    key = str(app.config["SECRET_KEY"]).encode()
    return Press(app.config["INSTANCE_DIR"] / "pieces", key, app.config["PDF_PROCESSES"])


def _content(app: Flask, work: Work, scope: Scope, state: State, request: Request) -> books.Content:
    if scope.kind == "eligibility":
        return sheets.eligibility_sheet(app, work, scope, state, request)
    if scope.kind == "queries":
        return sheets.query_list(work, scope, state, request)
    return _volume(app, work, scope, request)


def _volume(app: Flask, work: Work, scope: Scope, request: Request) -> Volume:
    wanted = gather.Wanted(
        scope=cast(VolumeScope, scope.kind),
        subject_id=scope.subject_id,
        visits=_visits(work, scope),
        language=cast(Language, request.language),
        rendition=cast(Rendition, request.rendition),
    )
    return gather.volume(
        work.session,
        work.catalogue,
        wanted,
        roots=(app.extensions["keystore"].root,),
        hidden=partial(sheets.hidden, work),
    )


def _visits(work: Work, scope: Scope) -> list[gather.Visit]:
    """The visits that hold something, in their order, with every record of the scope."""
    rows = _rows(work, scope)
    visits = []
    for at in subjects.casebook(work, scope.subject).events:
        here = rows.pop((at.event.event, at.event_no), None)
        if here is None:
            continue
        listed = [form.record_id for form in at.forms if form.record_id in here]
        others = [number for number in here if number not in listed]
        missing = tuple(form.form for form in at.forms if form.record_id is None)
        visits.append(_visit(at.event, at.event_no, at.date, (*listed, *others), missing))
    for (name, event_no), here in rows.items():  # events that only an earlier build has
        event = work.catalogue.event(name, next(iter(here.values()), None))
        visits.append(_visit(event, event_no, None, tuple(here), ()))
    return visits


def _rows(work: Work, scope: Scope) -> dict[tuple[str, int], dict[int, int]]:
    """Visit -> its records and their builds; visits without any that queries were raised about."""
    found: dict[tuple[str, int], dict[int, int]] = {}
    for event, event_no, number, build in scopes.contents(work, scope):
        here = found.setdefault((event, event_no), {})
        if number is not None:
            here[number] = build
    return found


def _visit(
    event: Any,
    event_no: int,
    date: dt.date | None,
    ids: tuple[int, ...],
    missing: tuple[FormDefinition, ...],
) -> gather.Visit:
    title = Words.of(event.title)
    return gather.Visit(event.event, event_no, title, str(date or ""), ids, missing)


def _finished(app: Flask, content: books.Content, pieces: list[bytes], order: Order) -> Made:
    at = compose.at_site(app.extensions["catalogue"], order.scope.site, order.at)
    copy = Copy(order.copy_id, order.copy_no, order.replaces, order.requested_by, at)
    whole = replace(content, copy=copy)
    keystore = app.extensions["keystore"]
    key, certificate = keystore.seal
    raw = bind.bind(books.of(whole), pieces)
    sealed = seal.seal(raw, key, certificate, keystore.chain, moment(order.at))
    return Made(sealed, whole.certified)

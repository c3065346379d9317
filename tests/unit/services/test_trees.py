"""Trees that are kept between reads never say anything but what is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from ecrf.extensions import READER, db
from ecrf.services import locks, queries, rejections, strikes, subjects
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.services.work import reading
from tests.desk import TYPO, VITAL_SIGNS

WHY = "The source says otherwise."


def kept(desk):
    """The trees as pages show them."""
    with desk.app.app_context(), reading(desk.catalogue, desk.actor("wang.li")) as work:
        return trees_of(work)


def stored(desk):
    """The trees worked out anew, as a transaction that writes does."""
    with desk.work() as work:
        return trees_of(work)


def trees_of(work):
    books = subjects.matrix(work)
    assert [subjects.casebook(work, book.subject.code).events for book in books] == [
        book.events for book in books
    ]
    return [(book.subject.code, book.events, book.anchors, book.facts) for book in books]


@pytest.mark.req("R-086")
def test_a_kept_tree_follows_everything_that_happens(desk):
    def closed(kind, *place):
        with desk.work("sun.hao") as work:
            here = locks.place(work, *place)
            names = [one.name for one in locks.lock_conditions.unmet(work, here)]
            return locks.close(work, here, kind, WHY, dict.fromkeys(names, WHY)).id

    def asked(by, act):
        with desk.work(by) as work:
            return act(work)

    told = [kept(desk)]

    def happened():
        told.append(kept(desk))
        assert told[-1] == stored(desk)
        assert told[-1] != told[-2]

    code = desk.consented()
    happened()
    key = Key(code, "SCR", 1, "VS")
    saved = desk.save(key, VITAL_SIGNS)
    happened()
    saved = desk.save(key, {}, revision=1, complete=True)
    happened()
    desk.sign(saved)
    happened()
    saved = desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    happened()
    number = asked("chen.jing", lambda w: queries.raise_query(w, key, "PULSE", Said(WHY)).id)
    happened()
    asked("chen.jing", lambda w: queries.move(w, number, "cancel", Said(WHY), seen=1))
    happened()
    asked(
        "zhao.min",
        lambda w: rejections.reject(
            w, saved.record_id, revision=saved.revision, reason=WHY, token=""
        ),
    )
    happened()
    asked("wang.li", lambda w: subjects.add_visit(w, code, "UNS", dt.date(2026, 4, 1)))
    happened()
    freeze = closed("freeze", code, "SCR", 1)
    happened()
    asked("sun.hao", lambda w: locks.release(w, freeze, WHY))
    happened()
    log = Key(code, "LOG", 1, "AE")
    desk.save(log, {"AETERM": "Rash"})
    happened()
    asked("wang.li", lambda w: strikes.strike(w, log, revision=1, reason=TYPO))
    happened()
    desk.subject("SSC")
    happened()
    closed("lock")
    happened()


def test_what_was_undone_is_not_kept(desk):
    code = desk.consented()
    before = kept(desk)
    with pytest.raises(LookupError), desk.work() as work:
        subjects.add_visit(work, code, "UNS", dt.date(2026, 4, 1))
        assert trees_of(work) != before
        raise LookupError
    assert kept(desk) == before
    with desk.work() as work:  # the same number in the audit trail, something else
        subjects.add_visit(work, code, "UNS", dt.date(2026, 4, 2))
    assert kept(desk) == stored(desk) != before


def test_an_unchanged_tree_is_not_worked_out_again(desk):
    desk.consented()
    kept(desk)
    seen = []
    with desk.app.app_context():
        event.listen(db.engines[READER], "before_cursor_execute", lambda *a: seen.append(a[2]))
    kept(desk)
    assert seen and not [one for one in seen if "record.status" in one]

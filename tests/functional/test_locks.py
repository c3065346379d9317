"""Freeze and lock: the unmet is accepted one by one, writes are refused, two people open."""

from __future__ import annotations

import datetime as dt

import pytest

from ecrf.services import (
    drafts,
    lock_conditions,
    locks,
    queries,
    reviews,
    strikes,
    subjects,
)
from ecrf.services.errors import Forbidden, Invalid, Locked, ReasonNeeded, Stale
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.services.records import Entry
from ecrf.services.work import utc_now
from tests.desk import TYPO, VITAL_SIGNS

MANAGER, LEADER = "sun.hao", "liu.yang"


@pytest.fixture
def signs(desk):
    return desk.vital_signs()


def close(desk, kind="lock", by=MANAGER, accept=True, reason="end of part", **place):
    with desk.work(by) as work:
        here = locks.place(work, **place)
        unmet = lock_conditions.unmet(work, here) if accept else []
        why = {one.name: "agreed with the sponsor" for one in unmet}
        return locks.close(work, here, kind, reason, why).id


def correct(desk, key, text="36.9", now=None):
    revision = desk.record(key).revision
    return desk.save(key, {"TEMP": text}, revision=revision, reasons={"TEMP": TYPO}, now=now)


def open_for(desk, number, hours=2, key=None):
    with desk.work(MANAGER) as work:
        asked = locks.ask(work, number, "a typing error in TEMP", hours, key).id
    with desk.work(LEADER) as work:
        locks.grant(work, asked)
    return asked


SCREENING = {"event": "SCR", "event_no": 1}


@pytest.mark.req("R-087")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
@pytest.mark.parametrize(
    "place", [{"event": ""}, SCREENING, {**SCREENING, "form": "VS", "repeat": 1}]
)
def test_nothing_can_be_written_in_a_closed_place(desk, signs, kind, place):
    key, _ = signs
    close(desk, kind, subject=key.subject, **place)
    with pytest.raises(Locked):
        correct(desk, key)
    assert desk.record(key).data["TEMP"]["v"] == "36.6"
    assert desk.verify().ok


@pytest.mark.req("R-087")
def test_a_closed_visit_takes_no_first_form_and_other_visits_go_on(desk, signs):
    key, _ = signs
    close(desk, subject=key.subject, **SCREENING)
    with pytest.raises(Locked):
        desk.save(Key(key.subject, "SCR", 1, "DM"), {"sex": "F"})
    desk.save(Key(key.subject, "D1", 1, "VS"), {**VITAL_SIGNS, "VSDAT": "2026-03-04"})


@pytest.mark.req("R-087")
def test_a_locked_study_takes_no_subject_no_visit_and_no_row(desk, signs):
    key, _ = signs
    close(desk)
    with pytest.raises(Locked):
        desk.subject()
    with desk.work() as work, pytest.raises(Locked):
        subjects.add_visit(work, key.subject, "UNS", dt.date(2026, 3, 5))
    with pytest.raises(Locked):
        desk.save(Key(key.subject, "LOG", 1, "AE"), {"AETERM": "Headache"})


@pytest.mark.req("R-087")
def test_review_goes_on_while_frozen_and_stops_when_locked(desk, signs):
    key, saved = signs
    seen = {"TEMP": desk.record(key).versions["TEMP"]}
    close(desk, "freeze", subject=key.subject, **SCREENING)
    with desk.work("chen.jing") as work:
        reviews.verify(work, saved.record_id, seen)
        queries.raise_query(work, key, "PULSE", Said("Please check the source."))
    close(desk, "lock", subject=key.subject, **SCREENING)
    with desk.work("chen.jing") as work, pytest.raises(Locked):
        reviews.undo(work, saved.record_id, ["TEMP"], "mistake")
    with desk.work("chen.jing") as work, pytest.raises(Locked):
        queries.raise_query(work, key, "RESP", Said("Please check the source."))


@pytest.mark.req("R-088")
def test_each_unmet_condition_needs_its_own_reason(desk, signs):
    key, _ = signs
    with desk.work("chen.jing") as work:
        queries.raise_query(work, key, "PULSE", Said("Please check the source."))
    with desk.work(MANAGER) as work:
        place = locks.place(work, key.subject, "SCR", 1)
        found = {(one.kind, one.key.form) for one in lock_conditions.unmet(work, place)}
    assert {("query", "VS"), ("unverified", "VS"), ("unsigned", "VS"), ("empty", "DM")} <= found
    with pytest.raises(ReasonNeeded) as refusal:
        close(desk, accept=False, subject=key.subject, **SCREENING)
    assert len(refusal.value.paths) == len(found)
    with pytest.raises(ReasonNeeded):
        close(desk, reason=" ", subject=key.subject, **SCREENING)
    number = close(desk, subject=key.subject, **SCREENING)
    with desk.work(MANAGER) as work:
        [(lock, _subject)] = locks.all_locks(work)
        assert lock.id == number
        assert len(lock.state["accepted"]) == len(found)
        assert lock.state["accepted"][0]["why"] == "agreed with the sponsor"


@pytest.mark.req("R-089")
def test_a_lock_opens_by_two_people_for_a_time_and_closes_by_itself(desk, signs):
    key, saved = signs
    desk.sign(saved)
    number = close(desk, subject=key.subject, **SCREENING)
    with desk.work(MANAGER) as work:
        asked = locks.ask(work, number, "a typing error in TEMP", 2).id
    with desk.work(MANAGER) as work, pytest.raises(Invalid) as refusal:
        locks.grant(work, asked)
    assert refusal.value.code == "lock.second_person"
    with pytest.raises(Locked):
        correct(desk, key)
    with desk.work(LEADER) as work:
        locks.grant(work, asked)
    with desk.work(LEADER) as work, pytest.raises(Stale):
        locks.grant(work, asked)

    correct(desk, key)
    assert desk.signatures(saved) == ["superseded"]
    later = utc_now() + dt.timedelta(hours=2, minutes=1)
    with pytest.raises(Locked):
        correct(desk, key, "37.0", now=later)
    with desk.work(LEADER) as work:
        locks.shut(work, asked)
    with pytest.raises(Locked):
        correct(desk, key, "37.0")
    assert desk.verify().ok


@pytest.mark.req("R-089")
def test_an_opening_reaches_only_the_form_it_names(desk, signs):
    key, _ = signs
    number = close(desk, subject=key.subject)
    open_for(desk, number, key=key)
    correct(desk, key)
    with pytest.raises(Locked):
        desk.save(Key(key.subject, "SCR", 1, "DM"), {"sex": "F"})


@pytest.mark.req("R-089")
def test_two_locks_over_one_place_both_have_to_be_open(desk, signs):
    key, _ = signs
    inner = close(desk, subject=key.subject, **SCREENING)
    outer = close(desk, subject=key.subject)
    open_for(desk, inner)
    with pytest.raises(Locked):
        correct(desk, key)
    open_for(desk, outer)
    correct(desk, key)


@pytest.mark.req("R-087")
def test_a_freeze_is_taken_back_with_a_reason(desk, signs):
    key, _ = signs
    number = close(desk, "freeze", subject=key.subject, **SCREENING)
    with desk.work(LEADER) as work, pytest.raises(ReasonNeeded):
        locks.release(work, number, "")
    with desk.work(LEADER) as work:
        locks.release(work, number, "monitoring visit is over")
    correct(desk, key)
    locked = close(desk, subject=key.subject, **SCREENING)
    with desk.work(LEADER) as work, pytest.raises(Invalid):
        locks.release(work, locked, "no")
    with pytest.raises(Invalid):
        close(desk, subject=key.subject, **SCREENING)


@pytest.mark.req("R-087", "R-042")
@pytest.mark.parametrize("who", ["wang.li", "zhao.min", "chen.jing", "he.xin"])
def test_nobody_else_closes_a_place(desk, signs, who):
    with pytest.raises(Forbidden):
        close(desk, by=who, subject=signs[0].subject)


@pytest.mark.req("R-087")
def test_a_draft_typed_before_the_lock_stays_readable_and_is_not_saved(desk, signs):
    key, _ = signs
    with desk.work() as work:
        drafts.put(work, key, 1, {"TEMP": Entry("36.9")})
    close(desk, subject=key.subject, **SCREENING)
    with pytest.raises(Locked):
        correct(desk, key)
    with desk.work() as work:
        assert drafts.get(work, key).entries["TEMP"].text == "36.9"
    with desk.work() as work, pytest.raises((Locked, Invalid)):
        strikes.strike(work, key, revision=1, reason=Reason("transcription"))


@pytest.mark.req("R-088", "R-089")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_close_open_and_refuse(client_request, desk, signs, language):
    key, _ = signs
    client_request.sign_in(MANAGER)
    client_request.speak(language)
    client_request.get("locks.centre")
    place = {"subject": key.subject, "event": "SCR", "event_no": 1}
    page = client_request.get("locks.page", **place)
    names = page.xpath("//input[starts-with(@name, 'why:')]/@name")
    given = {**place, "kind": "lock", "reason": "done"}
    client_request.post("locks.close", _status=422, **given)
    why = dict.fromkeys(names, "agreed")
    client_request.post("locks.close", _status=303, **given, **why)
    page = client_request.follow()
    [ask] = page.xpath("//form[contains(@action, '/ask')]/@action")
    number = int(ask.split("/")[2])
    args = {"number": number, "move": "ask"}
    client_request.post("locks.move", _status=422, _args=args, hours="2")
    client_request.post("locks.move", _status=422, _args=args, hours="99", reason="typo")
    client_request.post("locks.move", _status=303, _args=args, hours="2", reason="typo")
    assert not client_request.follow().xpath("//form[contains(@action, '/grant')]")

    client_request.post("accounts.sign_out")
    client_request.sign_in(LEADER)
    client_request.speak(language)
    [grant] = client_request.get("locks.centre").xpath(
        "//form[contains(@action, '/grant')]/@action"
    )
    args = {"number": int(grant.split("/")[2]), "move": "grant"}
    client_request.post("locks.move", _status=303, _args=args)
    client_request.post("locks.move", _status=409, _args=args)
    correct(desk, key)

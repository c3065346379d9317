"""Source verification: a mark per value version, by the plan, falling with the change."""

from __future__ import annotations

import pytest

from ecrf.services import keys, reviews, verification
from ecrf.services.errors import Forbidden, Invalid, Locked, ReasonNeeded, Stale
from ecrf.services.keys import Key
from tests.desk import TYPO

MONITOR = "chen.jing"


@pytest.fixture
def signs(desk):
    """Complete vital signs: the key and what was saved."""
    return desk.vital_signs()


def versions(desk, saved, *paths):
    with desk.work(MONITOR) as work:
        record = desk.load(work, saved)
        return {path: record.versions[path] for path in paths or record.versions}


def verify(desk, saved, seen, by=MONITOR):
    with desk.work(by) as work:
        return reviews.verify(work, saved.record_id, seen)


def state(desk, saved, path, kind="sdv"):
    with desk.work(MONITOR) as work:
        return reviews.states(work, desk.load(work, saved), kind)[path]


def remaining(desk, saved, by=MONITOR):
    with desk.work(by) as work:
        record, subject = keys.record(work, saved.record_id)
        return reviews.remaining(work, record, subject, reviews.kind_of(work.actor))


@pytest.mark.req("R-082")
def test_a_mark_names_the_version_and_the_person_and_changes_nothing(desk, signs):
    key, saved = signs
    before = desk.record(key)

    assert verify(desk, saved, versions(desk, saved, "TEMP")) == ["TEMP"]

    after = desk.record(key)
    assert (after.data, after.revision, after.digest) == (
        before.data, before.revision, before.digest
    )  # fmt: skip
    line = desk.history(saved.record_id, "TEMP")[-1]
    assert (line.action, line.by["user"]) == ("review.sdv.verify", MONITOR)
    assert state(desk, saved, "TEMP") == "done"
    assert desk.verify().ok


@pytest.mark.req("R-082")
def test_a_second_press_of_the_same_mark_writes_nothing(desk, signs):
    _, saved = signs
    seen = versions(desk, saved, "TEMP")
    verify(desk, saved, seen)
    assert verify(desk, saved, seen) == []
    assert len(desk.history(saved.record_id, "TEMP")) == 2


@pytest.mark.req("R-083")
def test_a_change_takes_the_mark_back_and_shows_both_values_to_who_set_it(desk, signs):
    key, saved = signs
    seen = versions(desk, saved, "TEMP", "PULSE")
    verify(desk, saved, seen)
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})

    assert (state(desk, saved, "TEMP"), state(desk, saved, "PULSE")) == ("again", "done")
    with desk.work(MONITOR) as work:
        [one] = verification.changed(work)
        assert (one.path, one.seen_seq) == ("TEMP", seen["TEMP"])
        assert one.now_seq == one.record.versions["TEMP"] > seen["TEMP"]
    with pytest.raises(Stale):
        verify(desk, saved, seen)
    verify(desk, saved, versions(desk, saved, "TEMP"))
    assert state(desk, saved, "TEMP") == "done"
    with desk.work(MONITOR) as work:
        assert list(verification.changed(work)) == []


@pytest.mark.req("R-082")
def test_a_stale_page_marks_nothing_at_all(desk, signs):
    key, saved = signs
    seen = versions(desk, saved, "TEMP", "PULSE")
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    with pytest.raises(Stale) as refusal:
        verify(desk, saved, seen)
    assert list(refusal.value.theirs) == ["TEMP"]
    assert state(desk, saved, "PULSE") == "none"


@pytest.mark.req("R-082")
def test_it_is_withdrawn_only_with_a_reason(desk, signs):
    _, saved = signs
    verify(desk, saved, versions(desk, saved, "TEMP"))
    for code, text in (("", ""), ("because", ""), ("other", " ")):
        with desk.work(MONITOR) as work, pytest.raises(ReasonNeeded):
            reviews.undo(work, saved.record_id, ["TEMP"], code, text)
    with desk.work(MONITOR) as work:
        reviews.undo(work, saved.record_id, ["TEMP"], "other", "wrong page of the source")
    assert state(desk, saved, "TEMP") == "none"
    assert desk.history(saved.record_id, "TEMP")[-1].reason == {
        "code": "other",
        "text": "wrong page of the source",
    }


@pytest.mark.req("R-085")
def test_reviews_of_other_kinds_stand_beside_it(desk, signs):
    key, saved = signs
    seen = versions(desk, saved, "TEMP")
    for who in (MONITOR, "sun.hao", "zhao.min"):
        verify(desk, saved, seen, by=who)
    assert [state(desk, saved, "TEMP", kind) for kind in reviews.ACTIONS] == ["done"] * 3
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    assert [state(desk, saved, "TEMP", kind) for kind in reviews.ACTIONS] == ["again"] * 3


@pytest.mark.req("R-082", "R-040")
@pytest.mark.parametrize("who", ["wang.li", "he.xin", "ma.rui"])
def test_nobody_else_can_set_one(desk, signs, who):
    _, saved = signs
    with pytest.raises(Forbidden):
        verify(desk, saved, versions(desk, saved, "TEMP"), by=who)


@pytest.mark.req("R-082")
def test_a_blank_or_derived_item_has_nothing_to_verify(desk, signs):
    _, saved = signs
    with pytest.raises(Invalid):
        verify(desk, saved, {"O2FLOW": 1})


@pytest.mark.req("R-087")
def test_a_locked_form_takes_no_mark(desk, signs):
    _, saved = signs
    seen = versions(desk, saved, "TEMP")
    with desk.work() as work:
        desk.load(work, saved).locked = True
    with pytest.raises(Locked):
        verify(desk, saved, seen)


@pytest.mark.req("R-082")
def test_one_press_leaves_out_what_needs_a_look(desk, signs):
    key, saved = signs
    assert "TEMP" in remaining(desk, saved).ready
    verify(desk, saved, versions(desk, saved, "TEMP"))
    desk.save(
        key,
        {"TEMP": "36.9", "RESP": "ND"},
        revision=saved.revision,
        reasons={"TEMP": TYPO, "RESP": TYPO},
    )
    left = remaining(desk, saved)
    assert {"TEMP": "changed", "RESP": "missing"}.items() <= dict(left.exceptions).items()
    assert not {"TEMP", "RESP"} & set(left.ready)

    verify(desk, saved, left.ready)
    assert set(remaining(desk, saved).ready) == set()


@pytest.mark.req("R-084")
def test_a_critical_item_is_never_in_one_press(desk):
    code = desk.consented()
    record = desk.record(Key(code, "SCR", 1, "IC"))
    with desk.work(MONITOR) as work:
        kept, subject = keys.record(work, record.id)
        left = reviews.remaining(work, kept, subject, "sdv")
    assert ("ic_date", "critical") in left.exceptions


@pytest.mark.req("R-084")
def test_progress_counts_what_the_plan_asks_for(desk, signs):
    key, saved = signs
    with desk.work(MONITOR) as work:
        before = verification.subject(work, key.subject)
    consent, vital = before.forms
    assert [consent.key.form, vital.key.form] == ["IC", "VS"]
    assert (vital.done, vital.due) == (0, len(vital.open)) and consent.critical == 1
    assert verification.onward(before, consent.key) is vital

    verify(desk, saved, versions(desk, saved, *vital.open))
    with desk.work(MONITOR) as work:
        after = verification.subject(work, key.subject)
    assert after.forms[1].open == ()
    assert after.percent == 100 * vital.due // before.count("due")
    assert verification.onward(after, vital.key).key == consent.key
    assert verification.onward(after, consent.key) is None


@pytest.mark.req("R-082")
def test_the_pages_work_without_scripts(desk, signs, client_request):
    key, saved = signs
    client_request.sign_in(MONITOR)
    place = {"subject": key.subject, "event": "SCR", "event_no": 1, "form": "VS", "repeat": 1}
    client_request.get("reviews.overview")
    client_request.get("reviews.subject", code=key.subject)
    client_request.get("reviews.changed")
    page = client_request.get("records.page", **place)
    [box] = page.xpath("//button[@data-mark='TEMP']")
    client_request.post("reviews.mark", _status=303, _args=place, mark=box.get("value"))
    assert state(desk, saved, "TEMP") == "done"

    [box] = client_request.follow().xpath("//button[@data-mark='TEMP']")
    assert box.get("name") == "undo"
    page = client_request.post("reviews.mark", _status=409, _args=place, undo=box.get("value"))
    assert page.xpath("//input[@name='undo_reason']")
    given = {"undo": box.get("value"), "undo_reason": "mistake"}
    client_request.post("reviews.mark", _status=303, _args=place, **given)
    assert state(desk, saved, "TEMP") == "none"

    page = client_request.get("reviews.remaining", **place)
    marks = page.xpath("string(//input[@name='mark']/@value)")
    client_request.post("reviews.confirm", _status=303, _args=place, mark=marks)
    assert state(desk, saved, "TEMP") == "done"
    client_request.post("reviews.mark", _status=400, _args=place, mark="TEMP")


@pytest.mark.req("R-085")
def test_an_investigator_reviews_on_a_view_of_the_form(desk, signs, client_request):
    key, saved = signs
    place = {"subject": key.subject, "event": "SCR", "event_no": 1, "form": "VS", "repeat": 1}
    client_request.sign_in("zhao.min")
    assert not client_request.get("records.page", **place).xpath("//button[@data-mark]")
    page = client_request.get("records.page", **place, view="review")
    [box] = page.xpath("//button[@data-mark='TEMP']")
    client_request.post("reviews.mark", _status=303, _args=place, mark=box.get("value"))
    assert state(desk, saved, "TEMP", "medical") == "done"
    assert state(desk, saved, "TEMP") == "none"

"""Review of the audit trail: the views find what was planted, and who looked is recorded."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from ecrf.models import AuditEntry, TrailReview
from ecrf.services import locks, reviews, trail_reviews, trail_views
from ecrf.services.errors import Forbidden, Invalid, NotFound, ReasonNeeded
from ecrf.services.keys import Key
from ecrf.services.trail_views import Filter
from tests.desk import TYPO, VITAL_SIGNS
from tests.functional.conftest import ClientRequest

pytestmark = pytest.mark.req("R-020")

MONITOR = "chen.jing"
WHY = "The source says otherwise."


def seen(desk, view, by=MONITOR, **narrowed):
    with desk.work(by) as work:
        return trail_views.spotted(work, view, Filter(**narrowed))


def corrected(desk, key, saved, text="124", **options):
    reasons = {"SYSBP": TYPO}
    return desk.save(key, {"SYSBP": text}, revision=saved.revision, reasons=reasons, **options)


def verified(desk, saved, path):
    with desk.work(MONITOR) as work:
        record = desk.load(work, saved)
        reviews.verify(work, record.id, {path: record.versions[path]})


def test_a_change_after_verification_is_seen_and_one_before_is_not(desk):
    key, saved = desk.vital_signs()
    saved = corrected(desk, key, saved)
    assert seen(desk, "verified") == []
    verified(desk, saved, "SYSBP")
    corrected(desk, key, saved, "125")
    (one,) = seen(desk, "verified")
    assert (one.path, one.who, one.subject, one.record_id) == (
        "SYSBP",
        "wang.li",
        key.subject,
        saved.record_id,
    )


def test_a_change_after_signature_is_seen(desk):
    key, saved = desk.vital_signs()
    assert seen(desk, "signed") == []
    desk.sign(saved)
    corrected(desk, key, saved)
    assert [one.path for one in seen(desk, "signed")] == ["SYSBP"]


def test_a_change_while_a_lock_was_open_is_seen(desk):
    key, saved = desk.vital_signs()
    corrected_first = corrected(desk, key, saved)
    with desk.work("sun.hao") as work:
        here = locks.place(work, key.subject, "SCR", 1)
        names = [one.name for one in locks.lock_conditions.unmet(work, here)]
        number = locks.close(work, here, "lock", WHY, dict.fromkeys(names, WHY)).id
    with desk.work("sun.hao") as work:
        asked = locks.ask(work, number, WHY, 2).id
    with desk.work("liu.yang") as work:
        locks.grant(work, asked)
    assert seen(desk, "locked") == []
    corrected(desk, key, corrected_first, "126")
    assert [one.path for one in seen(desk, "locked")] == ["SYSBP"]


def test_night_is_by_the_clock_of_the_site(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    evening = dt.datetime.now(dt.UTC).replace(hour=13, minute=59)  # 21:59 in Beijing
    saved = desk.save(key, VITAL_SIGNS, now=evening)
    night = Filter(subject=key.subject)
    with desk.work(MONITOR) as work:
        before = [
            one for one in trail_views.spotted(work, "hours", night) if one.record_id ==
            saved.record_id
        ]  # fmt: skip
    assert before == []
    corrected(desk, key, saved, now=evening.replace(hour=18))  # 02:00
    (one,) = [o for o in seen(desk, "hours") if o.record_id == saved.record_id]
    assert (one.number, one.who) == (1, "wang.li")


def test_many_values_in_one_minute_are_seen_from_a_number_on(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    desk.save(key, VITAL_SIGNS, now=now)
    assert seen(desk, "bulk") == []
    (one,) = [o for o in seen(desk, "bulk", least=12) if o.at[:16] == f"{now:%Y-%m-%dT%H:%M}"]
    assert one.number == len(VITAL_SIGNS)


def test_what_a_person_changed_counts_in_a_hundred_entries(desk):
    key, saved = desk.vital_signs()
    corrected(desk, key, saved)
    by_item = {one.path: one.number for one in seen(desk, "items", least=1)}
    assert by_item == {"SYSBP": 100}
    (person,) = seen(desk, "people", least=1)
    assert (person.who, 0 < person.number < 20) == ("wang.li", True)


def test_the_same_value_on_several_forms_is_seen(desk):
    code = desk.consented()
    for event in ("SCR", "D0"):
        desk.save(Key(code, event, 1, "VS"), {"PULSE": "76"})
    desk.save(Key(code, "D1", 1, "VS"), {"PULSE": "77"})
    assert seen(desk, "repeated") == []
    (one,) = [o for o in seen(desk, "repeated", least=2) if o.path == "PULSE"]
    assert (one.number, one.value, one.subject) == (2, '{"u":"/min","v":"76"}', code)


def test_a_view_is_narrowed_by_subject_person_and_day(desk):
    key, saved = desk.vital_signs()
    desk.sign(saved)
    corrected(desk, key, saved)
    today = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    later = (today + dt.timedelta(days=1)).isoformat()
    assert seen(desk, "signed", subject=key.subject, who="wang.li", until=later)
    assert seen(desk, "signed", subject="BJ01-L999") == []
    assert seen(desk, "signed", who="zhao.min") == []
    assert seen(desk, "signed", since=later) == []
    told = {"since": "soon", "least": "-1", "subject": " BJ01-L001 "}
    assert Filter.of(told).said() == {"subject": "BJ01-L001"}


def test_a_review_is_recorded_with_scope_and_outcome(desk):
    key, saved = desk.vital_signs()
    desk.sign(saved)
    corrected(desk, key, saved)
    scope = Filter(subject=key.subject)
    with desk.work(MONITOR) as work:
        upto = trail_reviews.last(work)
        given = {"upto": upto, "outcome": "finding", "remark": " Asked the site. "}
        trail_reviews.record(work, "signed", scope, **given)
    with desk.work("ma.rui") as work:  # inspectors read it
        (one,) = trail_reviews.done(work, "signed")
        assert (one.by, one.role, one.found, one.upto) == (MONITOR, "monitor", 1, upto)
        assert (one.scope, one.outcome, one.remark) == (
            {"subject": key.subject}, "finding", "Asked the site.",
        )  # fmt: skip
        logged = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "trail.review"))
        assert [entry.seq for entry in logged] == [one.seq]
    assert desk.verify().ok


def test_a_review_that_says_nothing_is_refused(desk):
    with desk.work(MONITOR) as work:
        upto = trail_reviews.last(work)
        for view, outcome, remark, error in (
            ("signed", "finding", " ", ReasonNeeded),
            ("signed", "fine", "", Invalid),
            ("nothing", "none", "", NotFound),
        ):
            with pytest.raises(error):
                given = {"upto": upto, "outcome": outcome, "remark": remark}
                trail_reviews.record(work, view, Filter(), **given)
        with pytest.raises(Invalid):  # an entry that is yet to come
            given = {"upto": upto + 1, "outcome": "none", "remark": ""}
            trail_reviews.record(work, "signed", Filter(), **given)
    with pytest.raises(Forbidden), desk.work("ma.rui") as work:
        trail_reviews.record(work, "signed", Filter(), upto=0, outcome="none", remark="")


def test_a_recorded_review_is_never_changed(desk):
    with desk.work(MONITOR) as work:
        trail_reviews.record(work, "late", Filter(), upto=0, outcome="none", remark="")
    with pytest.raises(DatabaseError), desk.work(MONITOR) as work:
        work.session.execute(update(TrailReview).values(outcome="finding"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_monitor_looks_records_and_sees_what_is_new(
    desk, client_request: ClientRequest, language: str
) -> None:
    key, saved = desk.vital_signs()
    desk.sign(saved)
    saved = corrected(desk, key, saved)
    client_request.sign_in(MONITOR)
    client_request.speak(language)
    for view in trail_views.VIEWS:
        client_request.get("trail_reviews.page", view=view, least="1")
        client_request.get("trail_reviews.table", view=view)
    page = client_request.get("trail_reviews.page", view="signed")
    (row,) = page.xpath("//table/tbody/tr[.//s]")
    assert {"122 mmHg", "124 mmHg"} <= {cell.text_content() for cell in row.xpath("td")}
    assert row.xpath(".//a/@href")[0].endswith("/SCR/1/VS/1#SYSBP")
    upto = page.xpath("string(//input[@name='upto']/@value)")
    args = {"view": "signed"}
    client_request.post("trail_reviews.record", _status=422, _args=args, upto=upto)
    given = {"upto": upto, "outcome": "none", "remark": ""}
    client_request.post("trail_reviews.record", _status=303, _args=args, **given)
    page = client_request.follow()
    assert (
        len(page.xpath("//section[@id='done']//tbody/tr[td[6]//span[contains(@class,'ok')]]")) == 1
    )

    corrected(desk, key, saved, "126")
    page = client_request.get("trail_reviews.page", view="signed")
    assert len(page.xpath("//table/tbody/tr[.//s]")) == 2
    assert len(page.xpath("//table/tbody/tr[.//s]//span[contains(@class,'chk')]")) == 1
    client_request.get("trail_reviews.page", _status=404, view="nothing")
    table = client_request.client.get(client_request.url("trail_reviews.table", view="signed"))
    assert table.text.count("\r\n") == 3 and "126 mmHg" in table.text

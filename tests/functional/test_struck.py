"""A struck record takes part in nothing, stays readable, and can be restored with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from ecrf import demo
from ecrf.models import Query, Recheck
from ecrf.outputs import compose, pdf
from ecrf.services import keys, signatures, strikes, subjects, waiting
from ecrf.services.errors import Locked, ReasonNeeded, Stale
from ecrf.services.item_entries import Reason
from ecrf.services.keys import Key
from tests.desk import TYPO
from tests.functional.pages import plain

SERIOUS = {"AETERM": "Sepsis", "AESER": "Y", "AETOXGR": "4"}


def strike(desk, key, revision=1, reason=TYPO):
    with desk.work() as work:
        strikes.strike(work, key, revision=revision, reason=reason)


def restore(desk, key, revision=2, reason=TYPO):
    with desk.work() as work:
        strikes.restore(work, key, revision=revision, reason=reason)


@pytest.fixture
def forms_dir() -> Path:
    """The study as shipped: its adverse events are looked at by other forms."""
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def event(desk):
    """A serious adverse event without a report, which asks for one by a system query."""
    key = Key(desk.consented(), "LOG", 1, "AE")
    desk.save(key, SERIOUS)
    return key


def queries(desk, key):
    with desk.work() as work:
        record = keys.find(work, keys.subject(work, key.subject), key)
        found = select(Query.check, Query.state).where(Query.record_id == record.id)
        return {(check, state) for check, state in work.session.execute(found)}


@pytest.mark.req("R-005", "R-069")
def test_its_queries_close_and_open_again_when_it_is_restored(desk, event):
    assert queries(desk, event) == {("AE-10", "open")}

    strike(desk, event)
    assert queries(desk, event) == {("AE-10", "closed")}
    with desk.work() as work:
        events = subjects.casebook(work, event.subject).events
        (log,) = [at for at in events if at.event.event == "LOG"]
    assert log.queries == 0 and log.state == "empty"

    restore(desk, event)
    assert queries(desk, event) == {("AE-10", "closed"), ("AE-10", "open")}
    assert desk.verify().ok


@pytest.mark.req("R-005")
def test_no_check_of_another_record_looks_at_it_and_what_did_is_judged_again(desk, event):
    report = Key(event.subject, "LOG", 1, "SAE")
    desk.save(report, {"SAEEVT[1].SAEAE": "AE-1"})
    with desk.work() as work:
        work.session.query(Recheck).delete()

    strike(desk, report)

    with desk.work() as work:
        assert set(work.session.scalars(select(Recheck.form))) >= {"AE"}
    now = desk.record(event).revision
    desk.save(event, {"AETOXGR": "3"}, revision=now, reasons={"AETOXGR": TYPO})
    assert ("AE-10", "open") in queries(desk, event)


@pytest.mark.req("R-005")
def test_it_waits_on_nobody_and_cannot_be_signed(desk, event):
    strike(desk, event)

    for who in ("wang.li", "zhao.min"):
        with desk.work(who) as work:
            things = [thing for pile in waiting.piles(work) for thing in pile.things]
        assert not [t for t in things if t.form and t.form.oid == "AE"]
    record = desk.record(event)
    with pytest.raises(Locked), desk.work("zhao.min") as work:
        given = {"username": "zhao.min", "password": demo.PASSWORD, "meaning": "review"}
        signatures.sign(work, desk.keystore, record.id, revision=record.revision, **given)


@pytest.mark.req("R-003", "R-005")
def test_a_move_needs_a_reason_the_revision_seen_and_an_open_record(desk, event):
    with pytest.raises(ReasonNeeded):
        strike(desk, event, reason=Reason(""))
    with pytest.raises(Stale):
        strike(desk, event, revision=9)
    with pytest.raises(Locked):
        restore(desk, event, revision=1)
    strike(desk, event)
    with pytest.raises(Locked):
        strike(desk, event, revision=2)
    with pytest.raises(ReasonNeeded):
        restore(desk, event, reason=Reason(""))
    assert desk.record(event).inactive and desk.verify().ok


@pytest.mark.req("R-005", "R-026")
def test_its_signature_stays_superseded_after_it_is_restored(desk):
    key = Key(desk.consented(), "LOG", 1, "MH")
    saved = desk.save(key, {"mh_none": "Y"}, complete=True)
    assert desk.sign(saved) and desk.signatures(saved) == ["valid"]

    strike(desk, key)
    assert desk.signatures(saved) == ["superseded"]
    restore(desk, key)

    assert desk.signatures(saved) == ["superseded"]
    with desk.work() as work:
        book = subjects.casebook(work, key.subject)
        states = [f.state for at in book.events for f in at.forms if f.form.oid == "MH"]
    assert states == ["superseded"] and desk.verify().ok


@pytest.mark.req("R-002", "R-005")
@pytest.mark.parametrize(("language", "said"), [("en", "struck out"), ("zh", "划除")])
def test_its_print_strikes_it_through_with_who_when_and_why(desk, event, language, said):
    strike(desk, event, reason=Reason("other", "entered twice"))
    number = desk.record(event).id

    text = printed(desk, number, language)

    assert "entered twice" in text and said in text and 'class="part struck"' in text
    restore(desk, event)
    after = printed(desk, number, language)
    assert 'class="part struck"' not in after and "entered twice" in after  # in its trail


def printed(desk, record_id, language):
    with desk.work() as work:
        form = compose.form_casebook(
            work.session,
            work.catalogue,
            record_id,
            language,
            roots=(desk.keystore.root,),
            hidden=frozenset(),
        )
        return pdf.page(form)


@pytest.mark.req("R-003", "R-005")
def test_the_grid_asks_why_and_leads_back_to_the_row(client_request, desk, event):
    client_request.sign_in()
    place = {"code": event.subject, "event": "LOG", "event_no": 1, "form": "AE"}
    args = {
        "subject": event.subject,
        "event": "LOG",
        "event_no": 1,
        "form": "AE",
        "repeat": 1,
    }
    page = client_request.get("logs.page", **place)
    (link,) = page.xpath("//a[@data-move='strike']")

    fields = {"revision": link.get("data-revision"), "reason:": "transcription"}
    client_request.post("records.strike", 303, args, **fields)

    assert client_request.response.location == client_request.url("logs.page", **place) + "#r1"
    assert client_request.follow().xpath("//tr[@class='struck']//a[@data-move='restore']")
    record = client_request.get("records.page", **args)
    assert "Transcription error" in plain(
        record.xpath("//section[contains(@class, 'struckout')]")[0]
    )
    client_request.post("records.restore", 422, args, revision="2")
    client_request.post("records.restore", 303, args, revision="2", **{"reason:": "transcription"})
    assert not client_request.follow().xpath("//tr[@class='struck']")


@pytest.mark.req("R-005")
def test_who_only_reads_finds_no_way_to_strike(client_request, event):
    client_request.sign_in("chen.jing")
    place = {"code": event.subject, "event": "LOG", "event_no": 1, "form": "AE"}

    page = client_request.get("logs.page", **place)

    assert not page.xpath("//*[@data-move]") and not page.xpath("//template")

"""An investigator declines to sign: the form goes back with a query, and comes again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ecrf import demo
from ecrf.models import AuditEntry, Query, Signature
from ecrf.services import queries, rejections, sign_off_due, sign_offs, waiting
from ecrf.services.errors import Forbidden, Invalid, Refused, Stale
from ecrf.services.queries import Said
from ecrf.services.sign_offs import Blocked, Scope
from tests.desk import TYPO
from tests.functional.pages import plain

SIGNER = "zhao.min"
WHY = "The blood pressure does not agree with the source. Check it."


def reject(desk, saved, by=SIGNER, **changes):
    given = {"revision": saved.revision, "reason": WHY, "token": "", **changes}
    with desk.work(by) as work:
        return rejections.reject(work, saved.record_id, **given).id


def waits_for_signature(desk):
    with desk.work(SIGNER) as work:
        things = [t for pile in waiting.piles(work) if pile.kind == "sign" for t in pile.things]
        return {thing.form.oid for thing in things if thing.form}


@pytest.mark.req("R-036")
def test_a_rejected_form_goes_back_and_is_signed_once_the_site_has_answered(desk):
    key, saved = desk.vital_signs()
    scope = Scope(key.subject, "visit", "SCR")
    number = reject(desk, saved)

    with desk.work(SIGNER) as work:
        asked = work.session.get_one(Query, number)
        assert (asked.state, asked.path, asked.text, asked.raised_by) == ("open", "", WHY, SIGNER)
        entries = work.session.scalars(select(AuditEntry).where(AuditEntry.record_id.is_not(None)))
        assert [e.actor for e in entries if e.action == "signature.reject"] == [SIGNER]
        assert work.session.scalars(select(Signature)).all() == []
    assert "VS" not in waits_for_signature(desk)
    with pytest.raises(Refused) as refusal:
        desk.sign(saved)
    assert [finding.id for finding in refusal.value.findings] == ["form.rejected"]
    with pytest.raises(Blocked), desk.work("liu.yang") as work:  # nor with its visit, by another
        listed = sign_offs.seen(sign_offs.lines(work, scope))
        given = {"username": "liu.yang", "password": demo.PASSWORD, "meaning": "review"}
        sign_offs.sign(work, desk.keystore, scope, listed=listed, **given)

    again = desk.save(key, {"SYSBP": "124"}, revision=saved.revision, reasons={"SYSBP": TYPO})
    with desk.work() as work:
        queries.move(work, number, "answer", Said("Corrected."), seen=1)
    assert desk.sign(again)
    assert desk.signatures(again) == ["valid"]
    assert desk.verify().ok


@pytest.mark.req("R-036")
def test_what_cannot_be_rejected_stays_as_it_is(desk):
    key, saved = desk.vital_signs()
    for wrong, kind in (({"reason": " "}, Invalid), ({"revision": 9}, Stale)):
        with pytest.raises(kind):
            reject(desk, saved, **wrong)
    for who in ("wang.li", "chen.jing"):
        with pytest.raises(Forbidden):
            reject(desk, saved, by=who)
    reject(desk, saved)
    with pytest.raises(Invalid) as refusal:
        reject(desk, saved)
    assert refusal.value.code == "rejection.twice"

    with desk.work(SIGNER) as work:
        (number,) = work.session.scalars(select(Query.id))
        queries.move(work, number, "cancel", Said("I read the wrong line."), seen=1)
    assert desk.sign(saved)
    with pytest.raises(Invalid) as refusal:
        reject(desk, saved)
    assert refusal.value.code == "rejection.signed"
    assert desk.signatures(saved) == ["valid"]


@pytest.mark.req("R-036")
@pytest.mark.parametrize(("language", "rejected"), [("en", "was rejected"), ("zh", "已被退回")])
def test_the_page_takes_a_reason_and_says_that_the_form_waits(
    client_request, desk, language, rejected
):
    _, saved = desk.vital_signs()
    place = {"record_id": saved.record_id}
    client_request.sign_in(SIGNER)
    client_request.speak(language)
    page = client_request.get("signatures.page", **place)
    form = page.xpath("//form[contains(@action, '/reject')]")[0]
    given = {i.get("name"): i.get("value") for i in form.xpath(".//input[@name != 'csrf_token']")}
    client_request.post("signatures.reject", _status=422, _args=place, **given, reason="")
    client_request.post("signatures.reject", _status=303, _args=place, **given, reason="Pulse?")

    page = client_request.get("signatures.page", **place)
    assert rejected in plain(page) and not page.xpath("//form[contains(@action, '/reject')]")
    client_request.post("signatures.reject", _status=422, _args=place, **given, reason="Pulse?")
    with desk.work() as work:
        assert len(work.session.scalars(select(Query)).all()) == 1


@pytest.mark.req("R-036", "R-033")
def test_a_rejected_form_is_shown_as_sent_back_and_waits_for_no_signature(desk, client_request):
    _key, saved = desk.vital_signs()
    visit = {"scope": "visit", "name": "SCR"}

    def to_sign():
        with desk.work(SIGNER) as work:
            here = [one for one in sign_off_due.due(work) if one.scope.name == visit["name"]]
            return [(one.to_sign, one.rejected) for one in here]

    ((before, none_back),) = to_sign()
    number = reject(desk, saved)
    client_request.sign_in()
    code = client_request.get("subjects.matrix").xpath("string(//tbody/tr/th//a)").strip()
    assert none_back == 0 and to_sign() == [(before - 1, 1)]
    page = client_request.get("subjects.matrix")
    assert page.xpath("//td//*[contains(text(), 'sent back')]")
    page = client_request.get("subjects.casebook", code=code)
    assert len(page.xpath("//tr//span[contains(@class, 'tag') and contains(., 'sent back')]")) == 1

    with desk.work() as work:
        queries.move(work, number, "answer", Said("It agrees."), seen=1)
    assert to_sign() == [(before, 0)]

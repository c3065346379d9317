"""Signing inside and outside the dates of the signer's delegation."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select

from ecrf import demo
from ecrf.models import AuditEntry, Signature
from ecrf.models.columns import instant
from ecrf.outputs.casebook import Moment
from ecrf.outputs.signatures import read as printed
from ecrf.services import accounts, sign_offs, signatures
from ecrf.services.errors import NotDelegated
from ecrf.services.sign_offs import Scope
from ecrf.services.work import utc_now
from tests.functional.pages import plain

SIGNER = "zhao.min"
DAY = dt.timedelta(days=1)


def delegate(desk, **changes):
    """Set the period (days from now), site or role of the signer's delegation."""
    for name in ("valid_from", "valid_to"):
        if changes.get(name) is not None:
            changes[name] = instant(utc_now() + changes[name] * DAY)
    with desk.work("lin.tao") as work:
        held = accounts.find(work, SIGNER).grants[0]
        for name, value in changes.items():
            setattr(held, name, value)


def refusals(desk):
    with desk.work() as work:
        query = select(AuditEntry.body).where(AuditEntry.action == "signature.refused")
        return [json.loads(body) for body in work.session.scalars(query)]


@pytest.mark.req("R-028", "R-052")
@pytest.mark.parametrize(
    ("period", "nearest"),
    [
        ({"valid_from": -30, "valid_to": -1}, "ended"),
        ({"valid_from": 1, "valid_to": 30}, "coming"),
        ({"site": "SH01"}, ""),
        ({"role": "coordinator"}, ""),
    ],
)
def test_outside_the_delegation_nothing_is_signed_and_the_log_says_so(desk, period, nearest):
    key, saved = desk.vital_signs()
    session = {"role": "investigator", "site": "BJ01"}  # it began before the delegation changed
    given = {"username": SIGNER, "password": demo.PASSWORD, "meaning": "review"}
    delegate(desk, **period)

    with pytest.raises(NotDelegated) as refusal, desk.work(SIGNER, **session) as work:
        signatures.sign(work, desk.keystore, saved.record_id, revision=saved.revision, **given)
    assert bool(refusal.value.ended) == (nearest == "ended")
    assert bool(refusal.value.coming) == (nearest == "coming")
    with pytest.raises(NotDelegated), desk.work(SIGNER, **session) as work:
        scope = Scope(key.subject, "visit", "SCR")
        listed = sign_offs.seen(sign_offs.lines(work, scope))
        sign_offs.sign(work, desk.keystore, scope, listed=listed, **given)

    assert desk.signatures(saved) == []
    assert [body["detail"]["why"] for body in refusals(desk)] == ["delegation"] * 2
    assert desk.verify().ok


@pytest.mark.req("R-023", "R-028")
def test_the_signed_content_the_list_and_the_page_name_the_delegation(client_request, desk):
    delegate(desk, valid_from=-30, valid_to=30)
    key, saved = desk.vital_signs()
    desk.sign(saved)
    with desk.work(SIGNER) as work:
        held = accounts.find(work, SIGNER).grants[0]
        dates = {"since": held.valid_from, "until": held.valid_to}
        content = json.loads(work.session.scalars(select(Signature.content)).one())
        [line] = printed(
            work.session,
            work.catalogue.study.study,
            desk.load(work, saved),
            _clock,
            (desk.keystore.root,),
        )
    assert content["signer"]["delegation"] == {"role": "investigator", "site": "BJ01", **dates}
    assert (line.delegation.since.utc, line.delegation.until.utc) == tuple(dates.values())

    client_request.sign_in(SIGNER)
    for language, word in (("en", "delegated since"), ("zh", "授权自")):
        client_request.speak(language)
        shown = plain(client_request.get("signatures.page", record_id=saved.record_id))
        assert word in shown and dates["until"][:4] in shown


def _clock(instant: str) -> Moment:
    return Moment(instant, instant)


@pytest.mark.req("R-028")
@pytest.mark.parametrize(("language", "said"), [("en", "delegation ended on"), ("zh", "授权已于")])
def test_a_delegation_that_ends_between_reading_and_signing(
    client_request, desk, monkeypatch, language, said
):
    """The session is found, then the administrator is quicker."""
    _, saved = desk.vital_signs()
    client_request.sign_in(SIGNER)
    client_request.speak(language)
    client_request.get("signatures.page", record_id=saved.record_id)
    sign = signatures.sign

    def overtaken(work, *given, **more):
        accounts.find(work, SIGNER).grants[0].valid_to = work.at
        return sign(work, *given, **more)

    monkeypatch.setattr(signatures, "sign", overtaken)
    page = client_request.post(
        "signatures.sign",
        _status=403,
        _args={"record_id": saved.record_id},
        username=SIGNER,
        password=demo.PASSWORD,
        revision=str(saved.revision),
        meaning="review",
    )
    assert said in plain(page.xpath("//*[@role='alert']")[0])
    assert desk.signatures(saved) == [] and len(refusals(desk)) == 1


@pytest.mark.req("R-045", "R-052")
def test_who_holds_no_role_now_is_told_so_at_sign_in(client_request, desk):
    delegate(desk, valid_from=-30, valid_to=-1)
    client_request.get("accounts.sign_in")
    page = client_request.post(
        "accounts.sign_in", _status=401, username=SIGNER, password=demo.PASSWORD
    )
    assert "No role of yours is in force" in plain(page.xpath("//*[@role='alert']")[0])

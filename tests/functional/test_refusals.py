"""What is refused for the role, or for where a query stands, is written to the system's log."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ecrf import demo
from ecrf.models import AuditEntry
from ecrf.services.audit import SYSTEM_LOG
from tests.functional.seats import sit
from tests.functional.test_queries import ask, stored


def refused(desk):
    """(user, tried, why, number of the record or query) of each refusal in the log."""
    query = select(AuditEntry.body).where(
        AuditEntry.log == SYSTEM_LOG, AuditEntry.action == "access.refused"
    )
    with desk.work() as work:
        bodies = [json.loads(body) for body in work.session.scalars(query.order_by(AuditEntry.seq))]
    told = [(body["by"]["user"], body["detail"]) for body in bodies]
    return [(user, d["tried"], d["why"], d.get("record_id", d.get("number"))) for user, d in told]


@pytest.mark.req("R-028")
@pytest.mark.parametrize("username", ["chen.jing", "sun.hao", "wang.li", "ma.rui"])
def test_signing_in_a_role_that_may_not_is_refused_and_logged(app, desk, vital_signs, username):
    _, saved = vital_signs
    seat = sit(app, username)
    given = {"username": username, "password": demo.PASSWORD, "meaning": "review"}

    answer = seat.post(f"/records/{saved.record_id}/sign", given)

    assert answer.status_code == 403 and desk.signatures(saved) == []
    assert refused(desk) == [(username, "signatures.sign", "role", saved.record_id)]
    assert desk.verify().ok


@pytest.mark.req("R-028", "R-077")
def test_a_refused_move_of_a_query_is_logged_with_the_reason(app, desk, vital_signs):
    number = ask(desk, vital_signs[0], by="sun.hao")
    own = ask(desk, vital_signs[0], by="zhao.min")
    site, monitor, raiser = sit(app), sit(app, "chen.jing"), sit(app, "zhao.min")
    answer = {"seen": "1", "text": "Checked against the source."}

    told = [
        site.post(f"/queries/{number}/close", answer).status_code,
        monitor.post(f"/queries/{number}/close", answer).status_code,
        raiser.post(f"/queries/{own}/answer", answer).status_code,
        site.post(f"/queries/{number}/answer", answer).status_code,
        site.post(f"/queries/{number}/answer", answer).status_code,
        site.post(f"/queries/{number}/answer", {**answer, "seen": "2"}).status_code,
    ]

    assert told == [403, 403, 422, 303, 409, 422]
    assert refused(desk) == [
        ("wang.li", "queries.close", "role", number),
        ("chen.jing", "queries.close", "role", number),
        ("zhao.min", "queries.answer", "own", own),
        ("wang.li", "queries.answer", "stale", number),
        ("wang.li", "queries.answer", "state", number),
    ]
    assert stored(desk, number) == ("answered", 2, ["open", "answer"])


def test_looking_and_typing_something_wrong_are_no_refusals(app, desk, vital_signs):
    number = ask(desk, vital_signs[0])
    site = sit(app)

    assert site.get("/builds").status_code in (403, 404)
    assert site.post(f"/queries/{number}/answer", {"seen": "1", "text": ""}).status_code == 422

    assert refused(desk) == []


def test_what_was_typed_into_an_address_is_not_kept(app, desk):
    code = desk.consented()
    seat = sit(app, "ma.rui")

    for subject in (code, "ZHANG-SAN"):
        address = f"/subjects/{subject}/SCR/1/ZHANG-SAN/1/queries"
        assert seat.post(address, {"text": "ZHANG-SAN"}).status_code == 403

    with desk.work() as work:
        query = select(AuditEntry.body).where(AuditEntry.action == "access.refused")
        bodies = list(work.session.scalars(query.order_by(AuditEntry.seq)))
    assert [json.loads(body)["detail"].get("subject") for body in bodies] == [code, None]
    assert not any("ZHANG-SAN" in body for body in bodies)

"""Two people on one form see each other; who left, or fell silent, is gone."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from ecrf.models import LoginSession, Presence
from ecrf.services import presence
from ecrf.services.errors import Forbidden
from ecrf.services.keys import Key
from ecrf.services.presence import Other
from tests.desk import Desk
from tests.functional.conftest import ClientRequest

LONG = dt.timedelta(seconds=60)


@pytest.mark.req("R-064")
def test_each_sees_the_other_until_one_leaves_or_falls_silent(app: Flask) -> None:
    desk = Desk(app)
    key = Key(desk.consented(), "SCR", 1, "VS")
    elsewhere = Key(key.subject, "SCR", 1, "LBH")

    def at(username: str, where: Key = key, typing: bool = False, after: dt.timedelta = LONG * 0):
        now = dt.datetime.now(dt.UTC) + after
        with desk.work(username, now) as work:
            return presence.arrive(work, where, typing)

    assert at("wang.li", typing=True) == []
    (seen,) = at("zhao.min")
    assert seen == Other(desk.actor("wang.li").name, True)
    assert [other.typing for other in at("wang.li")] == [False]
    assert at("liu.yang", elsewhere) == []
    with desk.work("zhao.min") as work:
        presence.leave(work, key)
    assert at("wang.li") == []
    at("zhao.min")
    assert at("wang.li", after=LONG) == []
    at("zhao.min", elsewhere, after=LONG * 3)
    with desk.work() as work:
        kept = work.session.scalars(select(Presence)).all()
        assert {row.form for row in kept} == {"LBH"}, "old rows go"


@pytest.mark.req("R-040")
def test_only_who_may_enter_is_there(app: Flask) -> None:
    desk = Desk(app)
    key = Key(desk.consented(), "SCR", 1, "VS")
    with desk.work("chen.jing") as work, pytest.raises(Forbidden):
        presence.arrive(work, key, False)


@pytest.mark.req("R-158")
def test_a_page_that_asks_by_itself_does_not_keep_the_session_open(
    app: Flask, client_request: ClientRequest, subject: str
) -> None:
    client_request.sign_in()
    past = "2026-01-01T00:00:00.000Z"
    recent = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    with Desk(app).work() as work:
        (session,) = work.session.scalars(select(LoginSession))
        session.seen_at = past = recent.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    place = {"subject": subject, "event": "SCR", "event_no": 1, "form": "IC", "repeat": 1}
    client_request.post("presence.here", 200, place, typing="0")
    assert client_request.response.json == {"others": []}
    with Desk(app).work() as work:
        (session,) = work.session.scalars(select(LoginSession))
        assert session.seen_at == past
    client_request.get("records.page", **place)
    with Desk(app).work() as work:
        (session,) = work.session.scalars(select(LoginSession))
        assert session.seen_at > past

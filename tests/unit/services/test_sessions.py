"""Sessions live on the server, lock when idle, end for good."""

import datetime as dt

import pytest

from ecrf.services import accounts, sessions
from ecrf.services.sessions import Limits
from ecrf.services.work import utc_now

LIMITS = Limits(idle=dt.timedelta(minutes=15), absolute=dt.timedelta(hours=12))
START = utc_now()


def begin(desk, now=START):
    with desk.work("lin.tao", now) as work:
        user = accounts.find(work, "wang.li")
        return sessions.begin(work, user, user.grants[0], "127.0.0.1", "test")


def find(work, secret):
    return sessions.find(work, secret, LIMITS)


def test_the_cookie_secret_is_not_what_is_stored(desk):
    secret = begin(desk)

    with desk.work() as work:
        found = find(work, secret)
        assert found.digest != secret and find(work, found.digest) is None


@pytest.mark.req("R-158")
@pytest.mark.parametrize("minutes, idle", [(14, False), (16, True)])
def test_a_session_is_idle_after_a_quarter_of_an_hour(desk, minutes, idle):
    secret = begin(desk)

    with desk.work(now=START + dt.timedelta(minutes=minutes)) as work:
        assert sessions.idle(work, find(work, secret), LIMITS) is idle


@pytest.mark.req("R-158")
def test_a_session_ends_after_twelve_hours_whatever_happens(desk):
    secret = begin(desk)

    with desk.work(now=START + dt.timedelta(hours=13)) as work:
        assert find(work, secret) is None


def test_an_unlock_gives_a_new_secret_and_the_old_one_is_dead(desk):
    secret = begin(desk)
    with desk.work() as work:
        sessions.lock(work, find(work, secret).digest)
    with desk.work() as work:
        fresh = sessions.renew(work, find(work, secret).digest, "127.0.0.1")

    with desk.work() as work:
        assert find(work, secret) is None
        assert not find(work, fresh).locked_at


def test_signing_out_ends_the_session(desk):
    secret = begin(desk)
    with desk.work() as work:
        sessions.end(work, find(work, secret).digest, "user")

    with desk.work() as work:
        assert find(work, secret) is None


@pytest.mark.req("R-045", "R-052")
def test_a_grant_that_ended_ends_the_role(desk):
    secret = begin(desk)
    with desk.work("lin.tao") as work:
        accounts.find(work, "wang.li").grants[0].valid_to = work.at

    with desk.work("lin.tao", utc_now()) as work:
        assert find(work, secret) is None


@pytest.mark.req("R-045")
def test_closing_the_account_ends_the_session(desk):
    secret = begin(desk)
    with desk.work("lin.tao") as work:
        accounts.close(work, accounts.find(work, "wang.li"), "left")

    with desk.work() as work:
        assert find(work, secret) is None

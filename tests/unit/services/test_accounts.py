"""Accounts: one person each, never shared, never re-used, locked after five failures."""

import datetime as dt

import pytest
from sqlalchemy import select

from ecrf.models import AuditEntry
from ecrf.services import accounts, passwords
from ecrf.services.errors import Invalid
from ecrf.services.work import utc_now

NEW = {
    "username": "qian.feng",
    "name": "钱峰 Qian Feng",
    "organisation": "Hospital",
    "email": "qian@example.org",
    "role": "coordinator",
    "site": "BJ01",
}


def actions(work, username):
    query = select(AuditEntry).where(AuditEntry.log == "system").order_by(AuditEntry.seq)
    return [e.action for e in work.session.scalars(query) if f'"{username}"' in e.body]


@pytest.mark.req("R-039", "R-049")
def test_a_new_account_gets_a_password_good_once_and_for_a_day(desk):
    with desk.work("lin.tao") as work:
        user, password = accounts.add(work, **NEW)
        assert accounts.authenticate(work, "qian.feng", password) is user
        assert user.password_single_use

    with desk.work("lin.tao", utc_now() + dt.timedelta(hours=25)) as work:
        assert accounts.authenticate(work, "qian.feng", password) is None


@pytest.mark.req("R-010")
def test_creation_and_grant_are_logged(desk):
    with desk.work("lin.tao") as work:
        accounts.add(work, **NEW)
        assert actions(work, "qian.feng") == ["account.create", "account.grant"]


@pytest.mark.req("R-030")
def test_a_user_name_is_never_given_twice(desk):
    with desk.work("lin.tao") as work:
        accounts.close(work, accounts.find(work, "wang.li"), "left")

    with pytest.raises(Invalid, match="user.exists"), desk.work("lin.tao") as work:
        accounts.add(work, **{**NEW, "username": "wang.li"})


@pytest.mark.parametrize(
    "change, code",
    [
        ({"username": "Q"}, "user.username"),
        ({"role": "superuser"}, "user.role"),
        ({"site": "XX99"}, "user.site"),
    ],
)
def test_a_faulty_account_is_refused(desk, change, code):
    with pytest.raises(Invalid, match=code), desk.work("lin.tao") as work:
        accounts.add(work, **{**NEW, **change})


@pytest.mark.req("R-042")
def test_nobody_changes_their_own_roles_and_forbidden_pairs_are_refused(desk):
    with pytest.raises(Invalid, match="user.own_role"), desk.work("lin.tao") as work:
        accounts.grant(work, accounts.find(work, "lin.tao"), "inspector", "*")
    with pytest.raises(Invalid, match="user.conflict"), desk.work("lin.tao") as work:
        accounts.grant(work, accounts.find(work, "wang.li"), "monitor", "BJ01")


@pytest.mark.req("R-157")
def test_five_failures_lock_for_a_quarter_of_an_hour(desk):
    start = utc_now()
    with desk.work("lin.tao", start) as work:
        for _ in range(5):
            assert accounts.authenticate(work, "wang.li", "wrong") is None
        assert accounts.authenticate(work, "wang.li", "CellTherapy-2026") is None
        assert "account.lockout" in actions(work, "wang.li")

    with desk.work("lin.tao", start + dt.timedelta(minutes=16)) as work:
        assert accounts.authenticate(work, "wang.li", "CellTherapy-2026")


@pytest.mark.req("R-045")
def test_a_closed_account_cannot_sign_in(desk):
    with desk.work("lin.tao") as work:
        accounts.close(work, accounts.find(work, "wang.li"), "left")
        assert accounts.authenticate(work, "wang.li", "CellTherapy-2026") is None


@pytest.mark.req("R-155")
@pytest.mark.parametrize(
    "password, code",
    [
        ("short-1", "password.short"),
        ("aaaaaaaaaaaaaa", "password.weak"),
        ("my-password-2026", "password.weak"),
        ("wang.li-is-here", "password.username"),
    ],
)
def test_weak_passwords_are_refused(password, code):
    with pytest.raises(Invalid, match=code):
        passwords.check_new(password, "wang.li", [])


@pytest.mark.req("R-155")
def test_the_last_five_passwords_are_not_used_again():
    old = [passwords.hash_of(f"CellTherapy-{n}") for n in range(6)]

    with pytest.raises(Invalid, match="password.used"):
        passwords.check_new("CellTherapy-5", "wang.li", old)
    passwords.check_new("CellTherapy-0", "wang.li", old)


@pytest.mark.req("R-155")
def test_passwords_are_stored_with_argon2id():
    assert passwords.hash_of("CellTherapy-2026").startswith("$argon2id$")

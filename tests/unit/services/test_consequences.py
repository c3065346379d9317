"""What falls and what stands after a change: marks, queries and confirmations."""

import pytest
from sqlalchemy import select

from ecrf.models import Query, QueryEvent, ReviewMark
from ecrf.services.keys import Key
from tests.desk import CONSENT, TYPO, VITAL_SIGNS


def verify(desk, saved, path):
    """A monitor's mark on the present value version, as the review screens will write it."""
    with desk.work("chen.jing") as work:
        record = desk.load(work, saved)
        work.session.add(
            ReviewMark(
                record_id=record.id,
                path=path,
                kind="sdv",
                act="verify",
                value_seq=record.versions[path],
                by="chen.jing",
                role="monitor",
                at=work.at,
                seq=record.last_seq,
            )
        )


def marks(desk, path):
    with desk.work() as work:
        query = select(ReviewMark).where(ReviewMark.path == path).order_by(ReviewMark.id)
        return [(mark.act, mark.value_seq) for mark in work.session.scalars(query)]


@pytest.mark.req("R-083")
def test_a_verified_value_that_changes_has_to_be_verified_again(desk):
    key, saved = desk.vital_signs()
    verify(desk, saved, "TEMP")
    verify(desk, saved, "PULSE")

    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    version = desk.record(key).versions["TEMP"]
    assert [act for act, _ in marks(desk, "TEMP")] == ["verify", "reset"]
    assert marks(desk, "TEMP")[1][1] == version
    assert [act for act, _ in marks(desk, "PULSE")] == ["verify"]


def queries(desk):
    with desk.work() as work:
        found = work.session.scalars(select(Query).order_by(Query.id)).all()
        return [(query.check, query.state, query.value_seq) for query in found]


@pytest.fixture
def not_given(desk):
    """A consent form that says the subject got no copy: a check that asks."""
    key = Key(desk.subject(), "SCR", 1, "IC")
    who = str(desk.actor("zhao.min").user_id)
    return key, desk.save(key, {**CONSENT, "ic_inv": who, "ic_copy": "N"})


@pytest.mark.req("R-076", "R-079")
def test_a_check_that_asks_opens_a_query_and_closes_it_when_it_no_longer_fires(desk, not_given):
    key, _ = not_given
    opened = queries(desk)
    assert [state for _, state, _ in opened] == ["open"]
    assert opened[0][2] == desk.record(key).versions["ic_copy"]

    desk.save(key, {"ic_copy": "Y"}, revision=1, reasons={"ic_copy": TYPO})

    assert [state for _, state, _ in queries(desk)] == ["closed"]
    version = desk.record(key).versions["ic_copy"]
    with desk.work() as work:
        moves = work.session.scalars(select(QueryEvent).order_by(QueryEvent.id)).all()
        assert [(m.move, m.by) for m in moves] == [
            ("open", "system:checks"),
            ("close", "system:checks"),
        ]
        assert moves[1].value_seq == version


def test_a_query_is_not_opened_twice(desk, not_given):
    key, _ = not_given

    desk.save(key, {"ic_time": "09:31"}, revision=1, reasons={"ic_time": TYPO})

    assert len(queries(desk)) == 1


@pytest.mark.req("R-011")
def test_a_confirmation_holds_for_the_value_it_was_given_for_only(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    confirmed = frozenset({"TEMP.soft@TEMP"})
    desk.save(key, {**VITAL_SIGNS, "TEMP": "39.4"}, confirmed=confirmed, complete=True)
    assert desk.record(key).status == "complete"

    desk.save(key, {"TEMP": "39.6"}, revision=1, reasons={"TEMP": TYPO})

    assert desk.record(key).status == "part"

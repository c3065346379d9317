"""Queries and review marks of a form, as the tables hold them."""

import pytest

from ecrf.models import Query, QueryEvent, ReviewMark
from ecrf.outputs import compose, reviews

pytestmark = pytest.mark.sqlite
AT = "2026-11-23T03:05:12.123Z"


@pytest.fixture
def work(desk):
    """A form whose temperature was queried, answered and verified, then changed."""
    _, saved = desk.vital_signs()
    with desk.work("chen.jing") as work:
        by = {"by": "chen.jing", "role": "monitor", "at": AT}
        query = Query(
            subject_id=desk.load(work, saved).subject_id,
            event="SCR",
            event_no=1,
            form="VS",
            record_id=saved.record_id,
            path="TEMP",
            value_seq=5,
            check=None,
            text="Is 36.6 right?",
            raised_by="chen.jing",
            raised_role="monitor",
            raised_at=AT,
            moved_at=AT,
            state="answered",
        )
        work.session.add(query)
        work.session.flush()
        for seq, (move, text) in enumerate((("open", query.text), ("answer", "是的")), 90):
            said = {"move": move, "text": text, "salt": "", "value_seq": 5, "seq": seq}
            event = QueryEvent(query_id=query.id, **said, **by)
            work.session.add(event)
        for seq, (kind, act) in enumerate(
            (("sdv", "verify"), ("medical", "verify"), ("sdv", "reset")), 92
        ):
            mark = ReviewMark(
                record_id=saved.record_id,
                path="TEMP",
                kind=kind,
                act=act,
                value_seq=5,
                reason="",
                seq=seq,
                **by,
            )
            work.session.add(mark)
        work.session.flush()
        work.session.info["record"] = saved.record_id
        yield work
        work.session.rollback()


def arguments(work):
    form = work.catalogue.current("VS")

    def clock(instant):
        return compose.at_site(work.catalogue, "BJ01", instant)

    return work.session, work.session.info["record"], form, clock


@pytest.mark.req("R-103")
def test_a_query_is_printed_with_every_answer_and_full_names(work):
    (query,) = reviews.queries(*arguments(work))

    assert (query.label.zh, query.state.en, query.text) == ("体温", "answered", "Is 36.6 right?")
    assert query.raised_by.endswith("(chen.jing)")
    assert [(m.move.en, m.text, m.seq) for m in query.moves] == [
        ("Raised", "", 90),
        ("Answered", "是的", 91),
    ]


@pytest.mark.req("R-103", "R-083")
def test_every_mark_is_printed_and_the_latest_of_each_kind_stands_at_the_item(work):
    session, record_id, *_ = arguments(work)
    acts = reviews.marks(*arguments(work))

    assert [mark.act.en for mark in acts] == ["verified", "verified", "value changed, verify again"]
    assert reviews.latest_marks(session, record_id) == {
        "TEMP": (("sdv", "reset"), ("medical", "verify"))
    }


@pytest.mark.req("R-102")
def test_an_item_shows_number_and_state_of_its_queries(work):
    session, record_id, *_ = arguments(work)

    ((path, ((number, state),)),) = reviews.queries_by_item(session, record_id).items()

    assert (path, state) == ("TEMP", "answered") and number > 0

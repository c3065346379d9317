"""Queries: raised, answered with a change, closed; who may what, and two people at once."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import select

from ecrf.models import AuditEntry, Query, QueryEvent
from ecrf.services import queries, query_threads
from ecrf.services.errors import (
    Forbidden,
    Invalid,
    Locked,
    NotFound,
    ServiceError,
    Stale,
)
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from tests.desk import CONSENT, TYPO, VITAL_SIGNS
from tests.functional.pages import plain
from tests.functional.seats import address, sit
from tests.functional.test_races import at_once

ASKED = Said("Please check this against the source.")


def ask(desk, key, path="TEMP", by="chen.jing", token=""):
    with desk.work(by) as work:
        return queries.raise_query(work, key, path, ASKED, token).id


def move(desk, number, name, by, text="", seen=None):
    with desk.work(by) as work:
        at = work.session.get_one(Query, number).moves if seen is None else seen
        return queries.move(work, number, name, Said(text), seen=at).state


def stored(desk, number):
    with desk.work() as work:
        found = work.session.get_one(Query, number)
        events = select(QueryEvent).where(QueryEvent.query_id == number).order_by(QueryEvent.id)
        moves = [event.move for event in work.session.scalars(events)]
        return found.state, found.moves, moves


def bodies(desk, action):
    with desk.work() as work:
        query = select(AuditEntry.body).where(AuditEntry.action == action).order_by(AuditEntry.seq)
        return list(work.session.scalars(query))


@pytest.mark.req("R-076", "R-077", "R-078")
def test_a_query_is_answered_with_a_change_and_closed_by_who_raised_it(desk, vital_signs):
    key, _ = vital_signs
    number = ask(desk, key)

    changed = desk.save(key, {"TEMP": "36.9"}, revision=1, reasons={"TEMP": TYPO})
    assert (
        move(desk, number, "answer", "wang.li", "Corrected according to the source.") == "answered"
    )
    assert move(desk, number, "close", "chen.jing") == "closed"

    assert stored(desk, number) == ("closed", 3, ["open", "answer", "close"])
    assert f'"queries":[{number}]' in bodies(desk, "item.change")[-1]
    with desk.work("chen.jing") as work:
        (thread,) = query_threads.item(work, key, "TEMP").threads
        answer = thread.said[1]
        assert (answer.change.old.text, answer.change.new.text) == ("36.6", "36.9")
        version = answer.event.value_seq
    assert version == desk.record(key).versions["TEMP"]
    assert changed.revision == 2
    assert desk.verify().ok


@pytest.mark.req("R-026", "R-076")
def test_a_query_voids_no_signature(desk, vital_signs):
    key, saved = vital_signs
    desk.sign(saved)

    number = ask(desk, key)
    move(desk, number, "answer", "wang.li", "Checked.")
    move(desk, number, "reopen", "chen.jing", "Please look again.")

    assert desk.signatures(saved) == ["valid"]


@pytest.mark.req("R-077")
def test_site_staff_answer_and_cannot_close(desk, vital_signs):
    number = ask(desk, vital_signs[0])
    move(desk, number, "answer", "wang.li", "Checked.")

    for by in ("wang.li", "zhao.min", "liu.yang"):
        with pytest.raises(Forbidden):
            move(desk, number, "close", by, "It is right.")
    for by in ("ma.rui", "he.xin"):
        with pytest.raises(Forbidden):
            move(desk, number, "reopen", by, "Again.")

    assert stored(desk, number) == ("answered", 2, ["open", "answer"])


@pytest.mark.parametrize("path", ["", "TEMP"])
def test_an_empty_form_is_asked_about_and_its_record_takes_the_query_over(desk, path):
    key = Key(desk.consented(), "SCR", 1, "VS")
    number = ask(desk, key, path)

    saved = desk.save(key, VITAL_SIGNS)

    with desk.work() as work:
        assert work.session.get_one(Query, number).record_id == saved.record_id


def test_a_visit_is_asked_about_and_the_matrix_shows_it(desk, client_request):
    code = desk.consented()
    number = ask(desk, Key(code, "SCR", 1, ""), "")
    client_request.sign_in()

    page = client_request.get("subjects.casebook", code=code)
    thread = client_request.get("queries.thread", number=number)

    assert "open query" in plain(page.get_element_by_id("SCR-1"))
    assert ASKED.text in plain(thread.find(".//main"))


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (("SCR", 1, "VS"), "NOPE"),
        (("SCR", 1, ""), "TEMP"),
        (("SCR", 2, "VS"), ""),
        (("X", 1, ""), ""),
    ],
)
def test_only_what_there_is_can_be_asked_about(desk, key, path):
    code = desk.consented()

    with pytest.raises(NotFound):
        ask(desk, Key(code, *key), path)


@pytest.mark.req("R-145")
@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "Patient name: Li Lei"])
def test_a_text_that_cannot_be_kept_raises_nothing(desk, vital_signs, text):
    with pytest.raises(Invalid), desk.work("chen.jing") as work:
        queries.raise_query(work, vital_signs[0], "TEMP", Said(text))

    assert bodies(desk, "query.open") == []


@pytest.mark.req("R-087")
def test_nothing_moves_once_the_form_is_locked(desk, vital_signs):
    key, saved = vital_signs
    number = ask(desk, key)
    with desk.work("sun.hao") as work:
        desk.load(work, saved).locked = True

    with pytest.raises(Locked):
        move(desk, number, "answer", "wang.li", "Checked.")
    with pytest.raises(Locked):
        ask(desk, key)


class TestChecks:
    """Queries that a check raised."""

    @pytest.fixture
    def fired(self, desk):
        key = Key(desk.subject(), "SCR", 1, "IC")
        who = str(desk.actor("zhao.min").user_id)
        desk.save(key, {**CONSENT, "ic_inv": who, "ic_copy": "N"})
        with desk.work() as work:
            return key, work.session.scalars(select(Query.id)).one()

    @pytest.mark.req("R-079")
    def test_what_a_person_accepted_is_asked_again_only_for_another_value(self, desk, fired):
        key, number = fired
        move(desk, number, "close", "sun.hao", "The subject declined the copy.")
        desk.save(key, {"ic_time": "09:31"}, revision=1, reasons={"ic_time": TYPO})
        with desk.work() as work:
            assert work.session.scalars(select(Query.id)).all() == [number]

        desk.save(key, {"ic_copy": "Y"}, revision=2, reasons={"ic_copy": TYPO})
        desk.save(key, {"ic_copy": "N"}, revision=3, reasons={"ic_copy": TYPO})

        with desk.work() as work:
            states = work.session.scalars(select(Query.state).order_by(Query.id)).all()
        assert states == ["closed", "open"]

    @pytest.mark.req("R-079")
    def test_nobody_withdraws_for_the_check(self, desk, fired):
        with pytest.raises(Invalid):
            move(desk, fired[1], "cancel", "sun.hao", "Not needed.")

    def test_it_reads_in_both_languages(self, desk, fired):
        texts = {}
        for language in ("en", "zh"):
            with desk.work(language=language) as work:
                (line,) = query_threads.item(work, fired[0], "ic_copy").threads
                texts[language] = query_threads.words(line.query, language)

        assert texts["en"].isascii() and not texts["zh"].isascii()


@pytest.mark.req("R-077")
@pytest.mark.parametrize("round_", range(5))
def test_of_two_who_close_one_query_one_does_and_the_other_is_told(desk, vital_signs, round_):
    number = ask(desk, vital_signs[0])
    move(desk, number, "answer", "wang.li", "Checked.")

    results = at_once(
        [lambda by=by: move(desk, number, "close", by, seen=2) for by in ("chen.jing", "sun.hao")]
    )

    assert sorted(map(str, map(type, results))) == sorted([str(str), str(Stale)])
    assert stored(desk, number) == ("closed", 3, ["open", "answer", "close"])
    assert desk.verify().ok


@pytest.mark.req("R-078")
def test_an_answer_and_a_save_at_once_both_stand(desk, vital_signs):
    key, _ = vital_signs
    number = ask(desk, key)

    results = at_once(
        [
            lambda: move(desk, number, "answer", "wang.li", "Corrected.", seen=1),
            lambda: (
                desk.save(
                    key, {"TEMP": "36.9"}, by="zhao.min", revision=1, reasons={"TEMP": TYPO}
                ).revision
            ),
        ]
    )

    assert results == ["answered", 2]
    assert desk.verify().ok


def test_a_page_that_is_sent_twice_raises_one_query(desk, vital_signs):
    results = at_once([lambda: ask(desk, vital_signs[0], token="t1") for _ in range(6)])

    assert sum(isinstance(result, ServiceError) for result in results) == 5
    assert len(bodies(desk, "query.open")) == 1


class TestPages:
    """The same through the addresses, without scripts."""

    def test_from_the_question_to_the_closing(self, app, desk, vital_signs):
        key, _ = vital_signs
        form = address(key.subject, "SCR", "VS")
        monitor, site = sit(app, "chen.jing"), sit(app)
        monitor.get(f"{form}/queries?path=TEMP")

        asked = monitor.post(
            f"{form}/queries", {"path": "TEMP", "text": "Please explain this entry.", "token": "a"}
        )
        again = monitor.post(
            f"{form}/queries", {"path": "TEMP", "text": "Please explain this entry.", "token": "a"}
        )
        told = site.get(f"{form}/queries?path=TEMP")
        answered = site.post(
            "/queries/1/answer", {"seen": "1", "text": "Fever after the transfusion."}
        )
        closed = monitor.post("/queries/1/close", {"seen": "2"})
        twice = monitor.post("/queries/1/close", {"seen": "2", "text": "Thank you."})

        assert asked.status_code == answered.status_code == closed.status_code == 303
        assert again.status_code == 409 and "raised already" in again.text
        assert "Send answer" in told.text and "Close the query" not in told.text
        assert twice.status_code == 409 and "nothing was done a second time" in twice.text
        assert stored(desk, 1) == ("closed", 3, ["open", "answer", "close"])

    def test_what_was_typed_is_kept_when_it_is_refused(self, app, desk, vital_signs):
        number = ask(desk, vital_signs[0])
        site = sit(app)
        site.get(f"/queries/{number}")

        refused = site.post(
            f"/queries/{number}/answer", {"seen": "1", "text": "姓名：张三丰 in the chart"}
        )

        assert refused.status_code == 422 and "a name" in refused.text
        typed = html.document_fromstring(refused.text).xpath("//textarea/text()")
        assert "姓名：张三丰 in the chart" in typed

    def test_words_of_the_study_are_read_in_the_language_of_the_reader(
        self, app, desk, vital_signs
    ):
        key, _ = vital_signs
        number = ask(desk, key)
        site = sit(app)
        site.get("/me")
        site.post(f"/queries/{number}/answer", {"seen": "1", "text": "已按原始记录更正。"})

        assert "Corrected according to the source." in site.get(f"/queries/{number}").text

    def test_a_query_is_given_to_somebody_who_deals_with_queries(self, app, desk, vital_signs):
        number = ask(desk, vital_signs[0])
        site = sit(app)
        site.get(f"/queries/{number}")

        given = site.post(f"/queries/{number}/assign", {"seen": "1", "assigned_to": "zhao.min"})
        wrong = site.post(f"/queries/{number}/assign", {"seen": "2", "assigned_to": "lin.tao"})

        assert given.status_code == 303 and wrong.status_code == 422
        assert "Zhao Min" in site.get(f"/queries/{number}").text

    def test_a_query_of_another_form_is_not_shown_here(self, app, desk, vital_signs):
        key, _ = vital_signs
        number = ask(desk, key)
        site = sit(app)

        answer = site.get(f"{address(key.subject, 'SCR', 'IC')}/queries?query={number}")

        assert answer.status_code == 404

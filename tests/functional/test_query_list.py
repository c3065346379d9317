"""The inbox: what waits for whom, narrowed, sorted, in pages; the next one; files and counts."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from ecrf.services import queries, query_list
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.services.query_list import Filter
from tests.desk import VITAL_SIGNS
from tests.functional.pages import plain

NOW = dt.datetime(2100, 1, 15, 9, 0, tzinfo=dt.UTC)  # after the grants of the demonstration began


def ask(desk, key, path="TEMP", by="chen.jing", days=0, text="Please check this."):
    with desk.work(by, NOW - dt.timedelta(days=days)) as work:
        return queries.raise_query(work, key, path, Said(text)).id


def answer(desk, number, by="wang.li"):
    with desk.work(by, NOW) as work:
        queries.move(work, number, "answer", Said("Checked."), seen=1)


def numbers(desk, by, page=1, most=100, **wanted):
    with desk.work(by, NOW) as work:
        found = query_list.listed(work, Filter.of(wanted), page, most)
        return [line.query.id for line in found.lines]


@pytest.fixture
def places(desk):
    """The vital signs of two subjects."""
    keys = [Key(desk.consented(), "SCR", 1, "VS") for _ in range(2)]
    for key in keys:
        desk.save(key, VITAL_SIGNS)
    return keys


@pytest.mark.req("R-077")
def test_a_query_waits_for_the_site_and_then_for_who_may_close_it(desk, places):
    first, second = ask(desk, places[0]), ask(desk, places[1], by="sun.hao")
    assert numbers(desk, "wang.li") == [first, second]
    assert numbers(desk, "chen.jing") == numbers(desk, "sun.hao") == []

    for number in (first, second):
        answer(desk, number)

    assert numbers(desk, "wang.li") == []
    assert numbers(desk, "chen.jing") == [first]
    assert numbers(desk, "sun.hao") == [first, second]
    assert numbers(desk, "ma.rui") == []
    assert numbers(desk, "ma.rui", state="all") == [first, second]


def test_the_list_is_narrowed_by_whatever_is_known(desk, places):
    old = ask(desk, places[0], days=20)
    young = ask(desk, places[1], "PULSE")
    visit = ask(desk, Key(places[1].subject, "SCR", 1, ""), "", by="sun.hao", days=8)
    with desk.work(now=NOW) as work:
        queries.assign(work, young, "zhao.min", seen=1)

    assert numbers(desk, "wang.li") == [old, visit, young]
    assert numbers(desk, "wang.li", sort="-age") == [young, visit, old]
    assert numbers(desk, "wang.li", sort="place") == [old, visit, young]
    assert numbers(desk, "wang.li", age="7") == [old, visit]
    assert numbers(desk, "wang.li", age="14") == [old]
    assert numbers(desk, "wang.li", form="VS") == [old, young]
    assert numbers(desk, "wang.li", subject=places[1].subject[-3:].lower()) == [visit, young]
    assert numbers(desk, "wang.li", whose="free") == [old, visit]
    assert numbers(desk, "zhao.min", whose="given") == [young]
    assert numbers(desk, "sun.hao", whose="mine", state="live") == [visit]
    assert numbers(desk, "wang.li", origin="check") == []
    assert numbers(desk, "wang.li", site="BJ99") == []
    assert numbers(desk, "wang.li", state="nonsense", sort="nonsense") == [old, visit, young]


def test_the_list_comes_in_pages(desk, places):
    asked = [ask(desk, places[0], days=9 - n) for n in range(5)]

    assert numbers(desk, "wang.li", page=1, most=2) == asked[:2]
    assert numbers(desk, "wang.li", page=3, most=2) == asked[4:]
    assert numbers(desk, "wang.li", page=99, most=2) == asked[4:]


def test_another_site_sees_nothing(desk, places):
    ask(desk, places[0])

    with desk.work("wang.li", NOW, site="BJ99") as work:
        assert query_list.listed(work, Filter(state="all")).lines == ()
        assert query_list.counts(work)["site"] == ()


def test_the_next_query_is_in_the_same_visit_first(desk, places):
    last = ask(desk, places[1], days=5)
    first, second = ask(desk, places[0], "PULSE"), ask(desk, places[0], "TEMP")

    with desk.work("wang.li", NOW) as work:
        steps = [query_list.step(work, number) for number in (first, second, last)]
        assert [step.next.query.id for step in steps] == [second, last, first]

    answer(desk, second)
    with desk.work("wang.li", NOW) as work:
        onward = query_list.step(work, second)
        assert (onward.next.query.id, onward.waiting) == (last, 2)


def test_the_last_query_says_that_it_is_the_last(desk, places, client_request):
    number = ask(desk, places[0])
    client_request.sign_in()

    page = client_request.get("queries.thread", number=number)

    assert "No other query waits for you." in plain(page)


class TestPages:
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_each_line_opens_at_its_item_with_the_thread(
        self, desk, places, client_request, language
    ):
        number = ask(desk, places[0])
        client_request.sign_in()
        client_request.speak(language)

        page = client_request.get("query_list.page")

        key = places[0]
        assert page.xpath("//table//th/a[contains(@href, '?query=')]/@href") == [
            f"/subjects/{key.subject}/SCR/1/VS/1?query={number}#TEMP"
        ]
        assert client_request.get("query_list.counts").xpath("//caption")

    def test_an_empty_list_leads_on(self, client_request):
        client_request.sign_in("chen.jing")

        nothing = client_request.get("query_list.page")
        narrowed = client_request.get("query_list.page", subject="L999")

        assert "No query waits for you" in plain(nothing)
        assert "No query matches the filter" in plain(narrowed)

    @pytest.mark.req("R-080")
    def test_the_print_holds_everything_that_was_said(self, desk, places, client_request):
        answer(desk, ask(desk, places[0]))
        client_request.sign_in("chen.jing")

        page = client_request.get("query_list.paper")

        assert "Please check this." in plain(page) and "Checked." in plain(page)

    def test_the_table_file_is_no_formula(self, desk, places, client_request):
        ask(desk, places[0], text='=HYPERLINK("x")')
        client_request.sign_in()
        answer = client_request.client.get(client_request.url("query_list.table"))

        (row,) = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
        assert row["Question"] == '\'=HYPERLINK("x")' and row["Subject"] == places[0].subject

    @pytest.mark.req("R-081")
    def test_counts_say_how_many_and_how_old(self, desk, places):
        ask(desk, places[0], days=20)
        answer(desk, ask(desk, places[1], days=4))
        closed = ask(desk, places[1], by="sun.hao", days=6)
        with desk.work("sun.hao", NOW) as work:
            queries.move(work, closed, "cancel", Said("Asked twice."), seen=1)
            found = query_list.counts(work)

        (site,) = found["site"]
        assert (site.open, site.answered, site.late, site.oldest) == (1, 1, 1, 20)
        assert (site.settled, site.took) == (1, 6)
        assert [(one.name, one.open + one.answered) for one in found["raised_by"]] == [
            ("chen.jing", 2),
            ("sun.hao", 0),
        ]

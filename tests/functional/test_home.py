"""The page after signing in: what waits for each role, and where each line leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrf.services import queries
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from tests.desk import TYPO
from tests.functional.pages import plain


def cards(page):
    """Card -> its number."""
    return {
        plain(card.xpath("./span")[0]): int(plain(card.find("b")))
        for card in page.xpath("//nav[contains(@class, 'cards')]/a[b]")
    }


def links(page, kind):
    return page.xpath(f"//tbody[@class='{kind}']//td/a/@href")


def test_a_person_lands_on_what_waits_for_them(client_request):
    client_request.sign_in()

    page = client_request.get("home.page")

    assert plain(page.find(".//h1")) == "To do"
    assert "Nothing waits for you" in plain(page)
    assert page.xpath(f"//main//a[@href='{client_request.url('subjects.matrix')}']")


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("wang.li", "Visits that fall due"),
        ("zhao.min", "eligibility to decide"),
        ("liu.yang", "eligibility to decide"),
        ("chen.jing", "that the site has answered"),
        ("sun.hao", "that the site has answered"),
        ("he.xin", "Sealed PDF copies"),
        ("ma.rui", "change nothing"),
        ("gao.lei", "if they fail"),
        ("lin.tao", "if they fail"),
    ],
)
def test_every_role_is_told_what_will_appear(client_request, username, words):
    client_request.sign_in(username)

    assert words in plain(client_request.get("home.page").find(".//main"))


@pytest.mark.sqlite
def test_the_coordinator_sees_drafts_and_what_is_not_complete(client_request, desk):
    code = desk.consented()
    key = Key(code, "SCR", 1, "VS")
    desk.save(key, {"VSDAT": "2026-03-03"})
    client_request.sign_in()
    client_request.client.post(
        f"/subjects/{code}/SCR/1/VS/1/draft",
        json={"revision": 1, "entries": {"TEMP": {"v": "36.6"}}},
        headers={"X-CSRFToken": client_request.token},
    )

    page = client_request.get("home.page")

    shown = cards(page)
    assert shown["Forms to finish"] == 1
    assert shown["Visits with empty forms"] == 1
    assert "Forms to sign" not in shown
    assert links(page, "unfinished") == [f"/subjects/{code}/SCR/1/VS/1"]
    assert links(page, "unentered") == [f"/subjects/{code}#SCR-1"]


def test_the_investigator_signs_and_sees_what_changed(client_request, desk):
    key, saved = desk.vital_signs()
    desk.sign(saved)
    desk.save(key, {"TEMP": "36.9"}, revision=1, reasons={"TEMP": TYPO})
    client_request.sign_in("zhao.min")

    page = client_request.get("home.page")

    shown = cards(page)
    assert shown["Changed since signed"] == 1
    assert shown["Forms to sign"] == 1  # the consent form
    assert links(page, "superseded") == [f"/records/{saved.record_id}/sign"]


@pytest.mark.req("R-076")
def test_an_open_query_waits_for_the_site_at_its_item(client_request, desk, vital_signs):
    key, saved = vital_signs
    with desk.work("chen.jing") as work:
        queries.raise_query(work, key, "TEMP", Said("Please check the temperature."))
    client_request.sign_in()

    page = client_request.get("home.page")

    assert cards(page)["Queries to answer"] == 1
    address, spot = links(page, "answer")[0].split("#")
    assert address == f"/subjects/{key.subject}/SCR/1/VS/1?query=1"
    form = client_request.get(
        "records.page", subject=key.subject, event="SCR", event_no=1, form="VS", repeat=1
    )
    assert form.get_element_by_id(spot) is not None


def test_a_question_is_told_in_the_language_of_the_reader(client_request, desk, vital_signs):
    asked = Said("Please check the temperature.", "请核对体温。")
    with desk.work("chen.jing") as work:
        queries.raise_query(work, vital_signs[0], "TEMP", asked)
    client_request.sign_in()
    client_request.speak("zh")

    assert "请核对体温。" in plain(client_request.get("home.page"))


class TestTheShippedStudy:
    """Windows and criteria, which the small study has not."""

    pytestmark = pytest.mark.sqlite

    @pytest.fixture
    def forms_dir(self):
        return Path(__file__).parents[2] / "forms" / "cd19-bcma"

    def test_what_closed_its_window_comes_first_with_its_days(self, client_request, desk):
        code = desk.consented()
        client_request.sign_in()

        page = client_request.get("home.page")

        first = page.xpath("//table//tbody")[0]
        assert first.get("class") == "overdue"
        assert "days overdue" in plain(first)
        assert f"/subjects/{code}#LK-1" in first.xpath(".//a/@href")

    def test_nothing_more_waits_at_a_visit_that_did_not_take_place(self, client_request, desk):
        code = desk.consented()
        missed = {"SVOCCUR": "N", "SVREASOC": "REFUSE"}
        desk.save(Key(code, "LK", 1, "SV"), missed, complete=True)
        client_request.sign_in()

        page = client_request.get("home.page")
        matrix = client_request.get("subjects.matrix")
        casebook = client_request.get("subjects.casebook", code=code)

        assert not [link for link in page.xpath("//main//a/@href") if link.endswith("#LK-1")]
        cell = matrix.xpath(f"//a[contains(@href, '/subjects/{code}#LK-1')]")[0]
        assert plain(cell) == "Leukapheresis: complete, the visit did not take place"
        assert "did not take place" in plain(casebook.get_element_by_id("LK-1").find("header"))

    def test_eligibility_waits_for_the_investigator_only(self, client_request, desk):
        code = desk.consented()
        client_request.sign_in("zhao.min")
        asked = client_request.get("home.page")
        client_request.post("accounts.sign_out")
        client_request.sign_in()

        told = client_request.get("home.page")

        assert links(asked, "undecided") == [f"/subjects/{code}/eligibility"]
        assert links(told, "undecided") == []

    def test_the_matrix_is_narrowed_to_overdue_visits(self, client_request, desk):
        code = desk.consented()
        fresh = desk.subject()
        client_request.sign_in()

        page = client_request.get("subjects.matrix", window="overdue")

        assert page.xpath("//tr/@data-code") == [code]
        assert fresh not in plain(page.find(".//table"))


def test_a_card_shows_only_its_kind_and_the_way_back(client_request, vital_signs):
    client_request.sign_in()

    page = client_request.get("home.page", kind="unentered")

    assert [body.get("class") for body in page.xpath("//table//tbody")] == ["unentered"]
    assert plain(page.xpath("//nav//a[@aria-current='true']/span")[0]) == "Visits with empty forms"
    assert page.xpath("//nav//a[contains(., 'Show everything')]")


def test_an_unknown_kind_shows_everything(client_request, vital_signs):
    client_request.sign_in("zhao.min")

    page = client_request.get("home.page", kind="nonsense")

    assert len(page.xpath("//table//tbody")) > 1

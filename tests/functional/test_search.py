"""Finding a subject, a form or an item by its names, in both languages, within what one sees."""

from __future__ import annotations

import pytest

from ecrf.services import search
from tests.functional.pages import plain


def found(client_request, question, **where):
    client_request.get("search.page")
    page = client_request.post("search.page", 200, q=question, **where)
    return page.xpath("//div[contains(@class, 'hits')]//a/@href")


def test_a_subject_is_found_by_part_of_its_code(client_request, desk):
    code = desk.subject()
    client_request.sign_in("chen.jing")

    assert found(client_request, "l001") == [f"/subjects/{code}"]
    assert found(client_request, "L００１") == [f"/subjects/{code}"]


@pytest.mark.parametrize("question", ["VS", "vital", "生命体征", "scr vs"])
def test_a_form_is_found_by_code_and_by_either_name(client_request, subject, question):
    client_request.sign_in()

    assert f"/subjects/{subject}/SCR/1/VS/1" in found(client_request, question, subject=subject)


@pytest.mark.parametrize("question", ["temp", "体温", "TEMP l001"])
def test_an_item_is_found_and_opened_at_its_place(client_request, subject, question):
    client_request.sign_in()

    hits = found(client_request, question, subject=subject)

    assert f"/subjects/{subject}/SCR/1/VS/1#TEMP" in hits


def test_the_event_one_is_at_comes_first(client_request, subject):
    client_request.sign_in()

    hits = found(client_request, "vs", subject=subject, event="D1")

    assert hits[0] == f"/subjects/{subject}/D1/1/VS/1"


def test_without_a_subject_a_form_asks_for_one(client_request, subject):
    client_request.sign_in()
    client_request.get("search.page")

    page = client_request.post("search.page", 200, q="vital")

    assert not page.xpath("//div[contains(@class, 'hits')]//a")
    assert "then type the code of a subject" in plain(page)


@pytest.mark.parametrize("question", ["36.6", "nobody", "   ", "x" * 500])
def test_what_was_entered_is_never_found(client_request, vital_signs, question):
    client_request.sign_in()

    assert found(client_request, question, subject=vital_signs[0].subject) == []


@pytest.mark.req("R-040")
def test_subjects_of_other_sites_are_not_found(desk):
    code = desk.subject()

    with desk.work(site="SH01") as work:
        assert search.find(work, "l001") == []
        assert search.find(work, "temp", here=code) == []


@pytest.mark.req("R-043")
def test_who_sees_no_subjects_cannot_search(client_request, subject):
    client_request.sign_in("lin.tao")

    assert not client_request.get("home.page").xpath("//form[@role='search']")
    client_request.get("search.page", _status=403)

"""The log of a subject: every record of a repeating form in one grid."""

from __future__ import annotations

import pytest

from ecrf.services import strikes
from ecrf.services.keys import Key
from tests.desk import TYPO
from tests.functional.pages import plain


@pytest.fixture
def events(desk):
    """Three adverse events of a subject, in no order of name."""
    code = desk.consented()
    for number, term in enumerate(("Rash", "Anaemia", "Fever"), start=1):
        desk.save(Key(code, "LOG", 1, "AE", number), {"AETERM": term})
    return {"code": code, "event": "LOG", "event_no": 1, "form": "AE"}


def terms(page):
    return [plain(row.xpath("./td")[0]) for row in page.xpath("//table//tbody/tr")]


def test_a_log_shows_its_columns_and_sorts_by_any(client_request, events):
    client_request.sign_in()

    assert terms(client_request.get("logs.page", **events)) == ["Rash", "Anaemia", "Fever"]
    rising = client_request.get("logs.page", sort="AETERM", **events)
    assert terms(rising) == ["Anaemia", "Fever", "Rash"]
    assert rising.xpath("//th[@aria-sort='ascending']")
    assert terms(client_request.get("logs.page", sort="-AETERM", **events))[0] == "Rash"


@pytest.mark.req("R-005")
def test_a_struck_record_stays_readable_and_can_be_left_out(client_request, desk, events):
    key = Key(events["code"], "LOG", 1, "AE", 2)
    with desk.work() as work:
        strikes.strike(work, key, revision=1, reason=TYPO)
    client_request.sign_in()

    page = client_request.get("logs.page", **events)

    assert "Anaemia" in plain(page.xpath("//tr[@class='struck']")[0])
    assert "3 of 3 rows shown" in plain(page)
    assert terms(client_request.get("logs.page", state="active", **events)) == ["Rash", "Fever"]
    assert terms(client_request.get("logs.page", state="struck", **events)) == ["Anaemia"]
    empty = client_request.get("logs.page", state="queries", **events)
    assert "No row matches the filter" in plain(empty)


def test_an_empty_log_offers_the_first_row(client_request, desk):
    place = {"code": desk.consented(), "event": "LOG", "event_no": 1, "form": "AE"}
    client_request.sign_in()

    page = client_request.get("logs.page", **place)

    assert page.xpath(f"//a[@href='{client_request.url('subjects.add', back='log', **place)}']")


@pytest.mark.parametrize(("event", "form"), [("LOG", "DM"), ("NONE", "AE"), ("LOG", "XX")])
def test_there_is_no_log_of_what_does_not_repeat(client_request, subject, event, form):
    client_request.sign_in()

    client_request.get("logs.page", 404, code=subject, event=event, event_no=1, form=form)


def test_a_record_and_its_casebook_lead_to_the_log(client_request, events):
    client_request.sign_in()
    log = client_request.url("logs.page", **events)

    book = client_request.get("subjects.casebook", code=events["code"])
    record = client_request.client.get(f"/subjects/{events['code']}/LOG/1/AE/2").text

    assert book.xpath(f"//a[@href='{log}']")
    assert f'href="{log}#r2"' in record

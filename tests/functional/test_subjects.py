"""The subjects, a new one, the casebook, and signing from it."""

from __future__ import annotations

import csv

import pytest

from ecrf import demo
from tests.functional.pages import plain


def cell(page, column):
    """The words of a cell of the only row of the matrix."""
    heads = [plain(head) for head in page.xpath("//table[@data-grid]/thead//th")]
    at = next(i for i, head in enumerate(heads) if head.startswith(column))
    return plain(page.xpath("//table[@data-grid]/tbody/tr/*")[at])


def test_without_subjects_the_page_says_how_to_begin(client_request):
    client_request.sign_in()

    page = client_request.get("subjects.matrix")

    assert "No subject yet" in plain(page)
    assert page.xpath(f"//main//a[@href='{client_request.url('subjects.new')}']")


def test_who_may_not_create_subjects_is_told_who_does(client_request):
    client_request.sign_in("chen.jing")

    page = client_request.get("subjects.matrix")

    assert "A coordinator or investigator creates the first subject" in plain(page)
    client_request.get("subjects.new", _status=403)


@pytest.mark.req("R-145")
def test_a_new_subject_is_a_site_and_a_cohort_and_nothing_else(client_request):
    client_request.sign_in()
    page = client_request.get("subjects.new")
    asked = set(page.xpath("//main//form//input[not(@type='hidden')]/@name | //main//select/@name"))

    client_request.post("subjects.new", site="BJ01", cohort="LN")

    assert asked == {"site", "cohort"}
    assert client_request.response.location.endswith("BJ01-L001")
    assert "BJ01-L001" in plain(client_request.follow().find(".//h1"))


def test_a_new_subject_needs_a_cohort(client_request):
    client_request.sign_in()
    client_request.get("subjects.new")

    page = client_request.post("subjects.new", 400, site="BJ01")

    assert "Choose a cohort." in plain(page.xpath("//*[@role='alert']")[0])
    assert page.xpath("//fieldset[@id='cohort'][@aria-describedby='cohort-wrong']")


def test_the_matrix_shows_how_far_each_visit_is(client_request, vital_signs):
    client_request.sign_in()

    page = client_request.get("subjects.matrix")

    assert cell(page, "Screening") == "Screening: partly entered"
    assert cell(page, "Day 1") == "Day 1: not due yet"
    assert "1 of 1 subjects shown" in plain(page)


def test_the_matrix_is_narrowed_by_cohort_and_state(client_request, vital_signs):
    key, _ = vital_signs
    client_request.sign_in()

    assert key.subject in plain(client_request.get("subjects.matrix", cohort="LN"))
    assert key.subject in plain(client_request.get("subjects.matrix", state="complete"))
    for other in ({"cohort": "SSC"}, {"state": "signed"}):
        page = client_request.get("subjects.matrix", **other)
        assert "No subject matches the filter" in plain(page)


def test_the_matrix_is_narrowed_by_text(client_request, vital_signs):
    client_request.sign_in()

    assert client_request.get("subjects.matrix", find="l001").xpath("//tr/@data-code")
    page = client_request.get("subjects.matrix", find="nobody")

    assert "No subject matches the filter" in plain(page)
    assert page.xpath("//input[@name='find']/@value") == ["nobody"]


def test_the_matrix_as_a_file_says_in_words_what_is_shown(client_request, vital_signs):
    key, _ = vital_signs
    client_request.sign_in()

    client_request.get("subjects.table", cohort="LN")
    rows = list(csv.reader(client_request.response.text.removeprefix("\ufeff").splitlines()))

    assert rows[0][:3] == ["Subject", "Cohort", "Screening"]
    assert rows[1][:3] == [key.subject, "LN", "partly entered"]
    client_request.get("subjects.table", cohort="SSC")
    assert len(client_request.response.text.splitlines()) == 1


def test_the_casebook_dates_the_visits_and_names_the_forms(client_request, vital_signs):
    key, _ = vital_signs
    client_request.sign_in()

    page = client_request.get("subjects.casebook", code=key.subject)

    screening = plain(page.get_element_by_id("SCR-1"))
    assert "2026-03-02, window 2026-03-02 – 2026-03-30" in screening
    assert "Vital signs, weight, oxygen complete v1 · 1" in screening
    assert "dated once this is recorded: Infusion" in plain(page.get_element_by_id("D0-1"))


@pytest.mark.req("R-072")
def test_an_unscheduled_visit_is_added_with_its_date(client_request, subject):
    client_request.sign_in()
    client_request.get("subjects.casebook", code=subject)

    client_request.post("subjects.visit", _args={"code": subject}, event="UNS", date="20261019")

    page = client_request.follow()
    assert "Unscheduled visit 1 2026-10-19" in plain(page.get_element_by_id("UNS-1"))


@pytest.mark.req("R-072")
@pytest.mark.parametrize("date", ["", "2026-02-30", "2026-10", "2999-01-01"])
def test_a_wrong_visit_date_is_explained_in_place(client_request, subject, date):
    client_request.sign_in()
    client_request.get("subjects.casebook", code=subject)

    page = client_request.post(
        "subjects.visit", 400, _args={"code": subject}, event="UNS", date=date
    )

    field = page.get_element_by_id("date")
    assert field.get("aria-invalid") == "true"
    assert plain(page.get_element_by_id("date-wrong"))


@pytest.mark.req("R-043")
def test_a_monitor_finds_nothing_to_add(client_request, subject):
    client_request.sign_in("chen.jing")

    page = client_request.get("subjects.casebook", code=subject)

    assert not page.xpath("//*[@id='UNS-new']")
    assert not page.xpath("//a[contains(@href, '/new')]")


@pytest.mark.req("R-022", "R-024")
def test_the_page_to_sign_presets_nothing_and_states_each_meaning(client_request, vital_signs):
    client_request.sign_in("zhao.min")

    page = client_request.get("signatures.page", record_id=vital_signs[1].record_id)

    assert not page.xpath("//input[@type='radio'][@checked]")
    assert page.get_element_by_id("username").get("value") == ""
    assert plain(page).count("legally binding equivalent") == 3


@pytest.mark.req("R-022", "R-023")
def test_signing_shows_the_signature_with_meaning_and_time(client_request, vital_signs):
    record_id = vital_signs[1].record_id
    client_request.sign_in("zhao.min")
    page = client_request.get("signatures.page", record_id=record_id)

    client_request.post(
        "signatures.sign",
        _args={"record_id": record_id},
        revision=page.get_element_by_id("revision").get("value"),
        meaning="review",
        username="zhao.min",
        password=demo.PASSWORD,
    )

    said = plain(client_request.get("signatures.page", record_id=record_id))
    assert "赵敏 Zhao Min Investigator Review and approval" in said
    assert "+08:00 valid" in said


@pytest.mark.req("R-035")
def test_a_wrong_password_signs_nothing_and_says_so(client_request, vital_signs):
    record_id = vital_signs[1].record_id
    client_request.sign_in("zhao.min")
    client_request.get("signatures.page", record_id=record_id)

    page = client_request.post(
        "signatures.sign",
        401,
        _args={"record_id": record_id},
        revision="1",
        meaning="review",
        username="zhao.min",
        password="wrong",
    )

    assert "The attempt was recorded." in plain(page.xpath("//*[@role='alert']")[0])


@pytest.mark.req("R-028")
def test_who_may_not_sign_has_no_way_there(client_request, vital_signs):
    key, saved = vital_signs
    client_request.sign_in("wang.li")

    page = client_request.get("subjects.casebook", code=key.subject)

    assert not page.xpath("//a[contains(@href, '/sign')]")
    client_request.get("signatures.page", _status=403, record_id=saved.record_id)


def test_screening_waits_for_nothing_and_what_follows_the_infusion_does(client_request, desk):
    desk.subject()
    client_request.sign_in()

    page = client_request.get("subjects.matrix")

    assert cell(page, "Screening") == "Screening: not entered"
    assert cell(page, "Day 1") == "Day 1: not due yet"

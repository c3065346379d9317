"""Subjects and their trees of events and forms."""

import datetime as dt

import pytest

from ecrf.services import subjects
from ecrf.services.errors import Forbidden, Invalid
from ecrf.services.keys import Key
from tests.desk import TYPO


def tree(desk, code, by="wang.li"):
    with desk.work(by) as work:
        return subjects.casebook(work, code)


def state_of(desk, code, event, form):
    for at in tree(desk, code).events:
        if at.event.event == event:
            for cell in at.forms:
                if cell.form.oid == form:
                    return cell.state
    return None


@pytest.mark.req("R-145")
def test_the_system_assigns_the_code_by_site_and_cohort(desk):
    assert [desk.subject("LN"), desk.subject("LN"), desk.subject("SSC")] == [
        "BJ01-L001",
        "BJ01-L002",
        "BJ01-S001",
    ]


@pytest.mark.parametrize("site, cohort", [("BJ01", "XX"), ("XX99", "LN")])
def test_an_unknown_cohort_or_site_is_refused(desk, site, cohort):
    with pytest.raises(Invalid), desk.work(site="*") as work:
        subjects.create(work, site, cohort)


@pytest.mark.req("R-043")
def test_a_monitor_creates_no_subject(desk):
    with pytest.raises(Forbidden), desk.work("chen.jing") as work:
        subjects.create(work, "BJ01", "LN")


def test_a_form_goes_from_empty_to_signed_and_back_to_superseded(desk):
    code = desk.consented()
    assert state_of(desk, code, "SCR", "VS") == "empty"
    key, saved = desk.vital_signs()
    assert state_of(desk, key.subject, "SCR", "VS") == "complete"
    desk.sign(saved)
    assert state_of(desk, key.subject, "SCR", "VS") == "signed"

    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    assert state_of(desk, key.subject, "SCR", "VS") == "superseded"


def test_windows_count_from_the_recorded_anchor(desk):
    code = desk.consented()

    events = {at.event.event: at for at in tree(desk, code).events}

    assert events["SCR"].window == (dt.date(2026, 3, 2), dt.date(2026, 3, 30))
    assert events["D1"].planned is None  # no infusion yet
    desk.save(Key(code, "D0", 1, "INF"), {"INFDAT": "2026-04-20"})
    events = {at.event.event: at for at in tree(desk, code).events}
    assert events["D1"].planned == dt.date(2026, 4, 21)


@pytest.mark.req("R-072")
def test_unscheduled_visits_are_added_without_a_new_build(desk):
    code = desk.consented()
    with desk.work() as work:
        first = subjects.add_visit(work, code, "UNS", dt.date(2026, 4, 1)).event_no
        second = subjects.add_visit(work, code, "UNS", dt.date(2026, 4, 9)).event_no

    desk.save(Key(code, "UNS", second, "VS"), {"TEMP": "36.5"})

    assert (first, second) == (1, 2)
    dates = [at.date for at in tree(desk, code).events if at.event.event == "UNS"]
    assert dates == [dt.date(2026, 4, 1), dt.date(2026, 4, 9)]


def test_an_unscheduled_visit_lies_not_in_the_future(desk):
    code = desk.consented()

    with pytest.raises(Invalid, match="visit.future"), desk.work() as work:
        subjects.add_visit(work, code, "UNS", dt.date(2999, 1, 1))


@pytest.mark.req("R-040")
def test_the_matrix_shows_only_the_actors_site(desk):
    desk.subject()

    with desk.work(site="SH01") as work:
        assert subjects.matrix(work) == []
    with desk.work("ma.rui") as work:
        assert [book.subject.code for book in subjects.matrix(work)] == ["BJ01-L001"]

"""Each planted case of the synthetic study, alone, and what the program finds in it (B 5.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ecrf import demo
from ecrf.extensions import db
from ecrf.models import Query, Record, Subject
from ecrf.services import records, subjects
from ecrf.services.errors import Refused
from ecrf.services.keys import Key
from ecrf.services.records import Entry, Reason
from ecrf.synthetic import cases
from tests.desk import Desk

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]
COUNT = cases.LOAD + 1


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


class Casebook:
    """What one planted person left behind."""

    def __init__(self, app: Flask, name: str = "", **of_case: Any) -> None:
        (place,) = (
            index
            for index, case in cases.PLANTED.items()
            if case.name == name
            and all(getattr(case, field) == value for field, value in of_case.items())
        )
        made = demo.seed(app, COUNT, 7, lambda: None, only={place})
        assert (made.subjects, made.left) == (1, [])

    def forms(self, form: str, event: str | None = None) -> list[dict[str, str]]:
        """The values of the records of a form, in the order of writing."""
        query = db.select(Record.data).where(Record.form == form).order_by(Record.id)
        if event:
            query = query.where(Record.event == event)
        return [
            {path: value["v"] for path, value in data.items() if "v" in value}
            for data in db.session.scalars(query)
        ]

    def queries(self) -> set[tuple[str | None, str]]:
        """(check, form) of the queries."""
        rows = db.session.execute(db.select(Query.check, Query.form))
        return {(row.check, row.form) for row in rows}


def expected(app: Flask) -> list[str]:
    """The visits that are due or overdue."""
    with Desk(app).work() as work:
        (book,) = subjects.matrix(work)
        due = ("MISSED", "DUE")
        return [at.event.event for at in book.events if at.visit and at.visit.status in due]


def test_a_wrong_bag_is_stopped_at_the_bedside(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "mismatch", fate="stopped")
        check = book.forms("COI", "D0")[-1]
        assert (check["COISTEP"], check["COIMATCH"]) == ("BEDSIDE", "MISM")
        assert ("COI-01", "COI") in book.queries()
        (checklist,), (deviation,) = book.forms("PIC"), book.forms("PD")
        assert (checklist["PICIDV"], checklist["PICOK"]) == ("MISM", "N")
        assert (deviation["PDCAT"], deviation["PDSEV"]) == ("IP", "MAJOR")
        assert book.forms("INF") == []
        code = db.session.scalar(db.select(Subject.code))
    with Desk(app).work() as work, pytest.raises(Refused) as refused:
        records.save(work, Key(code, "D0", 1, "INF", 1), {"INFWT": Entry("60.0")}, revision=0)
    assert {finding.id for finding in refused.value.findings} >= {"gate.PIC", "gate.COI"}
    assert expected(app) == []


def test_a_product_outside_its_specification_is_released_only_by_exception(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "released outside specification")
        (product,) = book.forms("MFG")
        assert product["MFGSTAT"] == "OOSREL" and product["OOSTEST"] != "none"
        assert product["OOSPI"] <= book.forms("INF")[0]["INFDAT"]
        code = db.session.scalar(db.select(Subject.code))
    with Desk(app).work() as work:
        key = Key(code, "MFG", 1, "MFG", 1)
        found, _ = records.judge(work, key, {"MFGSTAT": Entry("REL")})
    assert "MFG-01" in {finding.id for finding in found.findings}


def test_three_days_of_grade_three_are_dose_limiting(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "toxicity")
        (episode,), (judged,) = book.forms("CRS"), book.forms("DLT")
        assert (episode["CRSMAX"], float(episode["CRSG3HR"]) > 72) == ("3", True)
        assert "D01" in judged["CAND[1].DLTRULE"]
        assert (judged["DLTYN"], judged["DLTEVAL"]) == ("Y", "EV_DLT")
        assert ("AE-10", "AE") in book.queries()  # the serious event has no report yet


def test_an_assessment_that_no_rule_decides_waits_for_a_person(app: Flask) -> None:
    with app.app_context():
        rows = Casebook(app, "review").forms("CRSD", "LOG")
    assert [row["CRSDGR"] for row in rows] == ["2", "REVIEW"]
    assert rows[1]["CRSDGRI"] == "2" and rows[1]["CRSDCOM"]


def test_neutrophils_that_fall_again_are_late_icaht(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, recovers=False)
        (later,) = book.forms("CYTO", "M3")
        assert later["CYTEARLY"] < later["CYTLATE"] and later["CYTLATE"] == "3"
        assert later["CYTREV"]


def test_b_cells_that_stay_are_asked_about(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, depletes=False)
        (month,) = book.forms("LBB", "D28")
        assert float(month["LB[CD19A].LBORRES"]) >= 10
        assert ("LBB_X-10", "LBB") in book.queries()


def test_a_child_of_ten_is_assessed_with_the_cornell_scale(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "child")
        (slot,), (consent,) = book.forms("ENR"), book.forms("IC")
        assert (slot["AGEICF"], slot["ICETOOL"]) == ("10", "CAPD")
        assert slot["STAGOVR"] == "Y" and ("ENR-04", "ENR") in book.queries()
        assert consent["ic_signer"] == "BOTH" and consent["ic_assent"] == "Y"
        scales = book.forms("ICE")
    assert len(scales) > 8
    assert {(row["ICETOOLU"], row["CAPDSC"], "ICESCORE" in row) for row in scales} == {
        ("CAPD", "0", False)
    }


def test_nothing_follows_a_death_at_month_ten(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "death")
        (death,), (end,) = book.forms("DTH"), book.forms("EOS")
        assert (death["DTHPDAY"], end["EOSREAS"]) == ("300", "DEATH")
        (fatal,) = (event for event in book.forms("AE") if event["AETOXGR"] == "5")
        assert fatal["AEOUT"] == "FATAL" and fatal["AEENDAT"] == death["DTHDAT"]
        assert ("DTH_X-09", "DTH") in book.queries()  # no report of the serious event
        assert book.forms("SV", "M9") and not book.forms("SV", "M12")
    assert expected(app) == []


def test_a_malignancy_in_year_four_is_serious_and_asked_about(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "malignancy")
        (tumour,), (visit,) = book.forms("SPM"), book.forms("SV", "Y04")
        assert tumour["SPMDAT"] <= visit["SVSTDAT"]
        (event,) = (one for one in book.forms("AE") if one.get("AESICAT") == "SPM")
        assert event["AESER"] == "Y" and event["AETRTEM"] == "LTFU"
        assert ("SPM_X-09", "SPM") in book.queries()


def test_seven_tenths_of_a_dose_are_a_deviation_of_the_dose(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "under-dosed")
        (given,) = book.forms("INF")
        assert -45 < float(given["DOSEDEV"]) < -15 and given["BAG[1].BAGREAS"]
        assert ("INF-03b", "INF") in book.queries()


def test_nothing_is_due_of_who_failed_screening(app: Flask) -> None:
    with app.app_context():
        place = next(n for n in range(COUNT) if cases.of(n).fate == "failure")
        assert demo.seed(app, COUNT, 7, lambda: None, only={place}).left == []
    assert expected(app) == []


def test_nobody_is_seen_after_a_withdrawal(app: Flask) -> None:
    with app.app_context():
        book = Casebook(app, "withdrawal")
        (end,), (last,) = book.forms("EOS", "ET"), book.forms("SV", "ET")
        assert (end["EOSREAS"], end["EOSWDSC"]) == ("WDSUBJ", "VISITS_ONLY")
        assert end["EOSDAT"] == last["SVSTDAT"]
        assert book.forms("SV", "M6") and not book.forms("SV", "M9")
    with Desk(app).work() as work:
        (tree,) = subjects.matrix(work)
    after = [at for at in tree.events if at.event.event in ("M9", "M12")]
    assert [(at.state, at.visit) for at in after] == [("empty", None)] * 2  # never overdue


def test_who_agrees_to_follow_up_is_expected_every_year(app: Flask) -> None:
    with app.app_context():
        Casebook(app, "withdrawal")
        code = db.session.scalar(db.select(Subject.code))
        end = db.session.scalars(db.select(Record).where(Record.form == "EOS")).one()
        revision = end.revision
    desk = Desk(app)
    assert awaited(app, "M24", "Y03") == [False, False]

    desk.save(
        Key(code, "ET", 1, "EOS"), {"EOSLTFU": "Y"}, revision=revision,
        reasons={"EOSLTFU": Reason("transcription")},
    )  # fmt: skip

    assert awaited(app, "M24", "Y03") == [False, True]


def awaited(app: Flask, *events: str) -> list[bool]:
    """Whether these visits are still expected."""
    with Desk(app).work() as work:
        (book,) = subjects.matrix(work)
        return [at.expected for at in book.events if at.event.event in events]

"""The casebook shows the course of a subject as a picture, and the same as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrf.services.keys import Key
from tests.functional.pages import plain


@pytest.fixture
def forms_dir() -> Path:
    """The study as shipped, which has windows and episodes."""
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def course(desk) -> str:
    """Screened in time, leukapheresis overdue; an episode of ICANS, AEs of grade 2 and 3."""
    code = desk.consented()
    took_place = {"SVOCCUR": "Y", "SVSTDAT": "2026-03-03", "SVCNTMOD": "INPT"}
    desk.save(Key(code, "SCR", 1, "SV"), took_place)
    spell = {"ICSTDTM": "2026-03-20 08:00", "ICENDTM": "2026-03-22 10:00"}
    desk.save(Key(code, "LOG", 1, "ICANS"), spell)
    for number, grade in ((1, "2"), (2, "3")):
        event = {"AETERM": "Rash", "AESTDAT": "2026-03-10", "AETOXGR": grade}
        desk.save(Key(code, "LOG", 1, "AE", number), event)
    return code


def rows(page):
    return {
        plain(row.find("th")): [plain(cell) for cell in row.findall("td")]
        for row in page.xpath("//details[contains(@class, 'course-words')]//tbody/tr")
    }


def test_visits_stand_in_time_and_episodes_beside_them(client_request, course):
    client_request.sign_in()

    page = client_request.get("subjects.casebook", code=course)

    told = rows(page)
    assert told["Screening"][:4] == [
        "2026-03-02",
        "2026-03-02 – 2026-03-30",
        "2026-03-03",
        "in the window",
    ]
    assert told["Leukapheresis"][3].startswith("overdue, ")
    assert told["ICANS 1"] == ["2026-03-20", "2026-03-22", ""]
    assert told["AE 2"] == ["2026-03-10", "ongoing", "3"]
    assert "AE 1" not in told
    (picture,) = page.xpath("//figure/svg")
    titles = [plain(title) for title in picture.xpath(".//a/title")]
    assert "Screening · 2026-03-03 · in the window" in titles
    assert f"/subjects/{course}/LOG/1/AE/2" in picture.xpath(".//a/@href")
    assert len(picture.xpath(".//rect[contains(@class, 'severe')]")) == 1
    assert not picture.xpath(".//@style")


def test_the_picture_and_the_table_speak_chinese(client_request, course):
    client_request.sign_in()
    client_request.speak("zh")

    told = rows(client_request.get("subjects.casebook", code=course))

    assert told["筛选期"][3] == "在窗内"
    assert told["AE 2"][1] == "持续中"


def test_a_subject_without_consent_has_no_picture_yet(client_request, desk):
    client_request.sign_in()

    page = client_request.get("subjects.casebook", code=desk.subject())

    assert not page.xpath("//figure")
    assert page.get_element_by_id("SCR-1") is not None

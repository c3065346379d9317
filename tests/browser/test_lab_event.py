"""A laboratory result: in another unit, and from a significant one to its adverse event."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ecrf.services.keys import Key
from tests.browsing import LiveServer
from tests.desk import Desk
from tests.functional.seats import address
from tests.hands import enter, state

pytestmark = pytest.mark.browser

LINK = "[name='LB[NEUT].LBLNK']"
BLOOD = {
    "LBPERF": "Y",
    "LBDAT": "2026-03-11",
    "LBTIM": "06:40",
    "LBNAM": "BJ01LAB",
    "lb_transf": "N",
    "LB[WBC].LBORRES": "5.0",
    "LB[NEUT].LBORRES": "0.8",
}


@pytest.fixture
def forms_dir() -> Path:
    """The study as shipped, where results name adverse events."""
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def subject(live_server: LiveServer) -> str:
    """A subject with few neutrophils on day 1."""
    with live_server.app.app_context():
        desk = Desk(live_server.app)
        code = desk.consented()
        desk.save(Key(code, "SCR", 1, "DM"), {"sex": "F", "birth_date": "1990-05-01"})
        desk.save(Key(code, "D1", 1, "LBH"), BLOOD)
        return code


@pytest.mark.req("R-059", "R-062")
def test_one_key_leads_from_a_significant_result_to_its_adverse_event_and_back(
    page: Page, subject: str
) -> None:
    enter(page, address(subject, "D1", "LBH"))
    result = page.locator("[name='LB[NEUT].LBORRES']")
    hint = page.locator("[data-when=event]")
    result.focus()
    expect(hint).to_be_hidden()
    page.locator("[name='LB[NEUT].LBCLSIG']").first.focus()
    page.keyboard.press("c")
    expect(page.locator(LINK)).to_be_visible()
    result.focus()
    expect(hint).to_be_visible()

    page.keyboard.press("Alt+e")

    page.wait_for_url(re.compile(r"/LOG/1/AE/1\?"))
    prefilled = ("AETERM", "AETERMEN", "GRSYS", "CTCTERM", "AESTDAT")
    assert [page.locator(f"[name={name}]").input_value() for name in prefilled] == [
        "中性粒细胞计数降低",
        "Neutrophil count decreased",
        "CTCAE5",
        "Neutrophil count decreased",
        "2026-03-11",
    ]
    assert page.locator("[name=AETOXGR]:checked").input_value() == "3"
    page.get_by_role("button", name="Close").click()

    page.wait_for_url(re.compile("/D1/1/LBH/1$"))
    expect(page.locator(LINK)).to_have_value("AE-1")
    state(page, "1 in draft")
    page.keyboard.press("Control+s")
    state(page, re.compile("Saved"))
    page.locator("[name='LB[NEUT].LBORRES']").focus()
    page.keyboard.press("Alt+e")
    page.wait_for_url(re.compile(r"/LOG/1/AE/1\?"))
    expect(page.locator(".around")).to_contain_text("LBH-1")


@pytest.mark.req("R-059")
def test_a_result_in_another_unit_is_shown_in_that_of_its_range(page: Page, subject: str) -> None:
    enter(page, address(subject, "D1", "LBH"))
    box = page.locator("[name='LB[PLAT].LBORRES']")
    row = page.locator("tr.it", has=box)
    row.locator("select.usel").select_option(label="/µL")
    box.focus()
    page.keyboard.type("45000")
    page.keyboard.press("Enter")

    expect(row.locator(".cv")).to_have_text("= 45 10⁹/L")
    page.keyboard.press("Control+s")
    state(page, re.compile("Saved"))
    page.reload()
    expect(row.locator(".cv")).to_have_text("= 45 10⁹/L")

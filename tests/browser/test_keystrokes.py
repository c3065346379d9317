"""A laboratory report of forty entries costs 181 keys and no click, whatever the language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import LiveServer
from tests.desk import Desk
from tests.functional.seats import address
from tests.hands import Keys, enter, focused

pytestmark = pytest.mark.browser

HEAD = ("20260311", "0640", "C260311042")
RESULTS = (
    *("22", "19", "68", "18", "9.1", "3.2", "71", "42", "29", "180", "88", "5.1", "66", "0.8"),
    *("310", "140", "4.1", "103", "25", "2.3", "1.2", "1.1", "0.9", "5.2", "5.4", "4.6", "1.2"),
    *("1.3", "2.6", "60", "30", "1.1", "2.1", "4.8", "15"),
)
COUNTED = """() => {
    window.counted = {keys: 0, clicks: 0};
    addEventListener("keydown", () => { counted.keys += 1; }, true);
    addEventListener("pointerdown", () => { counted.clicks += 1; }, true);
}"""


@pytest.fixture
def forms_dir() -> Path:
    """The study as shipped, whose chemistry has more than forty tests."""
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def subject(live_server: LiveServer) -> str:
    with live_server.app.app_context():
        return Desk(live_server.app).consented()


@pytest.mark.req("R-062")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_forty_entries_of_a_report_cost_at_most_181_keys(
    page: Page, subject: str, language: str
) -> None:
    enter(page, address(subject, "D1", "LBC"))
    page.locator(f"button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
    expect(page.locator("[name=LBPERF]").first).to_be_focused()
    page.evaluate(COUNTED)
    keys = Keys(page)

    keys.press("y", "Enter")
    keys.type(*HEAD)
    keys.press("b", "Enter")
    keys.press("y", "Enter", "n", "Enter")
    assert focused(page) == "LB[ALT].LBORRES"
    keys.type(*RESULTS)

    expect(page.locator("[name='LB[T4FR].LBORRES']")).to_have_value("15")
    page.keyboard.press("Control+s")

    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    counted = page.evaluate("counted")
    assert counted == {"keys": keys.count + 2, "clicks": 0}  # Control and S are two
    assert counted["keys"] <= 181
    page.reload()
    kept = page.locator("[name='LB[ALT].LBORRES'], [name='LB[T4FR].LBORRES']")
    assert [box.input_value() for box in kept.all()] == ["22", "15"]

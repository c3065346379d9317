"""The log of a subject by keyboard: from the grid to a record and back, struck out and restored."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ecrf import demo
from ecrf.services.keys import Key
from tests.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def log(app, page: Page) -> str:
    """Three adverse events; the person who enters them is signed in and reads English."""
    with app.app_context():
        desk = Desk(app)
        code = desk.consented()
        for number, term in enumerate(("Rash", "Anaemia", "Fever"), start=1):
            desk.save(Key(code, "LOG", 1, "AE", number), {"AETERM": term})
    page.goto("/sign-in")
    page.get_by_label("User name").fill("wang.li")
    page.locator("[name=password]").fill(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.get_by_role("button", name="EN", exact=True).press("Enter")
    return f"/subjects/{code}/LOG/1/AE"


@pytest.mark.req("R-005")
def test_a_row_is_struck_out_and_restored_without_the_mouse(page: Page, log: str) -> None:
    page.goto(f"{log}/log#r2")
    row = page.get_by_role("row", name="AE-2")
    expect(page.locator(":focus")).to_have_text("AE-2")

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # no reason yet: nothing is sent
    expect(page.locator("tr.ask")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_contain_text("Strike out")
    page.keyboard.press("Enter")
    page.keyboard.press("4")
    page.keyboard.type("entered twice")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("struck out")
    expect(page.locator(":focus")).to_have_text("AE-2")

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Strike out")


def test_keys_lead_from_row_to_row_and_back_to_the_grid(page: Page, log: str) -> None:
    page.goto(f"{log}/log#r1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{log}/2?back=log")

    page.keyboard.press("Alt+Shift+ArrowDown")
    page.wait_for_url(f"**{log}/3?back=log")
    page.get_by_role("button", name="Close").press("Enter")
    page.wait_for_url(f"**{log}/log#r3")
    expect(page.locator(":focus")).to_have_text("AE-3")

    page.keyboard.press("n")
    page.wait_for_url(f"**{log}/4?back=log")

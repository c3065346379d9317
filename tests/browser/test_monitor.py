"""A monitor's desk: verify by one key, see what changed since, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_subject import sign_in
from tests.desk import TYPO, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def box(page: Page, path: str):
    return page.locator(f'[data-mark="{path}"]')


@pytest.mark.req("R-082", "R-083", "R-084")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_is_verified_by_space_and_what_changes_comes_back(
    page: Page, desk: Desk, language: str
) -> None:
    key, saved = desk.vital_signs()
    items = len(desk.record(key).data)
    sign_in(page, "chen.jing")
    page.click(f"button[name=language][value={language}]")
    page.goto(f"/subjects/{key.subject}/SCR/1/VS/1")
    total = int(page.locator("#total").inner_text())
    assert 10 < total <= items
    for done in range(1, total):
        expect(page.locator("button[data-mark]:focus")).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("Space")
        expect(page.locator("#done")).to_have_text(str(done))

    # Taken back by one key; then the last two in two presses: the list, and its button.
    first = page.locator("[data-mark]").first
    first.press("Space")
    page.keyboard.press("1")
    expect(first).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Alt+a")
    page.wait_for_url("**/remaining")
    expect(page.locator("button[autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/SCR/1/IC/1**")  # on to the next form that has something open
    assert desk.verify().ok

    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    page.goto("/verification/changed")
    row = page.locator("table.changed tbody tr")
    expect(row.locator("del")).to_contain_text("36.6")
    expect(row.locator("b")).to_contain_text("36.9")
    expect(row.locator("button")).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_load_state()
    expect(row).to_have_count(0)
    page.goto(f"/subjects/{key.subject}/SCR/1/VS/1")
    expect(box(page, "TEMP")).to_have_attribute("aria-pressed", "true")


@pytest.mark.req("R-082")
def test_a_value_that_changes_while_it_is_read_is_not_marked(
    page: Page, desk: Desk, expected_errors: list[str]
) -> None:
    expected_errors.append("status of 409")
    key, saved = desk.vital_signs()
    sign_in(page, "chen.jing")
    page.goto(f"/subjects/{key.subject}/SCR/1/VS/1")
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    box(page, "TEMP").press("Space")
    expect(page.locator(".m.err[role=alert]")).to_contain_text("已变更")
    expect(box(page, "TEMP")).to_have_attribute("aria-pressed", "false")

"""A query from question to closing, by keyboard, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.hands import Opener

pytestmark = pytest.mark.browser


def form(subject: str) -> str:
    return f"/subjects/{subject}/SCR/1/VS/1"


def thread(page: Page):
    return page.locator("#pop .thread")


@pytest.mark.req("R-076", "R-077", "R-078")
def test_a_monitor_asks_a_coordinator_changes_and_the_monitor_closes(
    subject: str, open_as: Opener
) -> None:
    monitor = open_as(form(subject), "chen.jing")
    monitor.locator("[data-mark=TEMP]").focus()
    monitor.keyboard.press("Alt+q")
    expect(monitor.locator("#pop textarea")).to_be_focused()
    monitor.keyboard.type("The chart reads another temperature. Please check.")
    monitor.keyboard.press("Control+Enter")
    expect(thread(monitor)).to_contain_text("Open")
    expect(monitor.locator("#n-qry")).to_have_text("1")

    site = open_as(form(subject))
    site.locator("button[value=zh]").click()
    expect(site.locator("html")).to_have_attribute("lang", "zh-Hans")  # the query reads the same
    site.wait_for_load_state()
    line = site.locator(".m.qry")
    expect(line).to_contain_text("The chart reads another temperature.")
    site.locator("#TEMP").fill("36.9")
    site.keyboard.press("Enter")
    site.keyboard.press("1")
    site.locator("#TEMP").focus()
    site.keyboard.press("Alt+q")
    site.get_by_role("button", name="已按原始记录更正。").click()
    site.keyboard.press("Control+Enter")
    expect(thread(site)).to_contain_text("已答复")
    expect(thread(site).locator(".change")).to_contain_text("36.6 °C → 36.9 °C")
    expect(site.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(line).to_have_class(re.compile("answered"))
    site.keyboard.press("Escape")
    expect(site.locator("#TEMP")).to_be_focused()

    monitor.goto(f"{form(subject)}?query=1")
    expect(thread(monitor)).to_contain_text("Corrected according to the source.")
    expect(thread(monitor)).to_contain_text("36.6 °C → 36.9 °C")
    monitor.keyboard.press("Control+Enter")
    expect(thread(monitor).locator("summary .tag").first).to_contain_text("Closed")
    expect(monitor.locator(".m.qry")).to_have_count(0)


def test_two_close_one_query_and_the_second_is_told(subject: str, open_as: Opener) -> None:
    first = open_as(form(subject), "sun.hao")
    first.locator("[data-mark=TEMP]").focus()
    first.keyboard.press("Alt+q")
    expect(first.locator("#pop textarea")).to_be_focused()
    first.keyboard.type("Please check this.")
    first.keyboard.press("Control+Enter")
    expect(thread(first)).to_contain_text("Open")
    second = open_as(f"{form(subject)}?query=1", "sun.hao")
    for page, text in ((first, "Settled by telephone."), (second, "Settled by mail.")):
        page.locator("summary", has_text="Settle it without an answer").click()
        page.locator("#pop textarea:visible").fill(text)
        page.get_by_role("button", name="Close the query").click()
        expect(page.locator("#pop .settled")).to_have_count(1)

    expect(second.locator("#pop [role=alert]")).to_contain_text("nothing was done a second time")
    expect(second.locator("#pop .settled")).to_contain_text("Settled by telephone.")

"""A person at the keyboard of a form: signs in, types, looks at what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ecrf import demo
from tests.browsing import LiveServer
from tests.desk import Desk

Opener = Callable[..., Page]


@pytest.fixture
def subject(live_server: LiveServer) -> str:
    """A subject with complete vital signs at screening."""
    with live_server.app.app_context():
        return Desk(live_server.app).vital_signs()[0].subject


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> Iterator[Opener]:
    """Pages of several people; an answer that refuses is no error here."""
    contexts = []

    def opened(address: str, username: str = "wang.li") -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 1440, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        enter(page, address, username)
        return page

    yield opened
    for context in contexts:
        context.close()


def enter(page: Page, address: str, username: str = "wang.li") -> Page:
    """Sign in, choose English, open a form."""
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.locator("button[value=en]").click()
    page.goto(address)
    return page


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def type(self, *texts: str) -> None:
        """Each text, and Enter after it."""
        for text in texts:
            for key in text:
                self.press(key)
            self.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def state(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#savedtx")).to_have_text(text)


def focused(page: Page) -> str:
    return page.evaluate(
        "(document.activeElement.form && document.activeElement.type === 'submit'"
        " && document.activeElement.value) || document.activeElement.name"
    )

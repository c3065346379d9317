"""Two people on one form are told of each other, while they are there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.functional.seats import address
from tests.hands import Keys, Opener

pytestmark = pytest.mark.browser


@pytest.mark.req("R-064")
def test_who_else_is_at_the_form_is_shown_and_goes_with_the_page(
    open_as: Opener, subject: str
) -> None:
    first = open_as(address(subject, "D0", "VS"))
    first.locator("#TEMP").focus()
    Keys(first).type("36.6")
    first.wait_for_timeout(2000)  # the page has said that it is there
    second = open_as(address(subject, "D0", "VS"), "zhao.min")
    also = second.locator("#also")
    expect(also).to_contain_text("Wang Li")

    first.goto("/")
    second.reload()
    second.wait_for_timeout(2500)
    expect(also).to_be_hidden()

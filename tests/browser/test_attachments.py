"""A file is attached at the keyboard, saved, and there again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ecrf import demo
from tests.attached import OFFICE, pdf
from tests.browsing import LiveServer
from tests.desk import Desk
from tests.functional.seats import address

pytestmark = pytest.mark.browser


@pytest.fixture
def consent(live_server: LiveServer) -> str:
    """The address of a consent form that is still empty."""
    with live_server.app.app_context():
        return address(Desk(live_server.app).subject(), "SCR", "IC")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "签字页 scan.pdf"
    path.write_bytes(pdf())
    return path


def enter(page: Page, where: str) -> None:
    page.on("filechooser", lambda _: None)  # from now on, not only from the moment of waiting
    page.goto("/sign-in")
    page.fill("[name=username]", "wang.li")
    page.fill("[name=password]", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.locator("button[value=en]").click()
    show(page, where)


def show(page: Page, where: str) -> None:
    """Open the form and wait until it has put the focus on the first empty item."""
    page.goto(where)
    expect(page.locator("#ic_version")).to_be_focused()


def choose(page: Page, path: Path) -> None:
    """Space on the control, as a person does without a mouse."""
    page.focus("#ic_scan")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)


@pytest.mark.req("R-059", "R-065")
def test_a_file_is_attached_saved_and_found_again_by_keyboard(page: Page, consent, scan) -> None:
    enter(page, consent)
    choose(page, scan)

    link = page.locator(".att a")
    expect(link).to_have_text("签字页 scan.pdf")
    expect(page.locator(".att small")).to_have_text("1 KB · PDF")
    expect(page.locator("#savedtx")).to_have_text("1 in draft")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    show(page, consent)

    expect(link).to_be_visible()
    link.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == scan.name
    assert download.value.path().read_bytes() == scan.read_bytes()


@pytest.mark.req("R-003")
def test_replacing_and_removing_ask_for_the_reason_in_place(page: Page, consent, scan) -> None:
    enter(page, consent)
    choose(page, scan)
    expect(page.locator("#savedtx")).to_have_text("1 in draft")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    second = scan.with_name("second.pdf")
    second.write_bytes(pdf(2))

    choose(page, second)

    expect(page.locator(".m.rsn .was")).to_have_text(scan.name)
    page.keyboard.press("3")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(page.locator(".att a")).to_have_text("second.pdf")
    page.focus("[data-unattach]")
    page.keyboard.press("Enter")
    expect(page.locator(".att a")).to_be_hidden()
    expect(page.locator(".m.rsn .was")).to_have_text("second.pdf")


def test_a_refused_file_is_told_at_the_item_and_the_page_is_kept(
    page: Page, consent, scan, expected_errors
) -> None:
    expected_errors.append("status of 422")
    enter(page, consent)
    page.fill("#ic_version", "V1.2")
    scan.write_bytes(OFFICE)

    choose(page, scan)

    expect(page.locator(".m.fil")).to_have_text(re.compile("Attach one of: PDF, JPEG"))
    expect(page.locator("#ic_scan")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#ic_version")).to_have_value("V1.2")


def test_a_draft_keeps_the_file(page: Page, consent, scan) -> None:
    enter(page, consent)
    choose(page, scan)
    expect(page.locator("#savedtx")).to_have_text("1 in draft")

    page.reload()

    expect(page.locator(".att a")).to_have_text(scan.name)

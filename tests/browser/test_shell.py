"""The frame of the pages in a real browser: by keyboard, in both languages, at any width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ecrf import demo
from tests.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def subjects(app) -> list[str]:
    """Two subjects; the second has complete vital signs."""
    with app.app_context():
        desk = Desk(app)
        return [desk.subject("SSC"), desk.vital_signs()[0].subject]


@pytest.fixture
def zhao_min(page: Page, subjects) -> Page:
    """Signed in without touching the mouse, reading English."""
    page.goto("/sign-in")
    page.get_by_label("User name").focus()
    page.keyboard.type("zhao.min")
    page.keyboard.press("Tab")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto("/subjects")
    page.get_by_role("button", name="EN", exact=True).press("Enter")
    expect(page.locator("h1")).to_have_text("Subjects")
    return page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('tr')?.innerText.replace(/\\s+/g, ' ')")


def test_arrow_keys_move_between_the_cells_and_tab_leaves_them(zhao_min, subjects):
    page = zhao_min
    page.get_by_role("link", name=subjects[1]).focus()

    page.keyboard.press("ArrowDown")
    assert subjects[0] in focused(page)
    page.keyboard.press("End")
    expect(page.locator(":focus")).to_contain_text("Subject logs")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_contain_text("Screening: not entered")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('[data-grid]')")


def test_a_cell_opens_its_visit_in_the_casebook(zhao_min, subjects):
    page = zhao_min
    page.get_by_role("row", name=subjects[1]).get_by_role("link", name="Screening").press("Enter")

    page.wait_for_url(f"**/subjects/{subjects[1]}#SCR-1")
    expect(page.locator("#SCR-1")).to_be_in_viewport()


def test_slash_finds_a_subject_from_anywhere(zhao_min, subjects):
    page = zhao_min
    page.goto("/me")

    page.keyboard.press("/")
    page.keyboard.type("s001")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/subjects/{subjects[0]}")


def test_search_opens_at_the_item_and_no_address_holds_the_words(zhao_min, subjects):
    page = zhao_min
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/subjects/{subjects[1]}")

    page.keyboard.press("/")
    page.keyboard.type("tempera")
    page.keyboard.press("Enter")  # before the answer is there

    page.wait_for_url(f"**/subjects/{subjects[1]}/SCR/1/VS/1#TEMP")
    expect(page.locator("#TEMP")).to_be_focused()
    assert not [url for url in asked if "tempera" in url]


def test_a_form_without_a_subject_asks_for_one(zhao_min, subjects):
    page = zhao_min

    page.keyboard.press("/")
    page.keyboard.type("vital")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Find a subject")).to_have_value("VS ")
    page.keyboard.type("l001")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/subjects/{subjects[1]}/SCR/1/VS/1")


def test_escape_leaves_the_search_where_one_was(zhao_min, subjects):
    page = zhao_min
    page.get_by_role("link", name=subjects[1]).focus()

    page.keyboard.press("/")
    page.keyboard.type("nothing-like-it")
    expect(page.locator("#hits")).to_contain_text("Nothing is called that.")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name=subjects[1])).to_be_focused()
    expect(page.locator("#hits")).to_be_hidden()


def test_keys_lead_to_the_next_form_and_the_next_subject(zhao_min, subjects):
    page = zhao_min
    page.goto(f"/subjects/{subjects[1]}/SCR/1/IC/1")

    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url(lambda url: "/SCR/1/" in url and "/IC/" not in url)
    page.keyboard.press("Alt+ArrowLeft")
    page.wait_for_url("**/IC/1")
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(f"**/subjects/{subjects[0]}")
    page.keyboard.press("Alt+PageUp")
    page.wait_for_url(f"**/subjects/{subjects[1]}")


def test_the_filter_works_without_loading_the_page_anew(zhao_min, subjects):
    page = zhao_min
    page.evaluate("window.same = true")

    page.get_by_label("Cohort").select_option("SSC")

    expect(page.get_by_text("1 of 2 subjects shown")).to_be_visible()
    expect(page.get_by_role("link", name=subjects[1])).to_have_count(0)
    assert page.evaluate("window.same") and "cohort=SSC" in page.url
    assert page.locator("[data-grid] a[tabindex='0']").count() == 1


def test_a_menu_closes_with_escape_and_gives_the_focus_back(zhao_min):
    page = zhao_min
    summary = page.locator(".bar summary")
    summary.press("Enter")
    expect(page.get_by_role("link", name="My account")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="My account")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_refused_form_puts_the_focus_on_what_is_wrong(page, expected_errors):
    expected_errors.append("status of 401")
    page.goto("/sign-in")
    page.get_by_label("User name").fill("zhao.min")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()


@pytest.mark.req("R-158")
def test_before_the_lock_there_is_a_warning_that_any_key_answers(zhao_min):
    page = zhao_min
    page.clock.install()
    page.reload()

    page.clock.run_for("13:10")
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    with page.expect_request("**/me"):
        page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_language_changes_on_the_page_one_is_at(zhao_min, subjects):
    page = zhao_min
    page.goto(f"/subjects/{subjects[1]}")

    page.get_by_role("button", name="中文").click()

    expect(page.locator("h1")).to_have_text(f"病例册 {subjects[1]}")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


@pytest.mark.parametrize("width", [1440, 1280, 1024, 320])
def test_nothing_scrolls_sideways(zhao_min, subjects, width):
    page = zhao_min
    page.set_viewport_size({"width": width, "height": 900})

    for address in (
        "/",
        "/subjects",
        f"/subjects/{subjects[1]}",
        "/subjects/new",
        "/me",
        "/verify",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_focus_is_never_under_the_bars(zhao_min, subjects):
    page = zhao_min
    page.goto(f"/subjects/{subjects[1]}")
    page.set_viewport_size({"width": 1280, "height": 420})
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        box = page.locator(":focus").bounding_box()
        under_bar = page.evaluate("!document.activeElement.closest('.bar, .subj, .rail')")
        assert not under_bar or box["y"] >= 84


def test_a_question_mark_shows_all_keys_unless_single_keys_are_off(zhao_min):
    page = zhao_min
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="All keys")).to_be_hidden()

    page.keyboard.press("/")
    page.keyboard.type("?")
    expect(page.locator("[name=q]")).to_have_value("?")
    page.goto("/me")
    page.get_by_role("radio", name="Off").check()
    page.get_by_role("button", name="Keep").press("Enter")
    page.wait_for_url("**/me#display")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).not_to_be_focused()

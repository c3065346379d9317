"""Filling in forms at a real keyboard: no mouse, nothing lost, every state visible."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from playwright.sync_api import Page, expect

from ecrf.services import subjects
from tests.browsing import LiveServer
from tests.desk import Desk
from tests.functional.seats import address
from tests.hands import Keys, Opener, enter, focused, state

pytestmark = pytest.mark.browser

PANEL = {"WBC": "5.20", "NEUT": "3.10", "LYM": "1.50", "MONO": "0.40", "EOS": "0.10"}
REST = 19  # further tests of the panel


@pytest.mark.req("R-059", "R-065")
def test_a_form_is_entered_and_completed_without_a_mouse(page: Page, subject: str) -> None:
    enter(page, address(subject, "D0", "VS"))
    state(page, "Nothing entered yet")
    keys = Keys(page)

    keys.type("20260310", "0815", "36.6", "a", "122", "78", "76", "16", "98", "r", "58.0", "161")
    state(page, "12 in draft")
    expect(page.locator("#VSDAT")).to_have_value("2026-03-10")
    expect(page.locator("#BSA")).to_have_text("1.611")
    assert focused(page) == "complete"
    keys.press("Enter")

    page.wait_for_url(re.compile("/D0/1/INF/1$"))
    assert keys.count == 49


@pytest.mark.req("R-062")
def test_a_panel_of_24_tests_is_entered_result_by_result(page: Page, subject: str) -> None:
    enter(page, address(subject, "D1", "LBH"))
    keys = Keys(page)

    keys.press("y")
    keys.press("Enter")
    keys.type("20260311", "0640", "")
    keys.press("b", "Enter", "n", "Enter")
    assert focused(page) == "LB[WBC].LBORRES"
    keys.type(*PANEL.values(), *["nd"] * REST)

    assert focused(page) == "complete"
    state(page, re.compile("in draft"))
    expect(page.locator("[data-group=LB] [data-done]")).to_have_text("24")
    expect(page.locator("[name='LB[RBC].LBORRES']")).to_have_value("ND")
    expect(page.locator("[name='LB[RBC].LBORRES']")).to_have_class(re.compile("miss"))
    assert keys.count == 103


@pytest.mark.req("R-062")
def test_t_and_v_in_a_date_are_today_and_the_day_of_the_visit(
    page: Page, subject: str, live_server: LiveServer
) -> None:
    with Desk(live_server.app).work() as work:
        subjects.add_visit(work, subject, "UNS", dt.date(2026, 3, 2))
    enter(page, address(subject, "UNS", "VS"))
    today = json.loads(page.locator("#words").text_content() or "")["days"]["t"]
    page.locator("#VSDAT").focus()

    page.keyboard.press("t")
    expect(page.locator("#VSDAT")).to_have_value(today)
    expect(page.locator("[data-when=visit]")).to_be_visible()
    page.locator("#VSDAT").select_text()
    page.keyboard.press("v")

    expect(page.locator("#VSDAT")).to_have_value("2026-03-02")
    state(page, "1 in draft")


def test_arrows_go_up_and_down_the_panel(page: Page, subject: str) -> None:
    enter(page, address(subject, "D1", "LBH"))
    page.keyboard.press("y")
    page.locator("[name='LB[NEUT].LBORRES']").focus()

    page.keyboard.press("ArrowDown")
    assert focused(page) == "LB[LYM].LBORRES"
    page.keyboard.press("Shift+Enter")
    assert focused(page) == "LB[NEUT].LBORRES"


def test_full_width_digits_become_digits(page: Page, subject: str) -> None:
    enter(page, address(subject, "D0", "VS"))
    page.locator("#TEMP").focus()

    page.keyboard.insert_text("３６。６")
    page.keyboard.press("Enter")

    expect(page.locator("#TEMP")).to_have_value("36.6")


def test_a_composition_is_not_judged_half_way(page: Page, subject: str) -> None:
    enter(page, address(subject, "D0", "VS"))
    sent = []
    page.on("request", lambda request: sent.append(request.url))

    page.evaluate("""() => {
        const box = document.querySelector("#TEMP");
        box.focus();
        box.value = "ni";
        box.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
    }""")
    page.wait_for_timeout(700)

    assert not [url for url in sent if url.endswith("/draft")]


@pytest.mark.req("R-003")
def test_a_correction_asks_its_reason_in_place_and_one_key_answers(
    page: Page, subject: str
) -> None:
    enter(page, address(subject, "SCR", "VS"))
    page.locator("#TEMP").select_text()

    page.keyboard.type("36.8")
    page.keyboard.press("Enter")
    reason = page.get_by_role("group", name="Body temperature was 36.6")
    assert reason.locator(":checked").count() == 0
    page.keyboard.press("1")
    assert focused(page) == "TEMPLOC"  # and on to the next field
    page.keyboard.press("Control+s")

    state(page, re.compile(r"Saved in the record \d\d:\d\d:\d\d"))
    expect(page.locator("[data-history=TEMP] sup")).to_have_text("2")


@pytest.mark.req("R-061")
def test_an_unusual_value_is_confirmed_in_place(page: Page, subject: str) -> None:
    enter(page, address(subject, "D0", "VS"))
    page.locator("#TEMP").focus()
    Keys(page).type("39.2")

    expect(page.get_by_text("Body temperature 39.2 °C is unusual")).to_be_visible()
    page.keyboard.press("F8")
    assert focused(page) == "TEMP"
    page.keyboard.press("Alt+v")

    expect(page.get_by_label("Value is correct")).to_be_checked()
    expect(page.locator("[data-jump=chk]")).to_be_hidden()


@pytest.mark.req("R-012")
def test_the_history_opens_at_the_item_and_escape_leads_back(page: Page, subject: str) -> None:
    enter(page, address(subject, "SCR", "VS"))
    page.locator("#PULSE").focus()

    page.keyboard.press("Alt+h")
    expect(page.locator("#pop")).to_contain_text("76 /min")
    page.keyboard.press("Escape")

    expect(page.locator("#pop")).to_be_hidden()
    assert focused(page) == "PULSE"


@pytest.mark.req("R-065")
def test_a_draft_is_there_again_and_nothing_is_kept_in_the_browser(
    page: Page, subject: str
) -> None:
    enter(page, address(subject, "D0", "VS"))
    page.locator("#PULSE").focus()
    page.keyboard.type("7x")
    state(page, "1 in draft")

    page.reload()

    expect(page.locator("#PULSE")).to_have_value("7x")
    expect(page.get_by_text("Heart rate: This is not a whole number")).to_be_visible()
    assert "7x" not in page.evaluate(
        "JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    )


def test_rows_are_added_and_struck_out_at_the_keyboard(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "D0", "INF"))
    page.locator("#INFDAT").focus()
    Keys(page).type("20260310")
    page.locator("[name='BAG[1].BAGID']").focus()
    page.keyboard.type("B1")
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "BAG[2].BAGID"
    page.keyboard.type("B2")
    page.keyboard.press("Control+s")
    state(page, re.compile("Saved"))
    page.reload()

    page.locator("[data-row='BAG[2]'] [data-strike]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Why is it struck out?")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Control+s")

    expect(page.locator("[data-row='BAG[2]']")).to_have_class(re.compile("struck"))


def test_completing_leads_from_the_summary_to_the_field(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "D0", "VS"))
    page.get_by_role("button", name="Complete, next form").click()

    link = page.locator("#esum a", has_text="Heart rate")
    expect(page.locator("#esum")).to_be_focused()
    link.click()

    assert focused(page) == "PULSE"


@pytest.mark.req("R-064")
def test_two_people_and_one_item_each_sees_both_values(open_as: Opener, subject: str) -> None:
    place = address(subject, "SCR", "VS")
    first, second = open_as(place), open_as(place, "zhao.min")
    correct(first, "TEMP", "36.7")
    correct(second, "TEMP", "36.9")
    correct(second, "RESP", "18")
    first.keyboard.press("Control+s")
    state(first, re.compile("Saved"))

    second.keyboard.press("Control+s")
    expect(second.get_by_text("saved 36.7; you typed 36.9")).to_be_visible()
    second.get_by_role("button", name="Keep mine").click()
    second.keyboard.press("3")
    second.keyboard.press("Control+s")

    state(second, re.compile(r"Saved in the record \d\d:\d\d:\d\d"))
    second.reload()
    expect(second.locator("#TEMP")).to_have_value("36.9")
    expect(second.locator("#RESP")).to_have_value("18")


def correct(page: Page, item: str, text: str) -> None:
    page.locator(f"#{item}").select_text()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.keyboard.press("2")


@pytest.mark.parametrize("width", [1024, 1280, 1440])
@pytest.mark.parametrize("form", ["LBH", "INF"])
def test_no_form_scrolls_sideways(open_as: Opener, subject: str, form: str, width: int) -> None:
    page = open_as(address(subject, "D1" if form == "LBH" else "D0", form))

    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_monitor_has_nothing_to_type_in(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "SCR", "VS"), "chen.jing")

    assert page.locator("#entry input:not([type=hidden]), #entry select").count() == 0
    page.locator("[data-history=PULSE]").click()

    expect(page.locator("#pop")).to_contain_text("76 /min")

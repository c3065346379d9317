"""Results pasted from a report, by keyboard: looked at, accepted, explained, undone, saved."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from ecrf.services.keys import Key
from tests.browsing import LiveServer
from tests.desk import Desk
from tests.hands import Keys, Opener, state

REPORT = """项目\t结果\t单位\t参考范围
WBC\t4.21\t10^9/L\t3.5-9.5
中性粒细胞\t2.50\t10^9/L\t1.8-6.3
血红蛋白\t121 ↑\tg/L\t115-150
PLAT\tabc\t10^9/L\t125-350"""
RESULTS = {"WBC": "4.21", "NEUT": "2.50", "HGB": "121"}
COUNT = {
    **{"WBC": "5.20", "NEUT": "3.10", "LYM": "1.50", "MONO": "0.40", "EOS": "0.10", "BASO": "0.10"},
    **{"NEUTLE": "59.6", "LYMLE": "28.8", "MONOLE": "7.7", "EOSLE": "1.9", "BASOLE": "1.9"},
    **{"RBC": "4.50", "HGB": "130", "HCT": "0.40", "MCV": "88", "MCH": "29", "MCHC": "330"},
    **{"RDW": "13.0", "PLAT": "210", "MPV": "9.5", "RETI": "50", "RETIRBC": "1.0"},
    **{"ANGLOBDR": "NEG", "HAPTOG": "clotted"},
}
WBC, HGB = '[name="LB[WBC].LBORRES"]', '[name="LB[HGB].LBORRES"]'


def paste(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.focus(WBC)
    page.keyboard.press("Control+v")
    expect(page.locator("#pop [data-accept]")).to_be_focused()


@pytest.mark.req("R-060")
def test_a_report_is_pasted_looked_at_accepted_and_saved_without_a_mouse(
    live_server: LiveServer, subject: str, open_as: Opener
) -> None:
    page = open_as(f"/subjects/{subject}/D1/1/LBH/1")
    paste(page, REPORT)
    expect(page.locator("#pop tr.new")).to_have_count(3)
    expect(page.locator("#pop tr.refused")).to_contain_text("PLAT")
    assert page.input_value(WBC) == "", "nothing is entered before it is accepted"
    page.keyboard.press("Control+Enter")
    expect(page.locator(WBC)).to_have_value("4.21")
    expect(page.locator(HGB)).to_have_value("121")
    state(page, "3 in draft")
    page.keyboard.press("Alt+z")
    expect(page.locator(WBC)).to_have_value("")
    paste(page, REPORT)
    page.keyboard.press("Enter")
    state(page, "3 in draft")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved[data-state=saved]")).to_be_visible()
    data = Desk(live_server.app).record(Key(subject, "D1", 1, "LBH", 1)).data
    kept = {path: value["v"] for path, value in data.items() if path.endswith("LBORRES")}
    assert kept == {f"LB[{code}].LBORRES": text for code, text in RESULTS.items()}


@pytest.mark.req("R-003")
def test_a_pasted_value_that_changes_a_saved_one_asks_why(subject: str, open_as: Opener) -> None:
    page = open_as(f"/subjects/{subject}/D1/1/LBH/1")
    page.fill(WBC, "3.9")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved[data-state=saved]")).to_be_visible()
    paste(page, REPORT)
    expect(page.locator("#pop tr.changes del")).to_have_text("3.9")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".m.rsn input:focus")).to_have_count(1)
    page.keyboard.press("1")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved[data-state=saved]")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-paste]").click()
    expect(page.locator("#pop textarea")).to_be_focused()


@pytest.mark.req("R-167")
def test_a_workbook_is_chosen_looked_at_and_entered(subject: str, open_as: Opener) -> None:
    book, target = Workbook(), io.BytesIO()
    for row in (("项目", "结果", "单位"), ("WBC", 4.2, "10^9/L"), ("血红蛋白", "=1+2")):
        book.active.append(row)
    book.active["B2"].number_format = "0.00"
    book.save(target)
    file = {"name": "report.xlsx", "mimeType": "application/zip", "buffer": target.getvalue()}
    page = open_as(f"/subjects/{subject}/D1/1/LBH/1")
    page.focus(WBC)
    page.keyboard.press("Alt+p")
    page.keyboard.press("Tab")
    expect(page.locator("#pop [data-from]")).to_be_focused()

    page.set_input_files("#pop [data-from]", [file])
    expect(page.locator("#pop tr.refused")).to_contain_text("There is no result in this line")
    page.keyboard.press("Control+Enter")

    expect(page.locator(WBC)).to_have_value("4.20")
    state(page, "1 in draft")


@pytest.mark.req("R-001", "R-167")
def test_a_whole_blood_count_takes_three_keys(
    live_server: LiveServer, subject: str, open_as: Opener
) -> None:
    panel = live_server.app.extensions["catalogue"].current("LBH").panels["LB"]
    texts = {one.code: COUNT.get(one.code, "20") for one in panel}
    assert len(texts) == 24
    lines = [f"{one.label.zh}\t{texts[one.code]}\t{one.unit or ''}" for one in panel]
    page = open_as(f"/subjects/{subject}/D1/1/LBH/1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = "\n".join(["项目\t结果\t单位", *lines])
    page.evaluate("text => navigator.clipboard.writeText(text)", block)
    page.focus(WBC)
    keys = Keys(page)

    keys.press("Control+v")
    expect(page.locator("#pop tr.new")).to_have_count(23)
    expect(page.locator("#pop tr.refused")).to_contain_text("HAPTOG")
    keys.press("Control+Enter")
    state(page, "23 in draft")
    keys.press("Control+s")
    expect(page.locator("#saved[data-state=saved]")).to_be_visible()

    assert keys.count == 3
    data = Desk(live_server.app).record(Key(subject, "D1", 1, "LBH", 1)).data
    kept = {code: data.get(f"LB[{code}].LBORRES", {}).get("v") for code in texts}
    assert kept == {**texts, "HAPTOG": None}


def test_what_was_typed_over_a_pasted_value_is_not_taken_back(
    subject: str, open_as: Opener
) -> None:
    page = open_as(f"/subjects/{subject}/D1/1/LBH/1")
    paste(page, REPORT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(WBC)).to_have_value("4.21")
    page.focus(HGB)
    page.keyboard.press("Control+a")
    page.keyboard.type("122")
    page.keyboard.press("Alt+z")

    expect(page.locator(WBC)).to_have_value("")
    expect(page.locator(HGB)).to_have_value("122")
    state(page, "1 in draft")

"""The first subject, in Chinese and without a mouse: from consent to a sealed, signed PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ecrf import demo
from tests.browsing import LiveServer
from tests.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONSENT = {
    "ic_version": "V1.2",
    "ic_version_date": "20250301",
    "ic_date": "20260302",
    "ic_time": "0930",
    "ic_signer": "s",
    "ic_witness": "n",
    "ic_inv": "赵敏",
    "ic_inv_date": "20260302",
    "ic_copy": "y",
    "ic_ltfu": "y",
    "ic_biobank": "y",
    "ic_genetic": "n",
}
DEMOGRAPHICS = {
    "initials": "WXM",
    "birth_date": "19920517",
    "sex": "f",
    "race": "a",
    "ethnic_cn": "汉族",
    "abo": "a",
    "rhd": "p",
}
VITAL_SIGNS = {
    "VSDAT": "20260303",
    "VSTIM": "0815",
    "TEMP": "３６。６",
    "TEMPLOC": "a",
    "SYSBP": "122",
    "DIABP": "78",
    "PULSE": "76",
    "RESP": "16",
    "SPO2": "98",
    "O2DEV": "未吸氧",
    "WEIGHT": "58.0",
    "HEIGHT": "161",
}
RESULTS = """WBC 5.20 NEUT 3.10 LYM 1.50 MONO 0.40 EOS 0.10 BASO 0.02 NEUTLE 59.6 LYMLE 28.8
MONOLE 7.7 EOSLE 1.9 BASOLE 0.4 RBC 4.30 HGB 130 HCT 0.390 MCV 90.1 MCH 30.0 MCHC 333 RDW 13.2
PLAT 220 MPV 10.1 RETI 55.0 RETIRBC 1.2 ANGLOBDR 阴性 HAPTOG 1.20""".split()
PANEL = {"LBPERF": "y", "LBDAT": "20260303", "LBTIM": "0640", "LBNAM": "b", "lb_transf": "n"} | {
    f"LB[{code}].LBORRES": text for code, text in zip(RESULTS[::2], RESULTS[1::2], strict=True)
}


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the control of the page, not of the bar, with these words has the focus."""
    said = "document.activeElement.closest('.bar') ? '' : document.activeElement.innerText || ''"
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate(said):
            return
    raise AssertionError(f"no control says {words}")


def answer(page: Page, text: str) -> None:
    """Type, press a letter, or walk down a list, as the focused control wants it."""
    kind = page.evaluate("document.activeElement.type")
    if kind == "select-one":
        steps = page.evaluate(
            "(text) => [...document.activeElement.options].findIndex(o => o.text.includes(text))"
            " - document.activeElement.selectedIndex",
            text,
        )
        for _ in range(steps):
            page.keyboard.press("ArrowDown")
    elif kind == "radio":
        page.keyboard.press(text)
    else:
        page.keyboard.insert_text(text)


def fill_in(page: Page, values: dict[str, str]) -> None:
    """Go through a form with Enter, then complete it."""
    left = dict(values)
    for _ in range(90):
        name = page.evaluate("document.activeElement.name")
        if page.evaluate("document.activeElement.value") == "complete":
            break
        if name in left:
            answer(page, left.pop(name))
        page.keyboard.press("Enter")
    assert not left, f"never reached: {list(left)}"
    here = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


@pytest.mark.req("R-001", "R-003", "R-012", "R-022", "R-059", "R-108")
def test_a_first_subject_from_consent_to_a_sealed_pdf(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    page.set_default_timeout(15_000)
    sign_in(page, "wang.li")
    tab_to(page, "受试者")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/subjects$"))
    tab_to(page, "新增受试者")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/subjects/new$"))
    page.locator("[name=cohort]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/subjects/BJ01-L001$"))

    tab_to(page, "知情同意与儿童赞同")
    page.keyboard.press("Enter")
    for form, values in (
        ("IC", CONSENT),
        ("DM", DEMOGRAPHICS),
        ("VS", VITAL_SIGNS),
        ("LBH", PANEL),
    ):
        page.wait_for_url(re.compile(f"/SCR/1/{form}/1$"))
        fill_in(page, values)

    correct_the_temperature(page)
    number = sign_the_form(page)
    print_and_check(page, live_server, number, tmp_path)


def correct_the_temperature(page: Page) -> None:
    page.goto("/subjects/BJ01-L001/SCR/1/VS/1")
    page.locator("#TEMP").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("36.8")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("Control+S")
    expect(page.locator("#savedtx")).to_contain_text("已保存到记录")
    page.locator("#TEMP").focus()
    page.keyboard.press("Alt+H")
    trail = page.locator("dialog[open]")
    expect(trail).to_contain_text("36.6")
    expect(trail).to_contain_text("36.8")
    expect(trail).to_contain_text("转录错误")
    page.keyboard.press("Escape")


def sign_the_form(page: Page) -> str:
    """Sign as investigator; returns the number of the record."""
    page.context.clear_cookies()
    sign_in(page, "zhao.min")
    page.goto("/subjects/BJ01-L001/SCR/1/VS/1")
    tab_to(page, "签名")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/records/[0-9]+/sign$"))
    number = page.url.split("/")[-2]
    page.locator("[name=meaning]").first.focus()
    page.keyboard.press("Space")
    page.locator("[name=username]").focus()
    page.keyboard.type("zhao.min")
    page.keyboard.press("Tab")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/SCR/1/VS/1$"))
    return number


def print_and_check(page: Page, live_server: LiveServer, number: str, folder: Path) -> None:
    page.goto("/subjects/BJ01-L001")
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    wanted = {"language": "zh", "rendition": "archive", "purpose": "filing"}
    answer = page.request.post(f"/records/{number}/pdf", form={"csrf_token": token or "", **wanted})
    file = folder / "form.pdf"
    file.write_bytes(answer.body())
    signature = subprocess.run(["pdfsig", file], capture_output=True, text=True).stdout
    assert "Signature is Valid" in signature and "Total document signed" in signature
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True)
    for part in ("36.6", "36.8", "转录错误", "赵敏 Zhao Min", "王丽 Wang Li", "58.0", "审核并批准"):
        assert part in text.stdout
    assert Desk(live_server.app).verify().ok

"""Every screen, for every role, in both languages: nothing that axe-core finds fault with.

The pages come from the routes of the application, so that a new one is walked without being named
here. A violation of the content security policy on the way fails the test as well.
"""

from __future__ import annotations

import re
from importlib import resources

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.routing import Rule

from ecrf import demo
from ecrf.services import queries
from ecrf.services.keys import Key
from ecrf.services.permissions import allowed
from ecrf.services.queries import Said
from tests.browsing import LiveServer
from tests.desk import TYPO, VITAL_SIGNS, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# Targets of 24 px (WCAG 2.2) are judged only when asked for.
RUN = """async () => {
  const found = await axe.run({ rules: { "target-size": { enabled: true } } });
  return found.violations.map((one) =>
    `${one.id}, ${one.help}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(" and ")}`);
}"""
FILES = {
    "static",
    "attachments.download",
    "subjects.table",
    "query_list.table",
    "trail_reviews.table",
    "pdf.verifier",
}
ANSWERS_NO_PAGE = FILES | {"health.live"}
LANGUAGES = {"en": "en", "zh": "zh-Hans"}
ROLES = {role: username for username, _, role in demo.ACCOUNTS}


@pytest.fixture
def known(live_server: LiveServer) -> dict[str, object]:
    """A small study with something of each kind, and what the parts of an address stand for."""
    desk = Desk(live_server.app)
    code = desk.consented()
    key = Key(code, "SCR", 1, "VS")
    saved = desk.save(key, VITAL_SIGNS, complete=True)
    desk.sign(saved)
    desk.save(key, {"TEMP": "36.9"}, revision=1, reasons={"TEMP": TYPO})
    desk.save(Key(code, "LOG", 1, "AE"), {"AETERM": "Rash"})
    with desk.work("chen.jing") as work:
        number = queries.raise_query(work, key, "PULSE", Said("Please check this."), "").id
    here = {"code": code, "subject": code, "event": "SCR", "event_no": 1, "form": "VS"}
    here |= {
        "view": "repeated",
        "site": "BJ01",
        "repeat": 1,
        "record_id": saved.record_id,
        "number": number,
    }
    return here | {"scope": "visit", "name": "SCR"}


class Critic:
    """Runs axe-core over pages; the same page of another role is judged once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def look(self, where: str, path: str) -> None:
        body = self.page.request.get(path).text().partition("<main")[2]
        shown = re.sub(r'value="[\w.-]{60,}"', "", body)
        if shown in self.seen:
            return
        self.seen.add(shown)
        self.page.goto(path)
        self.faults += [f"{where}: {fault}" for fault in self.judge()]

    def judge(self) -> list[str]:
        """What is wrong with the page as it stands."""
        self.page.evaluate(AXE)
        return self.page.evaluate(RUN)


def pages_of(app: Flask, role: str) -> list[Rule]:
    """The addresses that a role may ask for."""
    found = []
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "ecrf_action", None)
        if "GET" in (rule.methods or ()) and rule.endpoint not in ANSWERS_NO_PAGE:
            if allowed(role, action) if action else not role:
                found.append(rule)
    return sorted(found, key=lambda rule: rule.rule)


def address(rule: Rule, known: dict[str, object]) -> str:
    """The path of a page; what a new kind of part stands for is said in ``known``."""
    assert rule.arguments <= known.keys(), f"add to `known` what the parts of {rule} stand for"
    url = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)
    assert url is not None, rule
    return url[1]


def read_in(page: Page, language: str) -> None:
    page.locator(f"button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[language])


def sign_in(page: Page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", demo.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_any_role_has_a_fault(
    live_server: LiveServer, page: Page, known, expected_errors, language: str
) -> None:
    expected_errors.append("status of 40")  # what is not there, or not allowed, has a page too
    critic = Critic(page)
    for rule in pages_of(live_server.app, ""):
        critic.look(f"nobody {rule}", address(rule, known))
    for role, username in ROLES.items():
        sign_in(page, username)
        read_in(page, language)
        for rule in pages_of(live_server.app, role):
            critic.look(f"{role} {rule}", address(rule, known))
        if role in ("coordinator", "monitor"):
            for form in live_server.app.extensions["catalogue"].forms.values():
                critic.look(f"{role} {form.oid}", f"/subjects/{known['code']}/SCR/1/{form.oid}/1")
    critic.look("missing", "/nowhere")
    critic.look("refused", "/verification")
    assert critic.faults == []
    assert len(critic.seen) > 30


def test_a_fault_would_be_found(page: Page) -> None:
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    assert [fault.partition(",")[0] for fault in Critic(page).judge()] == ["label"]

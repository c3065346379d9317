"""One subject of every cohort, from consent to month 3, through the real pages without a dead end.

What an invented person answers is put into the controls of each page; the page judges, asks,
confirms and completes as it would for a coordinator. It takes two minutes a cohort: `make test`
walks with the first, ECRF_ALL_COHORTS=1 with all three.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from ecrf import demo
from ecrf.definition.model import Event
from ecrf.services import contexts, keys
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from ecrf.services.work import working
from ecrf.synthetic import answers, filler
from ecrf.synthetic.filler import Setting
from ecrf.synthetic.person import Person
from ecrf.synthetic.walk import SIGNED, Made, Walk

LAST = "M3"
DAYS_AGO = 210  # consent; month 3 lies behind
COHORTS = ("LN", "SSC", "PSSPAH")
WALKED = COHORTS if os.environ.get("ECRF_ALL_COHORTS") else COHORTS[:1]

# Puts texts into the controls of a page; returns the paths that it has no control for.
PUT = """(entries) => {
  const lacking = [];
  const form = document.getElementById("entry");
  const named = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  for (const [path, text, unit] of entries) {
    const row = /^(\\w+)\\[(\\d+)\\]/.exec(path);
    const group = row && form.querySelector(`[data-group="${row[1]}"] [data-add]`);
    for (let n = 0; group && !named(path).length && n < 20; n += 1) group.click();
    const controls = named(path);
    if (!controls.length) lacking.push(path);
    if (unit) named(`unit:${path}`)[0].value = unit;
    for (const control of controls) {
      if (["radio", "checkbox"].includes(control.type)) {
        control.checked = text.split(/[ ,;]+/).includes(control.value);
      } else control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  return lacking;
}"""
CONFIRM = """() => document.querySelectorAll("[name=confirmed]:not(:checked)").forEach((box) => {
  if (box.value) box.click();
})"""


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


class BrowserWalk(Walk):
    """The casebook of one person, typed into pages."""

    page: Page
    steps: list[str]

    def write(self) -> None:
        for event in self.catalogue.build.events:
            self.visit(event)
            if event.event == LAST:
                return

    def visit(self, event: Event) -> None:
        day = self.person.day_of(event)
        if day is not None:
            self.event(event, day)

    def form(
        self,
        event: str,
        form: str,
        repeat: int,
        day: dt.date,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        given = answers.given(self.person, event, form, repeat, day, self.named, extra)
        if given is None:
            return
        key = Key(self.code, event, 1, form, repeat)
        setting = Setting(
            day, self.staff.people, self.person.chance, self.laboratory, self.person.sex
        )
        with working(self.catalogue, self.staff.coordinator) as work:
            entries, _ = filler.fill(work, key, given, setting)
        self.type(key, entries)
        with working(self.catalogue, self.staff.coordinator) as work:
            record = keys.find(work, keys.subject(work, key.subject), key)
            assert record is not None and record.status == "complete", key
            number = record.id
        if form in SIGNED:
            with working(self.catalogue, self.staff.coordinator) as work:
                self.sign(work, number)

    def type(self, key: Key, entries: Mapping[str, Entry]) -> None:
        here = f"/subjects/{key.subject}/{key.event}/{key.event_no}/{key.form}/{key.repeat}"
        self.page.goto(here)
        texts = [[path, entry.text, entry.unit or ""] for path, entry in entries.items()]
        assert self.page.evaluate(PUT, texts) == [], here
        for _ in range(3):
            self.page.evaluate(CONFIRM)
            with self.page.expect_response(lambda answer: answer.url.endswith("/save")) as saved:
                self.page.locator("button[value=complete]").click()
            if saved.value.status == 200:
                break
            said = self.page.locator("#esum li").all_inner_texts()
        assert saved.value.status == 200, f"{here}: {said}"
        self.page.wait_for_url(lambda url: not url.endswith(here))
        self.steps.append(here)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("cohort", WALKED)
def test_a_subject_reaches_month_three(
    app: Flask, page: Page, cohort: str, expected_errors: list[str]
) -> None:
    index = COHORTS.index(cohort)
    expected_errors.append("status of 422")
    page.set_default_timeout(20_000)
    page.goto("/sign-in")
    page.fill("[name=username]", "wang.li")
    page.fill("[name=password]", demo.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    with app.app_context():
        catalogue = app.extensions["catalogue"]
        with working(catalogue, demo.OPERATOR) as work:
            staff = demo.staff(work)
            today = contexts.today(work, "BJ01")
        person = Person(index, cohort, random.Random(7), today - dt.timedelta(days=DAYS_AGO))
        walk = BrowserWalk(app, staff, person, today, Made())
        walk.page, walk.steps = page, []
        walk.write()
    assert len(walk.steps) > 100
    assert walk.steps[-1].split("/")[3] == LAST

"""What was typed survives the network, the server, the session and the page."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, Request, expect
from werkzeug.serving import BaseWSGIServer, make_server

from ecrf.services import maintenance
from tests.desk import Desk
from tests.functional.seats import address
from tests.hands import Keys, Opener, enter, state

pytestmark = pytest.mark.browser


@pytest.mark.req("R-065")
def test_without_network_typing_goes_on_and_is_sent_later(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "D0", "VS"))
    page.locator("#TEMP").focus()

    page.context.set_offline(True)
    Keys(page).type("36.6")
    state(page, re.compile(r"Not saved since \d\d:\d\d, trying again"))
    page.context.set_offline(False)

    state(page, "1 in draft")


@pytest.mark.req("R-065")
def test_what_is_typed_while_the_server_is_read_only_is_saved_afterwards(
    app: Flask, open_as: Opener, subject: str
) -> None:
    page = open_as(address(subject, "D0", "VS"))
    folder = app.config["INSTANCE_DIR"]
    with Desk(app).work() as work:
        maintenance.begin(work, folder, "Moving until 14:00.", "")
    page.locator("#TEMP").focus()

    Keys(page).type("36.6")
    state(page, re.compile(r"Not saved since \d\d:\d\d, trying again\. .*Moving until 14:00\."))
    expect(page.locator("#TEMP")).to_have_value("36.6")
    with Desk(app).work() as work:
        maintenance.end(work, folder)

    state(page, "1 in draft")
    page.reload()
    expect(page.locator("#TEMP")).to_have_value("36.6")


@pytest.mark.req("R-065")
def test_what_was_typed_offline_arrives_in_the_order_it_was_typed(
    open_as: Opener, subject: str
) -> None:
    page = open_as(address(subject, "D0", "VS"))
    sent = drafts_of(page)
    page.locator("#TEMP").focus()

    page.context.set_offline(True)
    Keys(page).type("36.6", "a", "122")
    page.locator("#TEMP").fill("36.8")
    state(page, re.compile(r"Not saved since \d\d:\d\d, trying again"))
    sent.clear()
    page.context.set_offline(False)

    state(page, "3 in draft")
    arrived = [(path, what["v"]) for entries in sent for path, what in entries.items()]
    assert arrived[-3:] == [("TEMPLOC", "AX"), ("SYSBP", "122"), ("TEMP", "36.8")]


@pytest.mark.req("R-065")
def test_typing_without_a_pause_reaches_the_server_within_two_seconds(
    open_as: Opener, subject: str
) -> None:
    page = open_as(address(subject, "D1", "LBH"))
    sent = drafts_of(page)
    page.keyboard.press("y")
    page.locator("#LBREFID").focus()
    page.wait_for_timeout(500)
    sent.clear()

    page.keyboard.type("B-2026-03-11-118-0001", delay=150)  # never 400 ms without a key

    assert sent
    page.wait_for_timeout(1000)
    assert sent[-1]["LBREFID"]["v"] == "B-2026-03-11-118-0001"


@pytest.mark.req("R-065")
def test_a_page_that_is_killed_loses_nothing_that_was_in_draft(
    open_as: Opener, subject: str
) -> None:
    page = open_as(address(subject, "D0", "VS"))
    page.locator("#TEMP").focus()
    Keys(page).type("36.6", "a")
    state(page, "2 in draft")
    page.goto("about:blank")
    page.close(run_before_unload=False)

    again = open_as(address(subject, "D0", "VS"))

    expect(again.locator("#TEMP")).to_have_value("36.6")
    expect(again.locator(".notice")).to_contain_text("draft")


@pytest.mark.req("R-065")
def test_the_server_goes_away_and_comes_back_while_somebody_types(
    browser: Browser, app: Flask
) -> None:
    subject = Desk(app).vital_signs()[0].subject
    server = serving(app, 0)
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}")
    page = enter(context.new_page(), address(subject, "D0", "VS"))
    page.locator("#TEMP").focus()
    Keys(page).type("36.6")
    state(page, "1 in draft")

    stop(server)
    Keys(page).type("a", "122")
    state(page, re.compile(r"Not saved since \d\d:\d\d, trying again"))
    server = serving(app, server.server_port)

    state(page, "3 in draft")
    page.keyboard.press("Control+s")
    state(page, re.compile("Saved in the record"))
    context.close()
    stop(server)


def drafts_of(page: Page) -> list[dict[str, dict[str, str]]]:
    """The entries of every draft that the page sends from now on."""
    sent: list[dict[str, dict[str, str]]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/draft"):
            sent.append(request.post_data_json["entries"])

    page.on("request", note)
    return sent


def serving(app: Flask, port: int) -> BaseWSGIServer:
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server: BaseWSGIServer) -> None:
    server.shutdown()
    server.server_close()


@pytest.mark.req("R-158")
def test_a_session_that_ended_loses_nothing(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "D0", "VS"))
    page.context.clear_cookies(name="ecrf")
    page.locator("#TEMP").focus()

    Keys(page).type("36.6")
    state(page, re.compile("Cannot save: sign in again in another tab, then press Ctrl S here"))
    enter(page.context.new_page(), "/me")
    page.keyboard.press("Control+s")

    state(page, re.compile("Saved in the record"))


def test_leaving_with_unsent_input_warns(open_as: Opener, subject: str) -> None:
    page = open_as(address(subject, "D0", "VS"))
    warned: list[Dialog] = []
    page.on("dialog", lambda dialog: (warned.append(dialog), dialog.accept()))
    page.locator("#TEMP").focus()
    page.context.set_offline(True)
    Keys(page).type("36.6")

    page.close(run_before_unload=True)
    page.wait_for_event("close")

    assert [dialog.type for dialog in warned] == ["beforeunload"]

"""A live server and a browser that fails the test when the page has any error."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A violation of the content security policy is an error of the page.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
    `content security policy: ${event.violatedDirective} refused ${event.blockedURI}`));
"""


@dataclass(frozen=True)
class LiveServer:
    """The application, answering on a loopback port."""

    app: Flask
    url: str


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveServer(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one file.

    Not for the whole session: while playwright runs, asyncio.run() is refused in this thread,
    and signing PDF files needs it. A browser test that signs must let the live server do it.
    """
    path = os.environ.get("ECRF_TEST_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("The browser tests need chromium: run `.ci/system-packages test`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Append a part of an error that the story provokes, such as ``status of 409``."""
    return []


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, expected_errors: list[str]) -> Iterator[Page]:
    """A page of the live server; relative addresses work. Any error of the page is a failure."""
    errors: list[str] = []
    context = browser.new_context(
        base_url=live_server.url,
        locale="en-GB",
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",  # no colour is judged half way to another
    )
    context.add_init_script(REPORT_VIOLATIONS)

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text}")

    context.on("console", console)
    context.on("weberror", lambda error: errors.append(f"page: {error.error}"))
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    yield tab
    context.close()
    assert [error for error in errors if not any(part in error for part in expected_errors)] == []

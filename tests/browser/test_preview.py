"""A study builder writes a form in an editor, and sees it in the browser as it will be."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server
from werkzeug.test import Client

from ecrf.preview import Preview
from tests.browsing import REPORT_VIOLATIONS

STUDY = Path(__file__).parents[1] / "study"
pytestmark = pytest.mark.browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / "study"))


@pytest.fixture
def preview(folder: Path, tmp_path: Path) -> Iterator[Preview]:
    (tmp_path / "scratch").mkdir()
    yield Preview(folder, tmp_path / "scratch", "VS")


@pytest.fixture
def url(preview: Preview) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, preview, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def write(folder: Path, old: str, new: str) -> None:
    file = folder / "forms" / "vs" / "1.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_the_page_follows_the_file(browser: Browser, url: str, folder: Path) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(url)
    expect(page.locator("h1")).to_have_text("生命体征、体重、氧疗")
    page.locator("#TEMP").fill("12")
    page.locator("#TEMP").press("Enter")
    expect(page.locator("#TEMP")).to_have_attribute("aria-invalid", "true")

    write(folder, "zh: 生命体征、体重、氧疗", "zh: 体征")
    expect(page.locator("h1")).to_have_text("体征")
    write(folder, "type: decimal", "type: decimel")
    expect(page.locator("code").first).to_contain_text("forms/vs/1.yaml:")
    expect(page.locator("code").first).to_contain_text("decimal")
    write(folder, "type: decimel", "type: decimal")
    expect(page.locator("h1")).to_have_text("体征")
    assert errors == []
    page.close()


def test_a_study_that_is_wrong_from_the_start_says_so(folder: Path, tmp_path: Path) -> None:
    write(folder, "type: decimal", "type: decimel")
    (tmp_path / "scratch").mkdir()
    preview = Preview(folder, tmp_path / "scratch", "VS")
    client = Client(preview)
    assert "forms/vs/1.yaml:" in client.get("/").get_data(as_text=True)

    write(folder, "type: decimel", "type: decimal")
    assert client.get("/").location.endswith("/SCR/1/VS/1")


def test_a_form_nobody_knows_leads_to_the_casebook(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    preview = Preview(folder, tmp_path / "scratch", "NONE")
    assert Client(preview).get("/").location.endswith("/subjects/BJ01-L001")

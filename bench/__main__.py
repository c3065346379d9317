"""Measure, and print one table beside what is promised."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import event

from bench import volume
from bench.site import ROOT, Browser, Site, free_port, wait_for
from ecrf import demo
from ecrf.extensions import READER, db
from ecrf.services import audit_trail
from ecrf.services.copies import Request
from ecrf.services.work import SYSTEM, reading, working
from ecrf.web import pdf
from tests import databases
from tests.browsing import CHROMIUM_OPTIONS

RESULTS = Path(__file__).parent / "results"
FEW, MANY = 1500, 16000  # stored forms; 1,500 panels are some 50,000 values
ONE, ALL = 60, 40  # saves by one person; saves by each of eight


@dataclass(frozen=True)
class Figure:
    what: str
    got: str
    promise: str


def place(code: str, event_name: str = "SCR") -> str:
    return f"/subjects/{code}/{event_name}/1/LBH/1"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def timed(task: Callable[[], Any]) -> float:
    start = time.perf_counter()
    task()
    return (time.perf_counter() - start) * 1000


def saves(browser: Browser, codes: list[str], entries: dict) -> list[float]:
    """Milliseconds of each first save by one person."""
    return [
        timed(partial(browser.save, place(code), 0, barcoded(entries, code), {})) for code in codes
    ]


def barcoded(entries: dict, code: str) -> dict:
    """Each sample has a barcode of its own."""
    return entries | {"LBREFID": {"v": f"H-{code}"}}


def crowd(site: Site, codes: list[str], entries: dict, people: int = 8) -> tuple[float, float]:
    """Saves a second and their 95th percentile with eight people at once."""
    browsers = [Browser(site.port) for _ in range(people)]
    for browser in browsers:
        browser.sign_in()
    share = len(codes) // people
    taken: list[float] = []

    def run(index: int) -> None:
        for code in codes[index * share : (index + 1) * share]:
            typed = barcoded(entries, code)
            taken.append(timed(partial(browsers[index].save, place(code), 0, typed, {})))

    seconds = together([partial(run, n) for n in range(people)])
    return len(taken) / seconds, percentile(taken, 0.95)


def statements(site: Site, code: str, entries: dict) -> int:
    """SQL statements of one save, counted inside one process."""
    seen: list[str] = []
    client = site.app.test_client()
    client_token = _client_sign_in(client)
    with site.app.app_context():
        for engine in (db.engine, db.engines[READER]):
            event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    typed = barcoded(entries, code)
    body = {"revision": 0, "entries": typed, "reasons": {}, "confirmed": [], "leave": "stay"}
    answer = client.post(f"{place(code)}/save", json=body, headers={"X-CSRFToken": client_token})
    if answer.status_code != 200:
        raise RuntimeError(answer.get_data(as_text=True)[:300])
    return len([text for text in seen if not text.startswith("BEGIN")])


def _client_sign_in(client: Any) -> str:
    from_page = volume_token(client.get("/sign-in").get_data(as_text=True))
    form = {"username": "wang.li", "password": demo.PASSWORD, "csrf_token": from_page}
    client.post("/sign-in", data=form)
    return volume_token(client.get("/me").get_data(as_text=True))


def volume_token(page: str) -> str:
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def saving(name: str, url: str) -> list[Figure]:
    """All figures about saving, on one database."""
    site = Site(url)
    try:
        who = volume.people(site)
        codes = volume.consented(site, who, 20 + 2 * (ONE + 8 * ALL))
        entries = volume.panel(who)
        volume_first, codes = codes[:20], codes[20:]
        count = statements(site, volume_first[0], entries)
        volume.fill(site, who, FEW)
        site.start()
        person = Browser(site.port)
        person.sign_in()
        saves(person, volume_first[1:], entries)  # warm
        used = site.cpu()
        alone = saves(person, codes[:ONE], entries)
        cpu = (site.cpu() - used) / ONE * 1000
        rate, tail = crowd(site, codes[ONE : ONE + 8 * ALL], entries)
        rest = codes[ONE + 8 * ALL :]
        volume.fill(site, who, MANY)
        later = saves(person, rest[:ONE], entries)
        late_rate, _ = crowd(site, rest[ONE:], entries)
    finally:
        site.stop()
    median = statistics.median(alone)
    return [
        Figure(f"{name}: save of {len(entries)} items, one user, p50", f"{median:.1f} ms", "10 ms"),
        Figure(f"{name}: eight users, 2 workers", f"{rate:.0f} saves/s", "200 saves/s"),
        Figure(f"{name}: eight users, p95", f"{tail:.0f} ms", "80 ms"),
        Figure(f"{name}: CPU a save", f"{cpu:.1f} ms", "6 ms"),
        Figure(f"{name}: SQL statements a save", str(count), "15"),
        Figure(
            f"{name}: {MANY:,} forms stored against {FEW:,}, p50 and saves/s",
            f"{statistics.median(later) / median:.2f}, {rate / late_rate:.2f}",
            "1.15",
        ),
    ]


def reference() -> Figure:
    """How fast this machine is today: the same crowd on bare Flask and SQLAlchemy."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {"BARE_URL": f"sqlite:///{folder}/bare.sqlite"}
        command = [sys.executable, "-m", "bench.bare", str(port)]
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            browsers = [Browser(port) for _ in range(8)]
            wait_for(port)
            body = json.dumps({"entries": {f"LB[{n}].LBORRES": {"v": "1.23"} for n in range(37)}})
            crowds = [partial(_press, browser, body) for browser in browsers]
            seconds = together(crowds)
        finally:
            server.terminate()
            server.wait(20)
    rate = 8 * ALL / seconds
    return Figure("bare Flask and SQLAlchemy, eight users, for comparison", f"{rate:.0f}/s", "-")


def _press(browser: Browser, body: str) -> None:
    for _ in range(ALL):
        browser.request("POST", "/save", body, "application/json")


def together(tasks: list[Callable[[], None]]) -> float:
    """Seconds until all of them are done, each in a thread of its own."""
    threads = [threading.Thread(target=task) for task in tasks]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def pages() -> list[Figure]:
    """Opening, printing, weight and verification, on SQLite."""
    site = Site()
    try:
        who = volume.people(site)
        codes = volume.consented(site, who, 30)
        entries = volume.panel(who)
        statements(site, codes[0], entries)
        checked = verifying(site)
        volume.fill(site, who, FEW)
        site.start()
        browser = Browser(site.port)
        browser.sign_in()
        saved = place(codes[0])
        browser.get(saved)
        opened = [timed(partial(browser.get, saved)) for _ in range(60)]
        first, after = weights(site, saved)
        figures = [
            Figure(
                "form opens, p95 to the last byte", f"{percentile(opened, 0.95):.0f} ms", "45 ms"
            ),
            Figure(
                "form interactive in cold Chromium", f"{interactive(site, saved):.0f} ms", "300 ms"
            ),
            Figure("first visit, compressed", f"{first / 1000:.0f} KB", "150 KB"),
            Figure("next page, compressed", f"{after / 1000:.0f} KB", "40 KB"),
        ]
        return figures + [printing(site), checked]
    finally:
        site.stop()


def weights(site: Site, path: str) -> tuple[int, int]:
    """Bytes of the first visit with everything it needs, and of the next page."""
    browser = Browser(site.port)
    browser.sign_in()
    page = browser.plain(path)
    linked = {part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/static/")}
    styles = [browser.plain(name) for name in linked if ".css" in name]
    for text in styles:
        linked |= {
            "/static/" + part.split(")")[0].strip("\"'").removeprefix("../").split("?")[0]
            for part in text.split("url(")[1:]
            if "woff2" in part
        }
    scripts = {"/static/js/" + name for name in ("cells.js", "keyboard.js", "queue.js", "view.js")}
    total = sum(len(browser.request("GET", name)[1]) for name in linked | scripts)
    html = len(gzip.compress(page.encode(), 5))
    return total + html, html


def interactive(site: Site, path: str) -> float:
    """Milliseconds from the request to a page that answers keys, in a browser with no cache."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM_OPTIONS)
        )
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{site.port}/sign-in")
        page.fill("[name=username]", "wang.li")
        page.fill("[name=password]", demo.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_load_state()
        taken = []
        for _ in range(5):
            page.context.new_cdp_session(page).send("Network.clearBrowserCache")
            page.goto(f"http://127.0.0.1:{site.port}{path}")
            timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
            taken.append(float(page.evaluate(timing)))
        chromium.close()
    return statistics.median(taken)


def printing(site: Site) -> Figure:
    """One form as a sealed PDF, after the first."""
    catalogue = site.app.extensions["catalogue"]
    taken = []
    with site.app.app_context():
        for number in (1, 2, 3, 4):
            with working(catalogue, replace(SYSTEM, role="regulatory")) as work:
                taken.append(timed(partial(pdf.issue, site.app, work, number, Request())))
    return Figure("one form as sealed PDF, warm", f"{min(taken[1:]):.0f} ms", "1500 ms")


def verifying(site: Site) -> Figure:
    with site.app.app_context(), reading(site.app.extensions["catalogue"], SYSTEM) as work:
        start = time.perf_counter()
        report = audit_trail.verify(work)
        rate = report.entries / (time.perf_counter() - start)
    return Figure("audit verify", f"{rate:,.0f} entries/s", "17,000 entries/s")


def main() -> None:
    folder = databases.open_run()
    try:
        server = databases.PostgreSQL(folder)
        url = server.url_of(server.create("bench"))
        figures = [reference(), *saving("SQLite", ""), *saving("PostgreSQL", url), *pages()]
    finally:
        databases.close_run(folder)
    lines = [f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "", "| what | got | promised |"]
    lines += ["|---|---|---|", *(f"| {f.what} | {f.got} | {f.promise} |" for f in figures)]
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.md").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

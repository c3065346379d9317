"""One person at the keyboard: ``python -m bench.keys INSTANCE`` measures in Chromium.

A haematology panel is typed as a coordinator does it, Enter between the results. What counts is
what the browser itself reports: from a key to the next painted frame (Event Timing, which leaves
out what is faster than 16 ms), and from a pause in typing to the findings of the server. INSTANCE
is the folder of a demonstration; it is copied and never changed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.__main__ import Figure, percentile
from bench.site import Site
from bench.volume import RESULTS
from bench.ward import free_places
from ecrf import demo
from tests.browsing import CHROMIUM_OPTIONS

FORMS, FASTEST = 4, 16.0
WATCH = """
window.keys = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    if (one.name === "keydown") window.keys.push(one.duration);
}).observe({ type: "event", durationThreshold: 16 });
"""
DRAFTS = """() => performance.getEntriesByType("resource")
  .filter((one) => one.name.endsWith("/draft")).map((one) => one.duration)"""


def figures(instance: Path) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="ecrf-bench-"))
    shutil.copytree(instance, folder, dirs_exist_ok=True)
    site = Site(folder=folder)
    shown: list[float] = []
    judged: list[float] = []
    try:
        places = free_places(site)[:FORMS]
        site.start()
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(CHROMIUM_OPTIONS)
            )
            page = chromium.new_page(base_url=f"http://127.0.0.1:{site.port}")
            page.add_init_script(WATCH)
            sign_in(page)
            for place in places:
                pressed = type_panel(page, place)
                slow = page.evaluate("window.keys")
                shown += slow + [FASTEST] * (pressed - len(slow))
                judged += page.evaluate(DRAFTS)
            chromium.close()
    finally:
        site.stop()
    told = (("key to what is seen", shown, 50), ("pause to findings", judged, 150))
    return [
        Figure(f"{what}, p95 of {len(times)}", f"{percentile(times, 0.95):.0f} ms", f"{most} ms")
        for what, times, most in told
    ]


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", "wang.li")
    page.fill("[name=password]", demo.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


def type_panel(page: Page, place: str) -> int:
    """Type every number of the panel; how many keys that took."""
    page.goto(place)
    pressed = 0
    for code, text in RESULTS.items():
        if not text[0].isdecimal():
            continue
        page.locator(f'[name="LB[{code}].LBORRES"]').focus()
        page.keyboard.type(text, delay=90)
        page.keyboard.press("Enter")
        pressed += len(text) + 1
        page.wait_for_timeout(400)
    page.wait_for_timeout(1500)
    return pressed


def main() -> None:
    lines = [f"| {f.what} | {f.got} | {f.promise} |" for f in figures(Path(sys.argv[1]))]
    sys.stdout.write("\n".join(["| what | got | promised |", "|---|---|---|", *lines]) + "\n")


if __name__ == "__main__":
    main()

"""The app in its own window: its start, its memory, and how fast it is gone.

    python -m tests.bench.window [--repeat 5]

On a private screen with a window manager, as in the tests of the window, whose programs are needed. "Page"
is the page's own first contentful paint, counted from the start of the program; "shown" is the window, in
front and with the page in it ready for a request; "closed" is from the cross in its frame to the end of the
process, once the agents are loaded.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.bench.common import header, median
from tests.support.desktop import TITLE, App, screen_with_windows, until

PAINT = "performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
AGENTS = "fetch('/api/status').then((answer) => answer.json()).then(({ agents }) => agents)"


def mib(*processes: psutil.Process) -> float:
    """Memory of them all; what they share counts once a process."""
    return sum(process.memory_info().rss for process in processes) / 2**20


def inside(playwright: Playwright, address: str) -> Page:
    """The page in the window's web view, by its debugger."""
    return playwright.chromium.connect_over_cdp(address, no_defaults=True).contexts[0].pages[0]


def wait_for_agents(page: Page) -> None:
    until(lambda: page.evaluate(AGENTS) == "ready", "the agents")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    print(f"{header('window')}; load before it {os.getloadavg()[0]:.1f}", flush=True)
    seen: list[tuple[float, ...]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        screen_with_windows(Path(folder)) as desk,
        sync_playwright() as playwright,
    ):
        home = str(Path(folder, "home"))
        for number in range(repeat + 1):
            app = App(desk, ROUNDTABLE_HOME=home)
            try:
                began = app.process.create_time()
                window = desk.window(TITLE)
                page = app.page(lambda at: inside(playwright, at))
                page.get_by_role("textbox", name="Requirements", exact=True).wait_for()
                shown = time.time() - began
                painted = page.evaluate(PAINT) / 1000 - began
                wait_for_agents(page)
                memory = mib(app.process), mib(*app.helpers())
                closing = time.time()
                desk.close(window)
                app.ended()
                figures = (painted, shown, time.time() - closing, *memory)
            finally:
                if app.process.is_running():
                    app.kill()
            # The first start fills the caches of the disk, and Qt's own.
            seen += [figures] if number else []
            print(f"  {number}: {told(figures)}", flush=True)
    print(f"median: {told([median(column) for column in zip(*seen, strict=True)])}")


def told(figures: tuple[float, ...] | list[float]) -> str:
    page, shown, closed, own, helpers = figures
    return (
        f"page {page:.2f} s, shown {shown:.2f} s, closed {closed:.2f} s, "
        f"{own:.0f} MiB and {helpers:.0f} MiB in helpers"
    )


if __name__ == "__main__":
    main()

"""Makes docs/images/page.png and page-dark.png, the README's pictures: the page at the gate of the scripted
demonstration.

python packaging/page_picture.py [FOLDER]
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, ViewportSize, sync_playwright  # noqa: E402

from tests.support.page import Screen  # noqa: E402
from tests.support.server import Program  # noqa: E402

SIZE: ViewportSize = {"width": 1440, "height": 900}
REQUEST = "Write a Python function merge(intervals) that merges overlapping intervals"
EXAMPLES = (
    ("merge([[1, 3], [2, 6], [8, 10], [15, 18]])", "[[1, 6], [8, 10], [15, 18]]"),
    ("merge([[1, 4], [4, 5]])", "[[1, 5]]"),
)
RUN_MS = 180_000


@contextmanager
def served() -> Generator[Program]:
    """A server with a data folder of its own, for the block."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        program = Program(home)
        try:
            yield program
        finally:
            program.close()


@contextmanager
def opened() -> Generator[Page]:
    """An empty page of a real Chromium, for the block."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or playwright.chromium.executable_path,
            args=["--no-sandbox"] if is_root else [],
        )
        yield browser.new_page(viewport=SIZE, locale="en-GB", reduced_motion="reduce")
        browser.close()


def take(folder: Path) -> None:
    """Both pictures."""
    with served() as program, opened() as page:
        screen = Screen(page, program.link).enter()
        screen.ask(REQUEST, *EXAMPLES, model="demo")
        screen.decision.wait_for(timeout=RUN_MS)
        screen.artifact.get_by_role("group", name="merge_intervals.py").wait_for()
        page.screenshot(path=folder / "page.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=folder / "page-dark.png")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    take(target)
    print(target / "page.png", target / "page-dark.png", sep="\n")

"""A real Chromium that tells on its pages; a plug-in of tests/conftest.py.

Playwright keeps an event loop in the main thread, in which nothing else may call `asyncio.run`. So the
browser lives as long as one file of tests, and these use the program as a process of its own
(`tests.support.server`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # other tests must not pay for Playwright
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MISSING = "needs Chromium: apt-get install chromium, or python -m playwright install chromium"
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
_GIVEN_UP = "net::ERR_ABORTED"  # the page itself ended the request, by going elsewhere for one
_AXE = "async (only) => (await axe.run({ runOnly: only })).violations"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
_failed = pytest.StashKey[bool]()


class Watch:
    """What goes wrong in the pages of a context: errors on the console, uncaught ones, requests that fail."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._seen: list[str] = []
        self._allowed: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._request)

    def allow(self, pattern: str) -> None:
        """Expect problems whose text matches the regular expression anywhere."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Every problem so far that is not allowed."""
        for page in self.context.pages:
            page.evaluate("0")  # what the page said before this has arrived when the answer has
        return [text for text in self._seen if not any(re.search(p, text) for p in self._allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            self._seen.append(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self._seen.append(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        if request.failure != _GIVEN_UP:
            self._seen.append(f"request: {request.method} {request.url}: {request.failure}")


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    """The browser. It reaches this machine only."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, _NAMES)), playwright.chromium.executable_path)
        if not Path(found).exists():
            pytest.skip(_MISSING)
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        arguments = [_LOOPBACK_ONLY, *(["--no-sandbox"] if is_root else [])]
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def watch(chromium: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Watch]:
    """A fresh context. At the end nothing may have gone wrong; if the test failed, a trace is kept."""
    if "program" in request.fixturenames:
        request.getfixturevalue("program")  # it has to outlive the pages, whatever the order in the test
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    context.tracing.start(snapshots=True)
    watch = Watch(context)
    try:
        yield watch
        problems = watch.unexpected()
        if problems or request.node.stash.get(_failed, False):
            _keep(context, tmp_path)
        assert not problems
    finally:
        context.close()


@pytest.fixture
def page(watch: Watch) -> Page:
    """An empty page of the test's context."""
    return watch.context.new_page()


@pytest.fixture
def axe(page_tools: Path) -> Callable[..., list[str]]:
    """Examines a page for people who cannot see it, or use a mouse; names each rule and element at fault.

    Called with a page, and with `colours=True` for what a change of colours alone can spoil.
    """
    source = (page_tools / "axe-core/axe.min.js").read_text(encoding="utf-8")

    def examine(page: Page, *, colours: bool = False) -> list[str]:
        page.evaluate(source)
        only = {"type": "rule", "values": _OF_COLOURS} if colours else _AXE_TAGS
        violations: list[dict[str, Any]] = page.evaluate(_AXE, only)
        return [f"{v['id']}: {v['help']}: {n['target']}" for v in violations for n in v["nodes"]]

    return examine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixtures whether the test failed."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


def _keep(context: BrowserContext, folder: Path) -> None:
    """Keep what shows why, and say where."""
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"page-{number}.png")
    context.tracing.stop(path=folder / "trace.zip")
    print(f"\nscreenshots and trace (python -m playwright show-trace FILE): {folder}")

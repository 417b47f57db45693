"""Where there can be no window, or it shows nothing, the page is in the browser, and the reason is said."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.desktop.conftest import Start
from tests.support.desktop import Desk, until
from tests.support.page import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

LINK = r"open (http://127\.0\.0\.1:\d+)/#token="
LACKING = """
import sys

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name == "{name}":
            raise ImportError("libnss3.so: cannot open shared object file")

sys.meta_path.insert(0, Lacking())
"""


def launch_file(desk: Desk) -> Path:
    """What the browser was given."""
    until(lambda: desk.browser_calls.exists() and desk.browser_calls.read_text(), "call of the browser")
    return Path(desk.browser_calls.read_text().split()[0].removeprefix("file://"))


def opened_in_browser(desk: Desk) -> str:
    """Where that leads."""
    found = re.search(r'url=([^"]+)"', launch_file(desk).read_text())
    assert found
    return found[1]


def test_a_blank_page_is_given_up_for_the_browser(desk: Desk, start: Start) -> None:
    app = start(QTWEBENGINE_CHROMIUM_FLAGS="--blink-settings=scriptEnabled=false")
    desk.window("Roundtable")
    app.says("in your browser, since the page in its window stayed blank")
    assert app.says(LINK)[1] in opened_in_browser(desk)
    until(lambda: not desk.do("xdotool", "search", "--onlyvisible", "--name", "^Roundtable$"), "empty screen")
    app.process.terminate()
    assert app.ended() == 0


@pytest.mark.parametrize(
    ("display", "reason"), [("", "there is no screen"), (":987", "could not connect to display :987")]
)
def test_without_a_screen_the_reason_is_said(start: Start, display: str, reason: str) -> None:
    app = start(DISPLAY=display)
    app.says(f"in your browser, since .*{reason}")
    app.says(LINK)
    app.process.terminate()
    assert app.ended() == 0


def test_a_second_start_opens_the_page_of_one_that_is_in_the_browser(desk: Desk, start: Start) -> None:
    first = start("--browser")
    link = first.says(LINK)[1]
    assert link in opened_in_browser(desk)
    before = opened_in_browser(desk)
    desk.browser_calls.unlink()
    second = start()
    assert second.ended() == 0
    assert link in second.said
    assert link in opened_in_browser(desk)
    assert opened_in_browser(desk) != before
    assert first.process.is_running()
    first.process.kill()  # what it leaves behind keeps nobody out
    first.process.wait()
    third = start("--browser")
    assert third.says(LINK)[1] != link
    third.process.terminate()
    assert third.ended() == 0


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("PySide6.QtWebEngineWidgets", "libnss3.so: cannot open shared object file"),
        ("webview.platforms.qt", "You must have either QT"),
    ],
)
def test_where_the_web_view_lacks_a_library_that_is_said(
    tmp_path: Path, start: Start, module: str, reason: str
) -> None:
    """The system's libraries are there, so Python is told that one of them is not."""
    (tmp_path / "sitecustomize.py").write_text(LACKING.format(name=module))
    app = start(PYTHONPATH=str(tmp_path))
    app.says(f"in your browser, since its window could not be made: {reason}")
    app.says(LINK)
    app.process.terminate()
    assert app.ended() == 0


def test_the_page_in_a_browser_ends_the_program(
    tmp_path: Path, desk: Desk, start: Start, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    app = start("--browser")
    port = urlsplit(app.says(LINK)[1]).port
    file = launch_file(desk)
    assert file == tmp_path / "downloads" / f"roundtable-{port}.html"
    assert file.stat().st_mode & 0o777 == 0o600
    screen = Screen(page, opened_in_browser(desk)).enter()
    screen.button("Settings").click()
    screen.settings.get_by_role("tab", name="About", exact=True).click()
    screen.button("Quit Roundtable").click()
    page.get_by_role("heading", name="Roundtable has ended").wait_for()
    assert not axe(page)
    page.screenshot(path=tmp_path / "ended.png")
    assert app.ended() == 0
    assert not file.exists()
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0

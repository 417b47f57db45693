"""Where there can be no window, or it shows nothing, the page is in the browser, and the reason is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desktop.conftest import Start
from tests.support.desktop import Desk, until

LINK = r"open (http://127\.0\.0\.1:\d+)/#token="


def opened_in_browser(desk: Desk) -> str:
    """The page that the browser was given."""
    until(lambda: desk.browser_calls.exists() and desk.browser_calls.read_text(), "call of the browser")
    return Path(desk.browser_calls.read_text().split()[0].removeprefix("file://")).read_text()


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
    desk.browser_calls.unlink()
    second = start()
    assert second.ended() == 0
    assert link in second.said
    assert link in opened_in_browser(desk)
    assert first.process.is_running()
    first.process.kill()  # what it leaves behind keeps nobody out
    first.process.wait()
    third = start("--browser")
    assert third.says(LINK)[1] != link
    third.process.terminate()
    assert third.ended() == 0

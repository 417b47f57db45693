"""Every state of the page is for everyone: axe finds nothing, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.page import EXAMPLE, TASK, Screen, words
from tests.support.sessions import BAD, GOOD, write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

SLOW = {
    "text": f"# Words\n\n{words(200)}\n\n{BAD}",
    "reasoning": "Let me think.",
    "tokens_per_second": 50,
}
NARROW: ViewportSize = {"width": 380, "height": 800}
WIDE: ViewportSize = {"width": 1440, "height": 900}
SESSIONS = 40


@pytest.fixture
def passes(screen: Screen, axe: Callable[[Page], list[str]]) -> Callable[[], None]:
    """Examine the page as it is, light and dark."""

    def examine() -> None:
        for scheme in ("light", "dark"):
            screen.page.emulate_media(color_scheme=scheme)
            assert not axe(screen.page), scheme
        wide = screen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page is wider than the window"

    return examine


def test_before_a_run(home: Path, screen: Screen, passes: Callable[[], None]) -> None:
    passes()
    screen.write("Too short", ("add(2, 2)", ""), rounds="99")
    screen.button("Generate").click()
    expect(screen.page.get_by_role("alert")).to_have_count(3)
    passes()
    screen.page.set_viewport_size(NARROW)
    passes()
    screen.button("Show sessions").click()
    expect(screen.button("Hide sessions")).to_be_focused()
    passes()
    screen.button("Settings").click()
    expect(screen.settings).to_contain_text("Service under test")
    screen.button("Set key – Service under test").click()
    passes()
    screen.page.set_viewport_size({"width": 1440, "height": 900})
    passes()


def test_during_a_run(home: Path, screen: Screen, passes: Callable[[], None]) -> None:
    write_script(home, code_generator=[SLOW, GOOD])
    screen.ask(rounds="1")
    expect(screen.turns("code_generator")).to_contain_text("word")
    passes()
    expect(screen.status).to_have_text("running")
    screen.page.get_by_title("Switch model").click()
    expect(screen.button("Switch")).to_be_visible()
    passes()
    screen.page.keyboard.press("Escape")
    expect(screen.decision).to_contain_text("version 1")
    screen.turns("quality_checker").get_by_role("button", name="examples 0/1 failed").click()
    screen.tab("Checks").click()
    for row in ("examples", "syntax"):
        screen.artifact.get_by_role("group").filter(has_text=row).first.click()
    passes()
    screen.tab("Versions").click()
    passes()
    screen.approve()
    expect(screen.approval).to_be_visible()
    passes()
    screen.button("Back").click()
    screen.button("Request changes").click()
    screen.page.set_viewport_size(NARROW)
    passes()
    screen.box("Feedback").fill("Add instead.")
    screen.button("Request changes").click()

    expect(screen.decision).to_contain_text("version 2")
    passes()
    screen.page.set_viewport_size(WIDE)
    screen.tab("Changes").click()
    passes()
    screen.approve()
    expect(screen.page.get_by_role("heading", name="Ask for a follow-up")).to_be_visible()
    passes()
    screen.page.set_viewport_size(NARROW)
    passes()


def test_many_sessions_and_a_failed_run(
    home: Path, screen: Screen, api: httpx.Client, passes: Callable[[], None], watch: Watch
) -> None:
    watch.allow("status of 404")
    script = write_script(home, code_generator=[{"fault": "quota"}])
    fields = {
        "requirements": TASK,
        "examples": [" == ".join(EXAMPLE)],
        "provider": "scripted",
        "model": script,
    }
    for number in range(SESSIONS):
        while (
            api.post("/api/generate", json={**fields, "title": f"{'Long ' * 20} {number}"}).status_code == 429
        ):
            continue
    links = screen.sessions.get_by_role("link")
    expect(links).to_have_count(SESSIONS)
    expect(links.filter(has_text="failed")).to_have_count(SESSIONS)
    passes()
    links.first.click()
    expect(screen.status).to_have_text("failed")
    passes()
    screen.page.set_viewport_size(NARROW)
    screen.button("Show sessions").click()
    passes()
    screen.go("0000000000000000")
    expect(screen.page.get_by_role("alert")).to_be_visible()
    passes()

"""Everything without a mouse."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.support.page import EXAMPLE, TASK, Screen
from tests.support.sessions import GOOD, write_script

MOST_STEPS = 60


def reach(screen: Screen, target: Locator) -> None:
    """Go on with Tab until the control has the focus."""
    for _ in range(MOST_STEPS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        screen.page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with {MOST_STEPS} tabs")


def test_a_whole_run_from_the_request_to_the_approval(home: Path, screen: Screen) -> None:
    write_script(home, 100)
    keyboard = screen.page.keyboard
    expect(screen.requirements).to_be_focused()
    keyboard.type(TASK)
    reach(screen, screen.button("Add example"))
    keyboard.press("Enter")
    expect(screen.box("Call 1")).to_be_focused()
    keyboard.type(EXAMPLE[0])
    keyboard.press("Tab")
    keyboard.type(EXAMPLE[1])
    reach(screen, screen.choice("Provider"))
    keyboard.type("Scripted")
    expect(screen.choice("Provider")).to_have_value("scripted")
    keyboard.press("Control+Enter")
    expect(screen.decision).to_be_visible()
    reach(screen, screen.tab("Code"))
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(screen.tab("Checks")).to_have_attribute("aria-selected", "true")
    expect(screen.artifact.get_by_role("tabpanel")).to_contain_text("examples 1/1")
    keyboard.press("a")
    expect(screen.status).to_have_text("approved")
    reach(screen, screen.button("Save files"))
    with screen.page.expect_download():
        keyboard.press("Enter")


def keys_are_listed(screen: Screen) -> None:
    """By a key; while the list is open the others do nothing, and the focus then is where it was."""
    listed = screen.page.get_by_role("dialog", name="Keyboard shortcuts")
    keyboard = screen.page.keyboard
    before = screen.button("Approve")
    reach(screen, before)
    keyboard.press("?")
    expect(listed).to_contain_text("Request changes")
    keyboard.press("a")
    keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(before).to_be_focused()
    expect(screen.decision).to_be_visible()


def test_the_list_of_sessions_is_skipped(screen: Screen) -> None:
    expect(screen.requirements).to_be_focused()
    skip = screen.page.get_by_role("link", name="Skip to the content")
    skip.focus()
    expect(skip).to_be_in_viewport()
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("main")).to_be_focused()
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_keys_for_stopping_changing_rejecting_and_searching(home: Path, screen: Screen) -> None:
    write_script(home, code_generator=[{"text": GOOD, "tokens_per_second": 12}])
    keyboard = screen.page.keyboard
    screen.ask()
    expect(screen.turns("code_generator")).to_contain_text("def")
    keyboard.press("Control+.")
    expect(screen.status).to_have_text("cancelled")
    reach(screen, screen.button("Resume"))
    keyboard.press("Enter")
    expect(screen.decision).to_contain_text("version 1")
    keyboard.press("c")
    expect(screen.box("Feedback")).to_be_focused()
    keyboard.press("Escape")
    expect(screen.box("Feedback")).to_be_hidden()
    keyboard.press("c")
    keyboard.type("a car")
    expect(screen.box("Feedback")).to_have_value("a car")
    keyboard.press("Control+Enter")
    expect(screen.decision).to_contain_text("version 2")
    keys_are_listed(screen)
    keyboard.press("Control+k")
    expect(screen.box("Search sessions")).to_be_focused()
    keyboard.type("r")
    expect(screen.box("Search sessions")).to_have_value("r")
    expect(screen.decision).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("r")
    expect(screen.status).to_have_text("rejected")

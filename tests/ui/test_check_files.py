"""Files of the user's own, checked in the page without a session."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Locator, Route, expect

from tests.support.browser import Watch
from tests.support.page import Screen
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOUBLE = "def double(n):\n    return 2 * n\n"
WIPE = 'import os\n\nos.system("rm -rf ~")\n'
TEST = "from double import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
WRONG = 'def double(n):\n    """Twice n.\n\n    >>> double(2)\n    5\n    """\n    return 2 * n\n'
IMAGE = "<img src=x onerror=window.hacked=true>"
STALE = "The files were changed after this check"
OWN_PART = r"/(check_view\.js|check\.css)\b"  # loaded when it is first wanted
FOREIGN = "img, iframe, script:not([src]), [onerror]"


def opened(screen: Screen) -> Locator:
    """The check of files, reached by the rail."""
    screen.sessions.get_by_role("button", name="Check files").click()
    view = screen.page.get_by_role("region", name="Check files", exact=True)
    expect(view).to_be_visible()
    return view


def pick(screen: Screen, **files: str) -> None:
    """Files by their names; two underscores stand for the dot."""
    with screen.page.expect_file_chooser() as chosen:
        screen.button("Add files").click()
    chosen.value.set_files(
        [
            {"name": name.replace("__", "."), "mimeType": "text/plain", "buffer": content.encode()}
            for name, content in files.items()
        ]
    )


def paste(screen: Screen, name: str, content: str) -> None:
    if not screen.box("Text").is_visible():
        screen.page.get_by_text("Paste text instead").click()
    screen.box("File name").fill(name)
    screen.box("Text").fill(content)
    screen.button("Add to the files").click()


def badge(view: Locator, words: str) -> Locator:
    return view.locator(".proof-head").get_by_text(words, exact=True)


def open_at_the_second_try(screen: Screen) -> None:
    """What could not be loaded is tried again by who still wants it, then with the whole page."""
    screen.page.route(re.compile(OWN_PART), lambda route: route.abort())
    screen.sessions.get_by_role("button", name="Check files").click()
    failed = screen.page.get_by_text("This part of the page could not be loaded.")
    expect(failed).to_be_visible()
    screen.button("New session").click()
    screen.button("Try again").click()  # it is not wanted any more
    expect(failed).to_be_hidden()
    expect(screen.requirements).to_be_visible()
    screen.sessions.get_by_role("button", name="Check files").click()
    expect(failed).to_contain_text("Trying again loads the whole page anew; drafts are kept.")
    screen.page.unroute(re.compile(OWN_PART))
    with screen.page.expect_navigation():
        screen.button("Try again").click()


@pytest.mark.usefixtures("home")
def test_blocked_mended_and_verified(
    screen: Screen, api: httpx.Client, axe: Callable[[Page], list[str]], tmp_path: Path, watch: Watch
) -> None:
    watch.allow(OWN_PART)
    open_at_the_second_try(screen)
    expect(screen.button("Check")).to_be_visible()
    view = opened(screen)
    assert not axe(screen.page)
    pick(screen, double__py=DOUBLE, wipe__py=WIPE)
    screen.button("Check").click()
    expect(view).to_contain_text("Not to be run or saved: wipe.py.")
    expect(view.get_by_role("heading", name="Result")).to_be_focused()
    expect(badge(view, "blocked")).to_be_visible()
    expect(badge(view, "not verified")).to_be_visible()
    wipe = view.get_by_role("group").filter(has=screen.page.get_by_role("heading", name="wipe.py"))
    expect(wipe).to_contain_text("wipe.py:3")
    expect(wipe).to_contain_text("A command that destroys data beyond repair")
    expect(wipe).to_contain_text("To mend it: Delete only named files that the program itself made.")
    expect(wipe).to_contain_text("the code is blocked, so it is not run")
    assert not axe(screen.page)

    screen.button("Remove wipe.py").click()
    expect(view).to_contain_text(STALE)
    with screen.page.expect_download() as saved:
        screen.button("Save as SARIF").click()
    saved.value.save_as(tmp_path / saved.value.suggested_filename)
    log = json.loads((tmp_path / "check.sarif").read_text(encoding="utf-8"))
    files = [{"path": "double.py", "content": DOUBLE}, {"path": "wipe.py", "content": WIPE}]
    assert log == api.post("/api/check/sarif", json={"files": files}).json()
    (grave,) = (r for r in log["runs"][0]["results"] if r["properties"]["level"] == "block")
    place = grave["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("wipe.py", 3)

    screen.button("Check again").click()
    expect(view).to_contain_text("Nothing was executed that vouches for double.py.")
    expect(badge(view, "checked")).to_be_visible()
    paste(screen, "test_double.py", TEST)
    screen.button("Check").click()
    expect(view).to_contain_text("What vouches for it ran and held.")
    expect(badge(view, "verified")).to_be_visible()
    assert not axe(screen.page)

    paste(screen, "test_double.py", TEST.replace("4", "5"))
    expect(badge(view, "was verified")).to_be_visible()
    expect(badge(view, "verified")).to_have_count(0)
    paste(screen, "test_double.py", TEST)
    expect(badge(view, "verified")).to_be_visible()  # the bytes are the same again


@pytest.mark.usefixtures("home")
def test_an_example_that_does_not_hold(screen: Screen) -> None:
    view = opened(screen)
    paste(screen, "double.py", WRONG)
    screen.page.keyboard.press("Control+Enter")
    expect(view).to_contain_text("Failed: examples.")
    expect(view.get_by_text("double(2) gave 4, expected 5")).to_be_visible()
    expect(badge(view, "not verified")).to_be_visible()


@pytest.mark.usefixtures("home")
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(screen: Screen, watch: Watch) -> None:
    watch.allow("status of 400")
    view = opened(screen)
    problems = view.get_by_role("alert")
    screen.button("Check").click()
    expect(problems).to_have_text("Add at least one file.")
    paste(screen, "", DOUBLE)
    expect(screen.box("File name")).to_have_accessible_description(
        re.compile("A pasted text needs a file name.")
    )
    expect(screen.box("File name")).to_be_focused()
    paste(screen, "../double.py", DOUBLE)
    screen.button("Check").click()
    at_files = view.get_by_role("group", name="Files", exact=True).get_by_role("alert")
    expect(at_files).to_contain_text("The file name '../double.py' cannot be used.")
    screen.button("Remove ../double.py").click()
    expect(problems).to_have_count(0)
    pick(screen, double__py=DOUBLE, large__py="#" * 200_001, picture__png="\0")
    expect(at_files).to_have_text("picture.png is not a text file.")
    screen.button("Check").click()
    expect(at_files).to_have_text("large.py is larger than 200,000 bytes.")
    screen.button("Remove large.py").click()
    screen.page.get_by_text("Paste text instead").click()
    screen.box("File name").fill("test_double.py")

    screen.page.reload()
    expect(screen.button("Remove double.py")).to_be_visible()
    expect(screen.box("File name")).to_have_value("test_double.py")
    expect(view.get_by_role("heading", name="Result")).to_have_count(0)
    screen.button("Check").click()
    expect(screen.box("Text")).to_have_accessible_description("Paste the text of the file.")
    screen.box("Text").fill(TEST)
    screen.button("Check").click()
    expect(badge(view, "verified")).to_be_visible()


@pytest.mark.usefixtures("home")
def test_a_check_that_is_given_up_says_nothing(screen: Screen) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    view = opened(screen)
    pick(screen, wipe__py=WIPE)
    screen.page.route("**/api/check", hold)
    screen.button("Check").click()
    expect(view).to_contain_text("Checking 1 file…")
    expect(screen.button("Check")).to_be_disabled()
    screen.button("Stop checking").click()
    expect(screen.button("Check")).to_be_focused()
    expect(view).not_to_contain_text("not to be run", ignore_case=True)
    assert len(held) == 1
    screen.page.unroute("**/api/check")
    screen.button("Remove wipe.py").click()
    pick(screen, double__py=DOUBLE)
    screen.button("Check").click()
    expect(badge(view, "checked")).to_be_visible()
    expect(view.get_by_role("heading", name="wipe.py")).to_have_count(0)


def test_the_session_is_where_it_was_and_names_do_nothing(
    home: Path, screen: Screen, watch: Watch, axe: Callable[[Page], list[str]]
) -> None:
    watch.allow("status of 400")
    write_script(home)
    screen.ask()
    expect(screen.decision).to_be_visible()
    session = screen.page.url
    screen.page.set_viewport_size({"width": 380, "height": 800})
    scroller = screen.timeline.get_by_role("group", name="Turns", exact=True)
    scroller.evaluate("(element) => element.scrollTo(0, 40)")
    screen.button("Show sessions").click()
    view = opened(screen)
    expect(screen.sessions).to_be_hidden()
    expect(screen.decision).to_be_hidden()
    assert screen.page.title() == "(1) Check files – Roundtable"
    paste(screen, f"{IMAGE}\u202e.py", DOUBLE)
    screen.button("Check").click()
    expect(view.get_by_role("alert")).to_contain_text(IMAGE)
    screen.button(f"Remove {IMAGE}[U+202E].py").click()
    paste(screen, "wipe.py", WIPE.replace("rm", f"echo '{IMAGE}'; rm"))
    screen.button("Check").click()
    expect(view).to_contain_text(f"echo '{IMAGE}'; rm -rf ~")
    assert not axe(screen.page)
    assert screen.page.locator("body").locator(FOREIGN).count() == 0
    assert screen.page.evaluate("window.hacked") is None
    assert view.evaluate("(view) => view.scrollWidth <= innerWidth")

    screen.button("Close").click()
    expect(screen.decision).to_be_visible()
    assert screen.page.url == session
    assert scroller.evaluate("(element) => element.scrollTop") == 40
    screen.page.go_back()
    expect(view).to_contain_text("Not to be run or saved: wipe.py.")
    screen.page.go_back()
    expect(view).to_be_hidden()
    expect(screen.decision).to_be_visible()

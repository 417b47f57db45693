"""Through what was done: found by its words, opened at the place, forked and rewound there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.sync_api import Locator, expect

from tests.support.page import TASK, Screen, held_back, words
from tests.support.sessions import BAD, GOOD, write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CHINESE = "请写一个合并重叠区间的函数，谢谢"


def ask_until_it_is_right(home: Path, screen: Screen) -> None:
    """A run of two rounds that waits for the decision on its second version."""
    write_script(home, code_generator=[BAD, GOOD])
    screen.ask()
    expect(screen.decision).to_contain_text("version 2")


def test_found_by_what_it_says_and_opened_there(
    home: Path, screen: Screen, api: httpx.Client, axe: Callable[[Page], list[str]]
) -> None:
    ask_until_it_is_right(home, screen)
    first = screen.session_id
    screen.button("New session").click()
    screen.ask(CHINESE)
    expect(screen.decision).to_be_visible()
    screen.button("New session").click()

    screen.page.keyboard.press("Control+k")
    search = screen.box("Search sessions")
    expect(search).to_be_focused()
    search.fill("重叠区间")
    hits = screen.sessions.get_by_role("list", name="Found").get_by_role("link")
    expect(hits).to_have_count(2)
    assert not axe(screen.page)
    check_that_the_focus_stays(screen, hits)
    place = hits.filter(has_text=re.compile(r"^turn 1 · add\.py:2")).last
    expect(place.get_by_text("return a - b", exact=True)).to_be_visible()
    place.click()
    assert screen.session_id != ""
    turn = screen.turns("code_generator").first
    expect(turn).to_be_focused()
    expect(turn).to_be_in_viewport()
    expect(screen.choice("Version")).to_contain_text("Version 1")
    expect(screen.artifact.get_by_role("group", name="add.py")).to_contain_text("return a - b")
    expect(screen.artifact.locator(".numbers mark")).to_have_text("2")
    expect(screen.artifact.locator(".numbers mark")).to_be_in_viewport()
    assert first in {each["session"]["session_id"] for each in found(api, "return a - b")}
    with held_back(screen.page, "elements/artifact.js"):
        screen.page.reload(wait_until="domcontentloaded")
        search.fill("return a - b")
        place.click()
        expect(turn).to_be_focused()
    expect(screen.artifact.locator(".numbers mark")).to_have_text("2")
    # What is typed is text, whatever it looks like.
    search.fill('<img src=x onerror=alert(1)> " OR')
    expect(screen.sessions).to_contain_text("Nothing found for")


def check_that_the_focus_stays(screen: Screen, hits: Locator) -> None:
    """While older sessions are still being read, it is asked again and again."""
    complete = iter((False,))

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"complete": next(complete, True)})

    screen.page.route("**/api/search?*", answer)
    screen.box("Search sessions").fill("return a - b")
    reading = screen.sessions.get_by_text("Older sessions are still being read")
    expect(reading).to_be_visible()
    hits.last.focus()
    expect(reading).to_be_hidden()
    expect(hits.last).to_be_focused()
    screen.page.unroute("**/api/search?*")


def found(api: httpx.Client, query: str) -> list[dict[str, dict[str, str]]]:
    return api.get("/api/search", params={"query": query}).json()["found"]


def test_fork_and_rewind_from_a_turn(
    home: Path, screen: Screen, api: httpx.Client, axe: Callable[[Page], list[str]]
) -> None:
    ask_until_it_is_right(home, screen)
    source = screen.session_id
    menu, dialog = screen.page.get_by_role("menu"), screen.page.get_by_role("dialog")
    opener = screen.button("Actions for turn 2")

    opener.click()
    expect(menu.get_by_role("menuitem", name="Fork from here")).to_be_focused()
    assert not axe(screen.page)
    screen.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(opener).to_be_focused()
    screen.button("Actions for turn 7").click()
    last = menu.get_by_role("menuitem", name="Rewind to here")
    expect(last).to_be_disabled()
    expect(last).to_contain_text("This is where the run stands.")
    screen.page.keyboard.press("Escape")

    opener.click()
    menu.get_by_role("menuitem", name="Fork from here").click()
    expect(dialog).to_contain_text("This session stays as it is. The agents then go on from there")
    assert not axe(screen.page)
    screen.box("Title of the new session").fill("The other way")
    dialog.get_by_role("button", name="Fork", exact=True).click()
    expect(screen.page).not_to_have_url(re.compile(source))
    origin = screen.timeline.get_by_role("link", name=TASK)
    expect(screen.timeline.get_by_text("Forked from turn 2 of")).to_be_visible()
    expect(screen.decision).to_be_visible()
    expect(screen.session("The other way")).to_be_visible()
    origin.click()
    expect(screen.page).to_have_url(re.compile(f"{source}$"))

    opener.click()
    menu.get_by_role("menuitem", name="Rewind to here").click()
    expect(dialog).to_contain_text("Turns 3 to 7 stay in the log and count no more.")
    dialog.get_by_role("button", name="Rewind", exact=True).click()
    expect(screen.timeline.get_by_text("Rewound to turn 2")).to_be_visible()
    expect(screen.decision).to_contain_text("version 2")
    folded = screen.timeline.get_by_role("group").filter(has_text="5 turns that count no more").last
    expect(folded.get_by_role("article")).to_have_count(0)
    folded.get_by_text("5 turns that count no more").click()
    expect(folded.get_by_role("article")).to_have_count(5)
    assert not axe(screen.page)
    screen.page.reload()
    expect(folded).to_be_visible()
    kinds = [e["type"] for e in api.get(f"/api/sessions/{source}/events?limit=5000").json()["events"]]
    assert kinds.count("turn.started") == 12
    go_back_to_the_start(screen, axe)


def go_back_to_the_start(screen: Screen, axe: Callable[[Page], list[str]]) -> None:
    menu, dialog = screen.page.get_by_role("menu"), screen.page.get_by_role("dialog")
    screen.button("Actions for the request").click()
    menu.get_by_role("menuitem", name="Rewind to here").click()
    expect(dialog.get_by_role("heading", name="Rewind to the start")).to_be_visible()
    expect(dialog).to_contain_text("Turns 1 to 7 stay in the log and count no more.")
    dialog.get_by_role("button", name="Rewind", exact=True).click()
    expect(screen.timeline.get_by_text("Rewound to the start")).to_be_visible()
    expect(screen.decision).to_contain_text("version 2")
    assert not axe(screen.page)
    screen.button("Actions for the request").click()
    menu.get_by_role("menuitem", name="Fork from here").click()
    expect(dialog).to_contain_text("A new session begins with the same request.")
    dialog.get_by_role("button", name="Fork", exact=True).click()
    expect(screen.timeline.get_by_text("Forked from the start of")).to_be_visible()
    expect(screen.decision).to_contain_text("version 2")


def test_a_working_run_cannot_be_rewound(home: Path, screen: Screen) -> None:
    write_script(home, 20, code_generator=[BAD, f"{words(400)}\n\n{GOOD}"])
    screen.ask()
    expect(screen.turns("code_generator")).to_have_count(2)
    screen.button("Actions for turn 1").click()
    rewind = screen.page.get_by_role("menuitem", name="Rewind to here")
    expect(rewind).to_be_disabled()
    expect(rewind).to_contain_text("The run is working; stop it first.")
    screen.page.keyboard.press("Escape")
    screen.button("Actions for turn 5").click()
    for item in ("Fork from here", "Rewind to here"):
        expect(screen.page.get_by_role("menuitem", name=item)).to_contain_text("The turn has not finished.")
    screen.page.keyboard.press("Escape")
    screen.button("Stop").click()
    expect(screen.status).to_have_text("cancelled")

"""Several sessions: found, renamed, deleted and brought back, gone on with."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.page import TASK, Screen, held_back, words
from tests.support.sessions import GOOD, write_script

OTHER_TASK = "Write sub that subtracts two numbers"
UNTIL_IT_IS_SLOW = "() => new Promise((done) => setTimeout(done, 400))"  # what loads in 300 ms is not told


def choose(screen: Screen, title: str, action: str) -> None:
    """An action of a session's menu in the list."""
    screen.button(f"Actions – {title}").click()
    screen.page.get_by_role("menuitem", name=action).click()


def test_search_rename_delete_and_undo(home: Path, screen: Screen, api: httpx.Client, watch: Watch) -> None:
    write_script(home)
    screen.ask()
    expect(screen.decision).to_be_visible()
    first = screen.session_id
    screen.button("New session").click()
    screen.ask(OTHER_TASK)
    expect(screen.decision).to_be_visible()
    second = screen.session_id
    links = screen.sessions.get_by_role("link")
    expect(links).to_have_count(2)

    screen.box("Search sessions").fill("subtracts")
    found = screen.sessions.get_by_role("list", name="Found")
    expect(found.get_by_role("link", name=OTHER_TASK)).to_have_count(2)  # the session, and its request
    expect(screen.sessions).to_contain_text("1 session found")
    screen.box("Search sessions").fill("no such thing")
    expect(screen.sessions).to_contain_text("Nothing found for “no such thing”.")
    screen.box("Search sessions").fill("")
    expect(links).to_have_count(2)

    screen.session(TASK).click()
    assert screen.session_id == first
    expect(screen.page.get_by_role("heading", name=TASK, level=1)).to_be_visible()
    expect(screen.decision).to_be_visible()

    other = Screen(watch.context.new_page(), screen.link)
    other.go(second)
    expect(other.session(TASK)).to_be_visible()
    choose(screen, TASK, "Rename")
    screen.box("Title").press("Escape")
    expect(screen.session(TASK)).to_be_visible()
    choose(screen, TASK, "Rename")
    screen.box("Title").fill("Adding, done well")
    screen.box("Title").press("Enter")
    for tab in (screen, other):
        expect(tab.session("Adding, done well")).to_be_visible()
    expect(screen.page.get_by_role("heading", name="Adding, done well", level=1)).to_be_visible()

    choose(screen, "Adding, done well", "Delete")
    expect(links).to_have_count(1)
    expect(screen.page).to_have_url(re.compile("#/$"))
    with held_back(screen.page, "export_dialog.js"):
        choose(screen, OTHER_TASK, "Export")
        screen.page.evaluate(UNTIL_IT_IS_SLOW)
        screen.button("Undo").click()
    screen.page.get_by_role("dialog", name=f"Export “{OTHER_TASK}”").press("Escape")
    expect(screen.session("Adding, done well")).to_be_visible()
    assert api.get(f"/api/status/{first}").status_code == 200

    with screen.page.expect_response(lambda r: r.request.method == "DELETE") as deleted:
        choose(screen, "Adding, done well", "Delete")
    assert deleted.value.status == 204
    expect(other.session("Adding, done well")).to_have_count(0)
    expect(other.session(OTHER_TASK)).to_be_visible()
    assert api.get(f"/api/status/{first}").status_code == 404


def test_a_follow_up_in_the_same_session(home: Path, screen: Screen, api: httpx.Client) -> None:
    write_script(home, code_generator=[GOOD])
    screen.ask()
    session = screen.session_id
    expect(screen.requirements).to_be_hidden()
    screen.approve()
    expect(screen.page.get_by_role("heading", name="Ask for a follow-up")).to_be_visible()
    screen.requirements.fill("Now say what it does, please")
    screen.button("Generate").click()
    expect(screen.timeline.get_by_role("region", name="Follow-up")).to_contain_text("Now say what it does")
    expect(screen.status).to_have_text("waiting for you")
    assert screen.session_id == session
    expect(screen.turns("code_generator")).to_have_count(2)
    expect(screen.choice("Version").get_by_role("option")).to_have_text(
        ["Run 1 · Version 1 · verified", re.compile("^Run 2 · Version 1 · ")]
    )
    expect(screen.sessions.get_by_role("link")).to_have_count(1)
    runs = {e["run_id"] for e in api.get(f"/api/sessions/{session}/events").json()["events"]}
    assert len(runs) == 2


def test_the_model_is_switched_in_mid_run(home: Path, screen: Screen) -> None:
    path = write_script(home, 25, code_generator=[f"{words(150)}\n\n{GOOD}"])
    screen.ask()
    expect(screen.turns("code_generator")).to_contain_text("word1")
    screen.page.get_by_title("Switch model").click()
    screen.choice("Provider").select_option(label="Scripted replay")
    screen.choice("Model").select_option(label="demo")
    screen.button("Switch").click()
    expect(screen.page.get_by_text("From the next turn on: scripted demo.")).to_be_visible()
    expect(screen.turns("quality_checker")).to_contain_text("scripted demo")
    expect(screen.turns("code_generator")).to_contain_text(f"scripted {path}")
    screen.button("Stop").click()
    expect(screen.status).to_have_text("cancelled")

"""What cannot be started: said where it is wrong, and nothing that was written is lost."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.page import EXAMPLE, TASK, Screen, words
from tests.support.sessions import GOOD, write_script

ENDLESS = {"text": words(2000), "tokens_per_second": 10}


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server works on one run only."""
    monkeypatch.setenv("MAX_CONCURRENT_SESSIONS", "1")


def test_wrong_input_is_said_at_its_field(home: Path, screen: Screen, watch: Watch) -> None:
    watch.allow("status of 4(00|22)")
    write_script(home)
    problems = screen.page.get_by_role("alert")
    expected = screen.box("Expected value 1")
    screen.write("Too short", ("add(2, 2)", ""), rounds="99")
    screen.button("Generate").click()
    expect(screen.requirements).to_have_accessible_description("At least 10 characters are needed.")
    expect(screen.requirements).to_be_focused()
    expect(screen.rounds).to_have_accessible_description("A whole number from 1 to 10.")
    expect(problems.filter(has_text="Example 1 needs both a call and a value.")).to_be_visible()

    screen.requirements.fill(TASK)
    screen.rounds.fill("3")
    expect(problems).to_have_count(1)
    screen.button("Generate").click()
    expect(screen.box("Call 1")).to_be_focused()
    expected.fill("4 +")
    expect(problems).to_have_count(0)
    screen.button("Generate").click()
    at_examples = screen.page.get_by_role("group", name="Examples", exact=True).get_by_role("alert")
    expect(at_examples).to_contain_text("The example 'add(2, 2) == 4 +' is not understood. Write it like")

    expected.fill("4")
    screen.choice("Provider").select_option(label="Second replay")
    screen.button("Generate").click()
    expect(problems).to_contain_text("There is no script")
    expect(problems).to_contain_text("Valid: demo.")
    expect(problems).to_contain_text("Error id")
    expect(screen.requirements).to_have_value(TASK)


def test_a_run_that_fails_says_what_to_do_and_goes_on(home: Path, screen: Screen) -> None:
    refused = {"fault": "auth", "text": ""}
    write_script(home, code_generator=[refused])
    screen.ask()
    expect(screen.status).to_have_text("failed")
    expect(screen.timeline).to_contain_text("The script plays the fault auth.")
    expect(screen.timeline).to_contain_text("Open the settings of that provider.")
    expect(screen.session(TASK)).to_contain_text("failed")
    (home / "script-0.yaml").unlink()
    write_script(home, code_generator=[GOOD])
    screen.button("Resume").click()
    expect(screen.decision).to_be_visible()
    expect(screen.status).to_have_text("waiting for you")


@pytest.mark.usefixtures("one_at_a_time")
def test_too_many_runs_at_a_time(home: Path, screen: Screen, api: httpx.Client, watch: Watch) -> None:
    watch.allow("status of 429")
    write_script(home, code_generator=[ENDLESS])
    screen.ask()
    at_work = screen.session_id
    write_script(home, code_generator=[GOOD])
    screen.button("New session").click()
    screen.write("Write it once more", EXAMPLE, provider="Second replay", rounds="5")
    screen.attach("notes.md", "Numbers are integers.")
    screen.button("Generate").click()
    problem = screen.page.get_by_role("alert")
    expect(problem).to_contain_text("as may be (1)")
    expect(problem).to_contain_text("Wait until one is done, stop one")
    expect(problem).to_contain_text("You can try again in")

    screen.page.reload()
    expect(screen.requirements).to_have_value("Write it once more")
    expect(screen.choice("Provider")).to_have_value("second")
    expect(screen.box("Call 1")).to_have_value(EXAMPLE[0])
    expect(screen.box("Expected value 1")).to_have_value(EXAMPLE[1])
    expect(screen.rounds).to_have_value("5")
    expect(screen.button("Remove notes.md")).to_be_visible()

    screen.button("Generate").click()
    expect(problem).to_be_visible()
    assert api.post("/api/cancel", json={"session_id": at_work}).status_code == 200
    expect(screen.session(TASK)).to_contain_text("cancelled")
    screen.button("Try again").click()
    expect(screen.decision).to_be_visible()
    expect(screen.timeline).to_contain_text("Context: notes.md")
    screen.button("New session").click()
    expect(screen.requirements).to_have_value("")

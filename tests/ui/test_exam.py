"""The exam of a model in the page: started, watched over a reload, cancelled, and its result looked at."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.support.examinee import NAME, Examinee, serve_examinee
from tests.support.page import Screen


@pytest.fixture
def examinee() -> Generator[Examinee]:
    with serve_examinee(hold=True, rate=500) as examinee:
        yield examinee


@pytest.fixture
def home(home: Path, examinee: Examinee, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OLLAMA_BASE_URL", examinee.url)
    return home


def opened(screen: Screen) -> Locator:
    """The exam of the one model of the stand-in, in the settings."""
    screen.button("Settings").click()
    screen.settings.get_by_role("tab", name="Models").click()
    exam = screen.settings.locator("rt-model-exam")
    expect(exam).to_have_count(1)
    return exam


def test_a_model_is_examined_over_a_reload_and_says_what_follows(screen: Screen, examinee: Examinee) -> None:
    exam = opened(screen)
    row = screen.settings.get_by_role("listitem").filter(has_text=NAME)
    expect(row).to_contain_text("speed not measured yet")
    exam.get_by_role("button", name=f"Examine – {NAME}").click()
    assert examinee.asked.wait(60)
    screen.page.reload()
    exam = opened(screen)
    bar = exam.get_by_role("progressbar", name=f"Exam of {NAME}")
    expect(bar).to_be_visible()
    expect(exam.get_by_role("status")).to_have_text(f"Exam of {NAME}")
    exam.get_by_role("button", name=f"Cancel – {NAME}").click()
    expect(bar).to_be_hidden()
    start = exam.get_by_role("button", name=f"Examine – {NAME}")
    expect(start).to_be_focused()
    expect(exam.get_by_role("status")).to_have_text("The exam was cancelled; an earlier result stays.")

    examinee.hold = False
    examinee.go_on.set()
    start.press("Enter")
    expect(exam.get_by_role("status")).to_have_text(f"The exam of {NAME} is over.", timeout=60_000)
    expect(row).to_contain_text(re.compile(r"[1-9]\d* tokens/s, measured in its exam"))
    expect(exam.get_by_text("6 of 6 solved")).to_be_visible()
    expect(exam.get_by_text("What fails is shown to it for 2 rounds.")).to_be_visible()
    expect(exam.get_by_text("111111111111")).to_be_visible()
    exam.get_by_text("Evidence", exact=True).click()
    exam.get_by_text("Repair: Mend a count of vowels").click()
    expect(exam.get_by_role("group", name="Prompt").filter(visible=True)).to_contain_text(
        "vowels('Apple') gave 1, expected 2"
    )
    expect(exam.get_by_role("button", name=f"Examine again – {NAME}")).to_be_enabled()

    examinee.digest = "2" * 64
    screen.page.reload()
    expect(opened(screen).get_by_text("out of date")).to_be_visible()
    expect(row).to_contain_text("speed not measured yet")

"""Figures of the header and the cards while a service speaks and afterwards, and a look at its calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import Locator, expect

from tests.support.openai_server import STALL, OpenAIServer, Reasoning, Reply
from tests.support.page import TASK, Screen, held_back
from tests.support.sessions import GOOD, NOTHING

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = "sk-live-abcdefghijklmnop1234"
USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 200,
    "total_tokens": 1200,
    "prompt_tokens_details": {"cached_tokens": 400},
}
# 600 fresh and 400 cached tokens read, 200 written: 0.0012 + 0.0002 + 0.0016 USD a call.
PRICES = {
    "as_of": "2026-11",
    "source": "https://prices.example",
    "models": {"big-model": {"input": 2, "cached": 0.5, "output": 8}},
}


@pytest.fixture
def service() -> Generator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def home(home: Path, service: OpenAIServer) -> Path:
    """With a paid service beside the others."""
    path = home / "config/models.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["providers"]["paid"] = {
        "title": "Paid service",
        "provider": "autogen_ext.models.openai.OpenAIChatCompletionClient",
        "config": {},
        "base_url": service.url,
        "context_length": 4096,
        "default_model": "big-model",
        "key_optional": True,
        "prices": PRICES,
    }
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    # One version a round, so that the number of calls is known.
    (home / "config/app.yaml").write_text("run: {candidates: 1}\n", encoding="utf-8")
    return home


def test_a_paid_run_and_its_calls(
    screen: Screen, service: OpenAIServer, axe: Callable[[Page], list[str]]
) -> None:
    page, header = screen.page, screen.page.locator("rt-header")
    service.play(
        Reply(Reasoning("Let me see."), f"{GOOD} {KEY}", usage=USAGE, timings={"prompt_ms": 400}),
        Reply(NOTHING, usage=USAGE),
        Reply("NO CHANGE", usage=USAGE),
    )
    screen.ask(f"{TASK} {KEY}", provider="Paid service", rounds="1")
    screen.decision.wait_for()
    # Afterwards everything is exact.
    expect(header).to_contain_text("3,000 in · 600 out")
    expect(header).to_contain_text("$0.0090")
    expect(header).to_contain_text("29 % of context")
    line = screen.turns("code_generator").get_by_role("button", name=re.compile("tokens in"))
    expect(line).to_contain_text("1,000 tokens in, 200 out · 400 cached")
    expect(line).to_contain_text(re.compile(r"prompt 400 ms · 29 % of context · \S*\$0\.0030"))

    sheet = page.get_by_role("dialog", name="Model calls", exact=True)
    check_that_nothing_opens_late(screen, line, sheet)
    line.focus()
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("tabpanel")).to_contain_text(TASK)
    assert KEY in str(service.requests[0].body)
    assert KEY not in sheet.inner_text()
    expect(sheet.get_by_role("listitem")).to_have_count(1)
    assert not axe(page)
    page.get_by_role("tab", name="Prompt").focus()
    page.keyboard.press("ArrowRight")
    expect(sheet.get_by_role("tabpanel")).to_contain_text("def add(a, b)")
    assert KEY not in sheet.inner_text()
    page.keyboard.press("ArrowRight")
    expect(sheet.get_by_role("tabpanel")).to_contain_text("max_tokens")
    page.keyboard.press("ArrowRight")
    expect(sheet.get_by_role("tabpanel")).to_contain_text("https://prices.example (2026-11)")
    assert not axe(page)
    sheet.get_by_role("button", name="All 3 calls of the session").click()
    first = sheet.get_by_role("button", name=re.compile("^Call 1"))
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("button", name=re.compile("^Call 2"))).to_have_attribute("aria-current", "true")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 380, "height": 800})
    assert not axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Escape")
    expect(line).to_be_focused()
    page.set_viewport_size({"width": 1440, "height": 900})

    # While the model speaks, what is known is told as an estimate.
    service.play(Reply("Here is what I do. " * 10, STALL))
    screen.decision.get_by_role("button", name="Request changes").click()
    screen.box("Feedback").fill("Take floats, too")
    screen.button("Request changes").last.click()
    expect(screen.turns("code_generator").last).to_contain_text("first token ≈")
    expect(header).to_contain_text(re.compile(r"≈ [\d,]+ in · ≈ [\d,]+ out"))
    expect(header).to_contain_text(re.compile(r"≈ \d+ % of context"))
    assert not axe(page)
    screen.button("Stop").click()
    expect(screen.status).to_have_text("cancelled")


def check_that_nothing_opens_late(screen: Screen, line: Locator, sheet: Locator) -> None:
    """Who has left the session before its calls can be shown is not followed by them."""
    with held_back(screen.page, "call_inspector.js"):
        line.click()
        screen.button("New session").click()
        expect(line).to_be_hidden()
    expect(screen.page.locator("rt-calls > dialog")).to_be_attached()
    expect(sheet).to_be_hidden()
    screen.page.go_back()

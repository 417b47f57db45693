"""The first issue's run through the page, on a real model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.engines import SMALL
from tests.support.page import Screen
from tests.support.server import Program

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.live
REQUEST = "Write a Python function that merges overlapping intervals"
RUN_MS = 240_000  # a small model on a busy machine


@pytest.fixture
def with_weights(weights_05b: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server finds the verified weights instead of fetching them."""
    monkeypatch.setenv("ROUNDTABLE_WEIGHTS_DIR", str(weights_05b.parent))


@pytest.mark.usefixtures("with_weights")
def test_a_run_on_the_builtin_engine(page: Page, program: Program, watch: Watch) -> None:
    page.set_default_timeout(60_000)
    screen = Screen(page, program.link).enter()
    screen.requirements.fill(REQUEST)
    screen.choice("Provider").select_option("builtin")
    screen.choice("Model").select_option(SMALL)
    screen.rounds.fill("1")
    screen.generate()
    expect(screen.status).to_have_text("running", timeout=60_000)
    expect(screen.status).to_have_text("waiting for you", timeout=RUN_MS)
    screen.approve()
    override = screen.button("Approve all the same")
    expect(override.or_(screen.button("Save files"))).to_be_visible(timeout=60_000)
    if override.is_visible():
        override.click()
    expect(screen.status).to_have_text("approved", timeout=60_000)
    headers = {"Authorization": f"Bearer {program.token}"}
    told = httpx.get(
        f"{program.url}/api/sessions/{screen.session_id}/events", params={"limit": 5000}, headers=headers
    ).json()["events"]
    check(told, screen)


def check(events: list[dict[str, Any]], screen: Screen) -> None:
    """Whatever a small model makes of it, the run is whole, and the page shows its turns."""
    kinds = [event["type"] for event in events]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert kinds[-1] == "run.finished"
    assert kinds.count("message.delta") > 3
    usage = [event["data"] for event in events if event["type"] == "usage.recorded"]
    assert {(call["provider"], call["model"]) for call in usage} == {("builtin", SMALL)}
    assert all(call["prompt_tokens"] > 30 for call in usage)  # a small model is asked in few words
    # An answer that went in circles and was stopped has no figures of the engine's own; all others do.
    circles = [event for event in events if event["data"].get("kind") == "circles"]
    assert sum(call["estimated"] for call in usage) == len(circles)
    shown = screen.timeline.get_by_role("article").evaluate_all("(all) => all.map((a) => a.ariaLabel)")
    assert shown == [event["agent"] for event in events if event["type"] == "turn.started"]

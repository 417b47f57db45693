"""A service that fails in mid-run: what the page says and offers, and that the session is whole after it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import expect

from tests.support.openai_server import CUT, OpenAIServer, Reply
from tests.support.page import TASK, Screen, words
from tests.support.sessions import GOOD, NOTHING

BEGUN = words(20)
REST = (Reply(NOTHING), Reply("NO CHANGE"))
# What the service answers, what the page says of it, and how often the service was asked by then.
FAILURES = (
    (Reply(status=401, error={"message": "bad key"}), "refuses the key", 1),
    (Reply(status=429, error={"message": "slow down"}, headers={"Retry-After": "0"}), "HTTP 429", 2),
    (Reply(status=500, error={"message": "oops"}), "HTTP 500", 2),
)


@pytest.fixture
def service() -> Generator[OpenAIServer]:
    with OpenAIServer() as served:
        yield served


@pytest.fixture
def home(home: Path, service: OpenAIServer) -> Path:
    """With a service that is asked once more, at once, where it did not begin to answer."""
    path = home / "config/models.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["providers"]["failing"] = {
        "title": "Failing service",
        "provider": "autogen_ext.models.openai.OpenAIChatCompletionClient",
        "config": {},
        "base_url": service.url,
        "context_length": 4096,
        "default_model": "m",
        "key_optional": True,
        "retry": {"times": 1, "first_wait": 0.01},
    }
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    (home / "config/app.yaml").write_text("run: {candidates: 1}\n", encoding="utf-8")
    return home


def check_whole(screen: Screen, api: httpx.Client) -> list[dict[str, Any]]:
    """At the gate: every turn stands there once, with what was said last, and the log has no gap."""
    expect(screen.status).to_have_text("waiting for you")
    expect(screen.decision).to_contain_text("Your decision on version 1")
    for agent in ("code_generator", "quality_checker", "code_optimizer"):
        expect(screen.turns(agent)).to_have_count(1)
    speaking = screen.turns("code_generator")
    expect(speaking).to_contain_text("Done.")
    expect(speaking).not_to_contain_text(BEGUN)
    answer = api.get(f"/api/sessions/{screen.session_id}/events", params={"limit": 5000})
    events = answer.json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return events


def test_an_answer_that_breaks_off_is_asked_for_again(
    screen: Screen, api: httpx.Client, service: OpenAIServer
) -> None:
    service.play(Reply(BEGUN, CUT), Reply(GOOD), *REST)
    screen.ask(provider="Failing service", rounds="1")
    expect(screen.timeline).to_contain_text("The turn is tried again in 2 s.")
    expect(screen.timeline).to_contain_text("failed or broke")
    events = check_whole(screen, api)
    assert [event["turn"] for event in events if event["type"] == "turn.started"] == [1, 1, 2, 3]
    screen.page.reload()
    check_whole(screen, api)


def test_a_run_that_a_service_refuses_to_go_on_with_is_resumed(
    screen: Screen, api: httpx.Client, service: OpenAIServer
) -> None:
    """From the second turn on, so that there is something to lose; each retry but the last fails as well."""
    (first, says, _), *further = FAILURES
    service.play(Reply(GOOD), first)
    screen.ask(provider="Failing service", rounds="1")
    expect(screen.timeline).to_contain_text(says)
    for failure, says, asked in further:
        expect(screen.status).to_have_text("failed")
        expect(screen.session(TASK)).to_contain_text("failed")
        expect(screen.turns("code_generator")).to_contain_text("Done.")
        before = len(service.requests)
        service.play(failure)
        screen.button("Resume").click()
        expect(screen.timeline).to_contain_text(says)
        assert len(service.requests) == before + asked
    service.play(*REST)
    screen.button("Resume").click()
    check_whole(screen, api)

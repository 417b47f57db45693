"""Edits of the configuration while the server runs."""

from __future__ import annotations

import os
from pathlib import Path

import httpx

from tests.support.web import Follower, Served, decide, until

SLOW = "```python add.py\n" + "# a long comment that takes its time to say\n" * 30 + "```"


def edit(home: Path, name: str, content: str, tick: int) -> None:
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content)
    os.utime(folder / name, ns=(0, tick * 10**9))


def test_a_bad_edit_is_said_on_screen_until_it_is_mended(served: Served, client: httpx.Client) -> None:
    follower = Follower(served)
    edit(served.home, "models.yaml", "providers: {deepseek: {defualt_model: x}}", 1)
    assert follower.warned.wait(60)
    (warning,) = client.get("/api/status").json()["warnings"]
    assert warning["kind"] == "config"
    assert "models.yaml" in warning["message"]
    assert "default_model" in warning["hint"]
    until(client, served.start(client))
    edit(served.home, "models.yaml", "providers: {deepseek: {default_model: x}}", 2)
    models = {p["id"]: p for p in client.get("/api/models").json()["providers"]}
    assert models["deepseek"]["default_model"] == "x"
    assert client.get("/api/status").json()["warnings"] == []
    follower.io.disconnect()


def test_a_running_run_goes_on_with_what_it_started_with(served: Served, client: httpx.Client) -> None:
    """The edit takes the model away from the run's provider and gives the agents another provider."""
    session = served.start(client, speed=100, agents={"code_generator": [SLOW, "```python a.py\na = 1\n```"]})
    until(client, session, "message.delta")
    other = served.script(agents={})["model"]
    agents = ("code_generator", "quality_checker", "code_optimizer")
    edit(
        served.home, "agents.yaml", "\n".join(f"{name}: {{model: 'scripted:{other}'}}" for name in agents), 1
    )
    later = served.start(client)
    of_later = until(client, later)
    assert {e["data"]["model"] for e in of_later if e["type"] == "turn.started"} == {other}
    gate = until(client, session)[-1]
    assert gate["type"] == "gate.opened"
    decide(client, session, "revise", feedback="Once more.")
    of_first = until(client, session, "gate.opened", after=gate["seq"])
    assert other not in {e["data"].get("model") for e in of_first if e["type"] == "turn.started"}

"""A known key leaves by none of the ways out, whoever says it and in whatever pieces."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
import yaml

from app.session.exports.formats import ExportFormat
from tests.support.openai_server import OpenAIServer, Reasoning, Reply
from tests.support.web import TASK, Served, told, until

KEY = "sk-known-key-0123456789abcdef"
CODE = f"```python add.py\n# {KEY}\ndef add(a, b):\n    return a + b\n```"
CHOICE = {"provider": "deepseek", "model": "m"}


@pytest.fixture
def service(served: Served, client: httpx.Client) -> Generator[OpenAIServer]:
    """A stand-in for DeepSeek's service; its key is set."""
    with OpenAIServer() as server:
        provider = {"base_url": server.url, "retry": {"times": 0}, "request": {}}
        folder = served.home / "config"
        folder.mkdir()
        (folder / "models.yaml").write_text(yaml.safe_dump({"providers": {"deepseek": provider}}))
        assert client.put("/api/keys/deepseek", json={"key": KEY}).status_code == 200
        yield server


def unpacked(content: bytes) -> bytes:
    """The bytes of an archive's members, of archives within it too."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(unpacked(archive.read(name)) for name in archive.namelist())


def test_what_a_model_and_the_user_say(served: Served, client: httpx.Client, service: OpenAIServer) -> None:
    service.play(Reply(*(Reasoning(letter) for letter in f"hm {KEY} hm"), *CODE))
    asked = {"requirements": f"{TASK}. My key is {KEY}.", **CHOICE}
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 200, answer.text
    session = str(answer.json()["session_id"])
    assert until(client, session)[-1]["type"] == "gate.opened"
    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert not [request for request in service.requests if KEY in json.dumps(request.body)]

    logging.getLogger("app.test").error("calling with %s failed", KEY)
    ways = {
        "events": client.get(f"/api/sessions/{session}/events").content,
        "log of the page": client.get(f"/api/sessions/{session}/log").content,
        "calls": client.get(f"/api/sessions/{session}/calls/1").content,
        "diagnostics": client.get("/api/diagnostics").content,
        "diagnostics with it": client.get("/api/diagnostics", params={"session": session}).content,
        "log": b"".join(path.read_bytes() for path in (served.home / "logs").glob("*.log")),
        "list": client.get("/api/sessions").content,
    }
    for format_ in ExportFormat:
        ways[format_] = client.get(f"/api/sessions/{session}/export", params={"format": format_}).content
    held = {name: unpacked(content) for name, content in ways.items()}
    assert all(held.values())
    assert [name for name, content in held.items() if KEY.encode() in content] == []
    assert b"calling with [key] failed" in held["log"]
    assert b"calling with [key] failed" in held["diagnostics"]
    events = told_of(client, session)
    for kind, begins in (
        ("reasoning.delta", "hm [key] hm"),
        ("message.delta", "```python add.py\n# [key]\ndef"),
    ):
        assert "".join(str(e["message"]) for e in events if e["type"] == kind).startswith(begins)
    assert not list(_files_with(served.home, KEY.encode()))


def told_of(client: httpx.Client, session: str) -> list[dict[str, object]]:
    """All events so far."""
    last = client.get(f"/api/sessions/{session}/log").json()["last"]
    events: list[dict[str, object]] = []
    for event in told(client, session):
        events.append(event)
        if event["seq"] == last:
            break
    return events


def _files_with(folder: Path, text: bytes) -> Generator[Path]:
    """Blobs are compressed and looked at by the exports; everything else lies open."""
    for path in folder.rglob("*"):
        if path.is_file() and "sandbox" not in path.parts and text in path.read_bytes():
            yield path


def test_what_a_provider_says_of_it(served: Served, client: httpx.Client, service: OpenAIServer) -> None:
    service.play(Reply(status=401, error={"message": f"Incorrect API key provided: {KEY}"}))
    session = str(client.post("/api/generate", json={"requirements": TASK, **CHOICE}).json()["session_id"])
    events = until(client, session, "run.finished")
    assert "refuses the key" in json.dumps(events)
    tried = client.post("/api/providers/deepseek/test")
    assert tried.json()["cause"] == "key"
    logs = "".join(path.read_text() for path in (served.home / "logs").glob("*.log"))
    assert KEY not in json.dumps(events) + tried.text + logs

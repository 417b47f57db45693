"""Searching, exporting and opening capsules over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.web.guard import MAX_BODY
from tests.support.web import Served, serving, until

ANN, BOB = "ann-has-a-long-token", "bob-has-another-token"
CAPSULE = {"Content-Type": "application/octet-stream"}


def test_a_session_is_found_exported_and_replayed(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    until(client, session)
    (found,) = client.get("/api/search", params={"query": "return a"}).json()["found"]
    assert found["session"]["session_id"] == session
    hit = next(hit for hit in found["hits"] if hit["kind"] == "file")
    assert (hit["path"], hit["line"], hit["turn"]) == ("add.py", 2, 1)
    assert [piece["text"] for piece in hit["excerpt"] if piece["match"]] == ["return a"]
    events = client.get(f"/api/sessions/{session}/events?limit=5000").json()["events"]

    exported = client.get(f"/api/sessions/{session}/export?format=capsule")
    assert exported.headers["content-disposition"].endswith(f"{session}.rtcapsule")
    opened = client.post("/api/replay", content=exported.content, headers=CAPSULE).json()
    assert [event["seq"] for event in opened["events"]] == [event["seq"] for event in events]
    assert opened["versions"][0]["files"][0]["path"] == "add.py"
    assert client.get("/api/sessions").json()["sessions"][0]["session_id"] == session
    assert len(client.get("/api/sessions").json()["sessions"]) == 1
    page = client.get(f"/api/sessions/{session}/export?format=html")
    assert page.headers["content-disposition"].startswith("attachment")
    assert client.get(f"/api/sessions/{session}/export?format=exe").status_code == 400


def test_what_is_no_capsule_is_refused(client: httpx.Client) -> None:
    for content, headers, status in (
        (b"no zip", CAPSULE, 400),
        (b"", CAPSULE, 400),
        (b"PK", {"Content-Type": "text/plain"}, 415),
        (b"x" * (MAX_BODY + 1), CAPSULE, 400),  # larger than other requests may be
        (b"x" * (16 * 2**20 + 1), CAPSULE, 413),
    ):
        assert client.post("/api/replay", content=content, headers=headers).status_code == status
    assert client.get("/api/search", params={"query": ""}).status_code == 400


def test_nobody_finds_or_forks_what_is_anothers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{ANN},{BOB}")
    with serving(home) as served, served.client(ANN) as ann, served.client(BOB) as bob:
        session = served.start(ann)
        until(ann, session)
        run = ann.get(f"/api/status/{session}").json()["run"]["run_id"]
        own = served.start(bob)
        until(bob, own)
        assert len(ann.get("/api/search", params={"query": "return a"}).json()["found"]) == 1
        (found,) = bob.get("/api/search", params={"query": "return a"}).json()["found"]
        assert found["session"]["session_id"] == own
        for name in ("capsule", "md"):
            assert bob.get(f"/api/sessions/{session}/export?format={name}").status_code == 404
        stolen = bob.post(f"/api/sessions/{own}/fork", json={"turn": 1, "run_id": run})
        assert stolen.status_code == 404

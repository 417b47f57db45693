"""How much is done at a time, whose it is, and what happens to it when the server stops."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.sessions import GOOD
from tests.support.web import TASK, Follower, decide, serving, until

SLOW = "```python add.py\n" + "# a long comment that takes its time to say\n" * 200 + "```"
ENDLESS = {"code_generator": [SLOW, GOOD]}
ANN, BOB = "ann-has-a-long-token", "bob-has-another-token"


def test_no_more_runs_than_allowed_are_at_work(home: Path) -> None:
    with serving(home, max_concurrent_sessions=1) as served, served.client() as client:
        session = served.start(client, speed=30, agents=ENDLESS)
        until(client, session, "message.delta")
        refused = client.post("/api/generate", json={"requirements": TASK, **served.script()})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "1" in refused.json()["message"]
        assert refused.json()["retryable"] is True
        assert len(client.get("/api/sessions").json()["sessions"]) == 1
        client.post("/api/cancel", json={"session_id": session})
        until(client, session, "run.finished")


def test_a_run_that_waits_for_the_user_takes_no_place(home: Path) -> None:
    with serving(home, max_concurrent_sessions=1) as served, served.client() as client:
        until(client, served.start(client))
        while client.get("/api/status").json()["active_runs"]:
            pass  # its thread ends a moment after its last event
        until(client, served.start(client))


def test_runs_are_started_at_a_bounded_rate(home: Path) -> None:
    with serving(home, server__generate_rate=2) as served, served.client() as client:
        body = {"requirements": "short"}
        codes = [client.post("/api/generate", json=body).status_code for _ in range(3)]
        assert codes == [400, 400, 429]
        last = client.post("/api/generate", json=body)
        assert "2 per 1 minute" in last.json()["message"]
        assert int(last.headers["retry-after"]) in range(1, 62)


def test_sessions_of_one_token_are_invisible_to_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{ANN},{BOB}")
    with serving(home) as served, served.client(ANN) as ann, served.client(BOB) as bob:
        session = served.start(ann)
        gate = until(ann, session)[-1]["data"]
        assert [s["session_id"] for s in ann.get("/api/sessions").json()["sessions"]] == [session]
        assert bob.get("/api/sessions").json() == {"sessions": []}
        reading = (
            f"/api/status/{session}",
            f"/api/stream/{session}",
            f"/api/sessions/{session}/events",
            f"/api/sessions/{session}/files",
            f"/api/sessions/{session}/export",
            f"/api/sessions/{session}/artifacts/{gate['artifact_hash']}",
        )
        assert {bob.get(path).status_code for path in reading} == {404}
        body = {"session_id": session, "decision": "approve"} | {
            k: gate[k] for k in ("gate_id", "artifact_hash")
        }
        writing = [
            bob.post("/api/approve", json=body),
            bob.post("/api/cancel", json={"session_id": session}),
            bob.post("/api/generate", json={"requirements": TASK, "session_id": session}),
            bob.post(f"/api/sessions/{session}/resume"),
            bob.post(f"/api/sessions/{session}/rewind", json={"turn": 0}),
            bob.post(f"/api/sessions/{session}/fork", json={"turn": 0}),
            bob.post(f"/api/sessions/{session}/model", json={"provider": "scripted"}),
            bob.patch(f"/api/sessions/{session}", json={"title": "Mine"}),
            bob.delete(f"/api/sessions/{session}"),
        ]
        assert [answer.status_code for answer in writing] == [404] * len(writing)
        assert bob.put("/api/keys/openai", json={"key": "sk-somebody-elses-key"}).status_code == 403
        assert decide(ann, session, "approve").status_code == 200
        until(ann, session, "run.finished")


def test_sockets_see_their_own_sessions_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{ANN},{BOB}")
    with serving(home) as served, served.client(ANN) as ann:
        session = served.start(ann)
        until(ann, session)
        follower = Follower(served, BOB)
        assert follower.follow(session)["error"]["kind"] == "not_found"
        follower.io.disconnect()


def test_a_server_with_another_token_does_not_show_what_was_made_with_the_first(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", ANN)
    with serving(home) as served, served.client() as client:
        session = served.start(client)
        until(client, session)
    monkeypatch.setenv("ROUNDTABLE_TOKEN", BOB)
    with serving(home) as served, served.client() as client:
        assert client.get("/api/sessions").json() == {"sessions": []}
    monkeypatch.delenv("ROUNDTABLE_TOKEN")
    with serving(home, alone=True) as served, served.client() as client:
        assert [s["session_id"] for s in client.get("/api/sessions").json()["sessions"]] == [session]


def test_runs_go_on_when_the_server_is_started_again(home: Path) -> None:
    with serving(home) as served, served.client() as client:
        session = served.start(client, speed=200, agents=ENDLESS)
        last = until(client, session, "message.delta")[-1]
    with serving(home) as served, served.client() as client:
        events = until(client, session, after=last["seq"])
        assert events[-1]["type"] == "gate.opened"
        assert max(e["epoch"] for e in events) > last["epoch"]
        assert served.assembly.store.last_seq(session) == events[-1]["seq"]


def test_safety_that_is_switched_off_is_said(home: Path) -> None:
    with serving(home, code_safety_enabled=False) as served, served.client() as client:
        status = client.get("/api/status").json()
        assert [w["kind"] for w in status["warnings"]] == ["safety"]


def test_the_page_is_served_while_the_rest_is_loading(home: Path) -> None:
    with serving(home) as served, httpx.Client(base_url=served.url) as browser:
        assert browser.get("/").headers["content-type"].startswith("text/")
        for path in (
            "/ui/../config/models.yaml",
            "/ui/package.json",
            "/ui/css/../package.json",
            "/ui/css/%2e%2e/package.json",
        ):
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.server.port}\r\n\r\n"
            assert served.raw(request.encode()).status == 404, path

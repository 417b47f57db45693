"""Whole runs over HTTP, as a program would drive them."""

from __future__ import annotations

import io
import json
import zipfile

import httpx
import pytest

from tests.support.sessions import BAD, GOOD
from tests.support.web import TASK, Served, decide, told, until

SLOW = "```python add.py\n" + "# a long comment that takes its time to say\n" * 60 + "```"
FIXED = {"code_generator": [BAD, GOOD]}


def kinds(events: list[dict[str, object]]) -> list[object]:
    return [event["type"] for event in events]


def test_a_run_from_the_request_to_the_approved_files(served: Served, client: httpx.Client) -> None:
    fields = {
        "requirements": TASK,
        "language": "python",
        "context": "For a course.",
        "examples": ["add(2, 2) == 4"],
    }
    started = client.post("/api/generate", json={**fields, **served.script()}).json()
    session = started["session_id"]
    assert started["status"] == "started"
    assert started["stream_url"] == f"/api/stream/{session}"
    events = until(client, session)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all({"seq", "type", "agent", "message"} <= event.keys() for event in events)
    assert events[0]["data"]["context"][0]["content"] == "For a course."

    status = client.get(f"/api/status/{session}").json()
    assert status["session"]["status"] == "waiting"
    assert status["gate"]["verdict"] == "verified"
    assert status["last_seq"] == events[-1]["seq"]
    assert client.get(f"/api/sessions/{session}/files").status_code == 403

    assert decide(client, session, "approve").json()["seq"] == events[-1]["seq"] + 1
    end = until(client, session, "run.finished", after=events[-1]["seq"])
    assert end[-1]["data"]["status"] == "approved"
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/api/sessions/{session}/files").content))
    assert archive.read("add.py") == b"def add(a, b):\n    return a + b\n"
    export = zipfile.ZipFile(io.BytesIO(client.get(f"/api/sessions/{session}/export").content))
    lines = export.read("events.jsonl").decode().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, end[-1]["seq"] + 1))


def test_a_version_is_shown_to_its_session_alone(served: Served, client: httpx.Client) -> None:
    other_code = {"code_generator": [GOOD.replace("a + b", "b + a")]}
    one, other = served.start(client), served.start(client, agents=other_code)
    gate = until(client, one)[-1]["data"]
    until(client, other)
    shown = client.get(f"/api/sessions/{one}/artifacts/{gate['artifact_hash']}").json()
    assert shown["files"][0]["path"] == "add.py"
    assert client.get(f"/api/sessions/{one}/artifacts/{'0' * 64}").status_code == 404
    assert client.get(f"/api/sessions/{other}/artifacts/{gate['artifact_hash']}").status_code == 404


def test_changes_are_requested_and_the_next_version_approved(served: Served, client: httpx.Client) -> None:
    session = served.start(
        client, agents={"code_generator": [GOOD, GOOD.replace("add(a", "add(x").replace("a + b", "x + b")]}
    )
    gate = until(client, session)[-1]
    assert decide(client, session, "revise").status_code == 400
    assert decide(client, session, "revise", feedback="Call the first one x.").status_code == 200
    events = until(client, session, "gate.opened", after=gate["seq"])
    assert "x + b" in next(
        e["message"] for e in events if e["type"] == "message.completed" and "x + b" in e["message"]
    )
    assert decide(client, session, "reject").status_code == 200
    assert until(client, session, "run.finished", after=events[-1]["seq"])[-1]["data"]["status"] == "rejected"


def test_a_gate_is_answered_once_and_for_what_was_shown(served: Served, client: httpx.Client) -> None:
    session, other = served.start(client), served.start(client)
    gate = until(client, session)[-1]["data"]
    until(client, other)
    body = {
        "session_id": session,
        "gate_id": gate["gate_id"],
        "artifact_hash": "0" * 64,
        "decision": "approve",
    }
    assert client.post("/api/approve", json=body).status_code == 409
    body["artifact_hash"] = gate["artifact_hash"]
    foreign = client.post("/api/approve", json={**body, "session_id": other})
    assert foreign.status_code == 404
    assert client.post("/api/approve", json=body).status_code == 200
    again = client.post("/api/approve", json=body)
    assert again.status_code == 409
    assert again.json()["kind"] == "conflict"


def test_what_is_not_verified_needs_an_override(served: Served, client: httpx.Client) -> None:
    session = served.start(client, agents={"code_generator": [BAD] * 3}, max_iterations=1)
    until(client, session)
    refused = decide(client, session, "approve")
    assert refused.status_code == 400
    assert "not verified" in refused.json()["message"]
    assert decide(client, session, "approve", override=True).status_code == 200
    assert until(client, session, "run.finished")[-1]["data"]["override"] is True


def test_a_run_is_stopped_and_goes_on_later(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=30, agents={"code_generator": [SLOW, GOOD]})
    until(client, session, "message.delta")
    assert client.post("/api/cancel", json={"session_id": session}).status_code == 200
    end = until(client, session, "run.finished")[-1]
    assert end["data"]["status"] == "cancelled"
    assert client.post("/api/cancel", json={"session_id": session}).status_code == 409
    assert client.post(f"/api/sessions/{session}/resume").json()["status"] in ("queued", "running")
    until(client, session, "turn.started", after=end["seq"])
    client.post("/api/cancel", json={"session_id": session})
    until(client, session, "run.finished", after=end["seq"])


def test_a_follow_up_goes_on_from_the_approved_files(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    until(client, session)
    assert client.post("/api/generate", json={"requirements": TASK, "session_id": session}).status_code == 409
    decide(client, session, "approve")
    end = until(client, session, "run.finished")[-1]
    assert served.start(client, session_id=session) == session
    created = until(client, session, "run.created", after=end["seq"])[-1]
    assert created["data"]["base"] == end["data"]["artifact_hash"]
    until(client, session, "gate.opened", after=end["seq"])


def test_rewinding_and_forking(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    gate = until(client, session)[-1]
    assert client.post(f"/api/sessions/{session}/rewind", json={"turn": 1}).status_code == 200
    again = until(client, session, "gate.opened", after=gate["seq"])
    assert [e["turn"] for e in again if e["type"] == "turn.started"] == [2, 3]
    fork = client.post(f"/api/sessions/{session}/fork", json={"turn": 2, "title": "Another way"}).json()
    assert fork["session_id"] != session
    until(client, fork["session_id"])
    assert client.get(f"/api/status/{fork['session_id']}").json()["session"]["title"] == "Another way"
    assert client.post(f"/api/sessions/{session}/rewind", json={"turn": 99}).status_code == 404


def test_the_model_is_switched_in_mid_run(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=30, agents={"code_generator": [SLOW, GOOD]})
    until(client, session, "message.delta")
    other = served.script(agents={})["model"]
    answer = client.post(f"/api/sessions/{session}/model", json={"provider": "scripted", "model": other})
    assert answer.status_code == 200, answer.text
    until(client, session, "model.switched")
    unknown = client.post(f"/api/sessions/{session}/model", json={"provider": "nobody"})
    assert unknown.status_code == 422
    client.post("/api/cancel", json={"session_id": session})


def test_sessions_are_listed_found_renamed_and_deleted(served: Served, client: httpx.Client) -> None:
    one = served.start(client, title="Adding")
    other = served.start(
        client, requirements="Write multiply, the product of two", title="Multiplying", examples=[]
    )
    for session in (one, other):
        until(client, session)
    listed = client.get("/api/sessions").json()["sessions"]
    assert {s["session_id"] for s in listed} == {one, other}
    assert {s["verdict"] for s in listed} == {"verified", "checked"}
    assert [
        s["session_id"] for s in client.get("/api/sessions", params={"query": "PRODUCT"}).json()["sessions"]
    ] == [other]
    assert client.patch(f"/api/sessions/{one}", json={"title": "  Sums  "}).json()["title"] == "Sums"
    assert client.patch(f"/api/sessions/{one}", json={"title": "   "}).status_code == 400
    assert client.delete(f"/api/sessions/{one}").status_code == 204
    assert client.delete(f"/api/sessions/{one}").status_code == 404
    assert [s["title"] for s in client.get("/api/sessions").json()["sessions"]] == ["Multiplying"]


def test_what_is_worked_on_is_not_deleted(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=30, agents={"code_generator": [SLOW]})
    until(client, session, "message.delta")
    assert client.delete(f"/api/sessions/{session}").status_code == 409
    client.post("/api/cancel", json={"session_id": session})
    until(client, session, "run.finished")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"requirements": "short"}, "requirements", "10"),
        ({"requirements": " " * 40}, "requirements", "10"),
        ({"requirements": None}, "requirements", "string"),
        ({"language": "cobol"}, "language", "javascript"),
        ({"max_iterations": 11}, "max_iterations", "10"),
        ({"examples": ["add(2, 2) is nice"]}, "examples", "add(2, 2) is nice"),
        ({"context": [{"name": "x"}]}, "context.0.content", "required"),
        ({"requirments": "x"}, "requirments", "no such field"),
    ],
)
def test_a_wrong_request_is_answered_with_the_field_and_the_bound(
    served: Served, client: httpx.Client, change: dict[str, object], field: str, words: str
) -> None:
    answer = client.post("/api/generate", json={"requirements": TASK, **served.script(), **change})
    assert answer.status_code == 400
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.keys() >= {"kind", "message", "hint", "retryable", "error_id"}
    assert problem.get("field", "") == field
    assert words in problem["message"] + problem["hint"]
    assert client.get("/api/sessions").json() == {"sessions": []}


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"text"', "nul", '{"requirements": "\\ud800 is no text at all"}']
)
def test_a_body_that_is_no_json_object_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/api/generate", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_an_unknown_provider_is_named_with_the_nearest(served: Served, client: httpx.Client) -> None:
    answer = client.post("/api/generate", json={"requirements": TASK, "provider": "olama"})
    assert answer.status_code == 422
    assert "ollama" in answer.json()["hint"]


def test_unknown_sessions_and_paths_are_not_found(client: httpx.Client) -> None:
    for path in (
        "/api/status/ab12",
        "/api/stream/ab12",
        "/api/sessions/ab12/events",
        "/api/nothing",
        "/nothing",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["kind"] == "not_found"


def test_keys_go_in_and_never_come_out(served: Served, client: httpx.Client) -> None:
    secret = "sk-0123456789abcdefghij"
    kept = client.put("/api/keys/deepseek", json={"key": secret}).json()
    assert (kept["set"], kept["last4"]) == (True, "ghij")
    everything = (
        client.get("/api/keys").text + client.get("/api/models").text + client.get("/api/status").text
    )
    assert secret not in everything
    assert client.delete("/api/keys/deepseek").json()["set"] is False
    assert client.put("/api/keys/nobody", json={"key": secret}).status_code == 422
    assert secret not in "".join(p.read_text() for p in (served.home / "logs").glob("*.log"))


def test_the_status_names_providers_and_models(client: httpx.Client) -> None:
    models = {p["id"]: p for p in client.get("/api/models").json()["providers"]}
    assert models["scripted"]["state"] == "ready"
    assert {m["name"] for m in models["scripted"]["models"]} >= {"demo"}
    assert models["deepseek"]["state"] == "no_key"
    status = client.get("/api/status").json()
    assert status["status"] == "ok"
    assert {p["id"]: p["state"] for p in status["providers"]}["scripted"] == "ready"


def test_a_killed_reader_does_not_hold_anything_up(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=200, agents={"code_generator": [SLOW, GOOD]})
    for event in told(client, session):
        if event["type"] == "message.delta":
            break
    assert until(client, session)[-1]["type"] == "gate.opened"

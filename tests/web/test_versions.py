"""Versions of the user's own over HTTP: what is taken, what is refused and which field is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from tests.support.web import Served, decide, until

TWICE = "def add(a, b):\n    return b + a\n"


@pytest.fixture
def session(served: Served, client: httpx.Client) -> str:
    """A session that waits at its gate."""
    session = served.start(client)
    until(client, session)
    return session


def propose(client: httpx.Client, session: str, **fields: Any) -> httpx.Response:
    """Propose a version made from the one that the open gate offers."""
    gate = client.get(f"/api/status/{session}").json()["gate"]
    body = {"gate_id": gate["gate_id"], "base_hash": gate["artifact_hash"]}
    text = json.dumps(body | fields)  # in ASCII, which httpx does not write
    headers = {"Content-Type": "application/json"}
    return client.post(f"/api/sessions/{session}/versions", content=text, headers=headers)


def test_an_edited_version_from_the_request_to_its_bytes(client: httpx.Client, session: str) -> None:
    files = [{"path": "add.py", "content": TWICE}, {"path": "docs/notes.md", "content": "# ü\r\n"}]
    answer = propose(client, session, files=files).json()
    events = until(client, session, "gate.opened", after=answer["seq"])
    assert events[-1]["data"]["artifact_hash"] == answer["artifact_hash"]
    assert client.get(f"/api/status/{session}").json()["gate"]["verdict"] == "verified"
    assert decide(client, session, "approve").status_code == 200
    until(client, session, "run.finished", after=events[-1]["seq"])
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/api/sessions/{session}/files").content))
    assert archive.read("add.py").decode() == TWICE
    assert archive.read("docs/notes.md") == "# ü\r\n".encode()


@pytest.mark.parametrize(
    ("files", "removed", "field", "words"),
    [
        ([{"path": "../x.py", "content": ""}], [], "files.0.path", "cannot be used"),
        ([{"path": "", "content": ""}], [], "files.0.path", "at least 1 character"),
        ([{"path": "add.py", "content": "x" * 200_001}], [], "files.0.content", "200000"),
        ([{"path": "add.py", "content": "ü" * 150_000}], [], "files.0.content", "over 200000 bytes"),
        ([{"path": "add.py", "content": "\ud800"}], [], "files.0.content", "unicode"),
        ([{"path": f"{n}.py", "content": ""} for n in range(41)], [], "files", "at most 40"),
        ([{"path": f"{n}.py", "content": ""} for n in range(40)], [], "files", "at most 40"),
        ([{"path": "ADD.py", "content": ""}], [], "files", "same path"),
        ([], ["add.py"], "files", "No file is left"),
        ([], ["other.py"], "files", "no file 'other.py'"),
    ],
)
def test_what_cannot_be_a_version_names_its_field(
    client: httpx.Client,
    session: str,
    files: list[dict[str, str]],
    removed: list[str],
    field: str,
    words: str,
) -> None:
    answer = propose(client, session, files=files, removed=removed)
    assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text
    assert words in answer.json()["message"]
    assert client.get(f"/api/status/{session}").json()["session"]["status"] == "waiting"


def test_the_same_bytes_and_a_decided_gate_conflict(client: httpx.Client, session: str) -> None:
    same = propose(client, session, files=[])
    assert same.status_code == 409
    assert "version 1" in same.json()["message"]
    gate = client.get(f"/api/status/{session}").json()["gate"]
    body = {"gate_id": gate["gate_id"], "base_hash": gate["artifact_hash"]}
    body |= {"files": [{"path": "add.py", "content": TWICE}]}
    assert decide(client, session, "reject").status_code == 200
    late = client.post(f"/api/sessions/{session}/versions", json=body)
    assert late.status_code == 409
    assert "already decided" in late.json()["message"]


def test_a_version_is_proposed_within_its_session(served: Served, client: httpx.Client, session: str) -> None:
    other = served.start(client)
    until(client, other)
    gate = client.get(f"/api/status/{session}").json()["gate"]
    body = {"gate_id": gate["gate_id"], "base_hash": gate["artifact_hash"]}
    body |= {"files": [{"path": "add.py", "content": TWICE}]}
    assert client.post(f"/api/sessions/{other}/versions", json=body).status_code == 404
    edit = {"session_id": session, "gate_id": gate["gate_id"], "artifact_hash": gate["artifact_hash"]}
    assert client.post("/api/approve", json={**edit, "decision": "edit"}).status_code == 400

"""kill -9 of the real program at random points: nothing shown is lost, nothing is doubled."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.kills import Tally, run_with_kills
from tests.support.server import Program
from tests.support.sessions import write_script
from tests.support.web import TASK, until

KILLS = 8
EDIT_KILLS = 4
TWICE = "def add(a, b):\n    return b + a\n"


@pytest.mark.crash
@pytest.mark.usefixtures("sandbox")
def test_killed_runs_lose_and_double_nothing(tmp_path: Path, cache: Path) -> None:
    shutil.copytree(cache, tmp_path / "sandbox")
    tally = Tally()
    run_with_kills(tmp_path, random.Random(20261123), KILLS, tally)
    assert tally.kills == KILLS
    assert tally.sessions >= 1
    assert tally.problems == []


@pytest.mark.crash
def test_kills_between_an_edited_version_and_its_checks_lose_and_double_nothing(
    home: Path, program: Program
) -> None:
    rng = random.Random(20261123)
    headers = {"Authorization": f"Bearer {program.token}"}
    with httpx.Client(base_url=program.url, headers=headers, timeout=60) as client:
        body = {"requirements": TASK, "provider": "scripted", "model": write_script(home)}
        session = client.post("/api/generate", json=body | {"examples": ["add(2, 2) == 4"]}).json()[
            "session_id"
        ]
        gate = until(client, session, "gate.opened")[-1]
        base = gate["data"]["artifact_hash"]
        edit = {"gate_id": gate["data"]["gate_id"], "base_hash": base, "removed": []}
        files = [{"path": "add.py", "content": TWICE}]
        proposed = client.post(f"/api/sessions/{session}/versions", json=edit | {"files": files})
        assert proposed.status_code == 200, proposed.text
        for _ in range(EDIT_KILLS):
            with suppress(psutil.TimeoutExpired):
                program.running.wait(rng.uniform(0, 1))
            program.restart()
        until(client, session, "gate.opened", after=gate["seq"])
        told = client.get(f"/api/sessions/{session}/events").json()["events"]
        assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
        counts = Counter(event["type"] for event in told)
        assert (counts["gate.opened"], counts["gate.decided"]) == (2, 1)
        assert told[-1]["data"]["artifact_hash"] == proposed.json()["artifact_hash"]
        versions = [event["data"]["version"] for event in told if event["type"] == "artifact.proposed"]
        assert set(versions) == {1, 2}
        path = f"/api/sessions/{session}/artifacts/{proposed.json()['artifact_hash']}"
        assert [file["content"] for file in client.get(path).json()["files"]] == [TWICE]
        answer = {"session_id": session, "gate_id": told[-1]["data"]["gate_id"], "decision": "approve"}
        decided = client.post(
            "/api/approve", json=answer | {"artifact_hash": told[-1]["data"]["artifact_hash"]}
        )
        assert decided.status_code == 200, decided.text

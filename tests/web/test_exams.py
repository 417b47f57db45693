"""Exams over HTTP: a job of the server's, its result and evidence, cancelling, and who may."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.examinee import NAME, Examinee, serve_examinee
from tests.support.server import Program
from tests.support.web import Served, serving

WHICH = {"provider": "ollama", "model": NAME}
TOKENS = "first-token-of-the-tests-1,second-token-of-the-tests-2"
_SECONDS = 60


@pytest.fixture
def examinee() -> Generator[Examinee]:
    with serve_examinee() as examinee:
        yield examinee


@pytest.fixture
def served(home: Path, examinee: Examinee) -> Generator[Served]:
    with serving(home, models__providers__ollama__base_url=examinee.url) as server:
        yield server


@pytest.fixture
def client(served: Served) -> Generator[httpx.Client]:
    with served.client() as client:
        yield client


def ended(client: httpx.Client) -> dict[str, Any]:
    """The reply once the job is over."""
    due = time.monotonic() + _SECONDS
    while time.monotonic() < due:
        reply = client.get("/api/models/exam", params=WHICH).json()
        if reply["job"]["state"] != "running":
            return reply
        time.sleep(0.1)  # as the page does: it looks again and again
    raise AssertionError("the exam goes on and on")


def test_an_exam_is_a_job_with_a_result_and_evidence(client: httpx.Client, examinee: Examinee) -> None:
    before = client.get("/api/models/exam", params=WHICH).json()
    assert (before["job"], before["result"], before["may_start"]) == (None, None, True)
    assert client.get("/api/models/exam/evidence", params=WHICH).status_code == 404
    started = client.post("/api/models/exam", json=WHICH).json()
    assert started["job"]["state"] in ("running", "done")
    reply = ended(client)
    result = reply["result"]
    assert (reply["job"]["state"], reply["job"]["problem"]) == ("done", None)
    assert (result["digest"], result["stale"]) == (examinee.digest, False)
    assert (result["ability"], result["advice"]["candidates"]) == ({"right": 6, "of": 6}, 6)
    assert result["best_for"] == ["code_generator", "quality_checker", "code_optimizer"]
    trials = client.get("/api/models/exam/evidence", params=WHICH).json()["trials"]
    assert {trial["part"] for trial in trials} == {"ability", "repair", "window", "review"}
    examinee.digest = "2" * 64
    assert client.get("/api/models/exam", params=WHICH).json()["result"]["stale"] is True


def test_cancelling_stops_the_model_and_keeps_nothing(client: httpx.Client, examinee: Examinee) -> None:
    examinee.hold = True
    client.post("/api/models/exam", json=WHICH)
    assert examinee.asked.wait(_SECONDS)
    other = client.post("/api/models/exam", json={"provider": "scripted", "model": "demo"})
    assert (other.status_code, other.json()["kind"]) == (409, "conflict")
    again = client.post("/api/models/exam", json=WHICH).json()
    assert again["job"]["state"] == "running"
    reply = client.post("/api/models/exam/cancel", json=WHICH).json()
    assert (reply["job"]["state"], reply["result"]) == ("cancelled", None)
    assert examinee.left.wait(_SECONDS)


@pytest.mark.parametrize("end", [Program.kill, Program.stop])
def test_an_exam_that_ended_with_its_server_is_told_and_leaves_nothing(
    home: Path, examinee: Examinee, monkeypatch: pytest.MonkeyPatch, end: Callable[[Program], object]
) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", examinee.url)
    examinee.hold = True
    program = Program(home)
    try:
        with client_of(program) as client:
            client.post("/api/models/exam", json=WHICH)
            assert examinee.asked.wait(_SECONDS)
        end(program)
        assert examinee.left.wait(_SECONDS)
        program.start()
        with client_of(program) as client:
            reply = client.get("/api/models/exam", params=WHICH).json()
            assert (reply["job"]["state"], reply["result"]) == ("interrupted", None)
            examinee.hold = False
            examinee.go_on.set()
            client.post("/api/models/exam", json=WHICH)
            assert ended(client)["job"]["state"] == "done"
        program.restart()
        with client_of(program) as client:
            reply = client.get("/api/models/exam", params=WHICH).json()
            assert (reply["job"], reply["result"]["stale"]) == (None, False)
    finally:
        program.close()


def client_of(program: Program) -> httpx.Client:
    headers = {"Authorization": f"Bearer {program.token}"}
    return httpx.Client(base_url=program.url, headers=headers, timeout=_SECONDS)


def test_a_run_with_a_local_model_goes_first(
    served: Served, client: httpx.Client, examinee: Examinee
) -> None:
    examinee.hold = True
    session = served.start(client, provider="ollama", model=NAME)
    assert examinee.asked.wait(_SECONDS)
    client.post("/api/models/exam", json=WHICH)
    reply = ended(client)
    assert reply["job"]["state"] == "failed"
    assert reply["job"]["problem"]["kind"] == "conflict"
    assert "A run goes on" in reply["job"]["problem"]["message"]
    client.post("/api/cancel", json={"session_id": session})


def test_what_there_is_not_is_refused(client: httpx.Client) -> None:
    wrong = client.post("/api/models/exam", json={"provider": "olama", "model": "m"})
    assert (wrong.status_code, wrong.json()["kind"]) == (422, "config")
    assert client.post("/api/models/exam", json={**WHICH, "seconds": 1}).status_code == 400


def test_where_several_share_a_server_only_its_owner_examines(home: Path) -> None:
    with serving(home, server__token=TOKENS) as served:
        first, second = TOKENS.split(",")
        which = {"provider": "scripted", "model": "demo"}
        with served.client(second) as guest, served.client(first) as owner:
            assert guest.post("/api/models/exam", json=which).status_code == 403
            assert guest.post("/api/models/exam/cancel", json=which).status_code == 403
            assert guest.get("/api/models/exam", params=which).json()["may_start"] is False
            assert owner.post("/api/models/exam/cancel", json=which).status_code == 200

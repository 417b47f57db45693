"""Model calls and forecasts over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.support.web import Served, until


@pytest.fixture
def session(served: Served, client: httpx.Client) -> str:
    """A session that waits at its gate."""
    session = served.start(client)
    until(client, session)
    return session


def test_calls_and_one_of_them(client: httpx.Client, session: str) -> None:
    calls = client.get(f"/api/sessions/{session}/calls").json()["calls"]
    assert [c["number"] for c in calls] == list(range(1, len(calls) + 1))
    first = calls[0]
    one = client.get(f"/api/sessions/{session}/calls/1").json()
    assert one["call"] == first
    assert [m["role"] for m in one["sent"]["messages"]] == ["system", "user"]
    query = {"run_id": first["run_id"], "turn": 1}
    of_turn = client.get(f"/api/sessions/{session}/calls", params=query).json()["calls"]
    assert {c["turn"] for c in of_turn} == {1}


@pytest.mark.parametrize("number", ["0", "999", "x", "1e3", "9" * 30])
def test_a_call_that_is_not_there(client: httpx.Client, session: str, number: str) -> None:
    assert client.get(f"/api/sessions/{session}/calls/{number}").status_code == 404


def test_only_sessions_of_ones_own(client: httpx.Client, served: Served, session: str) -> None:
    assert client.get("/api/sessions/abc/calls").status_code == 404
    with served.client("") as stranger:
        assert stranger.get(f"/api/sessions/{session}/calls").status_code == 401


def test_a_forecast_before_and_after_a_run(served: Served, client: httpx.Client) -> None:
    before = client.get("/api/forecast").json()
    assert (before["measured"], before["minutes_low"], before["tokens"], before["calls"]) == (
        False,
        None,
        None,
        0,
    )
    assert "No model" in before["why"]
    session = served.start(client)
    until(client, session)
    query = {"language": "python", "rounds": 2, "requirements_chars": 400}
    after = client.get("/api/forecast", params=query).json()
    assert after["measured"]
    assert 0 <= after["minutes_low"] <= after["minutes_high"]
    assert after["tokens"] > 0
    assert after["calls"] >= 2
    assert client.get("/api/forecast", params={"rounds": 11}).status_code == 400

"""Readers of a session: every event once and in order, however they come, go and come back."""

from __future__ import annotations

import json
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sessions import GOOD
from tests.support.web import ENDS, Follower, Served, decide, serving, told, until

LONG = "```python add.py\n" + "# a comment of several words that takes its time\n" * 40 + "```"
TWICE = {"code_generator": [LONG, GOOD]}
SECONDS = 60


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]


def test_a_reader_that_comes_back_gets_every_event_once_and_in_order(
    served: Served, client: httpx.Client
) -> None:
    session = served.start(client, speed=300, agents=TWICE)
    seen: list[dict[str, Any]] = []
    choose = random.Random(4)
    while not seen or seen[-1]["type"] not in ENDS:
        leave_after = choose.randint(1, 8)
        back = {"Last-Event-ID": str(seen[-1]["seq"])} if seen else {}
        for count, event in enumerate(told(client, session, back), 1):
            seen.append(event)
            if count == leave_after or event["type"] in ENDS:
                break
    assert numbers(seen) == list(range(1, seen[-1]["seq"] + 1))


def test_sockets_and_streams_tell_the_same(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=300, agents=TWICE)
    follower = Follower(served)
    assert follower.follow(session)["ok"] is True
    streamed = until(client, session)
    assert follower.ended.wait(SECONDS)
    assert follower.events == streamed
    follower.io.disconnect()


def test_a_socket_that_comes_back_goes_on_where_it_was(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    last = until(client, session)[-1]["seq"]
    follower = Follower(served)
    answer = follower.follow(session, last - 3)
    assert answer == {"ok": True, "last_seq": last}
    assert follower.ended.wait(SECONDS)
    assert numbers(follower.events) == [last - 2, last - 1, last]
    follower.io.disconnect()


def test_following_anew_replaces_what_was_followed(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    last = until(client, session)[-1]["seq"]
    follower = Follower(served)
    for _ in range(5):
        follower.follow(session, last)
    decide(client, session, "approve")
    until(client, session, "run.finished")
    assert follower.ended.wait(SECONDS)
    assert numbers(follower.events) == list(range(last + 1, follower.events[-1]["seq"] + 1))
    follower.io.disconnect()


def test_a_socket_is_told_when_the_list_of_sessions_changes(served: Served, client: httpx.Client) -> None:
    follower = Follower(served)
    session = served.start(client)
    assert follower.changed.wait(SECONDS)
    until(client, session)
    follower.changed.clear()
    client.patch(f"/api/sessions/{session}", json={"title": "Another"})
    assert follower.changed.wait(SECONDS)
    follower.io.disconnect()


def test_what_is_followed_wrongly_is_answered_with_a_problem(served: Served) -> None:
    follower = Follower(served)
    assert follower.follow("ab12")["error"]["kind"] == "not_found"
    assert follower.call("follow", {"session_id": "ab12", "after": -1})["error"]["field"] == "after"
    assert follower.call("follow", "nonsense")["error"]["kind"] == "invalid_request"
    assert follower.call("unfollow", {"session_id": "ab12"}) == {"ok": True}
    follower.io.disconnect()


def test_readers_of_a_session_that_is_deleted_are_let_go(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    last = until(client, session)[-1]["seq"]
    follower = Follower(served)
    follower.follow(session, last)
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(lambda: list(told(client, session, after=last)))
        with served.client() as other:
            assert other.delete(f"/api/sessions/{session}").status_code == 204
        assert rest.result(SECONDS) == []
    assert follower.gone.wait(SECONDS)
    follower.io.disconnect()


def test_a_reader_that_stops_reading_slows_no_run_and_no_other_reader(
    served: Served, client: httpx.Client
) -> None:
    with socket.create_connection(("127.0.0.1", served.server.port)) as asleep:
        asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        session = served.start(client, agents={"code_generator": [LONG * 50, GOOD]})
        lines = (f"GET /api/stream/{session} HTTP/1.1", f"Host: 127.0.0.1:{served.server.port}")
        asleep.sendall("\r\n".join([*lines, f"Authorization: Bearer {served.token}", "", ""]).encode())
        assert until(client, session)[-1]["type"] == "gate.opened"
        assert client.get(f"/api/status/{session}").json()["session"]["status"] == "waiting"


def test_a_browser_with_many_streams_keeps_connections_for_the_page(
    served: Served, client: httpx.Client
) -> None:
    session = served.start(client)
    last = until(client, session)[-1]["seq"]
    with served.client("") as browser, ThreadPoolExecutor(8) as pool:
        browser.post("/api/token", json={"token": served.token})
        waiting = [pool.submit(lambda: list(told(browser, session, after=last))) for _ in range(6)]
        # The server ends the oldest streams by itself, and only these: four are left.
        ended = [work for work in waiting if _ends(work)]
        assert len(ended) == 2
        decide(client, session, "approve")
        served.server.close()
        assert all(work.result(SECONDS) is not None for work in waiting)


def _ends(work: Any) -> bool:
    try:
        work.result(3)
    except TimeoutError:
        return False
    return True


def test_streams_are_bounded(home: Any) -> None:
    with serving(home, server__max_streams=1) as served, served.client() as client:
        session = served.start(client)
        for _ in told(client, session):
            with served.client() as other:
                answer = other.get(f"/api/stream/{session}")
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "2"
            assert "max_streams" in answer.json()["hint"]
            break
        # The place of a reader that is gone is free again, though nothing was written to it since.
        while client.post("/api/cancel", json={"session_id": session}).status_code == 200:
            pass
        last = client.get(f"/api/status/{session}").json()["last_seq"]
        for _ in told(client, session, after=last - 1):
            break
        for _ in range(2):
            while _refused(client, session, last):
                pass


def _refused(client: httpx.Client, session: str, after: int) -> bool:
    with client.stream("GET", f"/api/stream/{session}?after={after}") as answer:
        return answer.status_code == 429


def test_a_wrong_last_event_id_is_named(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    answer = client.get(f"/api/stream/{session}", headers={"Last-Event-ID": "last one"})
    assert (answer.status_code, answer.json()["field"]) == (400, "Last-Event-ID")
    until(client, session)


def test_pages_of_events_are_the_log(served: Served, client: httpx.Client) -> None:
    session = served.start(client)
    streamed = until(client, session)
    pages: list[dict[str, Any]] = []
    while len(pages) < len(streamed):
        page = client.get(f"/api/sessions/{session}/events", params={"after": len(pages), "limit": 7}).json()
        pages += page["events"]
        assert page["last_seq"] == streamed[-1]["seq"]
    assert json.dumps(pages, sort_keys=True) == json.dumps(streamed, sort_keys=True)


def test_the_list_is_told_of_to_those_who_see_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, strange = "the-token-of-the-first", "the-token-of-the-second"
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{mine} {strange}")
    with serving(home) as served, served.client(mine) as client:
        session = served.start(client)  # waits for the agents, whose coming is told to all
        until(client, session)
        client.post("/api/cancel", json={"session_id": session})
        own, other = Follower(served, mine), Follower(served, strange)
        client.patch(f"/api/sessions/{session}", json={"title": "Another"})
        assert own.changed.wait(SECONDS)
        other.call("unfollow", {"session_id": session})  # all that was sent before has come with the answer
        assert not other.changed.is_set()
        for follower in (own, other):
            follower.io.disconnect()


def test_sections_of_the_log_are_read_from_its_end(served: Served, client: httpx.Client) -> None:
    session = served.start(client, speed=300, agents=TWICE)
    streamed = until(client, session)
    address = f"/api/sessions/{session}/log"
    end = client.get(address, params={"turns": 1}).json()
    own = [event for event in end["events"] if event["seq"] >= end["first"]]
    assert own[0]["type"] == "turn.started"
    assert own == [e for e in streamed if e["seq"] >= end["first"] and not e["type"].endswith("delta")]
    rest = client.get(address, params={"before": end["first"]}).json()
    assert (end["last"], rest["first"], rest["last"]) == (streamed[-1]["seq"], 1, end["first"] - 1)
    assert client.get(address, params={"turns": 0}).json()["field"] == "turns"
    assert client.get("/api/sessions/ab12/log").status_code == 404

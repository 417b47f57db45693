"""Readers that leave and come back at random points of running runs: events missed or doubled.

    python -m tests.bench.reconnects [--times 200] [--seed 1]

Every other reader is a stream (SSE, back with `Last-Event-ID`), every other one a Socket.IO client (back with
`follow` and the last number). All of a session's events as they were read are compared with the log.
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import socketio

from tests.bench.common import header
from tests.bench.served import ENDS, Program, program, script


def streamed(served: Program, session: str, after: int) -> Iterator[dict[str, Any]]:
    headers = {**served.headers, "Last-Event-ID": str(after)}
    with httpx.stream("GET", f"{served.url}/api/stream/{session}", headers=headers, timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line[6:])


def by_socket(served: Program, session: str, after: int) -> Iterator[dict[str, Any]]:
    come: queue.Queue[dict[str, Any]] = queue.Queue()
    with socketio.SimpleClient() as client:
        client.connect(served.url, headers=served.headers, transports=["websocket"])
        assert client.client is not None
        client.client.on("event", come.put)
        client.call("follow", {"session_id": session, "after": after})
        while True:
            yield come.get(timeout=60)


def read(served: Program, session: str, choose: random.Random, left: int) -> tuple[list[int], int]:
    """The numbers as they came, over all connections, and how often the reader came back."""
    numbers: list[int] = []
    back = 0
    while True:
        reader = (streamed, by_socket)[choose.randrange(2)](served, session, numbers[-1] if numbers else 0)
        leave_after = choose.randint(1, 12)
        for count, event in enumerate(reader, 1):
            numbers.append(event["seq"])
            if event["type"] in ENDS:
                return numbers, back
            if count == leave_after and back < left:
                break
        back += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    choose = random.Random(options.seed)
    print(header("reconnects"))
    back = missed = doubled = total = sessions = 0
    with tempfile.TemporaryDirectory() as folder:
        path = script(Path(folder), 120, 400)
        with program(Path(folder) / "home") as served, served.client() as client:
            while back < options.times:
                session = served.start(client, path)
                numbers, times = read(served, session, choose, options.times - back)
                log = [e["seq"] for e in client.get(f"/api/sessions/{session}/events").json()["events"]]
                log = [seq for seq in log if seq <= numbers[-1]]
                missed += len(set(log) - set(numbers))
                doubled += len(numbers) - len(set(numbers))
                assert numbers == sorted(numbers), "out of order"
                total, back, sessions = total + len(log), back + times, sessions + 1
    print(f"{back} reconnects in {sessions} sessions, {total} events: {missed} missed, {doubled} doubled")


if __name__ == "__main__":
    main()

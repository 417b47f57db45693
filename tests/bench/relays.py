"""First token and tokens per second at the readers of the server, against a direct call to the same engine.

    python -m tests.bench.relays [--provider builtin] [--model NAME] [--repeat 4]

As `tests.bench.streaming`, but read by clients in processes of their own: a stream (SSE) and a Socket.IO
client, in turn with direct calls, in one run.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import queue
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
import socketio

from app.bootstrap import Assembly, assemble
from app.models.backends import Endpoint
from app.models.calls import ModelChoice
from app.web.server import Server
from tests.bench.common import arguments, header
from tests.bench.streaming import SETTINGS, Figures, directly, flush, request, show

READERS: Final = ("sse", "socket")


def read(kind: str, url: str, token: str, body: str) -> None:
    """Runs in a process of its own, which is up before the run starts; prints session and figures."""
    headers = {"Authorization": f"Bearer {token}"}
    session = httpx.post(f"{url}/api/generate", json=json.loads(body), headers=headers, timeout=60).json()[
        "session_id"
    ]
    events = (_streamed if kind == "sse" else _by_socket)(url, headers, session)
    started = first = rate = 0.0
    for now, event in events:
        if event["type"] == "turn.started":
            started = _seconds(event["ts"])
        elif event["type"] == "message.delta" and not first:
            first = now
        elif event["type"] == "usage.recorded":
            rate = (event["data"]["completion_tokens"] - 1) / (now - first)
            break
    httpx.post(f"{url}/api/cancel", json={"session_id": session}, headers=headers, timeout=60)
    print(json.dumps({"session": session, "figures": [first - started, rate]}))


def _seconds(stamp: str) -> float:
    return dt.datetime.fromisoformat(stamp).timestamp()


def _streamed(url: str, headers: dict[str, str], session: str) -> Any:
    with httpx.stream("GET", f"{url}/api/stream/{session}", headers=headers, timeout=600) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield time.time(), json.loads(line[6:])


def _by_socket(url: str, headers: dict[str, str], session: str) -> Any:
    come: queue.Queue[Any] = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("event", lambda event: come.put((time.time(), event)))
    client.connect(url, headers=headers, transports=["websocket"])
    client.call("follow", {"session_id": session})
    while True:
        yield come.get(timeout=600)


def through_the_server(
    parts: Assembly, server: Server, kind: str, number: int, choice: ModelChoice
) -> Figures:
    wanted = request(number, choice)
    url, token = f"http://127.0.0.1:{server.port}", server.access.token
    body = {"requirements": wanted.requirements, "provider": choice.provider, "model": choice.model}
    command = [sys.executable, "-m", "tests.bench.relays", "read", kind, url, token, json.dumps(body)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    for event in parts.service.tail(told["session"]):
        if event.type.value in ("run.finished", "gate.opened"):
            break
    return Figures(*told["figures"])


def main() -> None:
    options = arguments(__doc__ or "")
    choice = ModelChoice(options.provider, options.model)
    found: dict[str, list[Figures]] = {kind: [] for kind in (*READERS, "directly")}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as made:
        database = {"database_url": f"sqlite:///{Path(folder) / 'bench.db'}", "server.port": 0}
        parts = assemble({**SETTINGS, **database}, made)
        server = parts.server(alone=False)
        made.callback(server.close)
        server.start()
        server.wait_loaded()
        print(header("relays", choice))
        through_the_server(parts, server, "sse", 0, choice)
        endpoint = asyncio.run(parts.backends[choice.provider].prepare(choice.model, 4096))
        if choice.provider == "ollama":
            endpoint = Endpoint(f"{endpoint.base_url}/v1", endpoint.window, "none")
        number = 1
        for _ in range(options.repeat):
            for kind, figures_so_far in found.items():
                flush(endpoint, choice.model, number)
                if kind == "directly":
                    figures = directly(endpoint, request(number, choice), choice.model)
                else:
                    figures = through_the_server(parts, server, kind, number, choice)
                figures_so_far.append(figures)
                print(f"  {kind}: {figures}", flush=True)
                number += 1
    direct = show("directly", found["directly"])
    for kind in READERS:
        ours = show(kind, found[kind])
        first, rate = 100 * (ours.first / direct.first - 1), 100 * (ours.rate / direct.rate - 1)
        print(f"{kind}: first token {first:+.1f} %, tokens/s {rate:+.1f} %")


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(*sys.argv[2:])
    else:
        main()

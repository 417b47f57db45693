"""The real server on a real socket, in this process; and clients that speak to it as programs do."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import socketio

from app.bootstrap import Assembly, assemble
from app.web.server import Server
from tests.support.sessions import write_script

TASK: Final = "Write add that adds two numbers"
_SWITCHED: Final = b"HTTP/1.1 101"
ENDS: Final = ("gate.opened", "run.finished")
_SECONDS: Final = 60  # after which a test fails rather than waits


@dataclass(frozen=True)
class Raw:
    """An answer read from a socket."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Served:
    """A running server. home: its data folder."""

    home: Path
    assembly: Assembly
    server: Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def token(self) -> str:
        return self.server.access.token

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """As a program with the token; the caller closes it. token: "" for none."""
        token = self.token if token is None else token
        own = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=own | headers, timeout=_SECONDS)

    def raw(self, request: bytes) -> Raw:
        """Send bytes as they are, and read the answer to its end."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=_SECONDS) as connection:
            connection.sendall(request)
            return read_answer(connection)

    def script(self, speed: float = 0, **agents: object) -> dict[str, str]:
        """Fields of a request that choose a script; see `write_script`."""
        return {"provider": "scripted", "model": write_script(self.home, speed, **agents)}

    def start(self, client: httpx.Client, speed: float = 0, **fields: Any) -> str:
        """A new run; its session's id. agents: of the script."""
        agents = fields.pop("agents", {})
        body = {
            "requirements": TASK,
            "examples": ["add(2, 2) == 4"],
            **self.script(speed, **agents),
            **fields,
        }
        answer = client.post("/api/generate", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["session_id"])


def read_answer(connection: socket.socket) -> Raw:
    """The server closes the connection after each answer, but for one that turns it into a websocket."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
        if received.startswith(_SWITCHED) and b"\r\n\r\n" in received:
            break
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Raw(int(first.split(" ")[1]), {name.lower(): value for name, _, value in pairs}, body)


@contextmanager
def serving(home: Path, *, alone: bool = False, **overrides: object) -> Generator[Served]:
    """A server within the block. overrides: settings by dotted key, dots written as two underscores."""
    settings = {"server.port": 0, **{name.replace("__", "."): value for name, value in overrides.items()}}
    with ExitStack() as made:
        assembly = assemble(settings, made)
        server = assembly.server(alone=alone)
        made.callback(server.close)
        server.start()
        server.wait_loaded()
        yield Served(home, assembly, server)


def told(
    client: httpx.Client, session_id: str, headers: Mapping[str, str] | None = None, after: int = 0
) -> Iterator[dict[str, Any]]:
    """Events of a stream as they come, until the caller stops asking or the server ends it."""
    address = f"/api/stream/{session_id}?after={after}"
    with client.stream("GET", address, headers=dict(headers or {})) as answer:
        assert answer.status_code == 200, answer.read()
        number = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = value
            elif name == "data":
                event = json.loads(value)
                assert number == str(event["seq"])
                yield event


def until(client: httpx.Client, session_id: str, *types: str, after: int = 0) -> list[dict[str, Any]]:
    """Events up to the first of one of these types (a gate or the end, if none is named)."""
    events: list[dict[str, Any]] = []
    for event in told(client, session_id, after=after):
        events.append(event)
        if event["type"] in (types or ENDS):
            return events
    raise AssertionError(f"the stream ended after {events[-1:]}")


def decide(client: httpx.Client, session_id: str, decision: str, **fields: Any) -> httpx.Response:
    """Answer the open gate."""
    gate = client.get(f"/api/status/{session_id}").json()["gate"]
    body = {"session_id": session_id, "decision": decision} | {
        k: gate[k] for k in ("gate_id", "artifact_hash")
    }
    return client.post("/api/approve", json=body | fields)


class Follower:
    """A Socket.IO client that collects what it is sent. ended: a gate or the end of a run came."""

    def __init__(self, served: Served, token: str = "") -> None:
        self.events: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self.changed = threading.Event()
        self.gone = threading.Event()
        self.warned = threading.Event()
        self.io = socketio.Client(reconnection=False)
        self.io.on("event", self._event)
        self.io.on("changed", lambda _data: self.changed.set())
        self.io.on("warnings", lambda _data: self.warned.set())
        self.io.on("gone", lambda _data: self.gone.set())
        headers = {"Authorization": f"Bearer {token or served.token}"}
        self.io.connect(served.url, headers=headers, transports=["websocket"])

    def told(self, name: str) -> threading.Event:
        """Set when an event of this name comes from now on."""
        came = threading.Event()
        self.io.on(name, lambda _data: came.set())
        return came

    def follow(self, session: str, after: int = 0) -> dict[str, Any]:
        return self.call("follow", {"session_id": session, "after": after})

    def call(self, name: str, data: object) -> dict[str, Any]:
        answer: Any = self.io.call(name, data, timeout=_SECONDS)
        return answer

    def _event(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["type"] in ENDS:
            self.ended.set()

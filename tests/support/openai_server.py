"""A loopback server that speaks the OpenAI chat protocol over real sockets, with the faults of real services.

    with OpenAIServer() as server:
        server.play(Reply("Hello ", "world"))
        ...                                   # talk to server.url
        assert server.requests[0].body["model"] == "m"

A reply is a sequence of steps: a text is a content delta, `Reasoning` a delta of a reasoning field, bytes a
raw line of the stream, STALL silence until the other side goes, CUT the end of the connection in mid-stream.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

USAGE: Final[dict[str, Any]] = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True)
class Reasoning:
    """A delta of a field that some services put reasoning into."""

    text: str
    name: str = "reasoning_content"


class _Step:
    pass


STALL: Final = _Step()
CUT: Final = _Step()


class Reply:
    """One answer of the server.

    usage: sent in a last chunk where the request asks for it; None for a service that never tells.
    refuses_usage: answers 400 to a request that asks. finish: None leaves the reason out.
    timings: as llama.cpp adds them to the last chunk. done: whether the stream says that it ends.
    status and error: instead of a stream; body: the whole of such an answer, where it has another shape.
    """

    def __init__(
        self,
        *steps: str | bytes | Reasoning | _Step,
        status: int = 200,
        error: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        usage: dict[str, Any] | None = USAGE,
        refuses_usage: bool = False,
        finish: str | None = "stop",
        timings: dict[str, float] | None = None,
        done: bool = True,
        body: dict[str, Any] | None = None,
    ) -> None:
        self.steps = steps
        self.status = status
        self.error = error
        self.headers = headers or {}
        self.usage = usage
        self.refuses_usage = refuses_usage
        self.finish = finish
        self.timings = timings
        self.done = done
        self.body = body


@dataclass
class Request:
    """A request as it came. closed: set when the other side has closed the connection during a STALL."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    closed: threading.Event = field(default_factory=threading.Event)


class OpenAIServer(ThreadingHTTPServer):
    """Plays its replies in turn; the last one repeats. models: what `GET /v1/models` lists.

    Subclasses may refuse requests, and tell usage elsewhere than in a chunk of its own.
    """

    daemon_threads = True

    def __init__(self, models: tuple[str, ...] = ("m",)) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = models
        self.requests: list[Request] = []
        self.came = threading.Condition()
        self._replies: list[Reply] = [Reply("ok")]
        # Becomes readable when the server ends, so that a stalling reply wakes up.
        self.ending, self._end = socket.socketpair()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def play(self, *replies: Reply) -> None:
        """The replies to the next requests."""
        self._replies = list(replies)

    def refusal(self, request: Request) -> Reply | None:
        """The answer to a request that breaks the service's rules, else None."""
        return None

    def last_chunks(self, reply: Reply, *, usage: bool) -> list[dict[str, Any]]:
        """The end of a stream: reason, and usage where it was asked for and is known."""
        extra = {"timings": reply.timings} if reply.timings else {}
        chunks = [frame(finish=reply.finish, delta={"content": ""}, **extra)] if reply.finish else []
        return [*chunks, frame(choices=[], usage=reply.usage)] if usage else chunks

    def next_reply(self) -> Reply:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def wait_for_request(self, count: int = 1, seconds: float = 10) -> Request:
        """The count-th request, as soon as it is there."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.requests) >= count, seconds), "no request came"
        return self.requests[count - 1]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.close()
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.ending.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in mid-answer is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: OpenAIServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""

    def do_GET(self) -> None:
        self._json(200, {"object": "list", "data": [{"id": name} for name in self.server.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        reply = self.server.refusal(request) or self.server.next_reply()
        with self.server.came:
            self.server.requests.append(request)
            self.server.came.notify_all()
        if reply.refuses_usage and "stream_options" in body:
            self._json(400, {"error": {"message": "stream_options is not supported"}})
        elif reply.status != 200:
            body = reply.body or {"error": reply.error or {"message": "no"}}
            self._json(reply.status, body, reply.headers)
        else:
            self._stream(reply, request)

    def _json(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        payload = json.dumps(data).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, reply: Reply, request: Request) -> None:
        try:
            self._tell(reply, request)
        except ConnectionError:  # closed while there was more to come
            request.closed.set()
            raise

    def _tell(self, reply: Reply, request: Request) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for step in reply.steps:
            if step is CUT:
                self.close_connection = True
                return
            if step is STALL:
                self._wait_for_close(request)
                return
            self._send(step if isinstance(step, bytes) else data_line(frame(delta=_delta(step))))
        asked = bool(request.body.get("stream_options", {}).get("include_usage"))
        for chunk in self.server.last_chunks(reply, usage=asked and reply.usage is not None):
            self._send(data_line(chunk))
        if reply.done:
            self._send(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _wait_for_close(self, request: Request) -> None:
        self.close_connection = True
        readable, _, _ = select.select([self.connection, self.server.ending], [], [])
        if self.connection in readable and not self.connection.recv(1):
            request.closed.set()


_FRAME: Final = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}


def _delta(step: str | bytes | Reasoning | _Step) -> dict[str, Any]:
    return {step.name: step.text} if isinstance(step, Reasoning) else {"content": step}


def frame(*, delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk. more: fields beside, or instead of, its one choice."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {**_FRAME, "choices": [choice], **more}


def data_line(data: object) -> bytes:
    """A line of the stream."""
    return f"data: {json.dumps(data)}\n\n".encode()

"""A file server on loopback with the faults of the real network, in place of a hub or a package index."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.listening import listening

PIECE = 16_384


@dataclass
class Hub:
    """What is served and how. Faults may be changed between requests.

    files: by path. status: answer everything with it. break_after: close the connection after so many
    bytes of each answer. ranges: False ignores Range. hold_after: send so many bytes of an answer, set
    `held`, and go on only when `go_on` is set.
    seen: for every request the path and the first byte asked for. sent: bytes sent, all together.
    """

    files: dict[str, bytes | memoryview]
    url: str = ""
    status: int = 200
    break_after: int | None = None
    hold_after: int | None = None
    ranges: bool = True
    seen: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    sent: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve_hub(files: dict[str, bytes | memoryview]) -> Generator[Hub]:
    """Serve until the block ends."""
    hub = Hub(files)
    with listening(_Handler, hub=hub) as hub.url:
        try:
            yield hub
        finally:
            hub.go_on.set()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        hub = self.hub
        data = hub.files.get(self.path)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and hub.ranges else 0
        hub.seen.append((self.path, start))
        if data is None or hub.status != 200:
            self.send_error(404 if data is None else hub.status)
            return
        self.send_response(206 if asked and hub.ranges else 200)
        if asked and hub.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Type", "text/html" if self.path.endswith("/") else "application/zip")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self._send(data[start:])

    def _send(self, data: bytes | memoryview) -> None:
        hub = self.hub
        for at in range(0, len(data), PIECE):
            if hub.break_after is not None and at >= hub.break_after:
                self.close_connection = True
                return
            if hub.hold_after is not None and at >= hub.hold_after and not hub.go_on.is_set():
                hub.held.set()
                hub.go_on.wait()
            piece = data[at : at + PIECE]
            try:
                self.wfile.write(piece)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                return
            hub.sent += len(piece)

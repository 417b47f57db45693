"""A stand-in for a server that the program talks to: one HTTP handler on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler], port: int = 0, **given: Any) -> Generator[str]:
    """Answer at the port, 0 for a free one, until the block ends; gives the address.

    given: attributes of the handler, which logs nothing.
    """
    own = type("Handler", (handler,), {**given, "log_message": _silent})
    server = ThreadingHTTPServer(("127.0.0.1", port), own)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _silent(*_said: object) -> None:
    """Tests look at what the stand-in has seen."""


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])

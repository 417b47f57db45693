"""A page of wheels on loopback whose downloads wait until the test lets them go on."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PATIENCE = 60.0  # seconds, after which a stuck test fails instead of hanging


class WheelServer(ThreadingHTTPServer):
    """`asked` is set by the first download, which goes on when the test sets `released`."""

    def __init__(self, folder: Path) -> None:
        self.asked = threading.Event()
        self.released = threading.Event()
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))

    @property
    def url(self) -> str:
        """Where an installer finds the list of wheels."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(SimpleHTTPRequestHandler):
    server: WheelServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        if self.path.endswith(".whl"):
            self.server.asked.set()
            self.server.released.wait(PATIENCE)
        super().do_GET()

    def copyfile(self, source: object, outputfile: object) -> None:
        """As the base does; a client killed meanwhile is what these tests are about."""
        try:
            super().copyfile(source, outputfile)  # pyright: ignore[reportArgumentType]
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output readable."""


@contextmanager
def serving(folder: Path) -> Generator[WheelServer]:
    """Serve `folder` until the block ends."""
    with WheelServer(folder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()

"""`serve`, and the app on a desk: the page, until told to stop."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from app.cli.exits import Exit
from app.cli.services import MakeServices, Server
from app.cli.stop import Stop

_LOOK_SECONDS: Final = 0.2


def serve(arguments: argparse.Namespace, make: MakeServices) -> int:
    """The server for this machine, or with --host and a token for others."""
    services = make({"server.host": arguments.host, "server.port": arguments.port})
    server = services.server(alone=False)

    def ready() -> None:
        print(f"Roundtable is ready at {server.link}", flush=True)
        print("Ctrl-C stops it; runs in progress are kept.", flush=True)

    return _run(server, ready)


def app(arguments: argparse.Namespace, make: MakeServices) -> int:
    """In a window of its own or in the browser, served on this machine alone and at a port of its own."""
    services = make({"server.host": "127.0.0.1", "server.port": 0})
    with Stop().listening() as stop:
        desktop = services.desktop(partial(print, flush=True), lambda: stop.requested)
        desktop.run(browser=arguments.browser)
    return Exit.OK


def _run(server: Server, ready: Callable[[], None]) -> int:
    with Stop().listening() as stop:
        server.start()
        try:
            ready()
            server.wait_loaded()
            while not stop.requested:
                time.sleep(_LOOK_SECONDS)
        finally:
            server.close()
    return Exit.OK

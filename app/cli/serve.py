"""`serve`, and the app in the browser: the page, until told to stop."""

from __future__ import annotations

import argparse
import os
import sys
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.cli.exits import Exit
from app.cli.parser import PROGRAM
from app.cli.services import MakeServices, Server
from app.cli.stop import Stop

_LOOK_SECONDS: Final = 0.2
_LAUNCH_FILE: Final = "open.html"
_REDIRECT: Final = """\
<!doctype html><meta charset="utf-8"><title>Roundtable</title>
<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">Open Roundtable</a>
"""


def serve(arguments: argparse.Namespace, make: MakeServices) -> int:
    """The server for this machine, or with --host and a token for others."""
    services = make({"server.host": arguments.host, "server.port": arguments.port})
    server = services.server(alone=False)

    def ready() -> None:
        print(f"Roundtable is ready at {server.link}", flush=True)
        print("Ctrl-C stops it; runs in progress are kept.", flush=True)

    return _run(server, ready)


def app(_arguments: argparse.Namespace, make: MakeServices) -> int:
    """The page in the browser, served on this machine alone and at a port of its own."""
    services = make({"server.host": "127.0.0.1", "server.port": 0})
    server = services.server(alone=True)

    def ready() -> None:
        print("There is no window of its own yet, so Roundtable opens in your browser.", flush=True)
        print(f"If no page appears, open {server.link}", flush=True)
        print(
            f"Ctrl-C stops it; runs in progress are kept. `{PROGRAM} --help` lists the commands.", flush=True
        )
        open_browser(server.link, services.settings.home / _LAUNCH_FILE)

    try:
        return _run(server, ready)
    finally:
        (services.settings.home / _LAUNCH_FILE).unlink(missing_ok=True)


def open_browser(link: str, file: Path) -> bool:
    """Open the link; False where there is no browser with a screen.

    By way of a file that only its owner can read: the arguments of a process can be read by all users.
    """
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(_REDIRECT.format(link=link))
    return webbrowser.open(file.as_uri())


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

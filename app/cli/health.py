"""`health`: whether the server on this machine is well, as containers ask every half minute."""

from __future__ import annotations

import argparse
import http.client
import json
from typing import Final

from app.cli.exits import Exit
from app.cli.services import MakeServices
from app.errors import AppError, ErrorKind
from app.settings import ServerSettings

_PATH: Final = "/api/status"
_SECONDS: Final = 10.0


def health(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Exit code 0 if it answers and its agents are there or on their way, 5 if not."""
    server = make({"server.port": arguments.port}).settings.server
    agents = _ask(server)
    print(f"The server answers; its agents: {agents}.")
    return Exit.FAILED if agents == "failed" else Exit.OK


def _ask(server: ServerSettings) -> str:
    """How its agents are. Never another machine: the token goes with the question."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_SECONDS)
    try:
        connection.request("GET", _PATH, headers={"Authorization": f"Bearer {next(iter(server.tokens), '')}"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise AppError(
            ErrorKind.TRANSIENT,
            f"No server answers at 127.0.0.1:{server.port} within {_SECONDS:.0f} s.",
            "Start it with `serve`, or name its port with --port.",
        ) from error
    finally:
        connection.close()
    if answer.status == http.client.UNAUTHORIZED:
        raise AppError(
            ErrorKind.FORBIDDEN,
            "The server takes another token.",
            "Set ROUNDTABLE_TOKEN to the one it was started with.",
        )
    if answer.status != http.client.OK:
        raise AppError(ErrorKind.INTERNAL, f"The server answers with {answer.status}.", "Its log says why.")
    return str(json.loads(body)["agents"])

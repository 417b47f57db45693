"""`health`: whether the server on this machine is well, as containers ask every half minute."""

from __future__ import annotations

import argparse
import asyncio
import socket
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import httpx

from app.cli.exits import Exit
from app.cli.services import MakeServices
from app.errors import AppError, ErrorKind
from app.settings import ServerSettings

_PATH: Final = "/api/status"
_SECONDS: Final = 10.0  # for all of it
# What a server listens at to be reached anywhere, and where it is on its own machine.
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - named, not bound to


def health(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Exit code 0 if it answers and its agents are there or on their way, 5 if not."""
    server = make({"server.host": arguments.host, "server.port": arguments.port}).settings.server
    agents = _ask(server)
    print(f"The server answers; its agents: {agents}.")
    return Exit.FAILED if agents == "failed" else Exit.OK


def _ask(server: ServerSettings) -> str:
    """How its agents are. Never another machine: the token goes with the question."""
    host = _own_address(_ANYWHERE.get(server.host, server.host))
    where = f"[{host}]:{server.port}" if ":" in host else f"{host}:{server.port}"
    try:
        answer = asyncio.run(_fetch(f"http://{where}{_PATH}", server.tokens))
    except (OSError, httpx.HTTPError) as error:  # TimeoutError is an OSError
        raise AppError(
            ErrorKind.TRANSIENT,
            f"No server answers at {where} within {_SECONDS:.0f} s.",
            "Start it with `serve`, or name its address with --host and --port.",
        ) from error
    return _agents(answer, where)


async def _fetch(url: str, tokens: Sequence[str]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {tokens[0]}"} if tokens else {}
    async with asyncio.timeout(_SECONDS), httpx.AsyncClient(trust_env=False, timeout=_SECONDS) as client:
        return await client.get(url, headers=headers)


def _agents(answer: httpx.Response, where: str) -> str:
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise AppError(
            ErrorKind.FORBIDDEN,
            "The server takes another token.",
            "Set ROUNDTABLE_TOKEN to the one it was started with.",
        )
    if answer.status_code != HTTPStatus.OK:
        raise AppError(
            ErrorKind.INTERNAL, f"The server answers with {answer.status_code}.", "Its log says why."
        )
    try:
        return str(answer.json()["agents"])
    except (ValueError, KeyError, TypeError) as error:
        raise AppError(
            ErrorKind.TRANSIENT,
            f"What answers at {where} is no Roundtable.",
            "Name the server's port with --port, or end the other program.",
        ) from error


def _own_address(host: str) -> str:
    """That of a name. Raises AppError(config) for one of another machine: nobody listens at that here."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.bind(address)
    except OSError as error:
        raise AppError(
            ErrorKind.CONFIG,
            f"server.host {host} is no address of this machine.",
            "Name the one that the server listens at with --host.",
        ) from error
    return str(address[0])

"""The part of Ollama's HTTP interface that we use besides chatting and pulling."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from app.errors import AppError, ErrorKind

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TIMEOUT = httpx.Timeout(30.0, connect=1.0)


def on_this_machine(url: str) -> bool:
    """Whether the server is here, so that it can be started and its memory looked at."""
    return urlsplit(url).hostname in _LOOPBACK


def not_answering(url: str) -> AppError:
    """The error for a server that cannot be reached."""
    return AppError(
        ErrorKind.TRANSIENT,
        f"Ollama does not answer at {url}.",
        "Start it (`ollama serve`), or correct OLLAMA_BASE_URL.",
    )


class OllamaApi:
    """Short calls to one server. A client a call: calls come from several event loops.

    Raises AppError: transient where the server does not answer, not_found for its 404, internal for
    any other refusal.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    async def version(self) -> str | None:
        """The server's version, None where it does not answer."""
        try:
            return str((await self._ask("GET", "/api/version", {}))["version"])
        except AppError:
            return None

    async def tags(self) -> list[dict[str, Any]]:
        """The models there are, as /api/tags lists them."""
        return list((await self._ask("GET", "/api/tags", {})).get("models") or [])

    async def loaded(self) -> list[dict[str, Any]]:
        """The models in memory, as /api/ps lists them."""
        return list((await self._ask("GET", "/api/ps", {})).get("models") or [])

    async def show(self, model: str) -> dict[str, Any]:
        """What /api/show tells of a model."""
        return await self._ask("POST", "/api/show", {"model": model})

    async def delete(self, model: str) -> None:
        """Delete a model; not_found where there is none."""
        await self._ask("DELETE", "/api/delete", {"model": model})

    async def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(base_url=self.url, timeout=_TIMEOUT) as client:
                answer = await client.request(method, path, json=body or None)
        except httpx.TransportError as error:
            raise not_answering(self.url) from error
        if answer.status_code == 404:
            raise AppError(ErrorKind.NOT_FOUND, f"Ollama has no such thing ({path}).")
        if answer.is_error:
            raise AppError(ErrorKind.INTERNAL, f"Ollama answered {answer.status_code} to {path}.")
        return dict(answer.json()) if answer.content else {}

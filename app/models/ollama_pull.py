"""Pulling a model into Ollama: one progress out of its layers, a cancel that stops it, resume."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Final

import httpx

from app.errors import AppError, ErrorKind
from app.models import hardware
from app.models.download import Meter, ProgressCallback
from app.models.ollama_api import not_answering, on_this_machine
from app.models.ollama_names import missing

# Between two lines Ollama may hash gigabytes.
_TIMEOUT: Final = httpx.Timeout(600.0, connect=1.0)
_SPARE_BYTES: Final = 256 << 20
_NO_SUCH: Final = re.compile(r"file does not exist|not found|invalid model name|unauthorized", re.IGNORECASE)
_DAMAGED: Final = re.compile(r"digest mismatch", re.IGNORECASE)
_UNREACHABLE: Final = re.compile(r"no such host|dial tcp|network is unreachable|lookup ", re.IGNORECASE)
_DISK: Final = re.compile(r"no space left|not enough space", re.IGNORECASE)


async def pull(
    url: str,
    model: str,
    progress: ProgressCallback | None = None,
    *,
    insecure: bool = False,
    installed: list[str] | None = None,
) -> None:
    """Pull until it is there. Cancel the task to stop; Ollama then stops, too, and goes on from there
    at the next pull.

    progress: bytes of all layers that are known so far; its source is what Ollama says it is doing.
    insecure: allow a registry without TLS. installed: names to suggest where there is no such model.
    Raises AppError: model_missing, config where the disk is too full, transient for the rest.
    """
    folded = _Layers(progress)
    body = {"model": model, "insecure": insecure}
    try:
        async with (
            httpx.AsyncClient(base_url=url, timeout=_TIMEOUT) as client,
            client.stream("POST", "/api/pull", json=body) as answer,
        ):
            async for line in answer.aiter_lines():
                told: dict[str, Any] = json.loads(line)
                if "error" in told:
                    raise _failure(str(told["error"]), model, installed or [])
                if folded.add(told) and on_this_machine(url):
                    _check_disk(model, folded.missing)
                if told.get("status") == "success":
                    return
    except httpx.ConnectError as error:
        raise not_answering(url) from error
    except (httpx.TransportError, json.JSONDecodeError) as error:
        raise _interrupted(model) from error
    raise _interrupted(model)


class _Layers:
    """Adds up the layers: Ollama tells of each by itself, in lines of its digest."""

    def __init__(self, progress: ProgressCallback | None) -> None:
        self._progress = progress
        self._layers: dict[str, tuple[int, int]] = {}
        self._meter = Meter(0, "", None)

    @property
    def missing(self) -> int:
        """Bytes that are yet to come."""
        return sum(total - done for done, total in self._layers.values())

    def add(self, told: dict[str, Any]) -> bool:
        """Take a line in. True where it was the first of its layer, so that the sum has grown."""
        status, digest = str(told.get("status", "")), told.get("digest")
        fresh = bool(digest) and digest not in self._layers
        if digest:
            self._layers[str(digest)] = (int(told.get("completed") or 0), int(told.get("total") or 0))
        total = sum(total for _, total in self._layers.values())
        if fresh or not digest:
            self._meter = Meter(total, status, self._progress)
        self._meter.update(total - self.missing)
        return fresh


def _check_disk(model: str, missing_bytes: int) -> None:
    """Against the disk of Ollama's store, as far as this process can know where that is."""
    store = Path(os.environ.get("OLLAMA_MODELS") or Path.home() / ".ollama" / "models")
    free = hardware.disk_free(store)
    if missing_bytes + _SPARE_BYTES > free:
        raise AppError(
            ErrorKind.CONFIG,
            f"{model} needs {missing_bytes / 1e6:,.0f} MB more; {store} has {free / 1e6:,.0f} MB free.",
            "Free some space, pull a smaller model, or move Ollama's store (OLLAMA_MODELS).",
        )


def _failure(text: str, model: str, installed: list[str]) -> AppError:
    """What Ollama's words mean; they themselves are not passed on."""
    if _NO_SUCH.search(text):
        return missing(model, installed)
    if _DAMAGED.search(text):
        return AppError(
            ErrorKind.TRANSIENT, f"{model} arrived damaged and was thrown away.", "Pull it again."
        )
    if _DISK.search(text):
        return AppError(
            ErrorKind.CONFIG, f"The disk is too full for {model}.", "Free some space and pull again."
        )
    if _UNREACHABLE.search(text):
        return AppError(
            ErrorKind.TRANSIENT,
            f"Ollama cannot reach the place it fetches {model} from.",
            "Check the network and pull again; what arrived is kept, and models that are here can be used.",
        )
    return _interrupted(model)


def _interrupted(model: str) -> AppError:
    return AppError(
        ErrorKind.TRANSIENT,
        f"The download of {model} failed or broke off.",
        "Check the connection and pull again: it goes on where it stopped.",
    )

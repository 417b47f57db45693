"""Ollama as a backend: detect, start, list, show; pulling is in `app.models.ollama_pull`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.errors import AppError, ErrorKind
from app.models import hardware
from app.models.backends import BackendStatus, Endpoint, ModelFacts
from app.models.download import ProgressCallback
from app.models.ollama_api import OllamaApi, not_answering, on_this_machine
from app.models.ollama_facts import fitness_for_code, model_facts
from app.models.ollama_names import full_name, listed_name, missing
from app.models.ollama_process import OllamaProcess, find_program
from app.models.ollama_pull import pull


class OllamaBackend:
    """`Backend` over one Ollama server.

    home: the data folder, for the log of a server that we start. url: plain host URL.
    """

    def __init__(self, home: Path, url: str) -> None:
        self.url = url.rstrip("/")
        self._api = OllamaApi(self.url)
        self._server = OllamaProcess(self.url, home / "ollama.log")
        self._facts: dict[str, ModelFacts] = {}

    async def detect(self) -> BackendStatus:
        if version := await self._api.version():
            return BackendStatus(usable=True, detail=f"answers at {self.url}", version=version)
        if not on_this_machine(self.url):
            return BackendStatus(False, f"does not answer at {self.url}", "Correct OLLAMA_BASE_URL.")
        if program := find_program():
            return BackendStatus(usable=True, detail=f"not running; {program} is started when it is used")
        return BackendStatus(False, "not installed", "Install it from ollama.com, or use another provider.")

    async def start(self) -> None:
        """Make sure that a server on this machine runs. Raises AppError(transient)."""
        if await self._api.version() is not None:
            return
        if not on_this_machine(self.url):
            raise not_answering(self.url)
        await asyncio.to_thread(self._server.start)

    async def models(self) -> list[ModelFacts]:
        """Models that can complete text, best for code first."""
        if await self._api.version() is None:
            return []
        tags = await self._api.tags()
        facts = await asyncio.gather(*(self._facts_of(tag) for tag in tags))
        able = [one for one in facts if "completion" in one.capabilities]
        return sorted(able, key=fitness_for_code, reverse=True)

    async def facts(self, model: str) -> ModelFacts:
        """See `Backend.facts`. transient: the server does not answer."""
        name = full_name(model)
        if name not in self._facts:
            tags = await self._api.tags()
            tag = next((tag for tag in tags if tag["name"] == name), None)
            if tag is None:
                raise missing(model, [str(tag["name"]) for tag in tags])
            await self._facts_of(tag)
        return self._facts[name]

    async def prepare(self, model: str, window: int, progress: ProgressCallback | None = None) -> Endpoint:
        """See `Backend.prepare`. The window goes with each call: without it Ollama takes a default of
        its own and cuts the prompt without a word.
        """
        del progress  # Ollama's models are pulled by `pull`
        await self.start()
        await self.facts(model)
        return Endpoint(self.url, window, options={"num_ctx": window})

    async def pull(
        self, model: str, progress: ProgressCallback | None = None, *, insecure: bool = False
    ) -> None:
        """Fetch a model or its newer version; see `ollama_pull.pull`."""
        await self.start()
        tags = await self._api.tags()
        insecure = insecure or (model.startswith("http://") and on_this_machine(model))
        await pull(self.url, model, progress, insecure=insecure, installed=[str(tag["name"]) for tag in tags])
        self._facts.pop(listed_name(model), None)

    def spell(self, model: str) -> str:
        """See `Keeper.spell`."""
        return listed_name(model)

    async def discard(self, model: str) -> None:
        """Nothing: Ollama throws away incomplete downloads by itself when it starts."""

    async def remove(self, model: str) -> None:
        """See `Keeper.remove`."""
        await self.start()
        name = self.spell(model)
        try:
            await self._api.delete(name)
        except AppError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            raise missing(model, [str(tag["name"]) for tag in await self._api.tags()]) from error
        self._facts.pop(name, None)

    async def aclose(self) -> None:
        """Stop the server, if we started it."""
        await asyncio.to_thread(self._server.close)

    async def _facts_of(self, tag: dict[str, Any]) -> ModelFacts:
        name, digest = str(tag["name"]), str(tag.get("digest") or "")
        if name not in self._facts or self._facts[name].digest != digest:
            show = await self._api.show(name)
            size = int(tag.get("size") or 0)
            facts = model_facts(name, size, show, await self._reclaimable())
            self._facts[name] = replace(facts, digest=digest)
        return self._facts[name]

    async def _reclaimable(self) -> int | None:
        """Memory that Ollama may use besides what is free: that of models it would unload, and of
        graphics cards.
        """
        if not on_this_machine(self.url):
            return None
        loaded = sum(int(model.get("size") or 0) for model in await self._api.loaded())
        cards = await asyncio.to_thread(hardware.graphics)
        return loaded + sum(card.memory_free for card in cards if not card.unified)

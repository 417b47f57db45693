"""A local engine for tests: a `Backend` that answers from memory, or points to a stand-in server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import AppError, ErrorKind
from app.models.backends import BackendStatus, Endpoint, ModelFacts
from app.models.download import ProgressCallback


class StandInBackend:
    """models: what it has. url: what `prepare` gives. usable: what `detect` says.

    windows: what was asked for, in order.
    """

    def __init__(
        self,
        *models: ModelFacts,
        url: str = "http://127.0.0.1:9/v1",
        usable: bool = True,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.windows: list[int] = []
        self.started = False
        self.closed = False
        self._models = list(models)
        self._url = url
        self._usable = usable
        self._options = options or {}

    async def detect(self) -> BackendStatus:
        return BackendStatus(
            self._usable, "here" if self._usable else "not here", "" if self._usable else "install"
        )

    async def start(self) -> None:
        if not self._usable:
            raise AppError(ErrorKind.TRANSIENT, "not here")
        self.started = True

    async def models(self) -> list[ModelFacts]:
        return self._models if self._usable else []

    async def facts(self, model: str) -> ModelFacts:
        for facts in self._models:
            if facts.name in (model, f"{model}:latest"):
                return facts
        raise AppError(ErrorKind.MODEL_MISSING, f"no model {model}")

    async def prepare(self, model: str, window: int, progress: ProgressCallback | None = None) -> Endpoint:
        await self.facts(model)
        self.windows.append(window)
        return Endpoint(self._url, window, "engine-key", self._options)

    async def aclose(self) -> None:
        self.closed = True

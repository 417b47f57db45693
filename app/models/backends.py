"""What a local engine (Ollama, the builtin server) offers to the providers.

One backend serves every client of a process. The caller decides how large a context window a call
gets (`app.models.window`); a backend only provides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.models.download import ProgressCallback


@dataclass(frozen=True)
class BackendStatus:
    """Whether an engine can be used now.

    usable: `prepare` is expected to work for a model that is listed.
    detail: what was found, for the user. remedy: what to do where it is not usable, else empty.
    version: of the engine, empty where not known.
    """

    usable: bool
    detail: str
    remedy: str = ""
    version: str = ""


@dataclass(frozen=True)
class ModelFacts:
    """One model that is on this machine, or that `prepare` can fetch without asking (builtin).

    size_bytes: of the weights. installed: False where `prepare` would have to download it first.
    context_length: the longest context the model was made for, in tokens.
    max_window: the largest window that fits into memory, in tokens; None where not known.
    capabilities: as the engine names them, e.g. completion, tools, vision, thinking.
    template_ok: False where the chat template is bare (`{{ .Prompt }}`) and answers will be poor.
    kv_bytes: of the KV cache a token of context; None where not known.
    digest: of exactly these weights; "" where nobody tells it.
    """

    name: str
    size_bytes: int
    context_length: int
    max_window: int | None = None
    capabilities: frozenset[str] = frozenset()
    family: str = ""
    template_ok: bool = True
    installed: bool = True
    kv_bytes: int | None = None
    digest: str = ""

    @property
    def window_cap(self) -> int:
        """The largest window that may be asked for, in tokens."""
        return min(self.context_length, self.max_window or self.context_length)


@dataclass(frozen=True)
class Endpoint:
    """Where and how to reach a prepared model.

    base_url: for OpenAI-speaking engines with the `/v1` part, for Ollama the plain host URL.
    window: tokens the engine really gives; at least what was asked for.
    options: engine options to send with each call, e.g. {"num_ctx": 8192} for Ollama.
    """

    base_url: str
    window: int
    api_key: str = ""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Backend(Protocol):
    """A local engine. Methods raise AppError: transient (not answering), model_missing, context_window.

    They are called from several threads, each with an event loop of its own, also at the same time.
    Cancelling any of them leaves the engine in order.
    """

    async def detect(self) -> BackendStatus:
        """Look, quickly (under 2 s) and without starting or downloading anything."""
        ...

    async def start(self) -> None:
        """Make sure that the engine answers, starting it where it is on this machine. Cheap when it does."""
        ...

    async def models(self) -> list[ModelFacts]:
        """The models at hand, best for writing code first. Empty where the engine does not answer."""
        ...

    async def facts(self, model: str) -> ModelFacts:
        """Facts of one model, cached. model_missing: the message says how to get it."""
        ...

    async def prepare(self, model: str, window: int, progress: ProgressCallback | None = None) -> Endpoint:
        """Make `model` ready for prompts plus answers of `window` tokens; starts the engine if needed.

        Called before every model call, so it must be cheap when nothing changed. window is one of
        4096, 8192, 16384, 32768 (or the model's cap) and never shrinks for a model in a process.
        progress: told about weights that have to be fetched first.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what this process started."""
        ...


class Keeper(Protocol):
    """What brings a local engine's models to this machine and takes them away again."""

    def spell(self, model: str) -> str:
        """The one way to write a model's name. Raises AppError where there can be no such model."""
        ...

    async def pull(self, model: str, progress: ProgressCallback | None = None) -> None:
        """Fetch a model, going on where an earlier try stopped. Cancel the task to stop.

        Raises AppError: model_missing, config (the disk is too full), transient.
        """
        ...

    async def discard(self, model: str) -> None:
        """Throw away what has arrived of a model that is not complete."""
        ...

    async def remove(self, model: str) -> None:
        """Delete a model. Raises AppError: model_missing, conflict where it is not ours to delete."""
        ...

"""The models on this machine: fetched, deleted and tried, whichever engine keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.errors import AppError, ErrorKind
from app.models.calls import ModelChoice
from app.models.download import ProgressCallback
from app.models.pull_job import Probe
from app.settings.problems import suggestion

if TYPE_CHECKING:
    from app.models.backends import Backend, Keeper
    from app.models.providers import Providers
    from app.settings import ModelsConfig, ProviderConfig


class Shelf:
    """Finds the engine behind a provider's name.

    keepers, backends: return them by the name of the engine. providers, models: return those of the settings
    as they are now. All are asked when they are needed, since their import takes a second. Thread-safe.
    """

    def __init__(
        self,
        keepers: Callable[[], Mapping[str, Keeper]],
        backends: Callable[[], Mapping[str, Backend]],
        providers: Callable[[], Providers],
        models: Callable[[], ModelsConfig],
    ) -> None:
        self._keepers = keepers
        self._backends = backends
        self._providers = providers
        self._models = models

    def spell(self, provider: str, model: str) -> str:
        """The model's name as its engine lists it. Raises AppError: config, model_missing."""
        engine = self._config(provider).engine
        return self._keepers()[engine].spell(model) if engine else model

    async def pull(
        self, provider: str, model: str, progress: ProgressCallback, *, only_missing: bool
    ) -> None:
        """See `Keeper.pull`. A service has nothing to fetch. only_missing: do nothing where it is here."""
        engine = self._config(provider).engine
        if engine and not (only_missing and await self._here(engine, model)):
            await self._keepers()[engine].pull(model, progress)

    async def discard(self, provider: str, model: str) -> None:
        """See `Keeper.discard`."""
        if engine := self._config(provider).engine:
            await self._keepers()[engine].discard(model)

    async def remove(self, provider: str, model: str) -> None:
        """See `Keeper.remove`. Raises AppError(invalid_request) for a service's model."""
        engine = self._config(provider).engine
        if engine is None:
            raise AppError(
                ErrorKind.INVALID_REQUEST,
                f"The models of {provider} are not on this machine.",
                "Only models of Ollama and of the builtin engine can be deleted.",
            )
        await self._keepers()[engine].remove(model)

    async def start(self, provider: str) -> None:
        """Start the engine of a provider. Raises AppError(transient)."""
        if engine := self._config(provider).engine:
            await self._backends()[engine].start()

    async def running(self) -> dict[str, bool]:
        """Providers whose engine can be used, and whether it runs. Starts nothing."""
        engines = {name: config.engine for name, config in self._models().providers.items() if config.engine}
        found = {name: await self._backends()[engine].detect() for name, engine in engines.items()}
        return {name: bool(status.version) for name, status in found.items() if status.usable}

    async def automatic(self) -> ModelChoice:
        """What a run uses whose request names no model; starts nothing. Raises AppError: nothing is ready."""
        if default := self._models().default:
            provider, _, model = default.partition(":")
            return ModelChoice(provider, model, "your default")
        return await self._providers().choose(None, None)

    async def probe(self, provider: str, model: str) -> Probe:
        """See `app.models.probe`."""
        providers = self._providers()  # first: it takes AutoGen with it, which only one thread may import
        from app.models.probe import probe  # noqa: PLC0415

        return await probe(providers, provider, model)

    async def _here(self, engine: str, model: str) -> bool:
        await self._backends()[engine].start()
        name = self._keepers()[engine].spell(model)
        return any(m.name == name and m.installed for m in await self._backends()[engine].models())

    def _config(self, provider: str) -> ProviderConfig:
        configs = self._models().providers
        if provider not in configs:
            raise AppError(
                ErrorKind.CONFIG,
                f"There is no provider {provider[:80]!r}.",
                suggestion(provider, list(configs)),
            )
        return configs[provider]

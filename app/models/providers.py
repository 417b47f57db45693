"""The providers of models: which one to use, a client for a turn, and what there is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.addresses import Resolve, is_local, system_resolve
from app.models.backends import Backend, ModelFacts
from app.models.calls import CallObserver, CallOptions, CallSite, CallWitness, Cost, ModelChoice
from app.models.catalogue import Catalogue, ProviderStatus
from app.models.connections import Connector
from app.models.guarded_client import GuardedClient
from app.models.keys import KeyStore
from app.models.prices import cost_of
from app.models.recovery import Fallbacks, Recovery
from app.models.scripted import SCRIPTED_CLASS, Scripts
from app.models.services import served_models
from app.settings import CONFIG_DIR, ProviderConfig, Retry, Settings
from app.settings.problems import suggestion

_GB = 1e9


class Providers:
    """All providers of one process; thread-safe.

    backends: by the name of the engine (`engine` in models.yaml). resolve: looks host names up.
    """

    def __init__(
        self,
        settings: Settings,
        keys: KeyStore,
        backends: Mapping[str, Backend],
        scripts: Scripts | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._settings = settings
        self._models = settings.models
        self._keys = keys
        self._backends = backends
        self._scripts = scripts or Scripts(CONFIG_DIR / "scripts")
        self._catalogue = Catalogue(self._models, keys, backends, self._scripts)
        self._connector = Connector(settings, keys, backends, self._scripts, resolve)

    def check_choice(self, provider: str | None, model: str | None) -> None:
        """Raise AppError(config) where a named provider or script does not exist; asks no engine."""
        provider, model = self._parted(provider, model)
        if provider is not None and self._config(provider).provider == SCRIPTED_CLASS:
            self._scripts.load(model or self._default(provider))

    def cost(self, provider: str) -> Cost:
        """What a call costs: "local" only time, "cloud" money; "scripted" has no second answer to give."""
        config = self._config(provider)
        if config.provider == SCRIPTED_CLASS:
            return "scripted"
        nearby = any(is_local(address) for address in config.addresses)
        return "local" if config.engine or nearby else "cloud"

    def price(self, choice: ModelChoice, usage: Usage) -> dict[str, Any] | None:
        """What a call cost, as by `cost_of`; None where it costs no money.

        Prices that are set count wherever the server is: a gateway on this machine may pass calls on.
        """
        prices = self._config(choice.provider).prices
        if prices is None and self.cost(choice.provider) != "cloud":
            return None
        return cost_of(prices, choice.model, usage)

    async def choose(self, provider: str | None, model: str | None) -> ModelChoice:
        """What to use; `model` may also be "provider:model".

        Where nothing is named: the default, else the first of `preference` that is ready. Raises AppError:
        config (unknown provider or script), model_missing, auth (no key), transient.
        """
        provider, model = self._parted(provider, model)
        if provider is not None:
            return await self._named(provider, model)
        if model is not None:
            return await self._holding(model)
        if self._models.default:
            provider, _, model = self._models.default.partition(":")
            return replace(await self._named(provider, model or None), why="your default")
        for name in self._models.preference:
            if choice := await self._if_ready(name):
                return choice
        raise AppError(
            ErrorKind.MODEL_MISSING, "No provider is ready.", "`doctor` says what is missing for each."
        )

    async def open(
        self,
        choice: ModelChoice,
        options: CallOptions,
        site: CallSite,
        observer: CallObserver,
        *,
        instead_of: ModelChoice | None = None,
        witness: CallWitness | None = None,
    ) -> GuardedClient:
        """A fresh client for one turn; the caller closes it. Nothing is connected before the first call.

        instead_of: the choice that this one took over from; its fallbacks after this one remain.
        witness: keeps what is sent and said.
        """
        names = self._config((instead_of or choice).provider).fallback
        remaining = _after(names, choice) if instead_of else names
        recovery = Recovery(
            choice, self._connector, Fallbacks(remaining, self._fallback), self._retry, observer
        )
        return GuardedClient(
            options,
            site,
            observer,
            connector=self._connector,
            timeouts=self._settings.timeouts,
            recovery=recovery,
            witness=witness,
        )

    async def status(self) -> list[ProviderStatus]:
        """All providers, in the order of models.yaml. Asks local engines and servers, no cloud service."""
        return await asyncio.gather(*(self._catalogue.status(name) for name in self._models.providers))

    async def facts(self, choice: ModelChoice) -> ModelFacts:
        """What is known of a chosen model now; its digest is that of this moment, "" for a service.

        Raises AppError: model_missing, transient, config.
        """
        config = self._config(choice.provider)
        if config.provider == SCRIPTED_CLASS:
            return ModelFacts(choice.model, 0, 0, digest=self._scripts.digest(choice.model))
        if not config.engine:
            return ModelFacts(choice.model, 0, config.context_length or 0)
        backend = self._backends[config.engine]
        known = await backend.facts(choice.model)
        # The list is always asked for; facts of one model are kept from the first time on.
        newest = next((m for m in await backend.models() if m.name == known.name), known)
        cap = min(newest.window_cap, config.context_length or newest.window_cap)
        return replace(newest, context_length=cap)

    async def close(self) -> None:
        """Let go of the engines that this process started."""
        await asyncio.gather(*(backend.aclose() for backend in self._backends.values()))

    def _parted(self, provider: str | None, model: str | None) -> tuple[str | None, str | None]:
        """Provider and model, checked; "provider:model" is taken apart where no provider is named."""
        head, colon, rest = (model or "").partition(":")
        if provider is None and colon and head in self._models.providers:
            return head, rest
        if provider is not None:
            self._config(provider)
        return provider or None, model or None

    def _config(self, provider: str) -> ProviderConfig:
        config = self._models.providers.get(provider)
        if config is None:
            raise AppError(
                ErrorKind.CONFIG,
                f"There is no provider {provider!r}.",
                suggestion(provider, self._models.providers),
            )
        return config

    def _retry(self, choice: ModelChoice) -> Retry:
        return self._config(choice.provider).retry

    def _default(self, provider: str) -> str:
        model = self._config(provider).default_model
        if model is None:
            raise AppError(
                ErrorKind.CONFIG,
                f"No model is named for {provider}.",
                f"Name one with --model, or set providers.{provider}.default_model in models.yaml.",
            )
        return model

    async def _named(self, provider: str, model: str | None) -> ModelChoice:
        config = self._config(provider)
        if config.provider == SCRIPTED_CLASS:
            model = model or self._default(provider)
            self._scripts.load(model)
            return ModelChoice(provider, model, "scripted replay: no model is used")
        if config.engine:
            return await self._of_engine(provider, self._backends[config.engine], model)
        key = await asyncio.to_thread(self._keys.required, provider)
        if model is None and config.default_model is None and config.addresses:
            served = await served_models(provider, config.addresses[0], key)
            model = served[0] if served else None
        return ModelChoice(provider, model or self._default(provider), "you named the provider")

    async def _of_engine(self, provider: str, backend: Backend, model: str | None) -> ModelChoice:
        await backend.start()
        if model or self._config(provider).default_model:
            facts = await backend.facts(model or self._default(provider))
            return _choice(provider, facts, "you named it" if model else "default of models.yaml")
        best = _best(await backend.models())
        if best is None:
            raise AppError(
                ErrorKind.MODEL_MISSING,
                f"{self._config(provider).title} has no model yet.",
                "`models pull qwen2.5-coder:1.5b` fetches a small one.",
            )
        return _choice(provider, best, "the best for code that it has")

    async def _if_ready(self, provider: str) -> ModelChoice | None:
        """The choice where it needs nothing from the user, else None."""
        config = self._config(provider)
        if config.engine:
            return await self._engine_if_ready(provider, self._backends[config.engine])
        if config.provider == SCRIPTED_CLASS:
            return await self._named(provider, None)
        if not config.default_model or not config.key_env:
            return None
        if await asyncio.to_thread(self._keys.get, provider) is None:
            return None
        return ModelChoice(provider, config.default_model, f"its key is set{self._before(provider)}")

    async def _engine_if_ready(self, provider: str, backend: Backend) -> ModelChoice | None:
        """An engine counts where it answers or is our own; none is started for being asked."""
        if not (await backend.detect()).usable:
            return None
        models = await backend.models()
        default = self._config(provider).default_model
        best = next((m for m in models if m.name == default), _best(models))
        return _choice(provider, best, f"the best that is ready{self._before(provider)}") if best else None

    def _before(self, provider: str) -> str:
        """Words for what is preferred to a provider and was not ready."""
        before = self._models.preference[: self._models.preference.index(provider)]
        lacking = [f"no {self._config(n).title} with a model" for n in before if self._config(n).engine]
        if any(self._config(n).key_env for n in before):
            lacking.append("no key of a cloud service")
        return f"; there is {' and '.join(lacking)}" if lacking else ""

    async def _holding(self, model: str) -> ModelChoice:
        """The provider that has a model which was named alone."""
        known: list[str] = []
        for provider in self._models.providers:
            names = [m.name for m in await self._catalogue.at_hand(provider)]
            known += names
            if model in names or f"{model}:latest" in names:
                return await self._named(provider, model)
        raise AppError(
            ErrorKind.MODEL_MISSING,
            f"No provider has a model {model!r}.",
            f"{suggestion(model, known)} Or name the provider, too.",
        )

    async def _fallback(self, name: str) -> ModelChoice:
        provider, _, model = name.partition(":")
        return await self._named(provider, model or None)


def _after(names: tuple[str, ...], used: ModelChoice) -> tuple[str, ...]:
    """The fallbacks after the one that is used."""
    for index, name in enumerate(names):
        provider, _, model = name.partition(":")
        if provider == used.provider and model in ("", used.model):
            return names[index + 1 :]
    return names


def _best(models: list[ModelFacts]) -> ModelFacts | None:
    """The first that understands a chat, else the first."""
    return next((m for m in models if m.template_ok), models[0] if models else None)


def _choice(provider: str, facts: ModelFacts, why: str) -> ModelChoice:
    if not facts.template_ok:
        why += "; its chat template is bare, so expect poor answers"
    if not facts.installed:
        why += f"; its weights ({facts.size_bytes / _GB:.1f} GB) are fetched first"
    return ModelChoice(provider, facts.name, why)

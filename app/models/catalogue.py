"""What each provider has, and whether it can be used now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import AppError
from app.models.backends import Backend, ModelFacts
from app.models.keys import KeyInfo, KeyStore
from app.models.scripted import SCRIPTED_CLASS, Scripts
from app.models.services import served_models
from app.settings import ModelsConfig, ProviderConfig


@dataclass(frozen=True)
class ProviderStatus:
    """What is known of a provider.

    usable: it can be chosen now. detail: what was found. remedy: what to do where it is not usable.
    models: those at hand; of a service the known names, with size 0. key: None where it takes none.
    """

    id: str
    title: str
    usable: bool
    detail: str
    remedy: str = ""
    models: tuple[ModelFacts, ...] = ()
    key: KeyInfo | None = None


class Catalogue:
    """Asks local engines and servers; never a cloud service."""

    def __init__(
        self, models: ModelsConfig, keys: KeyStore, backends: Mapping[str, Backend], scripts: Scripts
    ) -> None:
        self._providers = models.providers
        self._keys = keys
        self._backends = backends
        self._scripts = scripts

    async def at_hand(self, provider: str) -> list[ModelFacts]:
        """Models of a provider, by asking its engine or from models.yaml."""
        config = self._providers[provider]
        if config.engine:
            return await self._backends[config.engine].models()
        if config.provider == SCRIPTED_CLASS:
            return [ModelFacts(name, 0, 0) for name in self._scripts.names()]
        return [ModelFacts(name, 0, config.context_length or 0) for name in config.models]

    async def status(self, provider: str) -> ProviderStatus:
        """What is known of one provider."""
        config = self._providers[provider]
        try:
            models = tuple(await self.at_hand(provider))
        except AppError as error:
            return ProviderStatus(provider, config.title, False, error.message, error.hint)
        if config.engine:
            found = await self._backends[config.engine].detect()
            version = f", version {found.version}" if found.version else ""
            return ProviderStatus(
                provider, config.title, found.usable, found.detail + version, found.remedy, models
            )
        if config.provider == SCRIPTED_CLASS:
            return ProviderStatus(provider, config.title, True, "replays prepared answers", models=models)
        return await self._service_status(provider, config, models)

    async def _service_status(
        self, provider: str, config: ProviderConfig, models: tuple[ModelFacts, ...]
    ) -> ProviderStatus:
        key = await asyncio.to_thread(self._keys.info, provider)
        title = config.title
        if not config.addresses:
            remedy = f"Set providers.{provider}.base_url in your models.yaml."
            return ProviderStatus(provider, title, False, "no address is set", remedy, models, key)
        if config.key_optional:
            return await self._server_status(provider, config, key)
        if key.source is None:
            remedy = f"`keys set {provider}` stores a key; or set {key.variable}."
            return ProviderStatus(provider, title, False, "no key is set", remedy, models, key)
        detail = f"key …{key.tail} from the {key.source}"
        return ProviderStatus(provider, title, True, detail, models=models, key=key)

    async def _server_status(self, provider: str, config: ProviderConfig, key: KeyInfo) -> ProviderStatus:
        """A server of the user's own is asked for its models."""
        base_url, title = config.addresses[0], config.title
        try:
            value = await asyncio.to_thread(self._keys.get, provider)
            names = await served_models(provider, base_url, value)
        except AppError as error:
            return ProviderStatus(provider, title, False, error.message, error.hint, key=key)
        models = tuple(ModelFacts(name, 0, config.context_length or 0) for name in names)
        return ProviderStatus(provider, title, True, f"answers at {base_url}", models=models, key=key)

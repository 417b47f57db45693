"""Makes the client of one call: address, key, engine and window, in AutoGen's component form."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import ollama
from autogen_core.models import ChatCompletionClient, ModelInfo
from autogen_ext.models.ollama.config import BaseOllamaClientConfigurationConfigModel
from autogen_ext.models.openai._openai_client import create_kwargs as openai_arguments
from autogen_ext.models.openai.config import OpenAIClientConfigurationConfigModel

from app.errors import AppError, ErrorKind
from app.models.addresses import check_address
from app.models.backends import Backend, Endpoint, ModelFacts
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.keys import KeyStore
from app.models.scripted import Scripts
from app.models.taps import Tap, Tapped, TappedOllama, TappedOpenAI, text_model_info
from app.models.window import Windows, check_fits
from app.settings import ProviderConfig, Settings
from app.settings.problems import suggestion

_OLLAMA: Final = "autogen_ext.models.ollama.OllamaChatCompletionClient"
_OPENAI: Final = "autogen_ext.models.openai.OpenAIChatCompletionClient"
_TAPPED: Final = {
    _OLLAMA: TappedOllama.component_provider_override,
    _OPENAI: TappedOpenAI.component_provider_override,
}
_CONFIG_KEYS: Final = {
    _OLLAMA: set(BaseOllamaClientConfigurationConfigModel.model_fields) - {"model", "host", "timeout"},
    _OPENAI: set(OpenAIClientConfigurationConfigModel.model_fields)
    - {"model", "base_url", "api_key", "timeout", "max_retries"},
}
_CALL_OPTIONS: Final = {_OLLAMA: set(ollama.Options.model_fields), _OPENAI: set(openai_arguments)}


@dataclass(frozen=True)
class Call:
    """One model call. prompt: text of the prompt. prompt_tokens: estimated. max_tokens: of the answer."""

    choice: ModelChoice
    options: CallOptions
    site: CallSite
    prompt: str
    prompt_tokens: int
    max_tokens: int


@dataclass(frozen=True)
class Connection:
    """A client for one call, with the arguments to call it with.

    window: tokens of context that the engine gives, None for services.
    cuts_silently: the engine shortens a prompt that is too long without saying so.
    """

    client: ChatCompletionClient
    arguments: Mapping[str, Any]
    window: int | None = None
    cuts_silently: bool = False


class Connector:
    """Makes connections; thread-safe. Raises AppError(config) for options that a client does not know."""

    def __init__(
        self, settings: Settings, keys: KeyStore, backends: Mapping[str, Backend], scripts: Scripts
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._backends = backends
        self._scripts = scripts
        self._windows = Windows()
        for name, provider in settings.models.providers.items():
            _check_config(name, provider)

    async def connect(self, call: Call, tap: Tap) -> Connection:
        """Make the client; starts or prepares an engine where there is one.

        Raises AppError: config, auth (no key), model_missing, transient, context_window.
        """
        provider = self._settings.models.providers[call.choice.provider]
        if provider.provider not in _TAPPED:
            client = self._scripts.client(call.choice.model, call.site, call.prompt, tap)
            return Connection(client, {})
        if provider.base_url:
            await check_address(f"models.yaml: providers.{call.choice.provider}.base_url", provider.base_url)
        if provider.engine:
            return await self._to_engine(call, provider, self._backends[provider.engine], tap)
        return await self._to_service(call, provider, tap)

    async def _to_engine(
        self, call: Call, provider: ProviderConfig, backend: Backend, tap: Tap
    ) -> Connection:
        await backend.start()
        facts = await backend.facts(call.choice.model)
        cap = min(facts.window_cap, provider.context_length or facts.window_cap)
        slot = f"{call.choice.provider}:{call.choice.model}"
        window = self._windows.grant(slot, call.prompt_tokens, call.max_tokens, cap)
        endpoint = await backend.prepare(call.choice.model, window)
        client = self._load(call, provider, endpoint, tap, facts)
        arguments = _arguments(provider, call, endpoint.options)
        return Connection(client, arguments, endpoint.window, provider.provider == _OLLAMA)

    async def _to_service(self, call: Call, provider: ProviderConfig, tap: Tap) -> Connection:
        name = call.choice.provider
        if not provider.base_url:
            raise AppError(
                ErrorKind.CONFIG,
                f"models.yaml: providers.{name}.base_url is not set.",
                "Put the server's address into models.yaml in your config folder.",
            )
        if provider.context_length:
            check_fits(call.choice.model, call.prompt_tokens, call.max_tokens, provider.context_length)
        key = await asyncio.to_thread(self._keys.required, name)
        # Never None: the client would then take OPENAI_API_KEY, whatever server it talks to.
        endpoint = Endpoint(provider.base_url, provider.context_length or 0, key or "none")
        return Connection(self._load(call, provider, endpoint, tap), _arguments(provider, call, {}))

    def _load(
        self,
        call: Call,
        provider: ProviderConfig,
        endpoint: Endpoint,
        tap: Tap,
        facts: ModelFacts | None = None,
    ) -> ChatCompletionClient:
        info: ModelInfo = text_model_info(facts.family, facts.capabilities) if facts else text_model_info()
        config: dict[str, Any] = {"model_info": info, **provider.config, "model": call.choice.model}
        config["timeout"] = self._settings.timeouts.connect
        if provider.provider == _OLLAMA:
            config |= {"host": endpoint.base_url}
        else:
            config |= {"base_url": endpoint.base_url, "api_key": endpoint.api_key, "max_retries": 0}
            config.setdefault("include_name_in_message", False)
        client = ChatCompletionClient.load_component(
            {"provider": _TAPPED[provider.provider], "config": config}
        )
        cast(Tapped, client).watch(tap)
        return client


def _arguments(provider: ProviderConfig, call: Call, engine_options: Mapping[str, Any]) -> dict[str, Any]:
    """The call's parameters under the names that the client uses."""
    options = call.options
    _check_names(f"an option of {call.choice.provider}", options.extra, _CALL_OPTIONS[provider.provider])
    given: dict[str, Any] = {
        "temperature": options.temperature,
        "top_p": options.top_p,
        "seed": options.seed,
        "stop": list(options.stop) or None,
    }
    common = {name: value for name, value in given.items() if value is not None}
    if provider.provider == _OLLAMA:
        ours = {**common, "num_predict": call.max_tokens, **options.extra, **engine_options}
        # A flat option would be dropped where AutoGen's list does not know it, so all go into `options`.
        return {"options": {**provider.config.get("options", {}), **ours}}
    usage = {"stream_options": {"include_usage": True}} if provider.include_usage else {}
    return {**common, "max_tokens": call.max_tokens, **usage, **options.extra, **engine_options}


def _check_config(name: str, provider: ProviderConfig) -> None:
    """AutoGen drops keys that it does not know without a word."""
    if provider.provider not in _CONFIG_KEYS:
        return
    where = f"models.yaml: providers.{name}.config"
    _check_names(where, provider.config, _CONFIG_KEYS[provider.provider])
    if provider.provider == _OLLAMA:
        _check_names(f"{where}.options", provider.config.get("options", {}), _CALL_OPTIONS[_OLLAMA])


def _check_names(where: str, given: Mapping[str, Any], valid: set[str]) -> None:
    for name in given:
        if name not in valid:
            raise AppError(ErrorKind.CONFIG, f"{where}: there is no {name}.", suggestion(name, valid))

"""Makes the client of one call: address, key, engine and window, in AutoGen's component form."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

from autogen_core.models import ChatCompletionClient, ModelInfo

from app.errors import AppError, ErrorKind
from app.models.addresses import Resolve, check_address, system_resolve
from app.models.arguments import OLLAMA, OPENAI, call_arguments, check_config, sent_names
from app.models.backends import Backend, Endpoint, ModelFacts
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.download_notes import DownloadNotes, Note
from app.models.failures import CallError
from app.models.keys import KeyStore
from app.models.lessons import REASONING, Lessons, host_of
from app.models.pinning import Allowed
from app.models.scripted import Scripts
from app.models.taps import Tap, Tapped, TappedOllama, TappedOpenAI, text_model_info
from app.models.window import Windows, check_fits
from app.settings import ProviderConfig, Settings

_TAPPED: Final = {
    OLLAMA: TappedOllama.component_provider_override,
    OPENAI: TappedOpenAI.component_provider_override,
}
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True)
class Call:
    """One model call. prompt: text of the prompt. prompt_tokens: estimated. max_tokens: of the answer.

    refused_at: addresses that refused the key just now. said: reasoning by the answer that it led to.
    note: tells the user something.
    """

    choice: ModelChoice
    options: CallOptions
    site: CallSite
    prompt: str
    prompt_tokens: int
    max_tokens: int
    refused_at: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict[str, str])
    note: Note = lambda _message, _data: None


@dataclass(frozen=True)
class Connection:
    """A client for one call, with the arguments to call it with.

    window: tokens of context that the engine gives, None for services.
    cuts_silently: the engine shortens a prompt that is too long without saying so.
    address: where it goes, of a service with one address a region; else empty.
    documented: the context of a service as models.yaml has it, None where not known.
    """

    client: ChatCompletionClient
    arguments: Mapping[str, Any]
    window: int | None = None
    cuts_silently: bool = False
    address: str = ""
    documented: int | None = None

    @property
    def sent(self) -> set[str]:
        """Names of the parameters, as the service sees them."""
        return {*sent_names(self.arguments), REASONING}


@dataclass(frozen=True)
class Lesson:
    """What to do differently in the next try. note: for the user. refused_at: see `Call`."""

    note: str
    refused_at: tuple[str, ...] = ()


class Connector:
    """Makes connections; thread-safe. Raises AppError(config) for options that a client does not know.

    resolve: looks host names up.
    """

    def __init__(
        self,
        settings: Settings,
        keys: KeyStore,
        backends: Mapping[str, Backend],
        scripts: Scripts,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._backends = backends
        self._scripts = scripts
        self._resolve = resolve
        self._windows = Windows()
        self._lessons = Lessons()
        for name, provider in settings.models.providers.items():
            check_config(name, provider)

    async def connect(self, call: Call, tap: Tap) -> Connection:
        """Make the client; starts or prepares an engine where there is one.

        Raises AppError: config, auth (no key), model_missing, transient, context_window.
        """
        provider = self._settings.models.providers[call.choice.provider]
        if provider.provider not in _TAPPED:
            client = self._scripts.client(call.choice.model, call.site, call.prompt, tap)
            return Connection(client, {})
        if provider.engine:
            if provider.base_url:
                await self._allowed(call.choice.provider)(provider.base_url)
            return await self._to_engine(call, provider, self._backends[provider.engine], tap)
        return await self._to_service(call, provider, tap)

    def learn(self, call: Call, connection: Connection, error: AppError) -> Lesson | None:
        """How a call that was refused before its first word could be taken after all, if it could."""
        if not isinstance(error, CallError):
            return None
        if connection.address and error.status == _UNAUTHORIZED:
            return self._elsewhere(call, connection.address, error)
        if error.kind is ErrorKind.CONFIG and error.refusal:
            note = self._lessons.refused(call.choice, error.refusal)
            return Lesson(f"{note}.", call.refused_at) if note else None
        return None

    def _elsewhere(self, call: Call, address: str, error: AppError) -> Lesson | None:
        refused_at = (*call.refused_at, address)
        addresses = self._settings.models.providers[call.choice.provider].addresses
        left = [a for a in addresses if a not in refused_at]
        if not left:
            return None
        return Lesson(f"{error.message} The same key is tried at {host_of(left[0])}.", refused_at)

    async def answered(self, call: Call, connection: Connection) -> str:
        """Remember the region that took the key; a note for the user, empty without regions."""
        if not connection.address:
            return ""
        name = call.choice.provider
        self._lessons.answered(name, await self._key(name), connection.address)
        return f"{name} answers at {host_of(connection.address)}"

    def secrets(self) -> set[str]:
        """Keys that must not be written down anywhere."""
        return self._keys.values()

    async def _key(self, name: str) -> str:
        """Never empty: the client would then take OPENAI_API_KEY, whatever server it talks to."""
        return await asyncio.to_thread(self._keys.required, name) or "none"

    def _allowed(self, name: str) -> Allowed:
        """The check of a provider's address."""
        return partial(check_address, f"models.yaml: providers.{name}.base_url", resolve=self._resolve)

    async def _to_engine(
        self, call: Call, provider: ProviderConfig, backend: Backend, tap: Tap
    ) -> Connection:
        await backend.start()
        facts = await backend.facts(call.choice.model)
        cap = min(facts.window_cap, provider.context_length or facts.window_cap)
        slot = f"{call.choice.provider}:{call.choice.model}"
        window = self._windows.grant(slot, call.prompt_tokens, call.max_tokens, cap)
        progress = DownloadNotes(call.choice.model, call.note)
        endpoint = await backend.prepare(call.choice.model, window, progress)
        client = self._load(call, provider, endpoint, tap, facts)
        arguments = self._arguments(call, provider, endpoint.options)
        return Connection(client, arguments, endpoint.window, provider.provider == OLLAMA)

    async def _to_service(self, call: Call, provider: ProviderConfig, tap: Tap) -> Connection:
        name = call.choice.provider
        if not provider.addresses:
            raise AppError(
                ErrorKind.CONFIG,
                f"models.yaml: providers.{name}.base_url is not set.",
                "Put the server's address into models.yaml in your config folder.",
            )
        if provider.context_length:
            check_fits(call.choice.model, call.prompt_tokens, call.max_tokens, provider.context_length)
        key = await self._key(name)
        ordered = self._lessons.in_order(name, key, provider.addresses)
        address = next(a for a in ordered if a not in call.refused_at)
        await self._allowed(name)(address)
        endpoint = Endpoint(address, provider.context_length or 0, key)
        regional = address if len(provider.addresses) > 1 else ""
        client = self._load(call, provider, endpoint, tap)
        arguments = self._arguments(call, provider, {})
        return Connection(client, arguments, address=regional, documented=provider.context_length)

    def _arguments(
        self, call: Call, provider: ProviderConfig, engine_options: Mapping[str, Any]
    ) -> dict[str, Any]:
        left_out = {*provider.leave_out, *self._lessons.quirks(call.choice).left_out}
        return call_arguments(
            call.choice.provider,
            provider,
            call.options,
            call.max_tokens,
            engine_options=engine_options,
            left_out=left_out,
        )

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
        if provider.provider == OLLAMA:
            config |= {"host": endpoint.base_url}
        else:
            config |= {"base_url": endpoint.base_url, "api_key": endpoint.api_key, "max_retries": 0}
            config.setdefault("include_name_in_message", False)
        client = ChatCompletionClient.load_component(
            {"provider": _TAPPED[provider.provider], "config": config}
        )
        tap.history = call.said if self._wants_reasoning(call.choice, provider) else {}
        cast(Tapped, client).watch(tap, self._allowed(call.choice.provider))
        return client

    def _wants_reasoning(self, choice: ModelChoice, provider: ProviderConfig) -> bool:
        learned = self._lessons.quirks(choice).reasoning
        return provider.reasoning_history == "send" if learned is None else learned

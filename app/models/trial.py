"""Tries a provider with one short, real call, and says what stands in the way where it fails."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpx
import openai
from autogen_core.models import UserMessage

from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.backends import Backend
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.failures import CallError
from app.models.hardware import online
from app.models.keys import KeyStore
from app.models.lessons import host_of
from app.models.providers import Providers
from app.models.scripted import SCRIPTED_CLASS
from app.settings import ProviderConfig, Retry, Settings, Timeouts

Cause = Literal[
    "none", "key", "region", "address", "network", "slow", "model", "quota", "busy", "service", "config"
]

ASKED: Final = "Answer with the word OK."
_ANSWER_TOKENS: Final = 16
_TIMEOUTS: Final = Timeouts(connect=6, first_token=25, idle=15)
_ALL_SECONDS: Final = 45.0
_OK: Final = "It answered."
_BY_KIND: Final[dict[ErrorKind, Cause]] = {
    ErrorKind.AUTH: "key",
    ErrorKind.QUOTA: "quota",
    ErrorKind.MODEL_MISSING: "model",
    ErrorKind.PROVIDER_RATE_LIMIT: "busy",
    ErrorKind.CONFIG: "config",
}
_NO_ROUTE: Final = (socket.gaierror, httpx.ConnectTimeout)
_TOO_SLOW: Final = (TimeoutError, openai.APITimeoutError, httpx.TimeoutException)
_BROKEN: Final = (openai.APIConnectionError, httpx.TransportError, OSError)
_ADDRESS: Final = "Check the address (base_url)."
_UNSERVED: Final = "Use another provider, or the network of a country that it serves."
_ONE_REGION: Final = "Take your own address (base_url) out: then each region is asked."
_NETWORK: Final = "Check the network, a proxy or a firewall."


@dataclass(frozen=True)
class Trial:
    """What came of it. cause: none where it worked. model: what was asked; ms: until the answer was whole."""

    cause: Cause
    message: str
    hint: str
    model: str
    ms: int


class _Silent:
    """Watches a call of which nothing is shown."""

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        del prompt_tokens
        return max_tokens

    def reasoning(self, text: str) -> None: ...
    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None: ...
    def note(self, message: str, data: dict[str, Any]) -> None: ...
    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None: ...
    def failed(self, error: AppError) -> None: ...


class Trials:
    """Makes trials with the settings as given. own_address: whether the user set the provider's address."""

    def __init__(
        self, settings: Settings, keys: KeyStore, backends: Mapping[str, Backend], own_address: bool
    ) -> None:
        self._settings = _impatient(settings)
        self._backends = backends
        self._own_address = own_address
        self._providers = Providers(self._settings, keys, backends)

    async def run(self, provider: str) -> Trial:
        """One call, never tried again nor elsewhere. Raises AppError(config) for an unknown provider."""
        self._providers.check_choice(provider, None)
        config = self._settings.models.providers[provider]
        started, model = time.monotonic(), ""
        if not (config.engine or config.addresses or config.provider == SCRIPTED_CLASS):
            return Trial("address", f"{config.title} has no address yet.", "Set its base_url.", "", 0)
        try:
            async with asyncio.timeout(_ALL_SECONDS):
                choice = await self._providers.choose(provider, None)
                model = choice.model
                await self._must_be_here(config, choice)
                await self._ask(choice)
        except TimeoutError:
            cause, message, hint = "slow", f"{provider} did not answer within {_ALL_SECONDS:g} s.", ""
        except AppError as error:
            cause, message, hint = self._told(error, config)
        else:
            cause, message, hint = "none", _OK, ""
        return Trial(cause, message, hint, model, round((time.monotonic() - started) * 1000))

    async def _ask(self, choice: ModelChoice) -> None:
        options = CallOptions(max_tokens=_ANSWER_TOKENS, temperature=0)
        site = CallSite("code_generator", "trial", 1)
        client = await self._providers.open(choice, options, site, _Silent())
        try:
            await client.create([UserMessage(content=ASKED, source="user")])
        finally:
            await client.close()

    async def _must_be_here(self, config: ProviderConfig, choice: ModelChoice) -> None:
        """A trial fetches no gigabytes."""
        if not config.engine:
            return
        facts = await self._backends[config.engine].facts(choice.model)
        if not facts.installed:
            raise AppError(
                ErrorKind.MODEL_MISSING,
                f"The weights of {choice.model} ({facts.size_bytes / 1e9:.1f} GB) are not here yet.",
                "They are fetched with the first run, or under Models.",
            )

    def _told(self, error: AppError, config: ProviderConfig) -> tuple[Cause, str, str]:
        """Cause, message and hint."""
        if error.kind is ErrorKind.TRANSIENT:
            return self._of_connection(error, config)
        strange = isinstance(error, CallError) and error.status in (404, 405)
        if strange and error.kind is ErrorKind.CONFIG:
            return (
                "address",
                f"{_host(config)} answers, but not as a model's service does (HTTP 404).",
                _ADDRESS,
            )
        if isinstance(error, CallError) and error.kind is ErrorKind.AUTH:
            return _of_refusal(error, config)
        return _BY_KIND.get(error.kind, "service"), error.message, error.hint

    def _of_connection(self, error: AppError, config: ProviderConfig) -> tuple[Cause, str, str]:
        """The first kind of failure that the error came from."""
        host, why = _host(config), _chain(error)
        unknown: tuple[Cause, str, str] = (
            ("address", f"{host} cannot be found or reached.", _ADDRESS)
            if self._own_address and online()
            else ("network", f"{host} cannot be reached: this machine seems to be offline.", _NETWORK)
        )
        causes: tuple[tuple[tuple[type[BaseException], ...], tuple[Cause, str, str]], ...] = (
            ((ConnectionRefusedError,), ("address", f"Nothing answers at {host}.", _ADDRESS)),
            ((ssl.SSLError,), ("address", f"{host} does not speak https as it should.", _ADDRESS)),
            (_NO_ROUTE, unknown),
            (_TOO_SLOW, ("slow", error.message, "Try again, or look at the service's own status page.")),
            (_BROKEN, ("network", f"The connection to {host} broke.", _NETWORK)),
        )
        told = (t for kinds, t in causes if any(isinstance(e, kinds) for e in why))
        return next(told, ("service", error.message, error.hint))


def _of_refusal(error: CallError, config: ProviderConfig) -> tuple[Cause, str, str]:
    """The key, or the place. A service is asked in all its regions unless the user has set one address."""
    host = _host(config)
    if error.unserved:
        return "region", f"{host} does not serve the country that this machine seems to be in.", _UNSERVED
    others = [host_of(address) for address in config.base_urls if host_of(address) != host]
    if config.base_url and others:
        said = f"{host} refuses the key: it is wrong, or a key for {' or '.join(others)}."
        return "region", said, _ONE_REGION
    return "key", error.message, error.hint


def _impatient(settings: Settings) -> Settings:
    """Without second tries and fallbacks, and with short waits."""
    once = {"retry": Retry(times=0), "fallback": ()}
    providers = {n: p.model_copy(update=once) for n, p in settings.models.providers.items()}
    models = settings.models.model_copy(update={"providers": providers})
    return settings.model_copy(update={"models": models, "timeouts": _TIMEOUTS})


def _host(config: ProviderConfig) -> str:
    return urlsplit(config.addresses[0]).netloc if config.addresses else config.title


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it came from."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found

"""AutoGen's two clients, with a tap on the raw chunks: AutoGen drops or mangles part of what they say.

Ollama: the reasoning field, the reason of the end and the times are dropped, and its connection is never
closed. OpenAI: reasoning is put into the text as `<think>`, llama.cpp's times are dropped, and a chunk that
is not quite as it should be ends in an exception of Python's.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self, cast

import httpx
import ollama
import openai
from autogen_core import CancellationToken, Component
from autogen_core.models import ModelInfo
from autogen_ext.models.ollama._ollama_client import BaseOllamaChatCompletionClient
from autogen_ext.models.ollama.config import BaseOllamaClientConfigurationConfigModel
from autogen_ext.models.openai import OpenAIChatCompletionClient
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam, ChatCompletionToolParam
from typing_extensions import override

from app.models.addresses import is_local
from app.models.chunks import Told, read_chunk
from app.models.pinning import Allowed, pinned_transport, tls

_NS_PER_MS: Final = 1e6


@dataclass
class Tap:
    """What the raw chunks of one call said. Tokens and times are None where the service did not tell.

    on_reasoning: takes reasoning as it comes. finish: the service's own word, None while it goes on.
    history: reasoning by the answer that it led to, for services that want it back with that answer.
    host: where the request went. body: the request as it was sent; headers are never looked at, since the
    key is in them.
    """

    on_reasoning: Callable[[str], None]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    prompt_ms: float | None = None
    finish: str | None = None
    history: Mapping[str, str] = field(default_factory=dict[str, str])
    host: str = ""
    body: dict[str, Any] = field(default_factory=dict[str, Any])

    async def watch_request(self, request: httpx.Request) -> None:
        """For the HTTP client, which calls it with each request before it is sent."""
        self.host = request.url.netloc.decode("ascii")
        if request.method == "POST":
            self.body = json.loads(request.content)


class Tapped(Protocol):
    """A client with a tap."""

    def watch(self, tap: Tap, allowed: Allowed) -> None:
        """Tell this tap from now on, and connect only to addresses that are allowed."""
        ...


class TappedOllama(BaseOllamaChatCompletionClient, Component[BaseOllamaClientConfigurationConfigModel]):
    """AutoGen's Ollama client on a connection that is watched, bounded and closed.

    Component configuration as AutoGen's, except that `timeout` bounds connecting, in seconds.
    """

    component_type = "model"
    component_config_schema = BaseOllamaClientConfigurationConfigModel
    component_provider_override = "app.models.taps.TappedOllama"

    def __init__(self, config: BaseOllamaClientConfigurationConfigModel) -> None:
        self._config = config
        self._watched = _WatchedOllama(str(config.host), config.timeout)
        super().__init__(
            client=self._watched,
            create_args={"model": config.model, "options": dict(config.options or {})},
            model_info=config.model_info,
        )

    def watch(self, tap: Tap, allowed: Allowed) -> None:
        """See `Tapped`."""
        self._watched.tap = tap
        if self._watched.transport:
            self._watched.transport.allowed = allowed

    @override
    async def close(self) -> None:
        await self._watched.close()

    @override
    def _to_config(self) -> BaseOllamaClientConfigurationConfigModel:
        return self._config

    @classmethod
    @override
    def _from_config(cls, config: BaseOllamaClientConfigurationConfigModel) -> Self:
        return cls(config)


class _WatchedOllama(ollama.AsyncClient):
    tap: Tap

    def __init__(self, host: str, connect: float) -> None:
        self.transport = pinned_transport(host)
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            host=host,
            timeout=httpx.Timeout(None, connect=connect),
            follow_redirects=False,
            verify=tls(),
            trust_env=not is_local(host),
            transport=self.transport,
            event_hooks={"request": [self._watch_request]},
        )

    async def _watch_request(self, request: httpx.Request) -> None:
        await self.tap.watch_request(request)

    @override
    async def chat(self, *args: Any, **kwargs: Any) -> Any:
        reply: Any = await super().chat(*args, **kwargs)  # pyright: ignore[reportUnknownMemberType]
        return self._watch(reply) if kwargs.get("stream") else reply

    async def _watch(self, reply: AsyncIterator[ollama.ChatResponse]) -> AsyncGenerator[ollama.ChatResponse]:
        async for chunk in reply:
            if chunk.message.thinking:
                self.tap.on_reasoning(chunk.message.thinking)
            if chunk.done:
                self.tap.finish = chunk.done_reason or "stop"
                self.tap.prompt_tokens = chunk.prompt_eval_count
                self.tap.completion_tokens = chunk.eval_count
                self.tap.prompt_ms = (chunk.prompt_eval_duration or 0) / _NS_PER_MS
            yield chunk


class TappedOpenAI(OpenAIChatCompletionClient):
    """AutoGen's OpenAI client on a connection that is watched and bounded.

    Component configuration as AutoGen's, except that `timeout` bounds connecting, in seconds: how long an
    answer may take is the guarded client's business.
    """

    component_provider_override = "app.models.taps.TappedOpenAI"

    def __init__(self, **config: Any) -> None:
        timeout = openai.Timeout(None, connect=config.pop("timeout"))
        self._transport = pinned_transport(config["base_url"])
        http_client = httpx.AsyncClient(
            timeout=httpx.Timeout(**timeout.as_dict()),
            follow_redirects=False,
            verify=tls(),
            trust_env=not is_local(config["base_url"]),
            transport=self._transport,
            event_hooks={"request": [self._watch_request]},
        )
        # The parameters of AutoGen's constructor leave http_client out, but it is passed on.
        super().__init__(**config, timeout=timeout, http_client=http_client)  # pyright: ignore[reportCallIssue]
        # The library takes these from OPENAI_ORG_ID and OPENAI_PROJECT_ID, whatever server it talks to.
        self._client.organization = config.get("organization")
        self._client.project = None

    def watch(self, tap: Tap, allowed: Allowed) -> None:
        """See `Tapped`."""
        self._tap = tap
        if self._transport:
            self._transport.allowed = allowed

    async def _watch_request(self, request: httpx.Request) -> None:
        await self._tap.watch_request(request)

    @override
    async def _create_stream_chunks(
        self,
        tool_params: list[ChatCompletionToolParam],
        oai_messages: list[ChatCompletionMessageParam],
        create_args: dict[str, Any],
        cancellation_token: CancellationToken | None,
    ) -> AsyncGenerator[ChatCompletionChunk]:
        messages = [_with_reasoning(message, self._tap.history) for message in oai_messages]
        chunks = super()._create_stream_chunks(tool_params, messages, create_args, cancellation_token)
        async for raw in chunks:
            chunk, told = read_chunk(raw)
            self._note(told)
            yield chunk

    def _note(self, told: Told) -> None:
        tap = self._tap
        if told.prompt_tokens is not None and told.completion_tokens is not None:
            tap.prompt_tokens, tap.completion_tokens = told.prompt_tokens, told.completion_tokens
            tap.cached_tokens = told.cached_tokens
        tap.prompt_ms = tap.prompt_ms if told.prompt_ms is None else told.prompt_ms
        tap.finish = told.finish or tap.finish
        if told.reasoning:
            tap.on_reasoning(told.reasoning)


def _with_reasoning(
    message: ChatCompletionMessageParam, history: Mapping[str, str]
) -> ChatCompletionMessageParam:
    content = message.get("content")
    reasoning = history.get(content) if isinstance(content, str) else None
    if message["role"] != "assistant" or not reasoning:
        return message
    return cast(ChatCompletionMessageParam, {**message, "reasoning_content": reasoning})


def text_model_info(family: str = "unknown", capabilities: frozenset[str] = frozenset()) -> ModelInfo:
    """Facts for AutoGen about a model that its tables do not know."""
    return ModelInfo(
        vision="vision" in capabilities,
        function_calling="tools" in capabilities,
        json_output=True,
        structured_output=False,
        family=family or "unknown",
        multiple_system_messages=False,
    )

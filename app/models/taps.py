"""AutoGen's two clients, with a tap on the raw chunks: AutoGen drops or mangles part of what they say.

Ollama: the reasoning field, the reason of the end and the times are dropped, and its connection is never
closed. OpenAI: reasoning is put into the text as `<think>`, and llama.cpp's times are dropped.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import cache
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

# DeepSeek, Moonshot, Qwen and llama.cpp name it so; vLLM and OpenRouter use the second.
_REASONING_FIELDS: Final = ("reasoning_content", "reasoning")
_NS_PER_MS: Final = 1e6


@dataclass
class Tap:
    """What the raw chunks of one call said. Tokens and times are None where the service did not tell.

    on_reasoning: takes reasoning as it comes. finish: the service's own word, None while it goes on.
    """

    on_reasoning: Callable[[str], None]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_ms: float | None = None
    finish: str | None = None


class Tapped(Protocol):
    """A client with a tap."""

    def watch(self, tap: Tap) -> None:
        """Tell this tap from now on."""
        ...


@cache
def _tls() -> ssl.SSLContext:
    """Loading the certificates takes about 30 ms, so all clients share them."""
    return ssl.create_default_context()


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

    def watch(self, tap: Tap) -> None:
        """Tell this tap from now on."""
        self._watched.tap = tap

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
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            host=host,
            timeout=httpx.Timeout(None, connect=connect),
            follow_redirects=False,
            verify=_tls(),
            trust_env=not is_local(host),
        )

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
        config["timeout"] = openai.Timeout(None, connect=config["timeout"])
        http_client = openai.DefaultAsyncHttpxClient(
            follow_redirects=False, verify=_tls(), trust_env=not is_local(config["base_url"])
        )
        # The parameters of AutoGen's constructor leave http_client out, but it is passed on.
        super().__init__(**config, http_client=http_client)  # pyright: ignore[reportCallIssue]
        # The library takes these from OPENAI_ORG_ID and OPENAI_PROJECT_ID, whatever server it talks to.
        self._client.organization = config.get("organization")
        self._client.project = None

    def watch(self, tap: Tap) -> None:
        """Tell this tap from now on."""
        self._tap = tap

    @override
    async def _create_stream_chunks(
        self,
        tool_params: list[ChatCompletionToolParam],
        oai_messages: list[ChatCompletionMessageParam],
        create_args: dict[str, Any],
        cancellation_token: CancellationToken | None,
    ) -> AsyncGenerator[ChatCompletionChunk]:
        chunks = super()._create_stream_chunks(tool_params, oai_messages, create_args, cancellation_token)
        async for chunk in chunks:
            self._note(chunk)
            yield chunk

    def _note(self, chunk: ChatCompletionChunk) -> None:
        if chunk.usage:
            self._tap.prompt_tokens = chunk.usage.prompt_tokens
            self._tap.completion_tokens = chunk.usage.completion_tokens
        timings: object = (chunk.model_extra or {}).get("timings")
        if isinstance(timings, Mapping):
            self._tap.prompt_ms = cast(Mapping[str, float], timings).get("prompt_ms")
        for choice in chunk.choices[:1]:
            self._tap.finish = choice.finish_reason or self._tap.finish
            extra = choice.delta.model_extra or {}
            # Taken out, or AutoGen would put it into the text.
            texts = [extra.pop(name, None) for name in _REASONING_FIELDS]
            for text in texts:
                if isinstance(text, str) and text:
                    self._tap.on_reasoning(text)
                    break


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

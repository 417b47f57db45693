"""The model client that agents get: bounded waits, typed errors, usage always, reasoning apart."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal

from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient, CreateResult, LLMMessage, ModelInfo, RequestUsage
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel
from typing_extensions import override

from app.errors import AppError
from app.models.calls import CallObserver, CallOptions, CallSite, CallWitness, GivenUpError, ModelChoice
from app.models.connections import Call, Connector
from app.models.guarded_call import GuardedCall
from app.models.joining import Joiner
from app.models.recovery import Recovery
from app.models.taps import text_model_info
from app.models.tokens import estimate_prompt
from app.settings import Timeouts


class GuardedClient(ChatCompletionClient):
    """Wraps AutoGen's clients for one turn; every call has a connection of its own, closed at its end.

    finish_reason: of the last call, stop | length | function_calls | content_filter | unknown.
    """

    def __init__(
        self,
        options: CallOptions,
        site: CallSite,
        observer: CallObserver,
        *,
        connector: Connector,
        timeouts: Timeouts,
        recovery: Recovery,
        witness: CallWitness | None = None,
    ) -> None:
        self.finish_reason = "unknown"
        self._options = options
        self._site = site
        self._observer = observer
        self._connector = connector
        self._timeouts = timeouts
        self._recovery = recovery
        self._witness = witness
        self._attempt = site.attempt - 1
        self._running: GuardedCall | None = None
        self._said: dict[str, str] = {}
        self._usage = RequestUsage(prompt_tokens=0, completion_tokens=0)

    @property
    def choice(self) -> ModelChoice:
        """What is used now; it changes where a fallback takes over."""
        return self._recovery.choice

    def vary(self, temperature: float, max_tokens: int) -> None:
        """Temperature (0 to 2) and bound of the calls that follow; the bound is only ever lowered."""
        bound = min(max_tokens, self._options.max_tokens)
        self._options = replace(self._options, temperature=temperature, max_tokens=bound)

    @override
    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """As `create_stream`, without the pieces: a call that streams can be stopped and bounded."""
        stream = self.create_stream(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
            cancellation_token=cancellation_token,
        )
        async with aclosing(stream):
            async for item in stream:
                if isinstance(item, CreateResult):
                    return item
        raise AssertionError("a stream ends with its result")

    @override
    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Pieces of the answer, then the result; reasoning goes to the observer and into `thought`.

        Raises AppError, after telling the observer: budget, config, auth, quota, provider_rate_limit,
        transient, model_missing, context_window.
        """
        self._attempt += 1
        arguments = {
            "tools": tools,
            "tool_choice": tool_choice,
            "json_output": json_output,
            "extra_create_args": extra_create_args,
        }
        self._recovery.begin()
        while True:
            call: GuardedCall | None = None
            try:
                call = self._begin(messages, arguments)
                joiner = Joiner()
                async with aclosing(call.stream(cancellation_token)) as stream:
                    async for piece in stream:
                        if text := joiner.take(piece):
                            yield text
                if text := joiner.rest():
                    yield text
                await self._recovery.answered(call)
                yield self._ended(call)
                return
            except AppError as error:
                spoken = call is not None and call.spoken
                if not spoken and await self._recovery.again(error, call, cancellation_token):
                    continue
                final = error if spoken or not error.facts.retryable else GivenUpError.of(error)
                self._observer.failed(final)
                raise final from error
            finally:
                self._running = None

    @override
    async def close(self) -> None:
        """Stop a call that is still going on, or a wait. The client can be used again."""
        self._recovery.stop()
        if self._running:
            await self._running.stop()

    @override
    def actual_usage(self) -> RequestUsage:
        return self._usage

    @override
    def total_usage(self) -> RequestUsage:
        return self._usage

    @override
    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """An estimate; see `app.models.tokens`."""
        return estimate_prompt(messages)

    @override
    def remaining_tokens(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()
    ) -> int:
        """Tokens left for the answer."""
        return self._options.max_tokens

    @property
    @override
    def capabilities(self) -> Any:
        return self.model_info

    @property
    @override
    def model_info(self) -> ModelInfo:
        """What agents may rely on, whichever model answers: text in, text out."""
        return text_model_info()

    def _begin(self, messages: Sequence[LLMMessage], arguments: Mapping[str, Any]) -> GuardedCall:
        tokens = estimate_prompt(messages)
        call = Call(
            choice=self.choice,
            options=self._options,
            site=replace(self._site, attempt=self._attempt),
            prompt="\n".join(str(m.content) for m in messages),
            prompt_tokens=tokens,
            max_tokens=self._observer.allow(tokens, self._options.max_tokens),
            refused_at=self._recovery.refused_at,
            said=self._said,
            note=self._observer.note,
        )
        self._running = GuardedCall(
            call,
            messages,
            arguments,
            connect=self._connector.connect,
            timeouts=self._timeouts,
            observer=self._observer,
            witness=self._witness,
            secrets=self._connector.secrets,
        )
        return self._running

    def _ended(self, call: GuardedCall) -> CreateResult:
        result = call.result()
        self.finish_reason = result.finish_reason
        if isinstance(result.content, str) and result.thought:
            self._said[result.content] = result.thought
        self._usage = RequestUsage(
            prompt_tokens=self._usage.prompt_tokens + result.usage.prompt_tokens,
            completion_tokens=self._usage.completion_tokens + result.usage.completion_tokens,
        )
        return result

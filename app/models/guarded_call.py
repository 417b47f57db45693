"""One model call: its stream runs in a task of its own, so that it can be timed and really stopped."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from autogen_core import CancellationToken, FunctionCall
from autogen_core.models import CreateResult, FinishReasons, LLMMessage, RequestUsage

from app.domain.runs import Usage
from app.domain.texts import tellable
from app.errors import AppError, ErrorKind
from app.models.calls import CallObserver, CallWitness
from app.models.circles import goes_in_circles
from app.models.connections import Call, Connection
from app.models.failures import PROVIDER_ERRORS, Asked, classify
from app.models.lessons import host_of
from app.models.reasoning import Piece, ReasoningSplitter
from app.models.recording import Recording, begun_of
from app.models.redaction import StreamMask
from app.models.taps import Tap
from app.models.tokens import estimate_tokens
from app.settings import Timeouts

Connect = Callable[[Call, Tap], Awaitable[Connection]]

_REASONS: Final[dict[str, FinishReasons]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "function_calls",
    "function_call": "function_calls",
    "content_filter": "content_filter",
}
# Ends that are no ends: what came before them is not to be used.
_ENDS: Final = {
    "content_filter": (
        ErrorKind.INVALID_REQUEST,
        "The content filter of {} stopped the answer.",
        "Word the requirements differently, or use another provider.",
    ),
    "insufficient_system_resource": (  # DeepSeek's
        ErrorKind.TRANSIENT,
        "{} ran out of resources in mid-answer.",
        "Try again, or use another provider.",
    ),
}
_LOOK_EVERY: Final = 50  # pieces
_WORD: Final = re.compile(r"[A-Za-z]+")


class GuardedCall:
    """A call from its first to its last piece.

    spoken: whether any text or reasoning has come. connection: None until it is made.
    secrets: known keys; what the model says is passed on without them, and the witness keeps none.
    """

    def __init__(
        self,
        call: Call,
        messages: Sequence[LLMMessage],
        arguments: Mapping[str, Any],
        *,
        connect: Connect,
        timeouts: Timeouts,
        observer: CallObserver,
        witness: CallWitness | None = None,
        secrets: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self.spoken = False
        self.call = call
        self.connection: Connection | None = None
        self._messages = messages
        self._arguments = arguments
        self._connect = connect
        self._timeouts = timeouts
        self._observer = observer
        self._witness = witness
        self._secrets = secrets
        self._recording = Recording(call, messages)
        self._queue: asyncio.Queue[Piece | None] = asyncio.Queue()
        self._tap = Tap(on_reasoning=lambda text: self._queue.put_nowait(Piece(text, reasoning=True)))
        self._splitter = ReasoningSplitter()
        self._mask = StreamMask(())
        self._in_reasoning = False
        self._pump: asyncio.Task[None] | None = None
        self._stopped = False
        self._circling = False
        self._pieces = 0
        self._function_calls: list[FunctionCall] = []
        self._started = 0.0
        self._first_token_ms: float | None = None
        self._usage = Usage()
        self._gave_up = False

    async def stream(self, token: CancellationToken | None) -> AsyncGenerator[str, None]:
        """Pieces of the answer. Reports usage however it ends; raises AppError."""
        self.connection = await self._connect(self.call, self._tap)
        if self._witness:
            self._witness.begun(begun_of(self.call, self.connection))
        self._mask = StreamMask(self._secrets())  # connecting may have taken one from the keyring
        self._started, self._recording.started = time.monotonic(), datetime.now(UTC)
        self._pump = asyncio.create_task(self._run(self.connection))
        # Not by the task itself: one that is cancelled before it begins runs none of its own lines.
        self._pump.add_done_callback(lambda _: self._queue.put_nowait(None))
        if token is not None:
            token.link_future(self._pump)
        reason = "cancelled"
        try:
            while not self._circling and (piece := await self._next()) is not None:
                for text in self._take(piece):
                    yield text
                self._look_for_circles()
            for text in [*self._take_rest(), *self._pass_on(self._splitter.finish())]:
                yield text
            if not self._circling:
                self._check_end(self.connection)
            reason = self._finish_reason()
        except AppError as error:
            reason, self._recording.error = "error", error
            raise
        finally:
            self._take_rest()  # of a call that broke off: kept, if not passed on
            await self.stop()
            self._report(reason, self.connection)

    async def stop(self) -> None:
        """End the call for good, also at the server: the task, then the connection.

        Cancelled once only: a second one, or a cancelled token, would interrupt the closing of the stream.
        """
        if self._pump is not None:
            if not self._stopped:
                self._pump.cancel()
            self._stopped = True
            await asyncio.gather(self._pump, return_exceptions=True)
        if self.connection is not None:
            await self.connection.client.close()

    def result(self) -> CreateResult:
        """What was said, without the reasoning in it; after the stream has ended."""
        return CreateResult(
            finish_reason="length" if self._circling else _REASONS.get(self._tap.finish or "", "unknown"),
            content=self._function_calls or self._splitter.answer,
            usage=RequestUsage(
                prompt_tokens=self._usage.prompt_tokens, completion_tokens=self._usage.completion_tokens
            ),
            cached=False,
            thought=self._splitter.reasoning or None,
        )

    async def _run(self, connection: Connection) -> None:
        """The pump: from AutoGen's client into the queue; its end is marked by None."""
        arguments = dict(self._arguments)
        arguments["extra_create_args"] = {**connection.arguments, **arguments["extra_create_args"]}
        try:
            async for item in connection.client.create_stream(self._messages, **arguments):
                if isinstance(item, str):
                    self._queue.put_nowait(Piece(item))
                elif isinstance(item.content, list):
                    self._function_calls = item.content
        except PROVIDER_ERRORS as error:
            raise classify(error, self._asked(connection)) from error

    def _asked(self, connection: Connection) -> Asked:
        hosts = [host_of(address) for address in (*self.call.refused_at, connection.address) if address]
        return Asked(self.call.choice, connection.sent, hosts)

    async def _next(self) -> Piece | None:
        """The next piece, or None at the end. Raises what the pump raised, or transient after the limit."""
        limit = self._timeouts.idle if self.spoken else self._timeouts.first_token
        try:
            async with asyncio.timeout(limit):
                piece = await self._queue.get()
        except TimeoutError as error:
            self._gave_up = True
            raise self._too_slow(limit) from error
        if piece is None and self._pump is not None:
            await self._pump
        return piece

    def _too_slow(self, limit: float) -> AppError:
        name = self.call.choice.provider
        if self.spoken:
            return AppError(
                ErrorKind.TRANSIENT,
                f"{name} fell silent in mid-answer for {limit:g} seconds (timeouts.idle).",
            )
        return AppError(
            ErrorKind.TRANSIENT,
            f"{name} said nothing for {limit:g} seconds (timeouts.first_token).",
            "Raise the limit in app.yaml for a slow machine, or use a smaller model.",
        )

    def _take(self, piece: Piece) -> list[str]:
        if not self.spoken and piece.text:
            self.spoken = True
            self._first_token_ms = self._elapsed_ms()
        before = self._take_rest() if piece.reasoning != self._in_reasoning else []
        self._in_reasoning = piece.reasoning
        return before + self._hear(self._mask.feed(tellable(piece.text)))

    def _take_rest(self) -> list[str]:
        return self._hear(self._mask.rest())

    def _hear(self, text: str) -> list[str]:
        if not text:
            return []
        self._recording.hear(text, reasoning=self._in_reasoning)
        splitter = self._splitter
        return self._pass_on(splitter.note(text) if self._in_reasoning else splitter.feed(text))

    def _pass_on(self, pieces: list[Piece]) -> list[str]:
        """Reasoning to the observer; the answer's pieces are returned."""
        for piece in pieces:
            if piece.reasoning:
                self._observer.reasoning(piece.text)
        return [piece.text for piece in pieces if not piece.reasoning]

    def _check_end(self, connection: Connection) -> None:
        """A stream may end early, or have been made from half a prompt, without any error."""
        name = self.call.choice.provider
        if self._tap.finish is None:
            raise AppError(ErrorKind.TRANSIENT, f"The answer of {name} broke off.")
        if self._tap.finish in _ENDS:
            kind, message, hint = _ENDS[self._tap.finish]
            raise AppError(kind, message.format(name), hint)
        read = self._tap.prompt_tokens
        if not connection.cuts_silently or read is None or connection.window is None:
            return
        # No tokenizer joins words, so a prompt that was read whole has at least a token a word.
        words = len(_WORD.findall(self.call.prompt))
        if read >= connection.window or read < words:
            raise AppError(
                ErrorKind.CONTEXT_WINDOW,
                f"The prompt was truncated: {name} read {read} tokens of about {self.call.prompt_tokens}, "
                f"with a window of {connection.window}.",
                "Give fewer or shorter context files, or use a model with a larger context.",
            )

    def _finish_reason(self) -> str:
        return "length" if self._circling or self._tap.finish == "length" else "stop"

    def _look_for_circles(self) -> None:
        self._pieces += 1
        if self._pieces % _LOOK_EVERY == 0:
            self._circling = goes_in_circles(self._splitter.answer or self._splitter.reasoning)
        if self._circling:
            self._observer.note("The answer went in circles and was stopped.", {"kind": "circles"})

    def _elapsed_ms(self) -> float:
        return (time.monotonic() - self._started) * 1000

    def _report(self, reason: str, connection: Connection) -> None:
        """Usage as the service told it, else counted; a call refused before its first word cost nothing."""
        tap, said = self._tap, self._splitter.answer + self._splitter.reasoning
        refused = reason == "error" and not self.spoken and not self._gave_up
        known = tap.prompt_tokens is not None and tap.completion_tokens is not None
        self._usage = Usage(
            prompt_tokens=(tap.prompt_tokens or 0) if known or refused else self.call.prompt_tokens,
            completion_tokens=(tap.completion_tokens or 0) if known else estimate_tokens(said),
            cached_tokens=tap.cached_tokens if known else 0,
            estimated=not known,
            prompt_ms=tap.prompt_ms,
            first_token_ms=self._first_token_ms,
            total_ms=self._elapsed_ms(),
        )
        if self._witness:
            self._witness.ended(self._recording.record(connection, tap, self._usage, reason, self._secrets()))
        self._observer.usage(self._usage, self.call.choice, reason)

"""What is kept of one model call: the request as it went over the wire, and what came back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from autogen_core.models import AssistantMessage, LLMMessage, SystemMessage

from app.domain.calls import CallMessage, CallRecord
from app.domain.runs import Usage
from app.errors import AppError
from app.models.calls import CallBegun
from app.models.connections import Call, Connection
from app.models.redaction import masked
from app.models.taps import Tap


@dataclass
class Recording:
    """Collects what a call says. answer: as it came, with whatever is taken out of it later."""

    call: Call
    messages: Sequence[LLMMessage]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    answer: list[str] = field(default_factory=list[str])
    reasoning: list[str] = field(default_factory=list[str])
    error: AppError | None = None

    def hear(self, text: str, *, reasoning: bool) -> None:
        """Take a piece."""
        (self.reasoning if reasoning else self.answer).append(text)

    def record(
        self, connection: Connection, tap: Tap, usage: Usage, reason: str, keys: Collection[str]
    ) -> CallRecord:
        """The whole call, with the keys masked."""
        call, begun = self.call, begun_of(self.call, connection)
        record = CallRecord(
            agent=call.site.agent,
            round=call.site.round,
            attempt=call.site.attempt,
            provider=call.choice.provider,
            model=call.choice.model,
            host=tap.host,
            started=self.started,
            usage=usage,
            finish_reason=reason,
            window=begun.window,
            window_kind=begun.window_kind,
            max_tokens=call.max_tokens,
            error=self.error.to_dict() if self.error else None,
            options=_options(call, tap),
            messages=tuple(_sent(tap) if tap.body else map(_rendered, self.messages)),
            answer="".join(self.answer),
            reasoning="".join(self.reasoning),
        )
        return masked(record, keys)


def begun_of(call: Call, connection: Connection) -> CallBegun:
    """The facts that are known before a call is sent."""
    window = connection.window or connection.documented
    kind = "served" if connection.window else "documented" if window else ""
    return CallBegun(call.choice, window, kind, call.prompt_tokens, call.max_tokens)


def _options(call: Call, tap: Tap) -> dict[str, Any]:
    """The request beside its messages; for a replay, which sends none, what it was asked with."""
    if tap.body:
        return {name: value for name, value in tap.body.items() if name != "messages"}
    options = {"temperature": call.options.temperature, "top_p": call.options.top_p}
    return {**{k: v for k, v in options.items() if v is not None}, "max_tokens": call.max_tokens}


def _sent(tap: Tap) -> list[CallMessage]:
    return [_message(message) for message in cast(list[dict[str, Any]], tap.body.get("messages", []))]


def _message(message: dict[str, Any]) -> CallMessage:
    content, role = message.get("content"), str(message.get("role", ""))
    plain = isinstance(content, str)
    own = {"role", "content"} if plain else {"role"}
    extra = {name: value for name, value in message.items() if name not in own}
    return CallMessage(role=role, content=content if plain else "", extra=extra)


def _rendered(message: LLMMessage) -> CallMessage:
    role = (
        "system"
        if isinstance(message, SystemMessage)
        else "assistant"
        if isinstance(message, AssistantMessage)
        else "user"
    )
    return CallMessage(role=role, content=str(message.content))

"""Watches the model calls of a turn: budget before, usage after, reasoning while they go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.domain.events import EventDraft, EventType
from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.calls import ModelChoice

MIN_ANSWER: Final = 16


class TurnObserver:
    """Implements `app.models.calls.CallObserver` for one turn.

    spent: usage of the turn so far. error: the reason why a call failed, which AutoGen hides.
    """

    def __init__(
        self, agent: str, used_before: int, max_tokens: int, emit: Callable[[EventDraft], None]
    ) -> None:
        self.spent = Usage()
        self.error: AppError | None = None
        self._agent = agent
        self._left = max_tokens - used_before
        self._max = max_tokens
        self._emit = emit

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        """Tokens the next answer may have. Raises AppError(budget) where the run's bound is reached."""
        left = self._left - self.spent.total_tokens - prompt_tokens
        if left < MIN_ANSWER:
            raise AppError(
                ErrorKind.BUDGET,
                f"The run's bound of {self._max} tokens is reached.",
                "Raise run.max_tokens in app.yaml, or go on with `runs resume --max-tokens N`.",
            )
        return min(max_tokens, left)

    def reasoning(self, text: str) -> None:
        self._emit(EventDraft(type=EventType.REASONING_DELTA, agent=self._agent, message=text))

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        self.spent = self.spent.plus(usage)
        mark = " (estimated)" if usage.estimated else ""
        mark += f" ({usage.cached_tokens} cached)" if usage.cached_tokens else ""
        self._emit(
            EventDraft(
                type=EventType.USAGE_RECORDED,
                agent=self._agent,
                message=f"{usage.prompt_tokens} + {usage.completion_tokens} tokens{mark}",
                data={
                    **usage.model_dump(mode="json"),
                    "provider": choice.provider,
                    "model": choice.model,
                    "finish_reason": finish_reason,
                },
            )
        )

    def note(self, message: str, data: dict[str, Any]) -> None:
        self._emit(EventDraft(type=EventType.NOTE, agent=self._agent, message=message, data=data))

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        self._emit(
            EventDraft(
                type=EventType.MODEL_SWITCHED,
                agent=self._agent,
                message=f"{old.provider} {old.model} -> {new.provider} {new.model}: {why}",
                data={
                    "from": {"provider": old.provider, "model": old.model},
                    "to": {"provider": new.provider, "model": new.model},
                    "why": why,
                },
            )
        )

    def failed(self, error: AppError) -> None:
        self.error = error

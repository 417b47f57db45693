"""Watches the model calls of a turn: budget before, usage and cost after, reasoning while they go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.domain.calls import CallRecord
from app.domain.events import EventDraft, EventType
from app.domain.projection import CALL
from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.calls import CallBegun, ModelChoice

MIN_ANSWER: Final = 16
Price = Callable[[ModelChoice, Usage], dict[str, Any] | None]


class TurnObserver:
    """Implements `CallObserver` and `CallWitness` of app.models.calls for one turn.

    emit: takes events. keep: takes whole calls. price: what a call cost, None where it costs no money.
    spent: usage of the turn so far. error: the reason why a call failed, which AutoGen hides.
    """

    def __init__(
        self,
        agent: str,
        used_before: int,
        max_tokens: int,
        emit: Callable[[EventDraft], None],
        *,
        keep: Callable[[CallRecord], None],
        price: Price,
    ) -> None:
        self.spent = Usage()
        self.error: AppError | None = None
        self._agent = agent
        self._left = max_tokens - used_before
        self._max = max_tokens
        self._emit = emit
        self._keep = keep
        self._price = price
        self._begun: CallBegun | None = None
        self._told: list[str] = []
        self._window: int | None = None

    def bound_window(self, tokens: int | None) -> None:
        """Prompt and answer together fit into so many tokens from now on; None: nothing bounds them here."""
        self._window = tokens

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        """Tokens the next answer may have.

        Raises AppError: budget where the run's bound is reached, context_window where the prompt alone would
        fill what the model's exam found to be its window.
        """
        left = self._left - self.spent.total_tokens - prompt_tokens
        if left < MIN_ANSWER:
            raise AppError(
                ErrorKind.BUDGET,
                f"The run's bound of {self._max} tokens is reached.",
                "Raise run.max_tokens in app.yaml, or go on with `runs resume --max-tokens N`.",
            )
        if self._window is None:
            return min(max_tokens, left)
        room = self._window - prompt_tokens
        if room < MIN_ANSWER:
            raise AppError(
                ErrorKind.CONTEXT_WINDOW,
                f"About {prompt_tokens} tokens of prompt do not fit into the {self._window} tokens that the "
                "model's exam found to be its true window: the beginning would be lost.",
                "Give fewer or shorter context files, or use another model; or examine it again.",
            )
        return min(max_tokens, left, room)

    def reasoning(self, text: str) -> None:
        self._tell(EventType.REASONING_DELTA, text, {})

    def begun(self, call: CallBegun) -> None:
        """Readers get the window and the size of the prompt while the model still reads it."""
        self._begun = call
        window = f" of {call.window}" if call.window else ""
        self._tell(
            EventType.NOTE,
            f"Sent to {call.choice.model}: about {call.prompt_tokens} tokens{window}",
            {
                "kind": CALL,
                **_named(call.choice),
                "prompt_tokens": call.prompt_tokens,
                "max_tokens": call.max_tokens,
                "window": call.window,
                "window_kind": call.window_kind,
            },
        )

    def ended(self, record: CallRecord) -> None:
        cost = self._price(ModelChoice(record.provider, record.model), record.usage)
        self._keep(record.model_copy(update={"cost": cost, "notes": tuple(self._told)}))
        self._told.clear()

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        self.spent = self.spent.plus(usage)
        mark = " (estimated)" if usage.estimated else ""
        mark += f" ({usage.cached_tokens} cached)" if usage.cached_tokens else ""
        self._tell(
            EventType.USAGE_RECORDED,
            f"{usage.prompt_tokens} + {usage.completion_tokens} tokens{mark}",
            {
                **usage.model_dump(mode="json"),
                **_named(choice),
                "finish_reason": finish_reason,
                "window": self._begun.window if self._begun else None,
                "window_kind": self._begun.window_kind if self._begun else "",
                "cost": self._price(choice, usage),
            },
        )

    def note(self, message: str, data: dict[str, Any]) -> None:
        self._told.append(message)
        self._tell(EventType.NOTE, message, data)

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        message = f"{old.provider} {old.model} -> {new.provider} {new.model}: {why}"
        self._told.append(message)
        self._tell(EventType.MODEL_SWITCHED, message, {"from": _named(old), "to": _named(new), "why": why})

    def failed(self, error: AppError) -> None:
        self.error = error

    def _tell(self, kind: EventType, message: str, data: dict[str, Any]) -> None:
        self._emit(EventDraft(type=kind, agent=self._agent, message=message, data=data))


def _named(choice: ModelChoice) -> dict[str, str]:
    return {"provider": choice.provider, "model": choice.model}

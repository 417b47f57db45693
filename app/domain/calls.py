"""One model call as it is kept: what was sent, what came back, and what it took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.runs import Usage
from app.errors import AppError, ErrorKind


class CallMessage(BaseModel):
    """One message of a prompt, as sent. extra: its fields beside role and content, e.g. reasoning_content."""

    model_config = ConfigDict(frozen=True)

    role: str
    content: str
    extra: dict[str, Any] = Field(default_factory=dict[str, Any])


class CallFacts(BaseModel):
    """What a list of calls shows.

    attempt: from 1 within the turn. host: where it went, empty where nothing was sent over a network.
    window: tokens of context; window_kind: "served" by the engine, or "documented" in models.yaml.
    max_tokens: bound on the answer. finish_reason: stop | length | cancelled | error.
    error: as `AppError.to_dict`, of a call that failed. notes: what was told since the call before, such as
    a wait or a fallback.
    """

    model_config = ConfigDict(frozen=True)

    agent: str
    round: int
    attempt: int
    provider: str
    model: str
    host: str = ""
    started: datetime
    usage: Usage
    finish_reason: str
    window: int | None = None
    window_kind: str = ""
    max_tokens: int = 0
    cost: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


class CallRecord(CallFacts):
    """A whole call. options: the request's parameters as sent, without the messages.

    answer: what the model said, before anything was taken out of it. reasoning: what the service told apart.
    """

    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    messages: tuple[CallMessage, ...] = ()
    answer: str = ""
    reasoning: str = ""


class KeptCall(CallFacts):
    """A call in the store's list. number: from 1 within the session. counts: False once it was rewound.

    texts: False where prompt and answer were dropped, since the session holds too much.
    """

    number: int
    run_id: str
    turn: int
    epoch: int
    counts: bool = True
    texts: bool = True


class CallTexts(BaseModel):
    """The rest of a kept call. cut: characters that were left out at the end of a text that is too long."""

    model_config = ConfigDict(frozen=True)

    options: dict[str, Any]
    messages: tuple[CallMessage, ...]
    answer: str
    reasoning: str
    cut: int = 0


def no_call(number: int | str) -> AppError:
    """The error for a call that is not there."""
    return AppError(
        ErrorKind.NOT_FOUND, f"The session has no model call {number}.", "Look at its list of calls."
    )


class MeasuredRound(BaseModel):
    """What one whole round of a run took with one model. chars: of the run's requirements.

    seconds: from the beginning of its first call to the end of its last, with the checks between them.
    tokens: read and written, over all its calls; written: of these, those of the answers.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    language: str
    seconds: float
    tokens: int
    written: int
    calls: int
    chars: int

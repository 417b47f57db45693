"""Events: the immutable, numbered facts that a session consists of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.domain.texts import tellable

ENVELOPE_VERSION = 1


class EventType(StrEnum):
    """Closed list; a reader may rely on there being no others in envelope version 1."""

    RUN_CREATED = "run.created"
    RUN_FINISHED = "run.finished"
    TURN_STARTED = "turn.started"
    TURN_FINISHED = "turn.finished"
    MESSAGE_DELTA = "message.delta"
    MESSAGE_COMPLETED = "message.completed"
    REASONING_DELTA = "reasoning.delta"
    CHECK_COMPLETED = "check.completed"
    ARTIFACT_PROPOSED = "artifact.proposed"
    ARTIFACT_REJECTED = "artifact.rejected"
    GATE_OPENED = "gate.opened"
    GATE_DECIDED = "gate.decided"
    USAGE_RECORDED = "usage.recorded"
    MODEL_SWITCHED = "model.switched"
    NOTE = "note"


class EventDraft(BaseModel):
    """An event before the store has numbered it.

    agent: who it is about; "system" for what no agent did.
    message: what happened, in words a person reads.
    turn: number of the turn within the run (from 1), None for run-level events.
    epoch: the claim under which it was written; a turn told again has a higher epoch.
    data: facts for programs, JSON values only. All texts in it, and message, are made tellable.
    """

    model_config = ConfigDict(frozen=True)

    type: EventType
    agent: str = "system"
    message: str = ""
    turn: int | None = None
    epoch: int = 0
    data: dict[str, Any] = Field(default_factory=dict[str, Any])

    @field_validator("message", "data")
    @classmethod
    def _tellable(cls, value: Any) -> Any:
        return _told(value)


def _told(value: Any) -> Any:
    match value:
        case str():
            return tellable(value)
        case list():
            return [_told(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {_told(k): _told(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


class Event(EventDraft):
    """A committed event: `seq` counts from 1 within its session without gaps."""

    v: int = ENVELOPE_VERSION
    session_id: str
    run_id: str
    seq: int
    ts: datetime

    def envelope(self) -> dict[str, Any]:
        """The JSON object that every reader gets."""
        return self.model_dump(mode="json")

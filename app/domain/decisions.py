"""Gates and decisions: where a run stops for the user, and what the user said."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class DecisionKind(StrEnum):
    """What a gate can be answered with."""

    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"


class Decision(BaseModel):
    """An answer given to a gate.

    by: "user", or "policy" where required checks failed and rounds were left.
    feedback: what to change, for `revise`.
    override: the user approved although the version is not verified.
    """

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind
    feedback: str = ""
    by: str = "user"
    override: bool = False


class Gate(BaseModel):
    """A question to the user about exactly one artifact; `decision` is None while it is open."""

    model_config = ConfigDict(frozen=True)

    id: str
    session_id: str
    run_id: str
    turn: int
    artifact_hash: str
    summary: str
    opened: datetime
    decision: Decision | None = None
    superseded: bool = False

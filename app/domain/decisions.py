"""Gates and decisions: where a run stops for the user, and what the user said."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class DecisionKind(StrEnum):
    """What a gate can be answered with. An edit proposes a version of the user's own, to be checked first."""

    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"
    EDIT = "edit"


class Decision(BaseModel):
    """An answer given to a gate.

    by: "user", or "policy" where required checks failed and rounds were left.
    feedback: what to change, for `revise`; what was changed, for `edit`.
    override: the user approved although the version is not verified.
    confirmed: ids of the findings that the user accepted one by one.
    artifact_hash: of the version that was decided on; empty for the one that the gate offered. For `edit`:
        of the version that is proposed.
    base: hash of the version that was edited, for `edit`.
    """

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind
    feedback: str = ""
    by: str = "user"
    override: bool = False
    confirmed: tuple[str, ...] = ()
    artifact_hash: str = ""
    base: str = ""


class Gate(BaseModel):
    """A question to the user; `decision` is None while it is open.

    artifact_hash: of the version it offers; any other checked version of the run may be decided on instead.
    """

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

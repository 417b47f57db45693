"""What the session layer and a store hand each other: the right to work on a run, and a turn's end."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.runs import Run, RunState, RunStatus


@dataclass(frozen=True)
class Claim:
    """The right to write a run's turns, until another claim takes a higher epoch.

    run: the run as claimed, its epoch being this claim's.
    state: the state after the last finished turn; `state.decision` is set where a gate was decided
        and user_proxy has yet to speak it.
    owner: name of the claiming process, see `app.session.owners.owner_name`.
    """

    run: Run
    state: RunState
    owner: str


@dataclass(frozen=True)
class TurnRecord:
    """A finished turn as listed: number, the agent that spoke, status of the run after it.

    seq: number of the turn's last event.
    """

    turn: int
    agent: str
    round: int
    epoch: int
    status: RunStatus
    artifact_hash: str | None
    seq: int


@dataclass(frozen=True)
class GateDraft:
    """A gate to open at the end of a turn; the store gives it an id and writes `gate.opened`.

    doubt: why an example may be wrong rather than the code; else empty.
    """

    artifact_hash: str
    summary: str
    doubt: str = ""

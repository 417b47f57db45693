"""What the store's tests have in common: drafts, and runs that are some turns along."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from app.domain.artifacts import Artifact, SourceFile
from app.domain.claims import Claim, GateDraft
from app.domain.decisions import Gate
from app.domain.events import EventDraft, EventType
from app.domain.runs import Run, RunRequest, RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.store.store import SqlStore

REQUEST = RunRequest(requirements="Merge overlapping intervals\nand sort them.")
LEASE = 60.0


def alive(_owner: str) -> bool:
    return True


def dead(_owner: str) -> bool:
    return False


@contextmanager
def refused(kind: ErrorKind, words: str | None = None) -> Generator[None]:
    with pytest.raises(AppError, match=words) as caught:
        yield
    assert caught.value.kind is kind


def code(content: str = "x = 1\n") -> Artifact:
    return Artifact.of([SourceFile(path="main.py", content=content)])


def delta(message: str = "token", turn: int = 1, **data: Any) -> EventDraft:
    return EventDraft(
        type=EventType.MESSAGE_DELTA, agent="code_generator", message=message, turn=turn, data=data
    )


def must_claim(store: SqlStore, run_id: str, owner: str = "engine") -> Claim:
    claim = store.claim(run_id, owner, LEASE, dead)
    assert claim is not None
    return claim


def claimed(store: SqlStore) -> Claim:
    """A claim on a new run in a new session."""
    return must_claim(store, store.start_run(REQUEST).id)


def begin_turn(store: SqlStore, claim: Claim) -> int:
    """Write the beginning of the next turn; its number."""
    turn = claim.state.turn + 1
    started = EventDraft(type=EventType.TURN_STARTED, agent="code_generator", turn=turn, message="Turn")
    store.append(claim, [started, delta(f"turn {turn} epoch {claim.run.epoch}", turn)])
    return turn


def play_turn(
    store: SqlStore, run_id: str, status: RunStatus = RunStatus.QUEUED, content: str = "x = 1\n"
) -> RunState:
    """Claim the run and play one whole turn; a gate is opened where the status is waiting."""
    claim = must_claim(store, run_id)
    turn = begin_turn(store, claim)
    state = claim.state.model_copy(update={"turn": turn, "artifact": code(content), "decision": None})
    gate = GateDraft(code(content).hash, f"gate of turn {turn}") if status is RunStatus.WAITING else None
    drafts = [EventDraft(type=EventType.TURN_FINISHED, agent="code_generator", turn=turn)]
    if status.final:
        drafts.append(EventDraft(type=EventType.RUN_FINISHED, data={"status": status.value}))
    store.finish_turn(claim, state, status, drafts, agent="code_generator", gate=gate)
    if status is RunStatus.QUEUED:
        store.release(claim)
    return state


def run_at_gate(store: SqlStore, turns: int = 3) -> tuple[Run, Gate]:
    """A run that waits at the end of its last turn."""
    run = store.start_run(REQUEST)
    for _ in range(turns - 1):
        play_turn(store, run.id)
    play_turn(store, run.id, RunStatus.WAITING)
    gate = store.open_gate(run.id)
    assert gate is not None
    return store.run(run.id), gate


def execute(url: str, statement: str, **values: Any) -> None:
    """SQL past the store, to damage or age what it wrote."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    with engine.begin() as conn:
        conn.execute(text(statement), values)
    engine.dispose()

"""What the engine does with runs: start, claim, write and end them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from app.domain.artifacts import Artifact
from app.domain.claims import Claim, GateDraft
from app.domain.events import Event, EventDraft, EventType
from app.domain.runs import Run, RunRequest, RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.store.blobs import get_artifact
from app.store.event_log import lock_session, no_session, write_events
from app.store.gates import open_gate, standing_gate
from app.store.runs import (
    FREE,
    change_run,
    fenced,
    find_run,
    holdings,
    insert_run,
    lock_claim,
    lock_run,
    owned_by,
    unfinished,
)
from app.store.schema import runs
from app.store.sessions import insert_session
from app.store.texts import as_title, folded, new_id
from app.store.turns import find_turn, load_state, save_turn

Alive = Callable[[str], bool]


def start_run(
    conn: Connection,
    request: RunRequest,
    *,
    session_id: str | None,
    title: str,
    base: Artifact | None,
    owner: str,
) -> tuple[Run, Event]:
    """A queued run with its start saved as turn 0. Raises AppError: not_found, conflict."""
    if session_id is None:
        session_id = insert_session(conn, as_title(title or request.requirements), owner)
    run = Run(
        id=new_id(),
        session_id=session_id,
        number=_next_number(conn, session_id),
        request=request,
        status=RunStatus.QUEUED,
        base=base.hash if base else None,
        created=datetime.now(UTC),
    )
    insert_run(conn, run, folded(request.requirements))
    written = write_events(conn, run, [created_draft(run)])
    save_turn(conn, run, RunState(artifact=base), RunStatus.QUEUED, agent="system")
    return run, written[0]


def created_draft(run: Run) -> EventDraft:
    """The event `run.created`: data {every field of the request, base, number}."""
    return EventDraft(
        type=EventType.RUN_CREATED,
        message=f"Run {run.number}: {as_title(run.request.requirements)}",
        data={**run.request.model_dump(mode="json"), "base": run.base, "number": run.number},
    )


def claim(conn: Connection, run_id: str, owner: str, lease: float, alive: Alive) -> Claim | None:
    """Take a queued run, or one whose owner is gone. lease: seconds. Raises AppError(not_found)."""
    holding = lock_run(conn, run_id)
    if holding.run.status not in (RunStatus.QUEUED, RunStatus.RUNNING) or holding.held(alive):
        return None
    epoch = holding.run.epoch + 1
    change_run(
        conn, run_id, epoch=epoch, status=RunStatus.RUNNING, owner=owner, lease_until=_lease_until(lease)
    )
    return Claim(find_run(conn, run_id).run, _state_with_decision(conn, run_id), owner)


def renew(conn: Connection, claim: Claim, lease: float) -> bool:
    """Whether the user asked to cancel. lease: seconds from now. Raises AppError(fenced)."""
    renewed = update(runs).where(*owned_by(claim)).values(lease_until=_lease_until(lease))
    asked = conn.execute(renewed.returning(runs.c.cancel_requested)).scalar_one_or_none()
    if asked is None:
        raise fenced(claim)
    return asked


def append(conn: Connection, claim: Claim, drafts: Sequence[EventDraft]) -> list[Event]:
    """Events of the turn in progress. Raises AppError(fenced)."""
    lock_claim(conn, claim)
    return write_events(conn, claim.run, drafts)


def finish_turn(
    conn: Connection,
    claim: Claim,
    state: RunState,
    status: RunStatus,
    drafts: Sequence[EventDraft],
    *,
    agent: str,
    gate: GateDraft | None,
    keep: Sequence[Artifact],
) -> list[Event]:
    """The end of turn `state.turn`: see the protocol. Raises AppError(fenced)."""
    if status is RunStatus.RUNNING or (gate is not None) != (status is RunStatus.WAITING):
        raise AppError(ErrorKind.INTERNAL, f"A turn cannot end {status} with gate {gate}.")
    lock_claim(conn, claim)
    _check_next(conn, claim.run.id, state.turn)
    opened = [open_gate(conn, claim.run, state.turn, gate)] if gate else []
    written = write_events(conn, claim.run, [*drafts, *opened])
    save_turn(conn, claim.run, state, status, agent=agent, keep=keep)
    if status is not RunStatus.QUEUED:
        change_run(conn, claim.run.id, status=status, **FREE)
    return written


def end_run(conn: Connection, claim: Claim, status: RunStatus, drafts: Sequence[EventDraft]) -> list[Event]:
    """End the run, the turn in progress being lost. Raises AppError(fenced)."""
    if not status.final:
        raise AppError(ErrorKind.INTERNAL, f"A run cannot end {status}.")
    lock_claim(conn, claim)
    change_run(conn, claim.run.id, status=status, **FREE)
    return write_events(conn, claim.run, drafts)


def release(conn: Connection, claim: Claim) -> None:
    """Queue the run for anybody. Raises AppError(fenced)."""
    lock_claim(conn, claim)
    change_run(conn, claim.run.id, status=RunStatus.QUEUED, **FREE)


def claimable(conn: Connection, alive: Alive) -> Iterator[str]:
    """Ids of the runs that `claim` would give, oldest first."""
    return (holding.run.id for holding in unfinished(conn) if not holding.held(alive))


def _next_number(conn: Connection, session_id: str) -> int:
    if not lock_session(conn, session_id):
        raise no_session(session_id)
    earlier = holdings(conn, session_id)
    if earlier and not earlier[-1].run.status.final:
        newest = earlier[-1].run
        raise AppError(
            ErrorKind.CONFLICT,
            f"Run {newest.number} of this session is still {newest.status}.",
            "Decide or cancel it first.",
        )
    return len(earlier) + 1


def _check_next(conn: Connection, run_id: str, turn: int) -> None:
    following = find_turn(conn, run_id)["turn"] + 1
    if turn != following:
        raise AppError(ErrorKind.INTERNAL, f"Turn {turn} was finished where turn {following} is next.")


def _state_with_decision(conn: Connection, run_id: str) -> RunState:
    last = find_turn(conn, run_id)
    state, gate = load_state(conn, last), standing_gate(conn, run_id, last["turn"])
    if gate is None or gate.decision is None:
        return state
    chosen = gate.decision.artifact_hash
    if chosen:
        state = state.choosing(get_artifact(conn, chosen))
    return state.model_copy(update={"decision": gate.decision})


def _lease_until(lease: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=lease)

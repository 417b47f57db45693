"""What the user does to a run from outside: cancel it, go on with it, go back in it, switch its model."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from app.domain.events import Event, EventDraft, EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.store.calls import drop_calls_after
from app.store.event_log import write_events
from app.store.gates import reopen_gate, standing_gate, supersede_after
from app.store.runs import FREE, change_run, find_run, lock_run, refuse_if_followed, refuse_if_held
from app.store.turns import drop_turns_after, find_turn, load_state

_REOPENABLE = (RunStatus.CANCELLED, RunStatus.BUDGET, RunStatus.FAILED)
_DECIDED = (RunStatus.APPROVED, RunStatus.REJECTED)


def request_cancel(conn: Connection, run_id: str, alive: Callable[[str], bool]) -> tuple[Run, list[Event]]:
    """Ask the owner to stop, or end the run where nobody holds it. Raises AppError(conflict): final.

    An open gate stays as it is, so that the run can be taken up again.
    """
    holding = lock_run(conn, run_id)
    run = holding.run
    if run.status.final:
        raise AppError(ErrorKind.CONFLICT, f"Run {run.number} has ended already: {run.status}.")
    change_run(conn, run_id, cancel_requested=True)
    written: list[Event] = []
    if not holding.held(alive):
        change_run(conn, run_id, status=RunStatus.CANCELLED, **FREE)
        finished = EventDraft(
            type=EventType.RUN_FINISHED, message="Cancelled", data={"status": RunStatus.CANCELLED.value}
        )
        written = write_events(conn, run, [finished])
    return find_run(conn, run_id).run, written


def reopen(conn: Connection, run_id: str, alive: Callable[[str], bool]) -> tuple[Run, list[Event]]:
    """Queue a cancelled, over-budget or failed run; waiting, with a fresh gate, if it stood at one.

    Raises AppError(conflict) otherwise.
    """
    holding = lock_run(conn, run_id)
    refuse_if_held(holding, alive)
    run = holding.run
    if run.status not in _REOPENABLE:
        raise AppError(
            ErrorKind.CONFLICT,
            f"Run {run.number} is {run.status}, not cancelled, over budget or failed.",
        )
    refuse_if_followed(conn, run)
    last = find_turn(conn, run_id)["turn"]
    standing = standing_gate(conn, run_id, last)
    undecided = standing is not None and standing.decision is None
    gate = reopen_gate(conn, run, last) if undecided else None
    note = EventDraft(type=EventType.NOTE, message="Run continued", data={"kind": "continued"})
    return _go_on(conn, run, note, gate)


def rewind(conn: Connection, run_id: str, turn: int, alive: Callable[[str], bool]) -> tuple[Run, list[Event]]:
    """Back to the end of `turn`; what came later stays in the log but counts no more.

    Raises AppError: conflict where the run is being worked on or was followed by another, or where
    that turn ended it by a decision; not_found for a turn that is not finished or was rewound.
    """
    holding = lock_run(conn, run_id)
    refuse_if_held(holding, alive)
    refuse_if_followed(conn, holding.run)
    if find_turn(conn, run_id, turn)["status"] in _DECIDED:
        raise AppError(ErrorKind.CONFLICT, f"The run ended with turn {turn}.", "Rewind to an earlier turn.")
    drop_turns_after(conn, run_id, turn)
    supersede_after(conn, run_id, turn)
    drop_calls_after(conn, run_id, turn)
    run = holding.run.model_copy(update={"epoch": holding.run.epoch + 1})
    place = f"turn {turn}" if turn else "the start"
    note = EventDraft(type=EventType.NOTE, message=f"Rewound to {place}", data={"rewind_to": turn})
    return _go_on(conn, run, note, reopen_gate(conn, run, turn))


def switch_model(conn: Connection, run_id: str, provider: str, model: str | None) -> tuple[Run, list[Event]]:
    """Let the following turns use another model; whoever works on the run reads it there.

    Raises AppError(conflict) where the run was decided.
    """
    run = lock_run(conn, run_id).run
    if run.status in _DECIDED:
        raise AppError(
            ErrorKind.CONFLICT, f"Run {run.number} is {run.status}.", "Start a follow-up with that model."
        )
    old = _model_of(conn, run)
    new = {"provider": provider, "model": model or ""}
    request = run.request.model_copy(update={"provider": provider, "model": model})
    change_run(conn, run_id, request=request.model_dump(mode="json"))
    switched = EventDraft(
        type=EventType.MODEL_SWITCHED,
        message=f"{_words(old)} -> {_words(new)}: you chose it, from the next turn on",
        data={"from": old, "to": new, "why": "user"},
    )
    written = write_events(conn, run, [switched])
    return find_run(conn, run_id).run, written


def _model_of(conn: Connection, run: Run) -> dict[str, str]:
    """What the run would have gone on with; empty words where that was not chosen yet."""
    if run.request.provider and run.request.model:
        return {"provider": run.request.provider, "model": run.request.model}
    state = load_state(conn, find_turn(conn, run.id))
    return {"provider": state.provider or run.request.provider or "", "model": state.model}


def _words(model: dict[str, str]) -> str:
    return f"{model['provider'] or 'not chosen yet'} {model['model']}".strip()


def _go_on(conn: Connection, run: Run, note: EventDraft, gate: EventDraft | None) -> tuple[Run, list[Event]]:
    status = RunStatus.WAITING if gate else RunStatus.QUEUED
    change_run(conn, run.id, epoch=run.epoch, status=status, cancel_requested=False, **FREE)
    written = write_events(conn, run, [note, gate] if gate else [note])
    return find_run(conn, run.id).run, written

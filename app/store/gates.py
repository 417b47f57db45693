"""Gates: opening, superseding, and the one decision that each may get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from app.domain.artifacts import Artifact
from app.domain.claims import GateDraft
from app.domain.decisions import Decision, DecisionKind, Gate
from app.domain.events import Event, EventDraft, EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.store.blobs import artifact_blobs, put_blobs
from app.store.event_log import write_events
from app.store.runs import change_run, find_run, lock_run
from app.store.schema import gates
from app.store.texts import new_id
from app.store.turns import find_turn, load_state

_SAID: Final = {
    DecisionKind.APPROVE: "Approved",
    DecisionKind.REVISE: "Changes requested",
    DecisionKind.REJECT: "Rejected",
    DecisionKind.EDIT: "Files edited",
}


def open_gate(conn: Connection, run: Run, turn: int, draft: GateDraft) -> EventDraft:
    """A new gate of the run at the end of `turn`; the event that has to be written for it."""
    gate = Gate(
        id=new_id(),
        session_id=run.session_id,
        run_id=run.id,
        turn=turn,
        artifact_hash=draft.artifact_hash,
        summary=draft.summary,
        opened=datetime.now(UTC),
    )
    insert_gate(conn, gate)
    return EventDraft(
        type=EventType.GATE_OPENED,
        message=f"Waiting for your decision: {gate.summary}",
        turn=turn,
        data={
            "gate_id": gate.id,
            "artifact_hash": gate.artifact_hash,
            "summary": gate.summary,
            "doubt": draft.doubt,
        },
    )


def insert_gate(conn: Connection, gate: Gate) -> None:
    """Insert a gate as it is."""
    decision = gate.decision.model_dump(mode="json") if gate.decision else None
    conn.execute(insert(gates).values(**{**dict(gate), "decision": decision}))


def reopen_gate(conn: Connection, run: Run, turn: int) -> EventDraft | None:
    """Put a fresh gate in place of the one that `turn` ended at, decided or not; None if it had none.

    Fresh, so that every reader of the log sees it open, and no answer to the old one counts.
    """
    old = standing_gate(conn, run.id, turn)
    if old is None:
        return None
    supersede(conn, gates.c.id == old.id)
    return open_gate(conn, run, turn, GateDraft(old.artifact_hash, old.summary))


def supersede(conn: Connection, *which: ColumnElement[bool]) -> None:
    """These gates can no longer be decided, and their decisions count no more."""
    conn.execute(update(gates).where(*which).values(superseded=True))


def supersede_after(conn: Connection, run_id: str, turn: int) -> None:
    """Supersede the gates of later turns."""
    supersede(conn, gates.c.run_id == run_id, gates.c.turn > turn)


def standing_gate(conn: Connection, run_id: str, turn: int) -> Gate | None:
    """The gate that `turn` ended at, decided or not, unless it was superseded."""
    query = select(gates).where(gates.c.run_id == run_id, gates.c.turn == turn, ~gates.c.superseded)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else _gate(row)


def standing_gates(conn: Connection, run_id: str, before: int) -> list[Gate]:
    """The gates of turns before `before` that were not superseded, in order."""
    query = select(gates).where(gates.c.run_id == run_id, gates.c.turn < before, ~gates.c.superseded)
    return [_gate(row) for row in conn.execute(query.order_by(gates.c.turn)).mappings()]


def find_gate(conn: Connection, gate_id: str) -> Gate:
    """Raises AppError(not_found)."""
    row = conn.execute(select(gates).where(gates.c.id == gate_id)).mappings().one_or_none()
    if row is None:
        raise AppError(ErrorKind.NOT_FOUND, f"There is no gate {gate_id}.", "Reload.")
    return _gate(row)


def waiting_gate(conn: Connection, run_id: str) -> Gate | None:
    """The gate that the run waits at. Raises AppError(not_found) for an unknown run."""
    if find_run(conn, run_id).run.status is not RunStatus.WAITING:
        return None
    standing = (gates.c.run_id == run_id, ~gates.c.superseded, gates.c.decision.is_(None))
    row = conn.execute(select(gates).where(*standing)).mappings().one_or_none()
    return None if row is None else _gate(row)


def decide(conn: Connection, gate_id: str, artifact_hash: str, decision: Decision) -> Event:
    """Compare and swap: only an open gate, for the version it offers or another checked one of the run.

    Raises AppError(conflict).
    """
    gate = find_gate(conn, gate_id)
    run = lock_run(conn, gate.run_id).run
    if artifact_hash != gate.artifact_hash and _was_checked(conn, run, artifact_hash):
        decision = decision.model_copy(update={"artifact_hash": artifact_hash})
        offered = gate.artifact_hash
    else:
        offered = artifact_hash
    return _answer(conn, gate_id, run, offered, decision)


def propose(conn: Connection, gate_id: str, artifact: Artifact, decision: Decision) -> Event:
    """Answer an open gate with a version of the user's own: its files are kept from now on.

    Raises AppError(conflict) also where the same bytes are a version of the run already, or the version that
    was edited is none of the run's.
    """
    gate = find_gate(conn, gate_id)
    run = lock_run(conn, gate.run_id).run
    event = _answer(conn, gate_id, run, gate.artifact_hash, decision)
    state = load_state(conn, find_turn(conn, run.id))
    if (same := state.version_of(artifact.hash)) is not None:
        raise AppError(
            ErrorKind.CONFLICT, f"These are the very files of version {same}.", "Decide on that version."
        )
    if state.version_of(decision.base) is None:
        raise AppError(
            ErrorKind.CONFLICT,
            f"The version that was edited ({decision.base[:12]}) is none of this run's.",
            "Reload and look again.",
        )
    put_blobs(conn, run.id, artifact_blobs(artifact))
    return event


def _answer(conn: Connection, gate_id: str, run: Run, offered: str, decision: Decision) -> Event:
    """offered: hash of the version that the gate must be offering. Raises AppError(conflict)."""
    if run.status is not RunStatus.WAITING or not _swap(conn, gate_id, offered, decision):
        raise _undecidable(find_gate(conn, gate_id), run, offered)
    # Whoever decides wants the run to go on: a wish to cancel from before the gate is over.
    change_run(conn, run.id, status=RunStatus.QUEUED, cancel_requested=False)
    return write_events(conn, run, [_decided(find_gate(conn, gate_id), decision)])[0]


def _was_checked(conn: Connection, run: Run, artifact_hash: str) -> bool:
    """Whether it is a version of the run that has a report."""
    return any(v.artifact_hash == artifact_hash for v in load_state(conn, find_turn(conn, run.id)).versions)


def _swap(conn: Connection, gate_id: str, artifact_hash: str, decision: Decision) -> bool:
    expected = (
        gates.c.id == gate_id,
        gates.c.decision.is_(None),
        ~gates.c.superseded,
        gates.c.artifact_hash == artifact_hash,
    )
    swap = update(gates).where(*expected).values(decision=decision.model_dump(mode="json"))
    return conn.execute(swap).rowcount == 1


def _undecidable(gate: Gate, run: Run, artifact_hash: str) -> AppError:
    if gate.decision is not None:
        why = f"This gate was already decided: {gate.decision.kind}."
    elif gate.superseded:
        why = "This gate was superseded by a newer one."
    elif gate.artifact_hash != artifact_hash:
        why = f"The version shown ({artifact_hash[:12]}) is not the one waiting ({gate.artifact_hash[:12]})."
    else:
        why = f"The run is not waiting for a decision; it is {run.status}."
    return AppError(ErrorKind.CONFLICT, why, "Reload and look again.")


def _decided(gate: Gate, decision: Decision) -> EventDraft:
    override = " although not verified" if decision.override else ""
    override += f", {len(decision.confirmed)} findings accepted" if decision.confirmed else ""
    feedback = f": {decision.feedback}" if decision.feedback else ""
    data = {
        "gate_id": gate.id,
        "artifact_hash": decision.artifact_hash or gate.artifact_hash,
        "decision": decision.kind.value,
        "confirmed": list(decision.confirmed),
        **({"base": decision.base} if decision.base else {}),
    }
    return EventDraft(
        type=EventType.GATE_DECIDED,
        message=f"{_SAID[decision.kind]}{override}{feedback}",
        turn=gate.turn,
        data={**data, "feedback": decision.feedback, "by": decision.by, "override": decision.override},
    )


def _gate(row: RowMapping) -> Gate:
    return Gate.model_validate(dict(row))

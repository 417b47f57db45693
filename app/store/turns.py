"""Turns: the saved state after each, and which of them count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import Connection, RowMapping, insert, select, update

from app.domain.artifacts import Artifact, sha256_hex
from app.domain.claims import TurnRecord
from app.domain.runs import Run, RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.store.blobs import artifact_blobs, get_blob, put_blobs
from app.store.event_log import last_seq
from app.store.schema import to_json, turns


def save_turn(
    conn: Connection,
    run: Run,
    state: RunState,
    status: RunStatus,
    *,
    agent: str,
    keep: Sequence[Artifact] = (),
) -> None:
    """The turn's row under the run's epoch, its state as a blob, its artifacts as blobs.

    The turn's events are written already: the row points at the session's newest event.
    """
    saved = to_json(state.model_dump(mode="json")).encode()
    artifacts = [*keep, *([state.artifact] if state.artifact else [])]
    put_blobs(conn, run.id, [saved, *(part for a in artifacts for part in artifact_blobs(a))])
    row = {
        "run_id": run.id,
        "turn": state.turn,
        "epoch": run.epoch,
        "agent": agent,
        "next_round": state.round,
        "status": status,
        "artifact_hash": state.artifact.hash if state.artifact else None,
        "state": sha256_hex(saved),
        "seq": last_seq(conn, run.session_id),
    }
    conn.execute(insert(turns).values(**row))


def counted(conn: Connection, run_id: str) -> list[RowMapping]:
    """Rows of the turns that count, turn 0 being the start, in order. Empty for an unknown run."""
    query = select(turns).where(turns.c.run_id == run_id, turns.c.counts).order_by(turns.c.turn)
    return list(conn.execute(query).mappings())


def find_turn(conn: Connection, run_id: str, turn: int | None = None) -> RowMapping:
    """The row of `turn`, by default the last that counts. Raises AppError(not_found)."""
    query = select(turns).where(turns.c.run_id == run_id, turns.c.counts)
    if turn is not None:
        query = query.where(turns.c.turn == turn)
    row = conn.execute(query.order_by(turns.c.turn.desc()).limit(1)).mappings().one_or_none()
    if row is None:
        what = "" if turn is None else f" turn {turn}, finished and not rewound, of"
        raise AppError(ErrorKind.NOT_FOUND, f"There is no{what} run {run_id}.", "Look at the run's turns.")
    return row


def load_state(conn: Connection, row: RowMapping) -> RunState:
    """The state saved with a turn's row. Raises AppError(internal) where it was damaged."""
    return RunState.model_validate_json(get_blob(conn, row["state"]))


def list_turns(conn: Connection, run_id: str) -> list[TurnRecord]:
    """The finished turns that count, from 1, in order."""
    return [
        TurnRecord(
            turn=row["turn"],
            agent=row["agent"],
            round=before["next_round"],
            epoch=row["epoch"],
            status=RunStatus(row["status"]),
            artifact_hash=row["artifact_hash"],
            seq=row["seq"],
        )
        for before, row in pairwise(counted(conn, run_id))
    ]


def drop_turns_after(conn: Connection, run_id: str, turn: int) -> None:
    """Later turns count no more; they stay in the table."""
    conn.execute(update(turns).where(turns.c.run_id == run_id, turns.c.turn > turn).values(counts=False))

"""Forking: a copy of a run, as it was at the end of a turn, in a session of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, insert

from app.domain.claims import GateDraft
from app.domain.events import Event, EventDraft, EventType
from app.domain.runs import Run, RunStatus
from app.store.blobs import share_blobs
from app.store.calls import copy_calls
from app.store.event_log import insert_copies, read_events, write_events
from app.store.gates import insert_gate, open_gate, standing_gate, standing_gates
from app.store.runs import insert_run, lock_run
from app.store.schema import turns
from app.store.sessions import insert_session, title_and_owner
from app.store.texts import as_title, folded, new_id
from app.store.turns import counted, find_turn
from app.store.work import created_draft

_GATE_EVENTS = (EventType.GATE_OPENED, EventType.GATE_DECIDED)


@dataclass(frozen=True)
class _Past:
    """What is copied of a run: the rows of its turns up to one, and the gates of the turns before that.

    gate_ids: id of the copy by id of the gate.
    """

    turns: Sequence[RowMapping]
    gate_ids: dict[str, str]

    def keeps(self, event: Event) -> bool:
        """Whether the event belongs to what counts.

        A turn that counts was written under exactly one epoch; whatever else carries its number is of
        an attempt that was dropped. Of the events of no turn, only the beginning and the end count.
        """
        last = self.turns[-1]
        if event.type in _GATE_EVENTS:
            return event.data["gate_id"] in self.gate_ids
        if event.type is EventType.RUN_FINISHED:
            return event.epoch == last["epoch"] and RunStatus(last["status"]).final
        if event.turn is None:
            return event.type is EventType.RUN_CREATED
        return any((event.turn, event.epoch) == (row["turn"], row["epoch"]) for row in self.turns)


def fork(conn: Connection, run_id: str, turn: int, title: str) -> tuple[Run, list[Event]]:
    """The new run, as it was at the end of `turn`: waiting, with a fresh gate, if that turn ended at one.

    Raises AppError(not_found) for a turn that is not finished or was rewound.
    """
    source = lock_run(conn, run_id).run
    last = find_turn(conn, run_id, turn)
    run = _insert_copy(conn, source, RunStatus(last["status"]), title)
    share_blobs(conn, source.id, run.id)
    past = _Past(
        [row for row in counted(conn, source.id) if row["turn"] <= turn], _copy_gates(conn, source, run, turn)
    )
    kept = [e for e in read_events(conn, source.session_id, upto=last["seq"]) if e.run_id == source.id]
    kept = [event for event in kept if past.keeps(event)]
    insert_copies(conn, run.session_id, [_copied(e, seq, run, past) for seq, e in enumerate(kept, 1)])
    _copy_turns(conn, run, past, [event.seq for event in kept])
    copy_calls(conn, source, run, turn)
    title, _ = title_and_owner(conn, source.session_id)
    drafts = [_note(source, turn, title), *_fresh_gate(conn, source, run, turn)]
    return run, write_events(conn, run, drafts)


def _insert_copy(conn: Connection, source: Run, status: RunStatus, title: str) -> Run:
    old_title, owner = title_and_owner(conn, source.session_id)
    changes = {
        "id": new_id(),
        "session_id": insert_session(conn, as_title(title or f"{old_title} (fork)"), owner),
        "number": 1,
        "status": status,
        "epoch": source.epoch + 1,
        "created": datetime.now(UTC),
        "cancel_requested": False,
    }
    run = source.model_copy(update=changes)
    insert_run(conn, run, folded(run.request.requirements))
    return run


def _copy_gates(conn: Connection, source: Run, run: Run, before: int) -> dict[str, str]:
    ids: dict[str, str] = {}
    for gate in standing_gates(conn, source.id, before):
        ids[gate.id] = new_id()
        own = {"id": ids[gate.id], "session_id": run.session_id, "run_id": run.id}
        insert_gate(conn, gate.model_copy(update=own))
    return ids


def _copied(event: Event, seq: int, run: Run, past: _Past) -> Event:
    own: dict[str, object] = {"session_id": run.session_id, "run_id": run.id, "seq": seq}
    if event.type in _GATE_EVENTS:
        own["data"] = {**event.data, "gate_id": past.gate_ids[event.data["gate_id"]]}
    elif event.type is EventType.RUN_CREATED:
        created = created_draft(run)
        own |= {"message": created.message, "data": created.data}
    return event.model_copy(update=own)


def _copy_turns(conn: Connection, run: Run, past: _Past, old_seqs: Sequence[int]) -> None:
    """old_seqs: numbers in the source of the events copied, in order; their places are the new numbers."""
    rows = [{**row, "run_id": run.id, "seq": bisect_right(old_seqs, row["seq"])} for row in past.turns]
    conn.execute(insert(turns), rows)


def _note(source: Run, turn: int, title: str) -> EventDraft:
    origin = {"session_id": source.session_id, "run_id": source.id, "turn": turn, "title": title}
    place = f"turn {turn}" if turn else "the start"
    return EventDraft(
        type=EventType.NOTE, message=f"Forked from {place} of another run", data={"forked_from": origin}
    )


def _fresh_gate(conn: Connection, source: Run, run: Run, turn: int) -> list[EventDraft]:
    gate = standing_gate(conn, source.id, turn)
    return [open_gate(conn, run, turn, GateDraft(gate.artifact_hash, gate.summary))] if gate else []

from __future__ import annotations

from app.domain.decisions import Decision, DecisionKind
from app.domain.events import EventType
from app.domain.projection import fold
from app.domain.runs import RunStatus
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import (
    REQUEST,
    alive,
    begin_turn,
    dead,
    must_claim,
    play_turn,
    refused,
    run_at_gate,
)

REVISE = Decision(kind=DecisionKind.REVISE, feedback="shorter")


def test_a_fork_is_the_run_up_to_a_turn_in_a_session_of_its_own(store: SqlStore) -> None:
    run = store.start_run(REQUEST, title="Intervals", owner="ann")
    states = [play_turn(store, run.id, content=f"x = {n}\n") for n in range(3)]
    fork = store.fork(run.id, 2)
    assert fork.session_id != run.session_id
    assert (fork.number, fork.status, fork.request) == (1, RunStatus.QUEUED, run.request)
    assert fork == store.run(fork.id)
    assert store.session(fork.session_id, owners=["ann"]).title == "Intervals (fork)"
    assert [r.turn for r in store.turns(fork.id)] == [1, 2]
    assert [store.state(fork.id, n) for n in (1, 2)] == states[:2]
    assert must_claim(store, fork.id).state == states[1]
    assert [r.turn for r in store.turns(run.id)] == [1, 2, 3]


def test_a_fork_may_have_a_title(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    assert store.session(store.fork(run.id, 0, "Another way").session_id).title == "Another way"


def test_a_fork_has_the_events_of_those_turns_from_number_one(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    for _ in range(3):
        play_turn(store, run.id)
    fork = store.fork(run.id, 2)
    old = [e for e in store.events(run.session_id) if e.turn != 3]
    *copied, note = store.events(fork.session_id)
    assert [e.seq for e in (*copied, note)] == list(range(1, len(copied) + 2))
    own = {"session_id": fork.session_id, "run_id": fork.id}
    assert copied == [e.model_copy(update={**own, "seq": n}) for n, e in enumerate(old, 1)]
    assert note.type is EventType.NOTE
    assert note.data == {
        "forked_from": {
            "session_id": run.session_id,
            "run_id": run.id,
            "turn": 2,
            "title": "Merge overlapping intervals",
        }
    }
    ends = [e.seq for e in copied if e.type is EventType.TURN_FINISHED]
    assert [r.seq for r in store.turns(fork.id)] == ends


def test_dropped_attempts_are_not_copied(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    begin_turn(store, must_claim(store, run.id))  # interrupted
    play_turn(store, run.id)
    play_turn(store, run.id)
    store.rewind(run.id, 1, alive)
    store.end_run(must_claim(store, run.id), RunStatus.CANCELLED, [])
    store.reopen(run.id, alive)
    play_turn(store, run.id)
    copied = store.events(store.fork(run.id, 2).session_id)
    epochs = {(e.turn, e.epoch) for e in copied if e.turn}
    assert epochs == {(r.turn, r.epoch) for r in store.turns(run.id)}
    assert [e.type for e in copied if e.turn is None] == [EventType.RUN_CREATED, EventType.NOTE]


def test_other_runs_of_the_session_are_not_copied(store: SqlStore) -> None:
    first = store.start_run(REQUEST)
    play_turn(store, first.id, RunStatus.APPROVED)
    second = store.start_run(REQUEST, session_id=first.session_id)
    play_turn(store, second.id)
    fork = store.fork(second.id, 1)
    assert [r.id for r in store.runs(fork.session_id)] == [fork.id]
    copied = store.events(fork.session_id)
    assert {e.run_id for e in copied} == {fork.id}
    assert (copied[0].message[:6], copied[0].data["number"]) == ("Run 1:", 1)


def test_a_fork_at_a_gate_asks_afresh_and_leaves_the_other_alone(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    fork = store.fork(run.id, 3)
    fresh = store.open_gate(fork.id)
    assert fork.status is RunStatus.WAITING
    assert fresh is not None
    assert fresh.id != gate.id
    assert (fresh.session_id, fresh.turn, fresh.artifact_hash) == (fork.session_id, 3, gate.artifact_hash)
    shown = fold(store.events(fork.session_id))[fork.id].gate
    assert shown is not None
    assert shown.data["gate_id"] == fresh.id
    store.decide(fresh.id, fresh.artifact_hash, REVISE)
    assert store.open_gate(run.id) == gate
    assert must_claim(store, fork.id).state.decision == REVISE


def test_decided_gates_before_that_turn_are_copied_under_new_ids(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, REVISE)
    play_turn(store, run.id)
    fork = store.fork(run.id, 4)
    gate_events = [e for e in store.events(fork.session_id) if e.data.get("gate_id")]
    assert [e.type for e in gate_events] == [EventType.GATE_OPENED, EventType.GATE_DECIDED]
    (copy,) = {e.data["gate_id"] for e in gate_events}
    assert copy != gate.id
    assert store.gate(copy).decision == REVISE
    assert store.gate(copy).run_id == fork.id
    assert store.rewind(fork.id, 3, alive).status is RunStatus.WAITING


def test_superseded_gates_are_not_copied(store: SqlStore) -> None:
    run, _ = run_at_gate(store)
    store.rewind(run.id, 3, alive)
    gate = store.open_gate(run.id)
    assert gate is not None
    store.decide(gate.id, gate.artifact_hash, REVISE)
    play_turn(store, run.id)
    copied = store.events(store.fork(run.id, 4).session_id)
    assert [e.type for e in copied if e.data.get("gate_id")] == [
        EventType.GATE_OPENED,
        EventType.GATE_DECIDED,
    ]


def test_a_fork_at_the_end_is_ended_and_can_be_followed(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, Decision(kind=DecisionKind.APPROVE))
    play_turn(store, run.id, RunStatus.APPROVED)
    fork = store.fork(run.id, 4)
    assert fork.status is RunStatus.APPROVED
    assert fold(store.events(fork.session_id))[fork.id].finished is not None
    assert store.start_run(REQUEST, session_id=fork.session_id).number == 2


def test_a_fork_outlives_its_origin(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    fork = store.fork(run.id, 3)
    store.delete(run.session_id, dead)
    assert store.artifact(gate.artifact_hash).files
    assert store.state(fork.id).turn == 3


def test_a_fork_has_a_higher_epoch_than_anything_copied(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id)
    fork = store.fork(run.id, 1)
    assert fork.epoch > max(e.epoch for e in store.events(run.session_id))


def test_a_turn_that_is_not_there_cannot_be_forked(store: SqlStore) -> None:
    run, _ = run_at_gate(store)
    with refused(ErrorKind.NOT_FOUND, "turn 9"):
        store.fork(run.id, 9)
    assert len(store.sessions()) == 1

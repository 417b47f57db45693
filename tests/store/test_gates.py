from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.domain.decisions import Decision, DecisionKind
from app.domain.events import Event, EventType
from app.domain.runs import RunStatus
from app.errors import AppError, ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import alive, code, play_turn, refused, run_at_gate

APPROVE = Decision(kind=DecisionKind.APPROVE)


def test_a_decision_is_written_once_and_queues_the_run(store: SqlStore, other: SqlStore) -> None:
    run, gate = run_at_gate(store)
    decision = Decision(kind=DecisionKind.REVISE, feedback="shorter \0", by="user")
    event = store.decide(gate.id, gate.artifact_hash, decision)
    assert event == other.events(run.session_id)[-1]
    assert (event.type, event.turn) == (EventType.GATE_DECIDED, 3)
    assert event.data == {
        "gate_id": gate.id,
        "artifact_hash": gate.artifact_hash,
        "decision": "revise",
        "feedback": "shorter \0",
        "by": "user",
        "override": False,
        "confirmed": [],
    }
    assert other.gate(gate.id).decision == decision
    assert other.run(run.id).status is RunStatus.QUEUED
    assert other.open_gate(run.id) is None


def test_an_override_is_recorded(store: SqlStore) -> None:
    _, gate = run_at_gate(store)
    event = store.decide(gate.id, gate.artifact_hash, APPROVE.model_copy(update={"override": True}))
    assert event.data["override"] is True
    assert "not verified" in event.message


@pytest.mark.parametrize("_round", range(3))
def test_of_eight_deciders_one_wins(store: SqlStore, other: SqlStore, _round: int) -> None:
    run, gate = run_at_gate(store)
    start = Barrier(8)

    def decide(n: int) -> Event | AppError:
        start.wait()
        decision = Decision(kind=list(DecisionKind)[n % 3], by=f"user {n}")
        try:
            return (store if n % 2 else other).decide(gate.id, gate.artifact_hash, decision)
        except AppError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(decide, range(8)))
    (won,) = [r for r in results if isinstance(r, Event)]
    lost = [r for r in results if isinstance(r, AppError)]
    decided = store.gate(gate.id).decision
    assert decided is not None
    assert decided.by == won.data["by"]
    assert {(e.kind, "already decided" in e.message) for e in lost} == {(ErrorKind.CONFLICT, True)}
    events = [e for e in store.events(run.session_id) if e.type is EventType.GATE_DECIDED]
    assert events == [won]


def test_only_the_version_that_was_shown_can_be_decided(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    with refused(ErrorKind.CONFLICT, "is not the one waiting"):
        store.decide(gate.id, code("something else\n").hash, APPROVE)
    assert store.open_gate(run.id) == gate
    assert store.run(run.id).status is RunStatus.WAITING


def test_a_decided_gate_says_how_it_was_decided(store: SqlStore) -> None:
    _, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, Decision(kind=DecisionKind.REJECT))
    with refused(ErrorKind.CONFLICT, "already decided: reject"):
        store.decide(gate.id, gate.artifact_hash, APPROVE)


def test_a_superseded_gate_cannot_be_decided(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.rewind(run.id, 3, alive)
    with refused(ErrorKind.CONFLICT, "superseded"):
        store.decide(gate.id, gate.artifact_hash, APPROVE)


def test_the_gate_of_a_cancelled_run_cannot_be_decided(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.request_cancel(run.id, alive)
    assert store.open_gate(run.id) is None
    with refused(ErrorKind.CONFLICT, "cancelled"):
        store.decide(gate.id, gate.artifact_hash, APPROVE)


def test_each__roundhas_its_own_gate(store: SqlStore) -> None:
    run, first = run_at_gate(store)
    store.decide(first.id, first.artifact_hash, Decision(kind=DecisionKind.REVISE))
    play_turn(store, run.id)
    play_turn(store, run.id, RunStatus.WAITING, "better = 1\n")
    second = store.open_gate(run.id)
    assert second is not None
    assert (second.turn, second.artifact_hash) == (5, code("better = 1\n").hash)
    with refused(ErrorKind.CONFLICT, "already decided"):
        store.decide(first.id, first.artifact_hash, APPROVE)


def test_an_unknown_gate_is_not_found(store: SqlStore) -> None:
    with refused(ErrorKind.NOT_FOUND):
        store.decide("nothing", code().hash, APPROVE)
    with refused(ErrorKind.NOT_FOUND):
        store.gate("nothing")


def edited(base: str, content: str = "mine = 1\n") -> Decision:
    return Decision(kind=DecisionKind.EDIT, feedback="changed", artifact_hash=code(content).hash, base=base)


def test_an_edit_keeps_its_files_and_answers_the_gate(store: SqlStore, other: SqlStore) -> None:
    run, gate = run_at_gate(store)
    event = store.propose(gate.id, code("mine = 1\n"), edited(gate.artifact_hash))
    assert event.data["artifact_hash"] == code("mine = 1\n").hash
    assert event.data["base"] == gate.artifact_hash
    assert other.artifact(code("mine = 1\n").hash, run.session_id) == code("mine = 1\n")
    assert other.run(run.id).status is RunStatus.QUEUED
    with refused(ErrorKind.CONFLICT, "already decided: edit"):
        store.decide(gate.id, gate.artifact_hash, APPROVE)


def test_an_edit_that_is_refused_leaves_no_trace(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    before = store.last_seq(run.session_id)
    with refused(ErrorKind.CONFLICT, "the very files of version 0"):
        store.propose(gate.id, code(), edited(gate.artifact_hash, "x = 1\n"))
    with refused(ErrorKind.CONFLICT, "none of this run's"):
        store.propose(gate.id, code("mine = 1\n"), edited(code("other = 1\n").hash))
    assert (store.open_gate(run.id), store.last_seq(run.session_id)) == (gate, before)
    with refused(ErrorKind.NOT_FOUND):
        store.artifact(code("mine = 1\n").hash)

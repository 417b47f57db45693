from __future__ import annotations

import pytest

from app.domain.claims import Claim
from app.domain.decisions import Decision, DecisionKind
from app.domain.events import EventType
from app.domain.projection import fold
from app.domain.runs import RunStatus
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import (
    LEASE,
    REQUEST,
    alive,
    begin_turn,
    claimed,
    dead,
    delta,
    must_claim,
    play_turn,
    refused,
    run_at_gate,
)

REVISE = Decision(kind=DecisionKind.REVISE)


def turn_numbers(store: SqlStore, run_id: str) -> list[int]:
    return [record.turn for record in store.turns(run_id)]


# Cancelling


def test_a_worker_is_asked_to_stop(store: SqlStore, other: SqlStore) -> None:
    claim = claimed(store)
    assert store.renew(claim, LEASE) is False
    run = other.request_cancel(claim.run.id, alive)
    assert (run.status, run.cancel_requested) == (RunStatus.RUNNING, True)
    assert store.renew(claim, LEASE) is True
    assert len(store.events(run.session_id)) == 1


@pytest.mark.parametrize("where", ["queued", "waiting", "orphaned"])
def test_a_run_that_nobody_holds_ends_at_once(store: SqlStore, where: str) -> None:
    if where == "waiting":
        run_id = run_at_gate(store)[0].id
    elif where == "orphaned":
        run_id = claimed(store).run.id
    else:
        run_id = store.start_run(REQUEST).id
    run = store.request_cancel(run_id, dead)
    assert run.status is RunStatus.CANCELLED
    finished = store.events(run.session_id)[-1]
    assert (finished.type, finished.data) == (EventType.RUN_FINISHED, {"status": "cancelled"})
    assert store.claimable(dead) == []


def test_the_late_owner_of_a_cancelled_run_is_fenced_off(store: SqlStore) -> None:
    claim = claimed(store)
    store.request_cancel(claim.run.id, dead)
    with refused(ErrorKind.FENCED):
        store.append(claim, [delta()])


def test_what_has_ended_cannot_be_cancelled(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    store.request_cancel(run.id, alive)
    with refused(ErrorKind.CONFLICT, "cancelled"):
        store.request_cancel(run.id, alive)


def test_a_decision_is_newer_than_a_wish_to_cancel(store: SqlStore) -> None:
    """The wish came while the turn ended at its gate, too late for the worker to see it."""
    run = store.start_run(REQUEST)
    claim = must_claim(store, run.id)
    store.request_cancel(run.id, alive)
    store.release(claim)
    play_turn(store, run.id, RunStatus.WAITING)
    gate = store.open_gate(run.id)
    assert gate is not None
    store.decide(gate.id, gate.artifact_hash, REVISE)
    assert store.renew(must_claim(store, run.id), LEASE) is False


# Going on


@pytest.mark.parametrize("status", [RunStatus.CANCELLED, RunStatus.BUDGET, RunStatus.FAILED])
def test_an_ended_run_can_be_continued(store: SqlStore, status: RunStatus) -> None:
    run = store.start_run(REQUEST)
    state = play_turn(store, run.id)
    store.end_run(must_claim(store, run.id), status, [])
    reopened = store.reopen(run.id, alive)
    assert (reopened.status, reopened.cancel_requested) == (RunStatus.QUEUED, False)
    note = store.events(run.session_id)[-1]
    assert (note.type, note.message) == (EventType.NOTE, "Run continued")
    assert must_claim(store, run.id).state == state


def test_a_run_cancelled_at_a_gate_waits_again_at_a_fresh_one(store: SqlStore) -> None:
    run, old = run_at_gate(store)
    store.request_cancel(run.id, alive)
    assert store.reopen(run.id, alive).status is RunStatus.WAITING
    fresh = store.open_gate(run.id)
    assert fresh is not None
    assert fresh.id != old.id
    assert (fresh.turn, fresh.artifact_hash, fresh.summary) == (old.turn, old.artifact_hash, old.summary)
    with refused(ErrorKind.CONFLICT, "superseded"):
        store.decide(old.id, old.artifact_hash, REVISE)
    store.decide(fresh.id, fresh.artifact_hash, REVISE)
    view = fold(store.events(run.session_id))[run.id]
    assert view.decisions[-1].data["gate_id"] == fresh.id


def test_a_decision_not_yet_spoken_survives_a_failure(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, REVISE)
    store.end_run(must_claim(store, run.id), RunStatus.FAILED, [])
    assert store.reopen(run.id, alive).status is RunStatus.QUEUED
    assert must_claim(store, run.id).state.decision == REVISE


@pytest.mark.parametrize("status", [RunStatus.APPROVED, RunStatus.REJECTED])
def test_a_decided_run_cannot_be_continued(store: SqlStore, status: RunStatus) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id, status)
    with refused(ErrorKind.CONFLICT, status.value):
        store.reopen(run.id, alive)


def test_a_run_that_goes_on_already_cannot_be_continued(store: SqlStore) -> None:
    with refused(ErrorKind.CONFLICT, "being worked on"):
        store.reopen(claimed(store).run.id, alive)
    with refused(ErrorKind.CONFLICT, "waiting"):
        store.reopen(run_at_gate(store)[0].id, alive)


# Going back


def test_rewinding_drops_the_later_turns(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    states = [play_turn(store, run.id, content=f"x = {n}\n") for n in range(4)]
    epoch = store.run(run.id).epoch
    rewound = store.rewind(run.id, 2, alive)
    assert (rewound.status, rewound.epoch) == (RunStatus.QUEUED, epoch + 1)
    assert turn_numbers(store, run.id) == [1, 2]
    assert store.state(run.id) == states[1]
    note = store.events(run.session_id)[-1]
    assert (note.type, note.message) == (EventType.NOTE, "Rewound to turn 2")
    assert (note.data, note.epoch) == ({"rewind_to": 2}, epoch + 1)
    with refused(ErrorKind.NOT_FOUND, "turn 3"):
        store.state(run.id, 3)


def test_after_rewinding_the_turns_are_played_anew(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    for _ in range(3):
        play_turn(store, run.id)
    store.rewind(run.id, 1, alive)
    state = play_turn(store, run.id, content="again = 1\n")
    assert turn_numbers(store, run.id) == [1, 2]
    assert store.state(run.id, 2) == state
    view = fold(store.events(run.session_id))[run.id]
    assert [(t.turn, t.text) for t in view.turns.values()] == [(1, "turn 1 epoch 1"), (2, "turn 2 epoch 5")]


def test_rewinding_to_the_start(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    assert store.rewind(run.id, 0, alive).status is RunStatus.QUEUED
    assert turn_numbers(store, run.id) == []
    assert store.open_gate(run.id) is None
    assert store.gate(gate.id).superseded
    assert must_claim(store, run.id).state.turn == 0


def test_rewinding_to_a_gate_asks_again(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, REVISE)
    play_turn(store, run.id)
    play_turn(store, run.id, RunStatus.WAITING)
    assert store.rewind(run.id, 3, alive).status is RunStatus.WAITING
    fresh = store.open_gate(run.id)
    assert fresh is not None
    assert (fresh.turn, fresh.artifact_hash, fresh.decision) == (3, gate.artifact_hash, None)
    events = store.events(run.session_id)
    assert [e.type for e in events[-2:]] == [EventType.NOTE, EventType.GATE_OPENED]
    assert events[-1].data["gate_id"] == fresh.id
    store.decide(fresh.id, fresh.artifact_hash, REVISE)
    assert must_claim(store, run.id).state.decision == REVISE


def test_a_turn_played_anew_without_a_gate_has_none(store: SqlStore) -> None:
    run, _ = run_at_gate(store)
    store.rewind(run.id, 2, alive)
    play_turn(store, run.id)
    play_turn(store, run.id)
    assert store.rewind(run.id, 3, alive).status is RunStatus.QUEUED


def test_a_run_being_worked_on_is_not_rewound(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id)
    claim = must_claim(store, run.id)
    with refused(ErrorKind.CONFLICT, "being worked on"):
        store.rewind(run.id, 0, alive)
    begin_turn(store, claim)
    store.rewind(run.id, 0, dead)
    _assert_fenced(store, claim)


def _assert_fenced(store: SqlStore, claim: Claim) -> None:
    with refused(ErrorKind.FENCED):
        store.append(claim, [delta()])


def test_there_is_no_going_back_to_what_never_was(store: SqlStore) -> None:
    run, _ = run_at_gate(store)
    with refused(ErrorKind.NOT_FOUND, "turn 4"):
        store.rewind(run.id, 4, alive)
    store.rewind(run.id, 1, alive)
    with refused(ErrorKind.NOT_FOUND, "turn 2"):
        store.rewind(run.id, 2, alive)


def test_a_finished_run_can_be_taken_back_before_its_end(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.decide(gate.id, gate.artifact_hash, Decision(kind=DecisionKind.APPROVE))
    play_turn(store, run.id, RunStatus.APPROVED)
    with refused(ErrorKind.CONFLICT, "ended with turn 4"):
        store.rewind(run.id, 4, alive)
    assert store.rewind(run.id, 3, alive).status is RunStatus.WAITING
    assert fold(store.events(run.session_id))[run.id].finished is None


def test_only_the_newest_run_of_a_session_goes_on(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id)
    store.request_cancel(run.id, alive)
    store.start_run(REQUEST, session_id=run.session_id)
    with refused(ErrorKind.CONFLICT, "followed by another"):
        store.rewind(run.id, 1, alive)
    with refused(ErrorKind.CONFLICT, "followed by another"):
        store.reopen(run.id, alive)


# Switching the model


@pytest.mark.parametrize("where", ["queued", "held", "waiting", "cancelled"])
def test_the_model_is_switched_wherever_the_run_stands(store: SqlStore, other: SqlStore, where: str) -> None:
    run = run_at_gate(store)[0] if where == "waiting" else store.start_run(REQUEST)
    claim = must_claim(store, run.id) if where == "held" else None
    if where == "cancelled":
        store.request_cancel(run.id, dead)
    before = store.run(run.id)
    switched = other.switch_model(run.id, "openai", "gpt")
    assert switched == store.run(run.id)
    assert (switched.request.provider, switched.request.model) == ("openai", "gpt")
    unchanged = {"request": switched.request}
    assert before.model_copy(update=unchanged) == switched, "nothing else has changed"
    event = store.events(run.session_id)[-1]
    assert (event.type, event.turn, event.data["why"]) == (EventType.MODEL_SWITCHED, None, "user")
    assert event.data["to"] == {"provider": "openai", "model": "gpt"}
    if claim:
        assert store.renew(claim, LEASE) is False, "the claim still holds"


def test_a_second_switch_tells_what_the_first_one_chose(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    store.switch_model(run.id, "deepseek", "flash")
    store.switch_model(run.id, "openai", None)
    first, second = (e.data for e in store.events(run.session_id) if e.type is EventType.MODEL_SWITCHED)
    assert first["from"] == {"provider": "", "model": ""}
    assert second["from"] == first["to"] == {"provider": "deepseek", "model": "flash"}
    assert second["to"] == {"provider": "openai", "model": ""}


def test_a_decided_run_keeps_its_model(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id, RunStatus.APPROVED)
    with refused(ErrorKind.CONFLICT, "approved"):
        store.switch_model(run.id, "openai", "gpt")


def test_a_fork_keeps_the_model_that_was_switched_to(store: SqlStore) -> None:
    run = run_at_gate(store)[0]
    store.switch_model(run.id, "openai", "gpt")
    assert store.fork(run.id, 2).request.model == "gpt"

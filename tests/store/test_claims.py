from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.claims import Claim
from app.domain.decisions import Decision, DecisionKind
from app.domain.runs import RunState, RunStatus
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import (
    LEASE,
    REQUEST,
    alive,
    begin_turn,
    claimed,
    code,
    dead,
    delta,
    must_claim,
    play_turn,
    refused,
    run_at_gate,
)


def test_a_queued_run_is_claimed_with_the_next_epoch(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    claim = store.claim(run.id, "engine", LEASE, alive)
    assert claim is not None
    assert (claim.run.epoch, claim.run.status, claim.owner) == (1, RunStatus.RUNNING, "engine")
    assert claim.run == store.run(run.id)
    assert claim.state == RunState()


def test_a_claim_has_the_state_after_the_last_turn(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    state = play_turn(store, run.id)
    assert must_claim(store, run.id).state == state


def test_a_held_run_is_not_given_away(store: SqlStore) -> None:
    run = claimed(store).run
    assert store.claim(run.id, "second", LEASE, alive) is None


def test_a_run_is_taken_from_an_owner_that_is_gone(store: SqlStore) -> None:
    first = claimed(store)
    second = store.claim(first.run.id, "second", LEASE, lambda owner: owner != first.owner)
    assert second is not None
    assert second.run.epoch == first.run.epoch + 1


def test_a_run_is_taken_when_its_lease_has_run_out(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    assert store.claim(run.id, "first", -1.0, alive) is not None
    assert store.claim(run.id, "second", LEASE, alive) is not None


def test_renewing_prolongs_the_lease(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    claim = store.claim(run.id, "first", -1.0, alive)
    assert claim is not None
    assert store.renew(claim, LEASE) is False
    assert store.claim(run.id, "second", LEASE, alive) is None


def test_waiting_and_finished_runs_are_not_given(store: SqlStore) -> None:
    waiting, _ = run_at_gate(store)
    finished = claimed(store)
    store.end_run(finished, RunStatus.FAILED, [])
    assert store.claim(waiting.id, "engine", LEASE, dead) is None
    assert store.claim(finished.run.id, "engine", LEASE, dead) is None


def test_an_unknown_run_cannot_be_claimed(store: SqlStore) -> None:
    with refused(ErrorKind.NOT_FOUND):
        store.claim("nothing", "engine", LEASE, alive)


def test_of_many_claimants_one_wins(store: SqlStore, other: SqlStore) -> None:
    run = store.start_run(REQUEST)

    def work(n: int) -> Claim | None:
        return (store if n % 2 else other).claim(run.id, f"engine {n}", LEASE, alive)

    with ThreadPoolExecutor(8) as pool:
        winners = [claim for claim in pool.map(work, range(8)) if claim]
    assert len(winners) == 1
    assert store.run(run.id).epoch == 1


@pytest.mark.parametrize("how", ["claimed by another", "released", "claimed again by the same"])
def test_whoever_lost_the_run_can_write_nothing(store: SqlStore, how: str) -> None:
    lost = claimed(store)
    turn = begin_turn(store, lost)
    if how == "released":
        store.release(lost)
    else:
        must_claim(store, lost.run.id, lost.owner if how.endswith("same") else "second")
    before = store.events(lost.run.session_id), store.run(lost.run.id)
    state = RunState(turn=turn, artifact=code("never = 1\n"))
    for write in (
        lambda: store.append(lost, [delta()]),
        lambda: store.finish_turn(lost, state, RunStatus.QUEUED, [delta()], agent="code_generator"),
        lambda: store.end_run(lost, RunStatus.FAILED, [delta()]),
        lambda: store.release(lost),
        lambda: store.renew(lost, LEASE),
    ):
        with refused(ErrorKind.FENCED):
            write()
    assert (store.events(lost.run.session_id), store.run(lost.run.id)) == before
    assert store.turns(lost.run.id) == []
    with refused(ErrorKind.NOT_FOUND):
        store.artifact(code("never = 1\n").hash)


def test_the_owner_of_a_deleted_run_is_fenced_off(store: SqlStore) -> None:
    claim = claimed(store)
    store.delete(claim.run.session_id, dead)
    with refused(ErrorKind.FENCED):
        store.append(claim, [delta()])
    with refused(ErrorKind.FENCED):
        store.renew(claim, LEASE)


def test_a_decision_is_handed_over_until_it_was_spoken(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    decision = Decision(kind=DecisionKind.REVISE, feedback="shorter, please")
    store.decide(gate.id, gate.artifact_hash, decision)
    claim = must_claim(store, run.id)
    assert claim.state.decision == decision
    again = must_claim(store, run.id)  # the first claimant died on the way
    assert again.state.decision == decision
    store.release(again)
    play_turn(store, run.id)
    assert must_claim(store, run.id).state.decision is None


def test_claimable_are_queued_runs_and_those_of_the_dead_oldest_first(store: SqlStore) -> None:
    queued = store.start_run(REQUEST)
    held, orphan = claimed(store), claimed(store).run
    later = store.start_run(REQUEST)
    run_at_gate(store)
    must_claim(store, held.run.id, "living")
    assert store.claimable(lambda owner: owner == "living") == [queued.id, orphan.id, later.id]
    assert store.claimable(dead, limit=2) == [queued.id, held.run.id]


def test_ending_a_run_ends_the_claim(store: SqlStore) -> None:
    claim = claimed(store)
    store.end_run(claim, RunStatus.BUDGET, [delta("over")])
    assert store.run(claim.run.id).status is RunStatus.BUDGET
    assert store.events(claim.run.session_id)[-1].message == "over"
    with refused(ErrorKind.FENCED):
        store.append(claim, [delta()])


def test_a_run_cannot_be_ended_with_a_status_that_is_not_final(store: SqlStore) -> None:
    with refused(ErrorKind.INTERNAL):
        store.end_run(claimed(store), RunStatus.QUEUED, [])

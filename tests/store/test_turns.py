from __future__ import annotations

import zlib

import pytest

from app.domain.artifacts import Artifact, SourceFile
from app.domain.claims import GateDraft
from app.domain.events import EventType
from app.domain.findings import CheckReport, CheckResult, CheckStatus
from app.domain.runs import RunState, RunStatus, Usage
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import (
    REQUEST,
    begin_turn,
    claimed,
    code,
    delta,
    execute,
    must_claim,
    play_turn,
    refused,
    run_at_gate,
)

AGENT = "code_generator"


def test_a_run_starts_from_the_artifact_it_follows(store: SqlStore) -> None:
    base = code("approved = True\n")
    run = store.start_run(REQUEST, base=base)
    assert run.base == base.hash
    assert store.state(run.id) == RunState(artifact=base)
    assert store.artifact(base.hash) == base
    assert store.turns(run.id) == []


def test_a_state_comes_back_as_it_was(store: SqlStore, other: SqlStore) -> None:
    claim = claimed(store)
    report = CheckReport(
        artifact_hash=code().hash, results=(CheckResult(name="syntax", status=CheckStatus.PASS, ms=3),)
    )
    state = RunState(
        team={"agents": {"a": [1, 2.5, None, "漢\0字"]}, "type": "Team"},
        turn=1,
        round=2,
        version=3,
        artifact=code(),
        report=report,
        usage=Usage(prompt_tokens=7, completion_tokens=5, estimated=True),
        seconds=1.25,
    )
    store.finish_turn(claim, state, RunStatus.QUEUED, [], agent=AGENT)
    assert other.state(claim.run.id) == other.state(claim.run.id, 1) == state
    assert other.state(claim.run.id, 0) == RunState()
    with refused(ErrorKind.NOT_FOUND, "turn 2"):
        other.state(claim.run.id, 2)


def test_several_turns_may_be_played_under_one_claim(store: SqlStore) -> None:
    claim = claimed(store)
    for turn, next_round in ((1, 1), (2, 2), (3, 2)):
        state = RunState(turn=turn, round=next_round, artifact=code(f"x = {turn}\n"))
        written = store.finish_turn(claim, state, RunStatus.QUEUED, [delta(turn=turn)], agent=f"agent{turn}")
        assert store.turns(claim.run.id)[-1].seq == written[-1].seq
    records = store.turns(claim.run.id)
    assert [(r.turn, r.agent, r.round, r.epoch) for r in records] == [
        (1, "agent1", 1, 1),
        (2, "agent2", 1, 1),
        (3, "agent3", 2, 1),
    ]
    assert [r.artifact_hash for r in records] == [code(f"x = {n}\n").hash for n in (1, 2, 3)]
    assert store.run(claim.run.id).status is RunStatus.RUNNING


def test_a_turn_may_end_at_a_gate(store: SqlStore) -> None:
    claim = claimed(store)
    begin_turn(store, claim)
    draft = GateDraft(code().hash, "syntax passed \0 3/3")
    written = store.finish_turn(
        claim, RunState(turn=1, artifact=code()), RunStatus.WAITING, [delta()], agent=AGENT, gate=draft
    )
    gate = store.open_gate(claim.run.id)
    assert gate is not None
    assert (gate.turn, gate.artifact_hash, gate.summary) == (1, draft.artifact_hash, draft.summary)
    assert [e.type for e in written] == [EventType.MESSAGE_DELTA, EventType.GATE_OPENED]
    assert written[-1].data == {
        "gate_id": gate.id,
        "artifact_hash": draft.artifact_hash,
        "summary": draft.summary,
        "doubt": "",
    }
    assert store.run(claim.run.id).status is RunStatus.WAITING
    with refused(ErrorKind.FENCED):
        store.append(claim, [delta()])


@pytest.mark.parametrize("status", [RunStatus.WAITING, RunStatus.RUNNING])
def test_a_turn_cannot_end_in_a_way_that_nobody_could_go_on_from(store: SqlStore, status: RunStatus) -> None:
    with refused(ErrorKind.INTERNAL):
        store.finish_turn(claimed(store), RunState(turn=1), status, [], agent=AGENT)


def test_a_final_turn_ends_the_run(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    play_turn(store, run.id, RunStatus.APPROVED)
    assert store.run(run.id).status is RunStatus.APPROVED
    assert store.turns(run.id)[-1].status is RunStatus.APPROVED
    assert store.events(run.session_id)[-1].type is EventType.RUN_FINISHED


@pytest.mark.parametrize("broken", ["state", "event"])
def test_a_turn_that_cannot_be_written_leaves_nothing(store: SqlStore, broken: str) -> None:
    claim = claimed(store)
    begin_turn(store, claim)
    before = store.events(claim.run.session_id)
    team = {"agent": object()} if broken == "state" else None
    draft = delta(value=object()) if broken == "event" else delta()
    gate, kept = GateDraft(code().hash, "never opened"), code("kept = 1\n")
    state = RunState(turn=1, artifact=code(), team=team)
    with pytest.raises(Exception, match=r"serialize|serializable"):
        store.finish_turn(
            claim, state, RunStatus.WAITING, [delta(), draft], agent=AGENT, gate=gate, keep=[kept]
        )
    assert store.events(claim.run.session_id) == before
    assert store.turns(claim.run.id) == []
    assert store.run(claim.run.id).status is RunStatus.RUNNING
    with refused(ErrorKind.NOT_FOUND):
        store.artifact(kept.hash)
    store.append(claim, [delta()])  # the claim still holds, and no number was lost
    assert store.events(claim.run.session_id)[-1].seq == before[-1].seq + 1


def test_the_same_turn_is_not_saved_twice_under_one_claim(store: SqlStore) -> None:
    claim = claimed(store)
    store.finish_turn(claim, RunState(turn=1), RunStatus.QUEUED, [], agent=AGENT)
    with refused(ErrorKind.INTERNAL, "turn 2"):
        store.finish_turn(claim, RunState(turn=1), RunStatus.QUEUED, [], agent=AGENT)


def test_an_interrupted_turn_is_told_again_under_a_higher_epoch(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    begin_turn(store, must_claim(store, run.id))  # and the process dies
    play_turn(store, run.id)
    assert [(r.turn, r.epoch) for r in store.turns(run.id)] == [(1, 2)]
    started = [e for e in store.events(run.session_id) if e.type is EventType.TURN_STARTED]
    assert [(e.turn, e.epoch) for e in started] == [(1, 1), (1, 2)]


def test_kept_artifacts_come_back_byte_by_byte(store: SqlStore, other: SqlStore) -> None:
    kept = Artifact.of(
        SourceFile(path=path, content=content)
        for path, content in (
            ("empty.py", ""),
            ("src/line\u2028separator.py", "a\r\nb\n\0\tc"),
            ("漢字.py", "print('🙂')"),
        )
    )
    claim = claimed(store)
    store.finish_turn(
        claim, RunState(turn=1, artifact=code()), RunStatus.QUEUED, [], agent=AGENT, keep=[kept, code("y\n")]
    )
    assert other.artifact(kept.hash) == kept
    assert other.artifact(code("y\n").hash) == code("y\n")
    assert other.artifact(code().hash) == code()


def test_an_unknown_artifact_is_not_found(store: SqlStore) -> None:
    play_turn(store, store.start_run(REQUEST).id)
    for unknown in ("0" * 64, code().files[0].sha256):  # a file is there, but it is no artifact
        with refused(ErrorKind.NOT_FOUND, unknown):
            store.artifact(unknown)


@pytest.mark.parametrize("damage", [zlib.compress(b"x = 2\n"), b"not compressed"], ids=["changed", "broken"])
def test_an_artifact_that_was_tampered_with_is_refused(store: SqlStore, url: str, damage: bytes) -> None:
    _, gate = run_at_gate(store)
    file = store.artifact(gate.artifact_hash).files[0]
    execute(url, "UPDATE blobs SET compressed = :damage WHERE sha256 = :sha", damage=damage, sha=file.sha256)
    with refused(ErrorKind.INTERNAL, file.sha256):
        store.artifact(gate.artifact_hash)
    manifest = zlib.compress(f"{'0' * 64} main.py\n".encode())
    execute(url, "UPDATE blobs SET compressed = :m WHERE sha256 = :sha", m=manifest, sha=gate.artifact_hash)
    with refused(ErrorKind.INTERNAL, gate.artifact_hash):
        store.artifact(gate.artifact_hash)


def test_turns_of_an_unknown_run_are_not_found(store: SqlStore) -> None:
    for ask in (store.turns, store.state, store.run, store.open_gate):
        with refused(ErrorKind.NOT_FOUND):
            ask("nothing")

"""Versions of the user's own: checked like any other, offered at a gate, and a start for what follows."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.artifacts import Artifact, SourceFile
from app.domain.decisions import DecisionKind, Gate
from app.domain.events import EventType
from app.domain.findings import Verdict
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.session.owners import owner_alive
from tests.support.sessions import BAD, GOOD, Bench, open_bench

TWICE = "def add(a, b):\n    return b + a\n"
WRONG = "def add(a, b):\n    return a - b - 1\n"


def at_gate(bench: Bench, **script: object) -> Run:
    return bench.start(bench.script(**{"code_generator": [GOOD], **script}))


def gate_of(bench: Bench, run: Run) -> Gate:
    gate = bench.store.open_gate(run.id)
    assert gate is not None
    return gate


def add_py(content: str) -> SourceFile:
    return SourceFile(path="add.py", content=content)


def edit(bench: Bench, run: Run, content: str, *others: SourceFile, removed: tuple[str, ...] = ()) -> Gate:
    """Propose the version that the gate offers with another add.py, and let it be checked."""
    gate = gate_of(bench, run)
    bench.service.propose(gate.id, gate.artifact_hash, [add_py(content), *others], removed)
    assert bench.service.advance(run.id) is RunStatus.WAITING
    return gate_of(bench, run)


def test_an_edited_version_is_checked_offered_and_approved(bench: Bench) -> None:
    run = at_gate(bench)
    gate = edit(bench, run, TWICE)
    assert gate.artifact_hash == Artifact.of([add_py(TWICE)]).hash
    state = bench.store.state(run.id)
    record = state.record(gate.artifact_hash)
    assert record is not None
    assert (record.version, record.agent, record.report.verdict) == (2, "user_proxy", Verdict.VERIFIED)
    first = state.record(bench.events(run, EventType.GATE_OPENED)[0].data["artifact_hash"])
    assert first is not None
    assert [r.name for r in record.report.results] == [r.name for r in first.report.results]
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED
    assert bench.service.approved(run.id).files == (add_py(TWICE),)


def test_the_turn_of_an_edit_tells_what_was_done(bench: Bench) -> None:
    run = at_gate(bench)
    edit(bench, run, TWICE, SourceFile(path="notes.md", content="# Notes\n"))
    turn = bench.view(run).turns[4]
    assert (turn.agent, turn.text) == (
        "user_proxy", "I edited the files myself: changed add.py; added notes.md.",
    )  # fmt: skip
    (version,) = turn.versions
    assert version.data["version"] == 2
    assert version.data["reason"] == "edited from version 1"
    assert {c["artifact_hash"] for c in turn.checks} == {version.data["artifact_hash"]}
    (decided,) = bench.events(run, EventType.GATE_DECIDED)
    assert (decided.data["decision"], decided.data["base"]) == ("edit", gate_hash(bench, run, 0))


def gate_hash(bench: Bench, run: Run, number: int) -> str:
    return bench.events(run, EventType.GATE_OPENED)[number].data["artifact_hash"]


def test_a_failing_edit_is_said_to_be_and_mended_by_another(bench: Bench) -> None:
    run = at_gate(bench)
    assert "not verified" in edit(bench, run, WRONG).summary
    with pytest.raises(AppError, match="not verified"):
        bench.decide(run, DecisionKind.APPROVE)
    assert "verified" in edit(bench, run, TWICE).summary
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED
    assert [t.agent for t in bench.view(run).turns.values()][3:] == ["user_proxy"] * 3
    assert bench.service.approved(run.id).files == (add_py(TWICE),)


def test_requested_changes_start_from_the_edited_version(bench: Bench) -> None:
    asked = {"text": GOOD.replace("Done.", "From yours."), "when": "return b + a"}
    run = at_gate(bench, code_generator=[GOOD, [asked, BAD]])
    edit(bench, run, TWICE)
    assert bench.decide(run, DecisionKind.REVISE, "Swap them back") is RunStatus.WAITING
    turns = list(bench.view(run).turns.values())
    assert [t.agent for t in turns[3:]] == [
        "user_proxy", "user_proxy", "code_generator", "quality_checker", "code_optimizer",
    ]  # fmt: skip
    assert "From yours." in turns[5].text
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED


def test_files_are_added_renamed_and_removed(bench: Bench) -> None:
    run = at_gate(bench)
    gate = gate_of(bench, run)
    files = [SourceFile(path="sums/add.py", content=TWICE), SourceFile(path="main.py", content="x = 1\r\n")]
    bench.service.propose(gate.id, gate.artifact_hash, files, ["add.py"])
    assert bench.service.advance(run.id) is RunStatus.WAITING
    kept = bench.store.artifact(gate_of(bench, run).artifact_hash)
    assert [(f.path, f.content) for f in kept.files] == [("main.py", "x = 1\r\n"), ("sums/add.py", TWICE)]


def test_the_same_bytes_are_the_version_that_has_them(bench: Bench) -> None:
    run = at_gate(bench)
    edit(bench, run, TWICE)
    gate = gate_of(bench, run)
    for content, version in ((TWICE, 2), ("def add(a, b):\n    return a + b\n", 1)):
        with pytest.raises(AppError, match=f"version {version}") as caught:
            bench.service.propose(gate.id, gate.artifact_hash, [add_py(content)])
        assert caught.value.kind is ErrorKind.CONFLICT
    assert gate_of(bench, run) == gate


@pytest.mark.parametrize(
    ("files", "removed", "words"),
    [
        ([], ["add.py"], "No file is left"),
        ([], ["other.py"], "There is no file 'other.py'"),
        ([SourceFile(path="ADD.py", content="")], [], "same path"),
        ([SourceFile(path="add.py/x.py", content="")], [], "the name of a file"),
        ([SourceFile(path=f"{n}.py", content="") for n in range(40)], [], "at most 40"),
        ([SourceFile(path="add.py", content="x" * 200_001)], [], "over 200000 bytes"),
    ],
)
def test_what_cannot_be_a_version_is_refused(
    bench: Bench, files: list[SourceFile], removed: list[str], words: str
) -> None:
    run = at_gate(bench)
    gate = gate_of(bench, run)
    with pytest.raises(AppError, match=words):
        bench.service.propose(gate.id, gate.artifact_hash, files, removed)
    assert gate_of(bench, run) == gate


def test_a_gate_that_was_decided_takes_no_edit(bench: Bench) -> None:
    run = at_gate(bench)
    gate = gate_of(bench, run)
    bench.decide(run, DecisionKind.APPROVE)
    with pytest.raises(AppError, match="already decided: approve") as caught:
        bench.service.propose(gate.id, gate.artifact_hash, [add_py(TWICE)])
    assert caught.value.kind is ErrorKind.CONFLICT


def test_an_edit_comes_from_a_version_of_its_run(bench: Bench) -> None:
    run, other = at_gate(bench), at_gate(bench, code_generator=[BAD])
    gate = gate_of(bench, run)
    with pytest.raises(AppError) as caught:
        bench.service.propose(gate.id, gate_of(bench, other).artifact_hash, [add_py(TWICE)])
    assert caught.value.kind is ErrorKind.NOT_FOUND
    with pytest.raises(AppError, match="needs files"):
        bench.service.decide(gate.id, gate.artifact_hash, DecisionKind.EDIT)


def test_another_process_goes_on_where_the_checks_were_cut_off(
    bench: Bench, tmp_path: Path, sandbox: WasmPython
) -> None:
    run = at_gate(bench)
    gate = gate_of(bench, run)
    bench.service.propose(gate.id, gate.artifact_hash, [add_py(TWICE)])
    gone = f"{socket.gethostname()}:{os.getpid()}:1.00"  # a process that had this number before
    claim = bench.store.claim(run.id, gone, 60, owner_alive)
    assert claim is not None
    again = open_bench(tmp_path, sandbox)
    assert again.service.advance(run.id) is RunStatus.WAITING
    offered = gate_of(again, run)
    assert offered.artifact_hash == Artifact.of([add_py(TWICE)]).hash
    assert again.store.state(run.id).version == 2
    assert len(again.events(run, EventType.ARTIFACT_PROPOSED)) == 2
    again.store.close()


def test_a_cancelled_check_goes_on_after_a_resume(bench: Bench) -> None:
    run = at_gate(bench)
    gate = gate_of(bench, run)
    bench.service.propose(gate.id, gate.artifact_hash, [add_py(TWICE)])
    bench.service.cancel(run.id)
    bench.service.resume(run.id)
    assert bench.service.advance(run.id) is RunStatus.WAITING
    assert gate_of(bench, run).artifact_hash == Artifact.of([add_py(TWICE)]).hash


def test_rewinding_before_an_edit_undoes_it(bench: Bench) -> None:
    run = at_gate(bench)
    first = gate_of(bench, run)
    edit(bench, run, TWICE)
    bench.service.rewind(run.id, 3)
    assert gate_of(bench, run).artifact_hash == first.artifact_hash
    assert edit(bench, run, TWICE).artifact_hash == Artifact.of([add_py(TWICE)]).hash
    assert bench.store.state(run.id).version == 2
    bench.service.rewind(run.id, 4)
    assert gate_of(bench, run).artifact_hash == Artifact.of([add_py(TWICE)]).hash
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED


def test_a_fork_from_an_edit_offers_it(bench: Bench) -> None:
    run = at_gate(bench)
    edit(bench, run, TWICE)
    fork = bench.service.fork(run.id, 4)
    assert bench.decide(fork, DecisionKind.APPROVE) is RunStatus.APPROVED
    assert bench.service.approved(fork.id).files == (add_py(TWICE),)


def test_an_earlier_version_may_be_edited_and_another_approved(bench: Bench) -> None:
    run = at_gate(bench)
    first = gate_of(bench, run)
    edit(bench, run, WRONG)
    gate = gate_of(bench, run)
    bench.service.propose(gate.id, first.artifact_hash, [SourceFile(path="notes.md", content="# Notes\n")])
    assert bench.service.advance(run.id) is RunStatus.WAITING
    assert "version 1" in bench.events(run, EventType.ARTIFACT_PROPOSED)[-1].data["reason"]
    bench.service.decide(gate_of(bench, run).id, first.artifact_hash, DecisionKind.APPROVE)
    assert bench.service.advance(run.id) is RunStatus.APPROVED
    assert bench.service.approved(run.id).hash == first.artifact_hash

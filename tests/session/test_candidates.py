"""Several versions a round: drawn, run, compared, and the best one offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.decisions import DecisionKind
from app.domain.events import Event, EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from tests.support.sessions import BAD, GOOD, Bench, open_bench

OTHER = "```python add.py\ndef add(a, b):\n    return b + a\n```"
THIRD = "```python add.py\ndef add(a, b):\n    return sum((a, b))\n```"
EDGE = "```python add.py\ndef add(a, b):\n    return 4 if a == b == 2 else 0\n```"  # holds for the example
NOTHING = "I would rather not."


@pytest.fixture
def drawing(tmp_path: Path, sandbox: WasmPython) -> Bench:
    return open_bench(tmp_path, sandbox, {"run.candidates": 5})


def notes(bench: Bench, run: Run, kind: str) -> list[str]:
    return [e.message for e in bench.events(run, EventType.NOTE) if e.data.get("kind") == kind]


def rejected(bench: Bench, run: Run) -> list[Event]:
    return bench.events(run, EventType.ARTIFACT_REJECTED)


def agreement(bench: Bench, run: Run) -> dict[str, object]:
    report = bench.store.state(run.id).report
    assert report is not None
    return next(r for r in report.results if r.name == "agreement").data


def test_drawing_goes_on_until_enough_versions_do_the_same(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[BAD, GOOD, EDGE, OTHER, THIRD]]))
    state = drawing.store.state(run.id)
    assert run.status is RunStatus.WAITING
    assert state.report is not None
    assert state.report.verdict.value == "verified"
    assert state.best_version == 2
    assert agreement(drawing, run) == {"votes": 3, "versions": 4}
    assert len(notes(drawing, run, "drawing")) == 4
    assert "examples failed in the best so far" in notes(drawing, run, "drawing")[0]
    assert {e.data["version"] for e in rejected(drawing, run)} == {1, 3, 4, 5}


def test_the_first_good_one_is_drawn_again_only_until_it_is_confirmed(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[GOOD, OTHER, GOOD, BAD]]))
    state = drawing.store.state(run.id)
    assert agreement(drawing, run) == {"votes": 3, "versions": 3}
    assert state.version == 2  # the same bytes once more are no version of their own
    assert len(notes(drawing, run, "drawing")) == 2


def test_a_version_that_only_holds_for_the_example_is_outvoted(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[EDGE, GOOD, OTHER, THIRD]]))
    state = drawing.store.state(run.id)
    assert state.artifact is not None
    assert "4 if" not in state.artifact.files[0].content
    (outvoted,) = [v for v in state.versions if v.version == 1]
    assert outvoted.report.verdict.value == "checked"
    assert outvoted.not_kept


def test_versions_that_agree_against_an_example_make_it_doubtful_and_end_the_rounds(drawing: Bench) -> None:
    script = drawing.script(code_generator=[[GOOD, OTHER, THIRD]])
    run = drawing.start(script, examples=("add(2, 2) == 5",))
    state = drawing.store.state(run.id)
    assert run.status is RunStatus.WAITING
    assert state.round == 1
    assert "give 4 for the example add(2, 2) == 5: is the example right?" in state.doubt
    (opened,) = drawing.events(run, EventType.GATE_OPENED)
    assert "is the example right?" in opened.message


def test_answers_that_cannot_be_parsed_do_not_end_the_drawing(drawing: Bench) -> None:
    cut = [f"```python add.py\ndef add(a, b):\n    return (a + b  # {n}\n```" for n in range(4)]
    run = drawing.start(drawing.script(code_generator=[[*cut, GOOD]]))
    state = drawing.store.state(run.id)
    assert state.best_version == 5
    assert state.report is not None
    assert not state.report.failed


def test_answers_without_files_are_passed_over(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[GOOD, NOTHING, OTHER, THIRD]]))
    assert agreement(drawing, run) == {"votes": 3, "versions": 3}


def test_another_version_may_be_approved_and_is_what_counts(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[GOOD, EDGE, OTHER, THIRD]]))
    gate = drawing.store.open_gate(run.id)
    state = drawing.store.state(run.id)
    assert gate is not None
    other = next(v for v in state.versions if v.version == 2)
    assert other.artifact_hash != gate.artifact_hash
    with pytest.raises(AppError, match="not verified"):
        drawing.service.decide(gate.id, other.artifact_hash, DecisionKind.APPROVE)
    drawing.service.decide(gate.id, other.artifact_hash, DecisionKind.APPROVE, override=True)
    assert drawing.service.advance(run.id) is RunStatus.APPROVED
    assert drawing.service.approved(run.id).hash == other.artifact_hash
    (end,) = drawing.events(run, EventType.RUN_FINISHED)
    assert (end.data["version"], end.data["artifact_hash"]) == (2, other.artifact_hash)
    assert end.data["override"] is True


def test_a_hash_that_is_none_of_the_runs_is_a_conflict(drawing: Bench) -> None:
    run = drawing.start(drawing.script(code_generator=[[GOOD, OTHER, THIRD]]))
    gate = drawing.store.open_gate(run.id)
    assert gate is not None
    with pytest.raises(AppError) as raised:
        drawing.service.decide(gate.id, "0" * 64, DecisionKind.REJECT)
    assert raised.value.kind is ErrorKind.CONFLICT


def test_rounds_that_come_to_the_same_place_end_early(tmp_path: Path, sandbox: WasmPython) -> None:
    bench = open_bench(tmp_path, sandbox)
    run = bench.start(bench.script(code_generator=[BAD]), max_iterations=8)
    assert run.status is RunStatus.WAITING
    assert bench.store.state(run.id).round == 3

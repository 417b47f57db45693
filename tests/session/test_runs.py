"""Whole runs through the service: rounds, gate, decisions, follow-up, rewind and fork."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.decisions import DecisionKind
from app.domain.events import EventType
from app.domain.runs import RunStatus
from app.errors import AppError, ErrorKind
from tests.support.sessions import BAD, GOOD, Bench, open_bench

SHORTER = "```python add.py\nadd = int.__add__\n```"


def test_run_stops_at_the_gate_and_approval_of_the_shown_bytes_ends_it(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    assert run.status is RunStatus.WAITING
    assert [t.agent for t in bench.view(run).turns.values()] == [
        "code_generator", "quality_checker", "code_optimizer",
    ]  # fmt: skip
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED
    (end,) = bench.events(run, EventType.RUN_FINISHED)
    assert (end.data["status"], end.data["verdict"]) == ("approved", "verified")
    assert bench.view(run).turns[4].text == "Approved."


def test_failed_example_is_sent_back_with_its_evidence_and_the_optimizer_passes(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[BAD, GOOD]))
    turns = bench.view(run).turns
    assert run.status is RunStatus.WAITING
    assert turns[3].text.startswith("Passed")
    assert turns[3].usage == []
    assert "Automatic revision" in turns[4].text
    assert "gave 0, expected 4" in turns[4].text
    assert bench.store.state(run.id).round == 2


def test_rounds_are_bounded_and_then_the_user_is_asked(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[BAD]), max_iterations=2)
    assert run.status is RunStatus.WAITING
    assert len(bench.view(run).turns) == 7
    with pytest.raises(AppError, match="not verified") as caught:
        bench.decide(run, DecisionKind.APPROVE)
    assert caught.value.kind is ErrorKind.INVALID_REQUEST
    assert bench.decide(run, DecisionKind.APPROVE, override=True) is RunStatus.APPROVED
    assert bench.events(run, EventType.RUN_FINISHED)[0].data["override"] is True


def test_requested_change_reaches_the_next_brief(bench: Bench) -> None:
    asked = {"text": GOOD.replace("Done.", "As you asked."), "when": "name the function sum_up"}
    run = bench.start(bench.script(code_generator=[GOOD, [asked, GOOD]]))
    assert bench.decide(run, DecisionKind.REVISE, "name the function sum_up") is RunStatus.WAITING
    assert "As you asked." in bench.view(run).turns[5].text


def test_reject_ends_the_run(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    assert bench.decide(run, DecisionKind.REJECT) is RunStatus.REJECTED
    with pytest.raises(AppError, match="Only approved files"):
        bench.service.save(run.id, bench.home / "out")


def test_answer_without_files_is_asked_for_once_more(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[["Sure, I can do that.", GOOD]]))
    assert run.status is RunStatus.WAITING
    assert len(bench.view(run).turns[1].usage) == 2
    assert bench.store.state(run.id).artifact is not None


def test_no_files_in_any_round_fails_the_run_and_says_so(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=["I would rather not."]), max_iterations=2)
    assert run.status is RunStatus.FAILED


def test_optimizer_is_kept_only_where_something_measurable_got_better(bench: Bench) -> None:
    long = "```python add.py\ndef add(a, b):\n    c = a\n    d = b\n    e = c + d\n    return e\n```"
    run = bench.start(bench.script(code_generator=[long], code_optimizer=[GOOD]))
    assert bench.store.state(run.id).best_version == 2
    worse = bench.start(bench.script(code_generator=[GOOD], code_optimizer=[BAD]))
    assert bench.store.state(worse.id).best_version == 1
    (rejected,) = bench.events(worse, EventType.ARTIFACT_REJECTED)
    assert rejected.agent == "code_optimizer"
    assert rejected.data["reason"]


@pytest.mark.parametrize(
    "worse", [BAD, "```python add.py\ndef add(a, b:\n```"], ids=["fewer examples", "broken"]
)
def test_the_best_version_wins_not_the_last(bench: Bench, worse: str) -> None:
    half = "```python add.py\ndef add(a, b):\n    return 4\n```"
    examples = ("add(2, 2) == 4", "add(1, 2) == 3")
    run = bench.start(bench.script(code_generator=[half, worse]), max_iterations=2, examples=examples)
    state = bench.store.state(run.id)
    assert (state.best_version, state.version) == (1, 2)
    assert state.artifact is not None
    assert "return 4" in state.artifact.files[0].content


def test_follow_up_starts_from_the_approved_files(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    with pytest.raises(AppError) as caught:
        bench.service.start_run(bench.request(bench.script(code_generator=[GOOD])), session_id=run.session_id)
    assert caught.value.kind is ErrorKind.CONFLICT
    bench.decide(run, DecisionKind.APPROVE)
    more = "```python sub.py\nfrom add import add\n\n\ndef sub(a, b):\n    return add(a, -b)\n```"
    request = bench.request(bench.script(code_generator=[more]), examples=("sub(5, 2) == 3",))
    follow_up = bench.service.start_run(request, session_id=run.session_id)
    assert bench.service.advance(follow_up.id) is RunStatus.WAITING
    assert [f.path for f in bench.service.artifact(follow_up.id).files] == ["add.py", "sub.py"]
    assert follow_up.session_id == run.session_id


def test_approved_files_are_saved_whole_and_nothing_is_overwritten(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    bench.decide(run, DecisionKind.APPROVE)
    (path,) = bench.service.save(run.id, bench.home / "out")
    assert path.read_text(encoding="utf-8") == "def add(a, b):\n    return a + b\n"
    assert bench.service.save(run.id, bench.home / "out") == [path]
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(AppError, match="nothing was written"):
        bench.service.save(run.id, bench.home / "out")
    assert path.read_text(encoding="utf-8") == "mine"


def test_rewind_goes_on_from_the_turn_and_fork_leaves_the_origin_alone(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[BAD, GOOD]))
    assert len(bench.view(run).turns) == 7
    copy = bench.service.fork(run.id, 4)
    assert copy.session_id != run.session_id
    assert bench.service.advance(copy.id) is RunStatus.WAITING
    assert len(bench.view(copy).turns) == 7
    bench.service.rewind(run.id, 2)
    assert list(bench.view(run).turns) == [1, 2]
    assert bench.service.advance(run.id) is RunStatus.WAITING
    assert len(bench.view(run).turns) == 7
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED


def test_rewind_to_the_gate_asks_again_and_the_old_gate_is_void(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    old = bench.store.open_gate(run.id)
    assert old is not None
    bench.service.rewind(run.id, 3)
    with pytest.raises(AppError) as caught:
        bench.service.decide(old.id, old.artifact_hash, DecisionKind.APPROVE)
    assert caught.value.kind is ErrorKind.CONFLICT
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED


def test_proposed_examples_are_executed_and_verify_nothing_by_themselves(bench: Bench) -> None:
    proposal = {
        "text": "```examples\nadd(1, 2) == 3\nadd(0, 0) == 0\n```",
        "when": "ordinary examples",
    }
    checker = [[proposal, "No further findings."]]
    run = bench.start(bench.script(code_generator=[GOOD], quality_checker=checker), examples=())
    report = bench.store.state(run.id).report
    assert report is not None
    assert (report.executed, report.passed, report.verdict.value) == (2, 2, "checked")
    wrong = {"text": "```examples\nadd(1, 2) == 4\nadd(0, 0) == 0\n```", "when": "ordinary examples"}
    run = bench.start(
        bench.script(code_generator=[GOOD], quality_checker=[[wrong, "No further findings."]]), examples=()
    )
    report = bench.store.state(run.id).report
    assert report is not None
    assert report.verdict.value == "checked"
    assert run.status is RunStatus.WAITING


def test_proposed_example_that_its_author_contradicts_is_withdrawn(bench: Bench) -> None:
    proposal = {"text": "```examples\nadd(1, 2) == 4\nadd(0, 0) == 0\n```", "when": "ordinary examples"}
    again = {"text": "1 and 2 give 3.\nadd(1, 2) == 3", "when": "must this call return: add(1, 2)"}
    checker = [[proposal, again, "No further findings."]]
    run = bench.start(bench.script(code_generator=[GOOD], quality_checker=checker), examples=())
    state = bench.store.state(run.id)
    assert state.proposed_examples == ("add(0, 0) == 0",)
    assert state.report is not None
    assert (state.report.executed, state.report.passed) == (1, 1)
    notes = [e.message for e in bench.events(run, EventType.NOTE)]
    assert any("Withdrawn" in n and "add(1, 2) == 4" in n for n in notes)


def test_other_languages_are_parsed_and_never_called_verified(bench: Bench) -> None:
    text = "```go add.go\npackage add\n\nfunc Add(a, b int) int { return a + b }\n```"
    run = bench.start(bench.script(code_generator=[text]), language="go", examples=("Add(2, 2) == 4",))
    report = bench.store.state(run.id).report
    assert report is not None
    assert report.verdict.value == "checked"


def test_example_that_is_not_understood_is_refused_before_anything_starts(bench: Bench) -> None:
    with pytest.raises(AppError, match="is not understood"):
        bench.start(bench.script(code_generator=[GOOD]), examples=("make it nice",))
    assert bench.store.sessions() == []


def test_nothing_is_verified_while_safety_checks_are_switched_off(
    tmp_path: Path, sandbox: WasmPython
) -> None:
    bench = open_bench(tmp_path, sandbox, {"code_safety_enabled": False})
    run = bench.start(bench.script(code_generator=[GOOD]))
    report = bench.store.state(run.id).report
    bench.store.close()
    assert report is not None
    assert (report.passed, report.verdict.value) == (1, "checked")

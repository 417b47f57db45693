"""What an exam changes in a run, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.events import EventType
from app.domain.exams import Exam, Form, Score, Speed, TrueWindow
from app.domain.runs import Run, RunStatus
from app.models.scripted import Scripts
from app.store.exams import Exams
from tests.support.sessions import GOOD, Bench, open_bench

NO_OPTIMIZER = {"repair": Score(right=0, of=2), "full": Form(asked=2, clean=2, solved=2)}


def keep(bench: Bench, script: str, **found: object) -> None:
    """An exam of the model that a script is."""
    digest = Scripts(bench.home).digest(script)
    facts = {"provider": "scripted", "model": script, "digest": digest, "when": datetime.now(UTC)}
    Exams(bench.home / "exams").keep(Exam.model_validate({**facts, "seconds": 9, "budget": 120, **found}))


def notes(bench: Bench, run: Run) -> list[str]:
    return [e.message for e in bench.events(run, EventType.NOTE) if e.data.get("kind") == "model"]


def speakers(bench: Bench, run: Run) -> set[str]:
    """Agents that called a model."""
    return {e.agent for e in bench.events(run, EventType.USAGE_RECORDED)}


def test_the_log_says_what_follows_from_the_exam_and_who_goes_on_without_a_model(bench: Bench) -> None:
    script = bench.script(code_generator=[GOOD])
    keep(bench, script, **NO_OPTIMIZER)
    run = bench.start(script)
    said = notes(bench, run)
    assert run.status is RunStatus.WAITING
    assert any("by its exam of" in words and "written afresh (0 of 2 mended)" in words for words in said)
    assert any("code_optimizer goes on without one" in words for words in said)
    assert speakers(bench, run) == {"code_generator", "quality_checker"}


def test_an_exam_of_other_weights_changes_nothing_and_the_log_says_so(bench: Bench) -> None:
    script = bench.script(code_generator=[GOOD])
    keep(bench, script, **NO_OPTIMIZER)
    Path(script).write_text(Path(script).read_text() + "\n# changed\n")
    run = bench.start(script)
    assert any("does not count: examine it again" in words for words in notes(bench, run))
    assert "code_optimizer" in speakers(bench, run)


def test_a_model_that_an_agent_was_given_by_hand_is_used_whatever_its_exam_says(
    tmp_path: Path, sandbox: WasmPython
) -> None:
    bench = open_bench(tmp_path, sandbox)
    script = bench.script(code_generator=[GOOD])
    keep(bench, script, **NO_OPTIMIZER)
    own = open_bench(tmp_path, sandbox, {"agents.code_optimizer.model": f"scripted:{script}"})
    assert "code_optimizer" in speakers(own, own.start(script))


@pytest.mark.parametrize(("by_hand", "bound"), [(None, 600), (2000, 2000)])
def test_a_slow_model_gets_shorter_answers_unless_the_bound_was_set_by_hand(
    tmp_path: Path, sandbox: WasmPython, by_hand: int | None, bound: int
) -> None:
    bench = open_bench(tmp_path, sandbox, {"agents.code_generator.max_tokens": by_hand})
    script = bench.script(code_generator=[GOOD])
    keep(bench, script, speed=Speed(answer_rate=2.0))
    run = bench.start(script)
    sent = [e.data["max_tokens"] for e in bench.events(run, EventType.NOTE) if e.data.get("kind") == "call"]
    assert sent[0] == bound


def test_a_prompt_beyond_the_true_window_is_not_sent(bench: Bench) -> None:
    script = bench.script(code_generator=[GOOD])
    keep(bench, script, window=TrueWindow(claimed=4096, tried=2000, held=60, lost=2000, cut=True))
    run = bench.start(script)
    (end,) = bench.events(run, EventType.RUN_FINISHED)
    assert run.status is RunStatus.FAILED
    assert "do not fit into the 60 tokens" in end.data["error"]["message"]
    assert speakers(bench, run) == set()

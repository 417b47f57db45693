"""What an exam finds of models that obey, ramble, crawl, lie about their window, and mend or do not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.runs import RunRequest
from app.errors import AppError, ErrorKind
from app.session.exam.advice import advice_of, told
from app.session.exam.conduct import Conductor
from app.session.exam.sitting import Progress
from app.session.exam.tasks import the_tasks
from app.session.owners import owner_alive, owner_name
from app.store.exams import Exams
from tests.session.exam.conftest import Examine
from tests.support.examinee import NAME, Examinee, chatty, rambling, serve_examinee, stubborn


def test_an_able_model_gets_full_marks_and_every_figure_has_its_evidence(examine: Examine) -> None:
    told_of: list[Progress] = []
    with serve_examinee() as examinee:
        exam = examine(examinee, tell=told_of.append)
    assert (exam.provider, exam.model, exam.digest) == ("ollama", NAME, examinee.digest)
    assert exam.missing == {}
    assert (exam.full.clean, exam.plain.clean, exam.full.solved, exam.plain.solved) == (2, 2, 2, 2)
    assert (exam.ability.right, exam.ability.of) == (6, 6)
    assert (exam.repair.share, exam.review.share) == (1.0, 1.0)
    assert exam.speed.prompt_rate == pytest.approx(2000, rel=0.1)
    assert exam.speed.first_token_ms is not None
    assert not exam.speed.estimated
    follows = advice_of(exam, "local", 120.0)
    assert (follows.candidates, follows.repair_rounds, follows.plain, follows.window) == (6, 2, None, None)
    assert set(follows.roles.values()) == {True}
    assert {t.part for t in exam.trials} == {"ability", "repair", "window", "review"}
    assert all(t.prompt and t.answer and t.outcome and t.usage.prompt_tokens for t in exam.trials)
    assert [p.done for p in told_of] == list(range(11))
    assert all(0 < p.seconds_left <= 60 for p in told_of)


def test_a_repair_is_asked_with_the_failing_input_expected_and_got(examine: Examine) -> None:
    with serve_examinee() as examinee:
        exam = examine(examinee)
    mending = next(t for t in exam.trials if t.part == "repair")
    assert "vowels('Apple') gave 1, expected 2" in mending.prompt
    hidden = the_tasks().repair[0].hidden[0]
    assert hidden not in mending.prompt
    assert not any(hidden in prompt for prompt in examinee.prompts)


def test_the_window_is_tried_up_to_what_is_claimed(examine: Examine) -> None:
    with serve_examinee() as examinee:
        window = examine(examinee).window
    assert window.claimed == 32768
    assert 30_000 < window.held <= 32768
    assert (window.lost, window.cut) == (None, False)


def test_a_prompt_that_is_cut_without_a_word_is_found_out(examine: Examine) -> None:
    with serve_examinee(window=3000) as examinee:
        exam = examine(examinee)
    assert exam.window.cut
    assert exam.window.lost is not None
    assert 400 < exam.window.held <= 3000
    follows = advice_of(exam, "local", 120.0)
    assert follows.window == exam.window.held
    assert any("what stands before is lost" in words for words in told(exam, follows))


def test_a_model_that_gives_no_files_is_no_code_generator(examine: Examine) -> None:
    with serve_examinee(mind=chatty) as examinee:
        exam = examine(examinee)
    assert (exam.full.readable, exam.plain.readable, exam.ability.right) == (0, 0, 0)
    follows = advice_of(exam, "local", 120.0)
    assert follows.roles == {"code_generator": False, "quality_checker": False, "code_optimizer": False}
    assert follows.candidates == 10


def test_a_model_that_mends_nothing_starts_afresh(examine: Examine) -> None:
    with serve_examinee(mind=stubborn) as examinee:
        exam = examine(examinee)
    assert (exam.repair.right, exam.repair.of) == (0, 2)
    assert exam.ability.share == 1.0
    follows = advice_of(exam, "local", 120.0)
    assert (follows.repair_rounds, follows.rounds, follows.roles["code_optimizer"]) == (0, 2, False)
    failing = [t.outcome for t in exam.trials if t.part == "repair"]
    assert "vowels('Apple') gave 1, expected 2" in failing[0]


def test_a_slow_model_is_stopped_with_what_was_measured(examine: Examine) -> None:
    with serve_examinee(mind=rambling, rate=30) as examinee:
        exam = examine(examinee, budget=9.0)
        assert examinee.left.wait(10)  # the model really stops
    first, second = exam.trials[:2]
    assert (first.finish, first.right) == ("stop", True)
    assert (second.finish, second.right) == ("time", None)
    assert second.answer.startswith("```python")
    assert (exam.plain.solved, exam.full.asked) == (1, 0)
    assert exam.speed.answer_rate is not None
    assert exam.missing["review"] == "budget"
    assert "ability" not in exam.missing


def test_a_very_slow_model_gets_short_answers(examine: Examine) -> None:
    with serve_examinee(rate=3) as examinee:
        exam = examine(examinee, budget=8.0)
    bound = advice_of(exam, "local", 120.0).max_tokens
    assert bound is not None
    assert bound < 3072
    assert "answers up to" in " ".join(told(exam, advice_of(exam, "local", 120.0)))


def test_a_run_with_a_local_model_is_waited_for(conduct: Callable[[Examinee], Conductor]) -> None:
    with serve_examinee() as examinee:
        conductor = conduct(examinee)
        request = RunRequest(requirements="Write add that adds two numbers", provider="ollama", model=NAME)
        run = conductor.store.start_run(request)
        assert conductor.store.claim(run.id, owner_name(), 60.0, owner_alive)
        with pytest.raises(AppError, match="A run goes on") as caught:
            asyncio.run(conductor.examine("ollama", NAME, 60.0, lambda _now: None))
    assert caught.value.kind is ErrorKind.CONFLICT
    assert examinee.prompts == []
    assert not conductor.exams.any()


def test_a_result_counts_until_the_weights_change(examine: Examine, tmp_path: Path) -> None:
    with serve_examinee() as examinee:
        exam = examine(examinee)
    exams = Exams(tmp_path / "exams")
    now = exams.find("ollama", NAME, examinee.digest)
    later = exams.find("ollama", NAME, "2" * 64)
    assert (now and now.stale, later and later.stale) == (False, True)
    assert later is not None
    assert later.exam.digest == exam.digest

"""`models exam`: progress, result, JSON and exit codes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run, process
from tests.support.examinee import able

ABLE = [{"when": name, "text": able(f"# Task function {name}(")} for name in ("sum_even", "runs", "merge")]
MENDED = [{"when": name, "text": able(f"# Task function {name}(")} for name in ("vowels", "median")]


@pytest.fixture
def model(home: Path) -> str:
    """A scripted model that solves, mends and foretells, and recalls nothing."""
    rounds = [[*ABLE, "I cannot."], [*MENDED, "no"], ["words('to be or not') == 4"], ["?"]]
    path = home / "examined.yaml"
    path.write_text(yaml.safe_dump({"name": "x", "agents": {"code_generator": rounds}}), encoding="utf-8")
    return f"scripted:{path}"


def test_the_table_says_what_was_found_and_what_follows(run: Run, model: str) -> None:
    done = run("models", "exam", model)
    assert done.code == 0
    assert "1 of 11, format: Add up what is even" in done.out
    assert "with all rules 2 of 2 readable (2 as they were)" in done.out
    assert "2 of 2 failures mended" in done.out
    assert "window   not measured: no answer told it" in done.out
    assert "What follows" in done.out
    assert "what fails is shown to it for 2 rounds (2 of 2 mended)" in done.out
    assert "good as code_generator, quality_checker, code_optimizer" in done.out


def test_json_is_one_object_with_advice_and_evidence(run: Run, model: str) -> None:
    done = run("models", "exam", model, "--json")
    (found,) = done.lines
    assert done.code == 0
    assert (found["repair"], found["advice"]["repair_rounds"]) == ({"right": 2, "of": 2}, 2)
    assert found["trials"][0]["prompt"].startswith("# Task")
    assert "1 of 11" in done.err


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (("scripted:nosuch",), 2, "There is no script nosuch"),
        (("nosuch",), 5, "No provider has a model"),
        (("builtin:qwen2.5-coder-0.5b",), 5, "is not on this machine yet"),
        (("demo", "--seconds", "0"), 2, "must be more than 0"),
        ((), 2, "MODEL"),
    ],
)
def test_what_cannot_be_examined_says_so(run: Run, argv: tuple[str, ...], code: int, told: str) -> None:
    done = run("models", "exam", *argv)
    assert done.code == code
    assert told in done.err


def test_a_model_that_fails_ends_with_5_and_leaves_no_result(run: Run, home: Path) -> None:
    path = home / "broken.yaml"
    answers = {"code_generator": [{"text": "", "fault": "quota"}]}
    path.write_text(yaml.safe_dump({"name": "x", "agents": answers}), encoding="utf-8")
    assert run("models", "exam", f"scripted:{path}").code == 5
    assert not (home / "exams").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_ends_with_4(home: Path, number: signal.Signals) -> None:
    path = home / "slow.yaml"
    script = {"name": "x", "tokens_per_second": 2, "agents": {"code_generator": [" ".join(["w"] * 900)]}}
    path.write_text(yaml.safe_dump(script), encoding="utf-8")
    child = process("models", "exam", f"scripted:{path}")
    assert child.stdout
    for line in child.stdout:
        if "Examining" in line:
            break
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert "The exam was stopped" in err
    assert child.returncode == 4

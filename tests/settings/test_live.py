"""Edits of models.yaml and agents.yaml while the program runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import AppError
from app.settings import LiveSettings

Edit = Callable[[str, str], None]


@pytest.fixture
def live(tmp_path: Path) -> LiveSettings:
    (tmp_path / "config").mkdir()
    return LiveSettings(environment={"ROUNDTABLE_HOME": str(tmp_path)})


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Write a file of the user's config folder, and make sure that its time of change is another one."""
    ticks = iter(range(1, 100))

    def write(name: str, content: str) -> None:
        path = tmp_path / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, ns=(0, next(ticks) * 10**9))

    return write


def test_an_edit_counts_from_then_on_and_what_is_in_use_stays(live: LiveSettings, edit: Edit) -> None:
    before = live.refresh()
    edit("models.yaml", "providers: {deepseek: {default_model: another}}")
    after = live.refresh()
    assert after.models.providers["deepseek"].default_model == "another"
    assert before.models.providers["deepseek"].default_model != "another"
    edit("agents.yaml", "code_generator: {temperature: 1.5}")
    assert live.refresh().agents["code_generator"].temperature == 1.5
    assert live.problem is None


def test_a_bad_edit_keeps_the_last_good_one_and_says_what_is_wrong(live: LiveSettings, edit: Edit) -> None:
    told: list[str] = []
    live.changed = lambda: told.append(str(live.problem))
    edit("agents.yaml", "code_generator: {temperature: 0.9}")
    good = live.refresh()
    edit("agents.yaml", "code_generator: {temprature: 0.1}")
    assert live.refresh() is good
    assert live.problem is not None
    assert "agents.yaml" in live.problem.message
    assert "temperature" in live.problem.hint
    live.refresh()
    edit("agents.yaml", "code_generator: [")
    assert live.refresh() is good
    edit("agents.yaml", "code_generator: {temperature: 0.3}")
    assert live.refresh().agents["code_generator"].temperature == 0.3
    assert live.problem is None
    assert len(told) == 4
    assert told[-1] == "None"


def test_instructions_are_read_anew(live: LiveSettings, edit: Edit) -> None:
    edit("prompts/code_generator.md", "Write it in one line.")
    assert live.refresh().agents["code_generator"].config.instruction == "Write it in one line."


def test_other_settings_stay_as_they_were_at_the_start(live: LiveSettings, edit: Edit) -> None:
    edit("app.yaml", "max_concurrent_sessions: 99")
    edit("models.yaml", "providers: {deepseek: {default_model: another}}")
    assert live.refresh().max_concurrent_sessions != 99


def test_files_that_are_wrong_from_the_start_are_an_error(tmp_path: Path, edit: Edit) -> None:
    edit("models.yaml", "preference: [nobody]")
    with pytest.raises(AppError, match="nobody"):
        LiveSettings(environment={"ROUNDTABLE_HOME": str(tmp_path)})

"""`.env` of the program's own folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import read_environment


def test_the_process_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        "DEEPSEEK_API_KEY=from-file\nMAX_CONCURRENT_SESSIONS=2\n", encoding="utf-8"
    )
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    monkeypatch.setenv("MAX_CONCURRENT_SESSIONS", "3")
    read = read_environment(tmp_path)
    assert (read["DEEPSEEK_API_KEY"], read["MAX_CONCURRENT_SESSIONS"]) == ("from-file", "3")


def test_empty_means_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DEEPSEEK_API_KEY=\nCODE_SAFETY_ENABLED=\n", encoding="utf-8")
    for name in ("DEEPSEEK_API_KEY", "CODE_SAFETY_ENABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert not {"DEEPSEEK_API_KEY", "CODE_SAFETY_ENABLED", "OPENAI_API_KEY"} & set(read_environment(tmp_path))


def test_a_file_of_the_working_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, program = tmp_path / "someone-elses-project", tmp_path / "program"
    for folder in (elsewhere, program):
        folder.mkdir()
    (elsewhere / ".env").write_text("OLLAMA_BASE_URL=http://evil.example\n", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv("OLLAMA_BASE_URL", raising=False)
    assert "OLLAMA_BASE_URL" not in read_environment(program)

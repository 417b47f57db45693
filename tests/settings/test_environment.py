"""`.env` of the program's own folder, and nowhere else; and secrets in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppError
from app.settings import load_settings, read_environment
from app.settings.environment import SECRETS


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


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that ROUNDTABLE_TOKEN_FILE names."""
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "token"
    monkeypatch.setenv("ROUNDTABLE_TOKEN_FILE", str(file))
    return file


def test_a_secret_may_be_in_a_file(secret: Path, tmp_path: Path) -> None:
    secret.write_text("from-a-file\n", encoding="utf-8")
    assert read_environment(tmp_path)["ROUNDTABLE_TOKEN"] == "from-a-file"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", b"x" * 20_000])
def test_a_file_that_holds_no_secret_is_named(secret: Path, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        secret.write_bytes(content)
    with pytest.raises(AppError, match=rf"^ROUNDTABLE_TOKEN_FILE: {secret} "):
        read_environment(tmp_path)


def test_a_secret_is_not_in_two_places(secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret.write_text("from-a-file", encoding="utf-8")
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "from-the-process")
    with pytest.raises(AppError, match="both set"):
        read_environment(tmp_path)


def test_every_key_of_a_provider_may_be_in_a_file() -> None:
    providers = load_settings(environment={}).models.providers.values()
    assert {provider.key_env for provider in providers if provider.key_env} <= set(SECRETS)

"""Layers of settings, and errors that say where to look."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from app.errors import AppError, ErrorKind
from app.settings import CONFIG_DIR, Settings, load_settings
from app.settings.environment import VARIABLES


def load(home: Path, overrides: Mapping[str, object] | None = None, **variables: str) -> Settings:
    return load_settings(overrides or {}, environment={"ROUNDTABLE_HOME": str(home), **variables})


def user_file(home: Path, name: str, text: str) -> Path:
    path = home / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problem(home: Path, overrides: Mapping[str, object] | None = None, **variables: str) -> AppError:
    with pytest.raises(AppError) as caught:
        load(home, overrides, **variables)
    assert caught.value.kind is ErrorKind.CONFIG
    return caught.value


def test_the_programs_own_files(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/roundtable.db"
    assert (settings.run.max_tokens, settings.run.max_seconds, settings.run.lease_seconds) == (
        200_000,
        3600,
        15,
    )
    assert (settings.timeouts.connect, settings.timeouts.first_token, settings.timeouts.idle) == (10, 300, 60)
    assert list(settings.agents) == ["code_generator", "quality_checker", "code_optimizer", "user_proxy"]
    assert {"ollama", "builtin", "openai_compatible", "scripted"} < set(settings.models.providers)


def test_later_layers_win(tmp_path: Path) -> None:
    assert load(tmp_path).max_concurrent_sessions == 10
    user_file(tmp_path, "app.yaml", "max_concurrent_sessions: 3\nrun:\n  max_tokens: 5000\n")
    from_file = load(tmp_path)
    assert (from_file.max_concurrent_sessions, from_file.run.max_tokens, from_file.run.max_seconds) == (
        3,
        5000,
        3600,
    )
    assert load(tmp_path, MAX_CONCURRENT_SESSIONS="4").max_concurrent_sessions == 4
    assert (
        load(tmp_path, {"max_concurrent_sessions": 5}, MAX_CONCURRENT_SESSIONS="4").max_concurrent_sessions
        == 5
    )
    assert (
        load(tmp_path, {"max_concurrent_sessions": None}, MAX_CONCURRENT_SESSIONS="4").max_concurrent_sessions
        == 4
    )


def test_every_variable_sets_what_it_says(tmp_path: Path) -> None:
    values = {
        "ROUNDTABLE_DATABASE_URL": "sqlite://",
        "ROUNDTABLE_TOKEN": "token",
        "SECRET_KEY": "secret",
        "FLASK_ENV": "development",
        "MAX_CONCURRENT_SESSIONS": "7",
        "CODE_SAFETY_ENABLED": "false",
        "OLLAMA_BASE_URL": "http://127.0.0.1:9999",
    }
    assert set(values) == set(VARIABLES)
    settings = load_settings(environment={"ROUNDTABLE_HOME": str(tmp_path), **values})
    assert settings.database_url == "sqlite://"
    assert settings.server.token is not None
    assert settings.server.token.get_secret_value() == "token"
    assert settings.server.secret_key is not None
    assert settings.server.secret_key.get_secret_value() == "secret"
    assert settings.server.environment == "development"
    assert settings.max_concurrent_sessions == 7
    assert settings.code_safety_enabled is False
    assert settings.models.providers["ollama"].base_url == "http://127.0.0.1:9999"
    assert "secret" not in repr(settings).replace("secret_key", "")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:1234", "http://127.0.0.1:1234"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        (":1234", "http://127.0.0.1:1234"),
        ("[::]:1234", "http://127.0.0.1:1234"),
        ("[::1]", "http://[::1]:11434"),
        ("https://ollama.example.org:443", "https://ollama.example.org:443"),
    ],
)
def test_ollamas_own_variable(tmp_path: Path, host: str, url: str) -> None:
    assert load(tmp_path, OLLAMA_HOST=host).models.providers["ollama"].base_url == url
    ours = load(tmp_path, OLLAMA_HOST=host, OLLAMA_BASE_URL="http://127.0.0.1:5").models.providers["ollama"]
    assert ours.base_url == "http://127.0.0.1:5"


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (
            "app.yaml",
            "run:\n  max_token: 5\n",
            ["run.max_token: there is no such key", "Did you mean max_tokens?"],
        ),
        ("app.yaml", "servr: {}\n", ["servr: there is no such key", "Did you mean server?"]),
        ("app.yaml", "zzz: 1\n", ["zzz: there is no such key", "Valid: ", "timeouts"]),
        ("app.yaml", "run:\n  max_tokens: many\n", ["run.max_tokens: ", "valid integer"]),
        ("app.yaml", "timeouts:\n  idle: 0\n", ["timeouts.idle: ", "greater than 0"]),
        ("app.yaml", "a: 1\nb: 2\na: 3\n", ["line 3: the key 'a' is there twice"]),
        ("app.yaml", "run:\n  max_tokens: [1\n", ["line "]),
        ("app.yaml", "- one\n- two\n", ["holds no keys"]),
        (
            "models.yaml",
            "providers:\n  ollama:\n    base_ulr: x\n",
            ["providers.ollama.base_ulr: ", "base_url?"],
        ),
        (
            "models.yaml",
            "providers:\n  olama:\n    base_url: x\n",
            ["providers.olama.title: ", "meant to be ollama?"],
        ),
        ("models.yaml", "providers:\n  ollama:\n    provider: os.system\n", ["providers.ollama.provider: "]),
        (
            "models.yaml",
            "providers:\n  ollama:\n    fallback: [buildin]\n",
            ["'buildin'", "Did you mean builtin?"],
        ),
        ("models.yaml", "preference: [olama]\n", ["preference: ", "Did you mean ollama?"]),
        (
            "agents.yaml",
            "code_genrator:\n  temperature: 1\n",
            ["code_genrator.", "meant to be code_generator?"],
        ),
        (
            "agents.yaml",
            "code_generator:\n  temprature: 1\n",
            ["code_generator.temprature: ", "temperature?"],
        ),
        ("agents.yaml", "code_generator:\n  temperature: 3\n", ["code_generator.temperature: ", "less than"]),
        ("agents.yaml", "code_generator:\n  model: ollama\n", ["code_generator.model: ", "provider:model"]),
        (
            "agents.yaml",
            "code_generator:\n  model: olama:x\n",
            ["code_generator.model: ", "Did you mean ollama?"],
        ),
        ("agents.yaml", "code_generator:\n  provider: os.system\n", ["code_generator.provider: must be"]),
        (
            "agents.yaml",
            "code_generator:\n  config:\n    instruction: code_generater.md\n",
            ["code_generator.config.instruction: ", "Did you mean code_generator.md?"],
        ),
        (
            "agents.yaml",
            "code_generator:\n  config:\n    instruction: ../x.md\n",
            ["there is no file ../x.md"],
        ),
    ],
)
def test_errors_name_file_key_and_nearest(tmp_path: Path, file: str, text: str, words: list[str]) -> None:
    path = user_file(tmp_path, file, text)
    said = str(problem(tmp_path))
    assert str(path) in said
    for word in words:
        assert word in said


def test_errors_name_variable_and_command_line(tmp_path: Path) -> None:
    assert (
        "environment variable MAX_CONCURRENT_SESSIONS"
        in problem(tmp_path, MAX_CONCURRENT_SESSIONS="x").message
    )
    said = str(problem(tmp_path, {"run.max_secs": 5}))
    assert "the command line: run.max_secs" in said
    assert "max_seconds" in said


def test_a_value_that_may_be_secret_is_not_repeated(tmp_path: Path) -> None:
    user_file(tmp_path, "app.yaml", "server:\n  token: [sk-very-secret]\n")
    assert "sk-very-secret" not in str(problem(tmp_path))


def test_an_empty_file_of_the_user_changes_nothing(tmp_path: Path) -> None:
    user_file(tmp_path, "app.yaml", "# nothing yet\n")
    assert load(tmp_path).run.max_tokens == 200_000


@pytest.mark.parametrize("name", ["app.yaml", "models.yaml", "agents.yaml"])
def test_a_file_of_the_programs_own_that_is_missing_or_empty(tmp_path: Path, name: str) -> None:
    config = tmp_path / "shipped"
    shutil.copytree(CONFIG_DIR, config)
    (config / name).write_text("", encoding="utf-8")
    with pytest.raises(AppError) as empty:
        load_settings({}, environment={"ROUNDTABLE_HOME": str(tmp_path)}, config_dir=config)
    assert "needed" in str(empty.value) or "required" in str(empty.value)
    (config / name).unlink()
    with pytest.raises(AppError) as missing:
        load_settings({}, environment={"ROUNDTABLE_HOME": str(tmp_path)}, config_dir=config)
    assert str(config / name) in missing.value.message


def test_instructions_come_from_files_and_the_users_go_first(tmp_path: Path) -> None:
    shipped = load(tmp_path).agents["code_generator"].instruction
    assert shipped
    assert not shipped.endswith(".md")
    folder = tmp_path / "config" / "prompts"
    folder.mkdir(parents=True)
    (folder / "code_generator.md").write_text("Mine.\n", encoding="utf-8")
    assert load(tmp_path).agents["code_generator"].instruction == "Mine."
    user_file(tmp_path, "agents.yaml", "code_generator:\n  config:\n    instruction: Said outright.\n")
    assert load(tmp_path).agents["code_generator"].instruction == "Said outright."


@pytest.mark.parametrize("name", ["app.yaml", "models.yaml", "agents.yaml"])
def test_every_key_is_documented(name: str) -> None:
    """Each key that the shipped files set is followed or preceded by words about it in a comment."""
    text = (CONFIG_DIR / name).read_text(encoding="utf-8")
    comments = "\n".join(line.partition("#")[2] for line in text.splitlines() if "#" in line)
    commented = {line.split(":")[0].strip() for line in text.splitlines() if "#" in line}
    keys = _leaf_keys(yaml.safe_load(text))
    before = {
        line.split(":")[0].strip()
        for above, line in zip(text.splitlines(), text.splitlines()[1:], strict=False)
        if "#" in above
    }
    undocumented = {k for k in keys if k not in comments and k not in commented and k not in before}
    assert undocumented == set()


def _leaf_keys(tree: object) -> set[str]:
    if not isinstance(tree, dict):
        return set()
    found: set[str] = set()
    for key, value in tree.items():
        found |= _leaf_keys(value) if isinstance(value, dict) and value else {str(key)}
    return found


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.code_safety_enabled = False

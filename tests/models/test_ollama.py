"""What is told of an Ollama model, and an Ollama that is not there; no server is needed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError, ErrorKind
from app.models.ollama import OllamaBackend
from app.models.ollama_facts import fitness_for_code, is_bare_template, kv_bytes_per_token, model_facts
from app.models.ollama_names import full_name, missing

QWEN: dict[str, Any] = {
    "general.architecture": "qwen2",
    "qwen2.block_count": 28,
    "qwen2.context_length": 32768,
    "qwen2.embedding_length": 1536,
    "qwen2.attention.head_count": 12,
    "qwen2.attention.head_count_kv": 2,
}
NOWHERE = "http://127.0.0.1:1"
ELSEWHERE = "http://127.0.0.2:1"  # none of the names that stand for this machine, yet no network


def test_facts_are_read_from_show() -> None:
    show = {
        "model_info": QWEN,
        "details": {"family": "qwen2"},
        "capabilities": ["completion", "tools"],
        "template": "{{ .System }}<|im_start|>{{ .Prompt }}",
    }
    facts = model_facts("qwen2.5-coder:1.5b", 10**9, show, reclaimable=0)
    assert (facts.context_length, facts.family, facts.template_ok) == (32768, "qwen2", True)
    assert facts.capabilities == {"completion", "tools"}
    assert facts.max_window is not None


def test_window_counts_memory_that_would_be_freed() -> None:
    wide = QWEN | {"qwen2.block_count": 28_000_000}
    few, more = (model_facts("m", 0, {"model_info": wide}, extra).max_window for extra in (0, 10**15))
    assert few is not None
    assert more is not None
    assert more > 1000 > few


def test_memory_of_another_machine_is_not_guessed() -> None:
    assert model_facts("m", 10**9, {"model_info": QWEN}, reclaimable=None).max_window is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 28 * 2 * (128 + 128) * 2),
        ({"qwen2.attention.key_length": 64, "qwen2.attention.value_length": 32}, 28 * 2 * 96 * 2),
        ({"qwen2.attention.head_count_kv": [0, 4, 2]}, 28 * 4 * 256 * 2),
        ({"qwen2.attention.head_count_kv": None}, 28 * 12 * 256 * 2),
        ({"qwen2.block_count": None}, None),
    ],
)
def test_kv_bytes_follow_the_architecture(changes: dict[str, Any], expected: int | None) -> None:
    assert kv_bytes_per_token(QWEN | changes) == expected


@pytest.mark.parametrize(
    ("template", "bare"),
    [("{{ .Prompt }}", True), ("{{.Prompt}}\n", True), ("<|im_start|>{{ .Prompt }}", False), ("", False)],
)
def test_bare_template_is_noticed(template: str, bare: bool) -> None:
    assert is_bare_template(template) is bare


def test_models_for_code_come_first() -> None:
    bare = {"template": "{{ .Prompt }}"}
    facts = [
        model_facts("llama3:8b", 8, {}, None),
        model_facts("big-coder:latest", 9, bare, None),
        model_facts("qwen2.5-coder:1.5b", 1, {}, None),
        model_facts("qwen2.5-coder:7b", 7, {}, None),
    ]
    ordered = [one.name for one in sorted(facts, key=fitness_for_code, reverse=True)]
    assert ordered == ["qwen2.5-coder:7b", "qwen2.5-coder:1.5b", "llama3:8b", "big-coder:latest"]


def test_name_gets_its_tag() -> None:
    assert full_name("qwen") == "qwen:latest"
    assert full_name("qwen:1.5b") == "qwen:1.5b"
    assert full_name("http://127.0.0.1:5000/library/qwen") == "http://127.0.0.1:5000/library/qwen:latest"


def test_missing_model_names_the_nearest() -> None:
    error = missing("qwen2.5-codr:1.5b", ["llama3:8b", "qwen2.5-coder:1.5b"])
    assert error.kind is ErrorKind.MODEL_MISSING
    assert "Most like it: qwen2.5-coder:1.5b." in error.message
    assert "models pull qwen2.5-codr:1.5b" in error.hint
    assert "No model is installed." in missing("qwen", []).hint


def test_program_that_does_not_run_yet_is_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ("ollama.exe" if sys.platform == "win32" else "ollama")
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    status = asyncio.run(OllamaBackend(tmp_path, NOWHERE).detect())

    assert status.usable
    assert status.detail == f"not running; {program} is started when it is used"


def test_server_that_does_not_answer(tmp_path: Path) -> None:
    backend = OllamaBackend(tmp_path, NOWHERE)
    assert asyncio.run(backend.models()) == []
    with pytest.raises(AppError, match="does not answer") as caught:
        asyncio.run(backend.facts("qwen"))
    assert caught.value.kind is ErrorKind.TRANSIENT


def test_server_elsewhere_is_not_started(tmp_path: Path) -> None:
    backend = OllamaBackend(tmp_path, ELSEWHERE)
    assert not asyncio.run(backend.detect()).usable
    with pytest.raises(AppError, match=f"does not answer at {ELSEWHERE}"):
        asyncio.run(backend.prepare("qwen", 4096))

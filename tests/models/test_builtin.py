"""The builtin engine's process and backend, as far as they need no model."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from app.errors import AppError, ErrorKind
from app.models.builtin import BuiltinBackend, BuiltinEngine
from app.models.weights import WeightStore
from tests.support.wheels import tiny_spec


def backend(home: Path, engine: BuiltinEngine | None = None) -> BuiltinBackend:
    store = WeightStore(home, {"tiny": tiny_spec()}, ())
    return BuiltinBackend(store, engine or BuiltinEngine(home / "builtin.log"))


def test_detect_tells_what_is_ready(tmp_path: Path) -> None:
    assert asyncio.run(backend(tmp_path).detect()).detail == "ready; weights are fetched when first used"
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "tiny.gguf").write_bytes(bytes(tiny_spec().bytes))
    status = asyncio.run(backend(tmp_path).detect())
    assert status.usable
    assert status.detail == "ready with tiny"


def test_facts_come_from_the_table(tmp_path: Path) -> None:
    (facts,) = asyncio.run(backend(tmp_path).models())
    assert (facts.name, facts.size_bytes, facts.context_length) == ("tiny", 1_000_000, 4096)
    assert not facts.installed
    assert facts.window_cap == 4096


def test_window_is_capped_by_memory(tmp_path: Path) -> None:
    greedy = tiny_spec(kv_bytes=10**15)
    facts = asyncio.run(
        BuiltinBackend(WeightStore(tmp_path, {"tiny": greedy}, ()), engine(tmp_path)).facts("tiny")
    )
    assert facts.window_cap == 1


def test_unknown_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        asyncio.run(backend(tmp_path).facts("gpt"))
    assert caught.value.kind is ErrorKind.MODEL_MISSING
    assert caught.value.hint == "It has: tiny."


def engine(home: Path, command: tuple[str, ...] | None = None) -> BuiltinEngine:
    log = home / "logs" / "builtin.log"
    return BuiltinEngine(log, command=command) if command else BuiltinEngine(log)


def test_file_that_is_no_model_is_told_with_the_log(tmp_path: Path) -> None:
    path = tmp_path / "no-model.gguf"
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(AppError, match="Failed to init server") as caught:
        engine(tmp_path).serve(path, "no-model", 4096)

    assert caught.value.kind is ErrorKind.CONFIG
    assert "builtin.log" in caught.value.hint
    assert "invalid magic" in (tmp_path / "logs" / "builtin.log").read_text(encoding="utf-8")


def test_process_that_ends_at_once_is_told(tmp_path: Path) -> None:
    broken = engine(tmp_path, (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(AppError, match="its process ended"):
        broken.serve(tmp_path / "any.gguf", "any", 4096)
    assert broken.pid is None

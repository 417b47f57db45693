"""The main job as a user starts it, on real models: builtin engine and a real Ollama, with the 0.5B."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.checks.sandbox.wasm import WasmPython
from tests.support.engines import SMALL, OllamaServer

pytestmark = pytest.mark.live
TASK = "Write a Python function double(x) that returns twice its argument."


def generate(home: Path, *options: str, **environment: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, events and standard error of one `generate --json`."""
    command = (
        sys.executable,
        "-m",
        "app.bootstrap",
        "generate",
        TASK,
        "--example",
        "double(2) == 4",
        "--json",
    )
    env = {**os.environ, "ROUNDTABLE_HOME": str(home), **environment}
    done = subprocess.run((*command, *options), env=env, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture
def home(tmp_path: Path, sandbox: WasmPython, cache: Path) -> Path:
    sandbox.warm_up()
    (tmp_path / "sandbox").symlink_to(cache, target_is_directory=True)
    return tmp_path


def check(code: int, events: list[dict[str, Any]], errors: str, out: Path) -> None:
    """Whatever a small model makes of it, the run must be whole, and its exit code true."""
    assert events, errors
    kinds = [e["type"] for e in events]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert kinds[-1] in ("run.finished", "gate.opened")
    assert kinds.count("message.delta") > 3
    usage = [e["data"] for e in events if e["type"] == "usage.recorded"]
    assert usage
    # The engine tells the figures at the end of an answer; one that went in circles is stopped before that.
    assert not any(u["estimated"] for u in usage if u["finish_reason"] != "length")
    assert all(u["prompt_tokens"] > 30 for u in usage)  # a small model is asked in few words
    approved = kinds[-1] == "run.finished" and events[-1]["data"]["status"] == "approved"
    assert code == (0 if approved else 5 if kinds[-1] == "run.finished" else 3)
    assert any(out.rglob("*.py")) is approved


def test_main_job_on_the_builtin_engine(home: Path, weights_05b: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--provider", "builtin", "--model", SMALL, "--max-iterations", "2")
    done = generate(
        home, *options, "--decide", "approve-if-verified", "--out", str(out),
        ROUNDTABLE_WEIGHTS_DIR=str(weights_05b.parent),
    )  # fmt: skip
    check(*done, out)


def test_main_job_on_ollama_which_is_taken_without_being_named(
    home: Path, ollama_server: OllamaServer, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = generate(
        home, "--max-iterations", "2", "--decide", "approve-if-verified", "--out", str(out),
        OLLAMA_BASE_URL=ollama_server.url,
    )  # fmt: skip
    check(*done, out)
    assert {e["data"]["provider"] for e in done[1] if e["type"] == "usage.recorded"} == {"ollama"}

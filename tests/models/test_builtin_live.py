"""The builtin engine with the real 0.5B model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from app.models.backends import Endpoint
from app.models.builtin import BuiltinBackend, BuiltinEngine
from tests.support.engines import SMALL, weight_store

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("weights_05b")]
ROOT = Path(__file__).parents[2]
PREFACE = "You write code in a team. " + " ".join(f"Rule {n}: keep function {n} short." for n in range(30))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Generator[BuiltinEngine]:
    running = BuiltinEngine(tmp_path_factory.mktemp("builtin") / "builtin.log")
    yield running
    running.close()


def prepare(engine: BuiltinEngine, window: int = 4096) -> Endpoint:
    return asyncio.run(BuiltinBackend(weight_store(), engine).prepare(SMALL, window))


def chat(endpoint: Endpoint, text: str, max_tokens: int) -> dict[str, Any]:
    answer = httpx.post(
        f"{endpoint.base_url}/chat/completions",
        headers={"Authorization": f"Bearer {endpoint.api_key}"},
        json={"messages": [{"role": "user", "content": text}], "max_tokens": max_tokens},
        timeout=120,
    )
    return dict(answer.raise_for_status().json())


def props(endpoint: Endpoint) -> dict[str, Any]:
    url = endpoint.base_url.removesuffix("/v1") + "/props"
    return dict(httpx.get(url, headers={"Authorization": f"Bearer {endpoint.api_key}"}).json())


def test_second_agent_reads_only_what_is_new(engine: BuiltinEngine) -> None:
    endpoint = prepare(engine)
    first, second = (chat(endpoint, f"{PREFACE}\n{role}", 8) for role in ("Write.", "Check."))

    assert first["choices"][0]["message"]["content"]
    assert first["usage"]["completion_tokens"] == 8
    assert first["timings"]["prompt_n"] > 300
    assert second["timings"]["prompt_n"] < 30
    assert second["timings"]["prompt_ms"] < first["timings"]["prompt_ms"] / 5


def test_key_is_needed_and_not_visible_to_others(engine: BuiltinEngine) -> None:
    endpoint = prepare(engine)
    process = psutil.Process(engine.pid)

    assert httpx.post(f"{endpoint.base_url}/chat/completions", json={"messages": []}).status_code == 401
    assert endpoint.api_key not in " ".join(process.cmdline())
    assert endpoint.api_key not in process.environ().values()


def test_engine_stops_when_the_client_goes(engine: BuiltinEngine) -> None:
    """The rest of the abandoned answer would take about a minute."""
    endpoint = prepare(engine)
    body = {"messages": [{"role": "user", "content": "Count up from 1 without end."}], "ignore_eos": True}

    async def abandon() -> None:
        async with (
            httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {endpoint.api_key}"}) as client,
            client.stream(
                "POST",
                f"{endpoint.base_url}/chat/completions",
                json={**body, "stream": True, "max_tokens": 2000},
            ) as answer,
        ):
            async for line in answer.aiter_lines():
                if line:
                    return

    asyncio.run(abandon())
    began = time.monotonic()
    chat(endpoint, "Hi", 1)
    assert time.monotonic() - began < 10


def test_crashed_engine_is_replaced(engine: BuiltinEngine) -> None:
    prepare(engine)
    old = psutil.Process(engine.pid)
    old.kill()
    old.wait(10)

    assert chat(prepare(engine), "Hi", 1)["choices"]
    assert engine.pid not in (None, old.pid)


def test_larger_window_restarts_and_a_smaller_one_does_not(engine: BuiltinEngine) -> None:
    assert prepare(engine, 4096).window == 4096
    small = engine.pid
    assert prepare(engine, 4096).window == 4096
    assert engine.pid == small
    larger = prepare(engine, 8192)
    assert larger.window == 8192
    assert props(larger)["default_generation_settings"]["n_ctx"] == 8192
    large = engine.pid
    assert large != small
    assert prepare(engine, 4096).window == 8192
    assert engine.pid == large


def test_idle_engine_gives_its_memory_back_and_wakes(tmp_path: Path) -> None:
    engine = BuiltinEngine(tmp_path / "builtin.log", idle_seconds=1)
    try:
        endpoint = prepare(engine)
        chat(endpoint, "Hi", 1)
        process = psutil.Process(engine.pid)
        busy = process.memory_info().rss
        deadline = time.monotonic() + 30
        while not props(endpoint)["is_sleeping"]:
            assert time.monotonic() < deadline, "the engine did not go to sleep"
            time.sleep(0.1)
        assert process.memory_info().rss < busy / 2
        assert chat(prepare(engine), "Hi", 1)["choices"]
        assert engine.pid == process.pid
    finally:
        engine.close()


@pytest.mark.crash
def test_engine_dies_with_the_program(weights_05b: Path, tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from app.models.builtin import BuiltinEngine;"
        "engine = BuiltinEngine(pathlib.Path(sys.argv[2]));"
        "engine.serve(pathlib.Path(sys.argv[1]), 'small', 4096); print(engine.pid, flush=True);"
        "sys.stdin.read()"
    )
    command = (sys.executable, "-c", program, str(weights_05b), str(tmp_path / "builtin.log"))
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=10)
    assert gone == [child]

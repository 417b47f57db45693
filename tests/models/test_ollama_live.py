"""A real Ollama: detect, start and stop, list, show, and pull with cancel, resume and faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import psutil
import pytest

from app.errors import AppError, ErrorKind
from app.models.download import Progress
from app.models.ollama import OllamaBackend
from tests.support.engines import OllamaServer, ollama_program
from tests.support.listening import free_port
from tests.support.registry import MODEL, Registry, serve_registry

pytestmark = pytest.mark.live


def test_detect_tells_the_version(ollama_server: OllamaServer, tmp_path: Path) -> None:
    status = asyncio.run(OllamaBackend(tmp_path, ollama_server.url).detect())
    assert status.usable
    assert status.version.count(".") == 2


def test_models_are_listed_with_their_facts(ollama_server: OllamaServer, tmp_path: Path) -> None:
    good, bare = asyncio.run(OllamaBackend(tmp_path, ollama_server.url).models())

    assert (good.name, bare.name) == (ollama_server.model, ollama_server.bare)
    assert (good.context_length, good.family) == (32768, "qwen2")
    assert good.size_bytes > 400e6
    assert good.max_window is not None
    assert "completion" in good.capabilities
    assert (good.template_ok, bare.template_ok) == (True, False)


def test_missing_model_names_the_nearest(ollama_server: OllamaServer, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="Most like it: tiny-coder:latest") as caught:
        asyncio.run(OllamaBackend(tmp_path, ollama_server.url).prepare("tiny-codr", 4096))
    assert caught.value.kind is ErrorKind.MODEL_MISSING


def test_window_is_really_given(ollama_server: OllamaServer, tmp_path: Path) -> None:
    endpoint = asyncio.run(OllamaBackend(tmp_path, ollama_server.url).prepare(ollama_server.model, 8192))
    body = {
        "model": ollama_server.model,
        "messages": [{"role": "user", "content": "Say hello."}],
        "stream": False,
        "options": {**endpoint.options, "num_predict": 4},
    }
    answer = httpx.post(f"{endpoint.base_url}/api/chat", json=body, timeout=120)
    loaded = httpx.get(f"{endpoint.base_url}/api/ps").json()["models"]

    assert answer.json()["message"]["content"]
    assert [model["context_length"] for model in loaded] == [8192]


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[OllamaBackend]:
    """For a server with an empty store that the backend has to start itself."""
    ollama_program()
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "models"))
    own = OllamaBackend(tmp_path, f"http://127.0.0.1:{free_port()}")
    yield own
    asyncio.run(own.aclose())


@pytest.fixture
def registry(weights_05b: Path) -> Generator[Registry]:
    with serve_registry(weights_05b) as running:
        yield running


def test_server_is_started_when_needed_and_stopped_again(backend: OllamaBackend) -> None:
    async def scenario() -> None:
        assert "not running" in (await backend.detect()).detail
        before = set(psutil.Process().children())
        await backend.start()
        (server,) = set(psutil.Process().children()) - before
        assert (await backend.detect()).version
        assert await backend.models() == []
        await backend.aclose()
        assert not server.is_running()
        assert not (await backend.detect()).version

    asyncio.run(scenario())


def test_pull_shows_progress_and_the_model_is_there(backend: OllamaBackend, registry: Registry) -> None:
    seen: list[Progress] = []
    asyncio.run(backend.pull(registry.model, seen.append, insecure=True))

    size = registry.size(registry.weights)
    assert seen[-1].source == "success"
    assert seen[-1].bytes_done == seen[-1].bytes_total > size
    assert any(0 < p.bytes_done < size and p.eta_seconds for p in seen)
    (facts,) = asyncio.run(backend.models())
    assert facts.name.endswith(MODEL)
    assert facts.template_ok


def test_cancelled_pull_stops_and_goes_on_later(backend: OllamaBackend, registry: Registry) -> None:
    size = registry.size(registry.weights)
    registry.hold_after = size // 3

    async def cancel_when_held() -> None:
        task = asyncio.ensure_future(backend.pull(registry.model, insecure=True))
        await asyncio.to_thread(registry.held.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_when_held())
    registry.go_on.set()
    assert registry.idle.wait(30)
    assert registry.sent < size / 2

    seen: list[Progress] = []
    asyncio.run(backend.pull(registry.model, seen.append, insecure=True))
    assert len(asyncio.run(backend.models())) == 1
    assert registry.sent < size * 1.2


def test_broken_connection_is_taken_up_again(backend: OllamaBackend, registry: Registry) -> None:
    registry.break_after = registry.size(registry.weights) // 2
    asyncio.run(backend.pull(registry.model, insecure=True))
    assert len(asyncio.run(backend.models())) == 1
    assert registry.break_after is None


def test_damaged_download_is_told_and_thrown_away(backend: OllamaBackend, registry: Registry) -> None:
    registry.corrupt = True
    with pytest.raises(AppError, match="arrived damaged") as caught:
        asyncio.run(backend.pull(registry.model, insecure=True))
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert asyncio.run(backend.models()) == []


def test_model_that_the_registry_does_not_have(backend: OllamaBackend, registry: Registry) -> None:
    with pytest.raises(AppError, match="does not have the model") as caught:
        asyncio.run(backend.pull(registry.model.replace("tiny", "other"), insecure=True))
    assert caught.value.kind is ErrorKind.MODEL_MISSING
    assert "No model is installed." in caught.value.hint


def test_registry_that_cannot_be_reached(backend: OllamaBackend) -> None:
    began = time.monotonic()
    with pytest.raises(AppError) as caught:
        asyncio.run(backend.pull(f"http://127.0.0.1:{free_port()}/{MODEL}", insecure=True))
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert time.monotonic() - began < 30


def test_model_is_deleted_and_then_missing(backend: OllamaBackend, registry: Registry) -> None:
    asyncio.run(backend.pull(registry.model))  # plain http is this machine's own
    name = backend.spell(registry.model)
    assert [facts.name for facts in asyncio.run(backend.models())] == [name]
    asyncio.run(backend.remove(name))
    assert asyncio.run(backend.models()) == []
    with pytest.raises(AppError) as caught:
        asyncio.run(backend.remove(name))
    assert caught.value.kind is ErrorKind.MODEL_MISSING

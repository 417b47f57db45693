"""The guarded client on real engines: real usage, a stop that stops, a cut prompt that is noticed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from autogen_core import CancellationToken
from autogen_core.models import UserMessage

from app.errors import AppError, ErrorKind
from app.models.backends import Backend, Endpoint
from app.models.builtin import BuiltinBackend, BuiltinEngine
from app.models.calls import CallOptions, ModelChoice
from app.models.guarded_client import GuardedClient
from app.models.ollama import OllamaBackend
from tests.support.engines import SMALL, OllamaServer, weight_store
from tests.support.model_calls import Watcher, opened, providers_for, settings_for, told

pytestmark = pytest.mark.live

LONG = "Count from one to five hundred in words, one number a line."
SHORT = CallOptions(max_tokens=1, temperature=0)
ENGINES = ("ollama", "builtin")


@pytest.fixture(scope="module")
def builtin(weights_05b: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[BuiltinBackend]:
    assert weights_05b.is_file()
    backend = BuiltinBackend(weight_store(), BuiltinEngine(tmp_path_factory.mktemp("builtin") / "log"))
    yield backend
    asyncio.run(backend.aclose())


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Backend, ModelChoice]:
    """Each engine with the 0.5B model."""
    if request.param == "builtin":
        backend: Backend = request.getfixturevalue("builtin")
        return backend, ModelChoice("builtin", SMALL)
    server: OllamaServer = request.getfixturevalue("ollama_server")
    return OllamaBackend(tmp_path, server.url), ModelChoice("ollama", server.model)


@asynccontextmanager
async def client_for(
    engine: tuple[Backend, ModelChoice], home: Path, watcher: Watcher, options: CallOptions
) -> AsyncGenerator[GuardedClient]:
    backend, choice = engine
    url = getattr(backend, "url", None)
    settings = settings_for(home, {"models.providers.ollama.base_url": url})
    client = await opened(
        providers_for(settings, {choice.provider: backend}), choice, watcher, options=options
    )
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_usage_times_and_reason_are_real(engine: tuple[Backend, ModelChoice], tmp_path: Path) -> None:
    watcher = Watcher()

    async def run() -> tuple[str, str, str]:
        options = CallOptions(max_tokens=12, temperature=0)
        async with client_for(engine, tmp_path, watcher, options) as client:
            cut = (await told(client, LONG))[1]
            whole = (await told(client, "Answer with the one word yes."))[1]
            return cut.finish_reason, whole.finish_reason, str(whole.content)

    assert asyncio.run(run())[:2] == ("length", "stop")
    (cut, _, cut_reason), (whole, _, whole_reason) = watcher.usages
    assert (cut_reason, whole_reason) == ("length", "stop")
    assert (cut.estimated, cut.completion_tokens) == (False, 12)
    assert 10 < whole.prompt_tokens < 60
    assert cut.prompt_ms is not None
    assert cut.first_token_ms is not None
    assert cut.prompt_ms < cut.first_token_ms < cut.total_ms


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
@pytest.mark.parametrize("how", ["task", "token", "leave"])
def test_after_a_stop_the_engine_is_free_at_once(
    engine: tuple[Backend, ModelChoice], tmp_path: Path, how: str
) -> None:
    """In the middle of an answer of thousands of tokens, the next call is answered as if nothing went on.

    On a quiet machine that is 0.2 to 0.4 s, and the rest of the answer would take more than a minute. The
    bound lies far from both, since other programs may be busy beside this test.
    """

    async def run() -> tuple[float, float]:
        options = CallOptions(max_tokens=2500, temperature=0)
        async with client_for(engine, tmp_path, Watcher(), SHORT) as short:
            await told(short, "Hi")  # so that the model is loaded
            undisturbed = await seconds_of(short)
            async with client_for(engine, tmp_path, Watcher(), options) as client:
                await give_up(client, how)
                return undisturbed, await seconds_of(short)

    undisturbed, after_stop = asyncio.run(run())
    print(f"{how}: {undisturbed:.2f} s undisturbed, {after_stop:.2f} s after the stop")
    assert after_stop < max(15.0, 4 * undisturbed)


async def seconds_of(client: GuardedClient) -> float:
    started = time.monotonic()
    await told(client, "Hello")
    return time.monotonic() - started


async def give_up(client: GuardedClient, how: str) -> None:
    token, spoke = CancellationToken(), asyncio.Event()

    async def consume() -> None:
        stream = client.create_stream([UserMessage(content=LONG, source="user")], cancellation_token=token)
        count = 0
        async for _ in stream:
            count += 1
            if count == 5:
                spoke.set()
                if how == "leave":
                    break
        await stream.aclose()

    task = asyncio.create_task(consume())
    await spoke.wait()
    if how == "task":
        task.cancel()
    elif how == "token":
        token.cancel()
    await asyncio.gather(task, return_exceptions=True)


class _Smaller:
    """Ollama giving a smaller window than was asked for, as a server does whose settings say so."""

    def __init__(self, backend: OllamaBackend) -> None:
        self._backend = backend
        self.detect, self.start, self.models = backend.detect, backend.start, backend.models
        self.facts, self.aclose, self.url = backend.facts, backend.aclose, backend.url

    async def prepare(self, model: str, window: int) -> Endpoint:
        endpoint = await self._backend.prepare(model, window)
        return replace(endpoint, options={**endpoint.options, "num_ctx": 512})


@pytest.mark.parametrize("prompt", ["one long message", "many messages"])
def test_a_prompt_that_ollama_cut_is_noticed(
    ollama_server: OllamaServer, tmp_path: Path, prompt: str
) -> None:
    backend = _Smaller(OllamaBackend(tmp_path, ollama_server.url))
    words = [UserMessage(content="some words of a message " * 40, source="user") for _ in range(8)]
    one = [UserMessage(content="some words of a message " * 320, source="user")]
    watcher = Watcher()

    async def run() -> None:
        engine = (backend, ModelChoice("ollama", ollama_server.model))
        async with client_for(engine, tmp_path, watcher, SHORT) as client:
            await client.create(one if prompt == "one long message" else words)

    with pytest.raises(AppError, match="truncated") as caught:
        asyncio.run(run())
    assert (caught.value.kind, watcher.error) == (ErrorKind.CONTEXT_WINDOW, caught.value)


def test_a_model_that_was_not_pulled(ollama_server: OllamaServer, tmp_path: Path) -> None:
    engine = (OllamaBackend(tmp_path, ollama_server.url), ModelChoice("ollama", "never-pulled:1b"))

    async def run() -> None:
        async with client_for(engine, tmp_path, Watcher(), SHORT) as client:
            await told(client, "Hi")

    with pytest.raises(AppError) as caught:
        asyncio.run(run())
    assert caught.value.kind is ErrorKind.MODEL_MISSING

"""The guarded client on real engines: real usage, a stop that stops, a cut prompt that is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from autogen_core import CancellationToken
from autogen_core.models import UserMessage

from app.errors import AppError, ErrorKind
from app.models.backends import Backend, Endpoint
from app.models.builtin import BuiltinBackend, BuiltinEngine
from app.models.calls import CallOptions, ModelChoice
from app.models.download import ProgressCallback
from app.models.guarded_client import GuardedClient
from app.models.ollama import OllamaBackend
from tests.support.engines import SMALL, OllamaServer, weight_store
from tests.support.model_calls import Watcher, opened, providers_for, settings_for, told

pytestmark = pytest.mark.live

LONG = "Count from one to five hundred in words, one number a line."
SHORT = CallOptions(max_tokens=1, temperature=0)
STEADY = CallOptions(max_tokens=100, temperature=0)
ENDLESS = CallOptions(max_tokens=2500, temperature=0)
ENGINES = ("ollama", "builtin")


@dataclass(frozen=True)
class Engine:
    """An engine with the model to ask."""

    backend: Backend
    choice: ModelChoice
    program: BuiltinEngine | OllamaServer

    def work(self) -> float:
        """Processor time that the engine has used so far, seconds; nothing else that the machine does."""
        server = psutil.Process(self.program.pid)
        times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
        return sum(time.user + time.system for time in times)


@pytest.fixture(scope="module")
def builtin(
    weights_05b: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[tuple[BuiltinBackend, BuiltinEngine]]:
    assert weights_05b.is_file()
    program = BuiltinEngine(tmp_path_factory.mktemp("builtin") / "log")
    backend = BuiltinBackend(weight_store(), program)
    yield backend, program
    asyncio.run(backend.aclose())


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each engine with the 0.5B model."""
    if request.param == "builtin":
        backend, program = request.getfixturevalue("builtin")
        return Engine(backend, ModelChoice("builtin", SMALL), program)
    return on_ollama(OllamaBackend(tmp_path, request.getfixturevalue("ollama_server").url), request)


def on_ollama(backend: Backend, request: pytest.FixtureRequest) -> Engine:
    server: OllamaServer = request.getfixturevalue("ollama_server")
    return Engine(backend, ModelChoice("ollama", server.model), server)


@asynccontextmanager
async def client_for(
    engine: Engine, home: Path, watcher: Watcher, options: CallOptions
) -> AsyncGenerator[GuardedClient]:
    backend, choice = engine.backend, engine.choice
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
def test_usage_times_and_reason_are_real(engine: Engine, tmp_path: Path) -> None:
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
def test_after_a_stop_the_engine_generates_no_more(engine: Engine, tmp_path: Path, how: str) -> None:
    """The work it does from the stop to the end of the next call is that of a few tokens.

    An engine that went on would have 2500 tokens to do first, since it takes one call at a time. Work is
    counted in tokens: by the processor time that the same engine has needed for a token just before.
    """

    async def run() -> float:
        watcher = Watcher()
        async with client_for(engine, tmp_path, watcher, SHORT) as short:
            await told(short, "Hi")  # so that the model is loaded
            async with client_for(engine, tmp_path, watcher, STEADY) as steady:
                before = engine.work()
                await told(steady, LONG)
            a_token = (engine.work() - before) / watcher.usages[-1][0].completion_tokens
            async with client_for(engine, tmp_path, Watcher(), ENDLESS) as client:
                await give_up(client, how)
                stopped = engine.work()
                await told(short, "Hello")
                return (engine.work() - stopped) / a_token

    tokens = asyncio.run(run())
    print(f"{how}: work of {tokens:.0f} tokens after the stop")
    assert tokens < ENDLESS.max_tokens / 5


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

    async def prepare(self, model: str, window: int, progress: ProgressCallback | None = None) -> Endpoint:
        endpoint = await self._backend.prepare(model, window, progress)
        return replace(endpoint, options={**endpoint.options, "num_ctx": 512})


@pytest.mark.parametrize("prompt", ["one long message", "many messages"])
def test_a_prompt_that_ollama_cut_is_noticed(
    ollama_server: OllamaServer, request: pytest.FixtureRequest, tmp_path: Path, prompt: str
) -> None:
    backend = _Smaller(OllamaBackend(tmp_path, ollama_server.url))
    words = [UserMessage(content="some words of a message " * 40, source="user") for _ in range(8)]
    one = [UserMessage(content="some words of a message " * 320, source="user")]
    watcher = Watcher()

    async def run() -> None:
        engine = on_ollama(backend, request)
        async with client_for(engine, tmp_path, watcher, SHORT) as client:
            await client.create(one if prompt == "one long message" else words)

    with pytest.raises(AppError, match="truncated") as caught:
        asyncio.run(run())
    assert (caught.value.kind, watcher.error) == (ErrorKind.CONTEXT_WINDOW, caught.value)


def test_a_model_that_was_not_pulled(ollama_server: OllamaServer, tmp_path: Path) -> None:
    backend = OllamaBackend(tmp_path, ollama_server.url)
    engine = Engine(backend, ModelChoice("ollama", "never-pulled:1b"), ollama_server)

    async def run() -> None:
        async with client_for(engine, tmp_path, Watcher(), SHORT) as client:
            await told(client, "Hi")

    with pytest.raises(AppError) as caught:
        asyncio.run(run())
    assert caught.value.kind is ErrorKind.MODEL_MISSING

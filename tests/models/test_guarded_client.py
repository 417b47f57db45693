"""Calls through AutoGen's OpenAI client to a server that behaves like real ones, faults included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from autogen_core import CancellationToken
from autogen_core.models import CreateResult

from app.errors import AppError, ErrorKind
from app.models.calls import CallOptions, ModelChoice
from app.models.guarded_client import GuardedClient
from app.models.providers import Providers
from tests.support.model_calls import PROMPT, Watcher, opened, providers_for, settings_for, told
from tests.support.openai_server import CUT, STALL, OpenAIServer, Reasoning, Reply

SECRET = "sk-test-0123456789abcdef"
CHOICE = ModelChoice("openai_compatible", "m")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def providers_on(server: OpenAIServer, home: Path, **overrides: object) -> Providers:
    base = {
        "models.providers.openai_compatible.base_url": server.url,
        "models.providers.openai_compatible.retry.times": 0,
    }
    more = {key.replace("__", "."): value for key, value in overrides.items()}
    settings = settings_for(home, {**base, **more})
    return providers_for(settings, environment={"OPENAI_COMPATIBLE_API_KEY": SECRET})


def call(
    providers: Providers, watcher: Watcher, options: CallOptions | None = None
) -> tuple[str, CreateResult]:
    """One call: the streamed text and the result."""

    async def run() -> tuple[str, CreateResult]:
        client = await opened(providers, CHOICE, watcher, options=options)
        pieces, result = await told(client)
        await client.close()
        return "".join(pieces), result

    return asyncio.run(run())


def failure(providers: Providers, watcher: Watcher) -> AppError:
    """The error of a call that fails; the observer must have been told the very same."""
    with pytest.raises(AppError) as caught:
        call(providers, watcher)
    assert watcher.error is caught.value
    assert SECRET not in str(caught.value)
    return caught.value


def test_a_plain_answer(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("Hello ", "world", timings={"prompt_ms": 12.5}))
    watcher = Watcher()
    text, result = call(providers_on(server, tmp_path), watcher)
    assert (text, result.content, result.thought, result.finish_reason) == (
        "Hello world",
        "Hello world",
        None,
        "stop",
    )
    usage, choice, reason = watcher.usages[0]
    assert (usage.prompt_tokens, usage.completion_tokens, usage.estimated) == (11, 7, False)
    assert (usage.prompt_ms, choice, reason) == (12.5, CHOICE, "stop")
    assert usage.first_token_ms is not None
    assert 0 < usage.first_token_ms <= usage.total_ms
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (11, 7)


def test_what_is_sent(server: OpenAIServer, tmp_path: Path) -> None:
    options = CallOptions(
        max_tokens=99, temperature=0.5, top_p=0.9, seed=7, stop=("END",), extra={"user": "u"}
    )
    call(providers_on(server, tmp_path), Watcher(limit=64), options)
    request = server.requests[0]
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    expected = {"model": "m", "max_tokens": 64, "temperature": 0.5, "top_p": 0.9, "seed": 7, "user": "u"}
    expected["stop"] = ["END"]
    assert {name: request.body[name] for name in expected} == expected
    assert request.body["stream_options"] == {"include_usage": True}
    assert [sorted(message) for message in request.body["messages"]] == [["content", "role"]] * 2


def test_an_option_that_does_not_exist(server: OpenAIServer, tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"there is no temperatur.*Did you mean temperature") as caught:
        call(providers_on(server, tmp_path), Watcher(), CallOptions(extra={"temperatur": 1}))
    assert caught.value.kind is ErrorKind.CONFIG


def test_usage_is_counted_where_the_service_tells_none(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("four letter words " * 40, usage=None))
    watcher = Watcher()
    call(providers_on(server, tmp_path), watcher)
    usage = watcher.usages[0][0]
    assert usage.estimated
    assert 10 < usage.prompt_tokens < 60
    assert usage.completion_tokens == 120


def test_a_service_that_refuses_stream_options(server: OpenAIServer, tmp_path: Path) -> None:
    """It is asked once more without, and never again with; or not even once, where models.yaml says so."""
    server.play(Reply("ok", refuses_usage=True))
    watcher, providers = Watcher(), providers_on(server, tmp_path)
    assert [call(providers, watcher)[0] for _ in range(2)] == ["ok", "ok"]
    assert ["stream_options" in request.body for request in server.requests] == [True, False, False]
    assert [usage.estimated for usage, _, reason in watcher.usages if reason == "stop"] == [True, True]
    assert "stream_options" in watcher.notes[0][0]
    off = providers_on(server, tmp_path, models__providers__openai_compatible__include_usage=False)
    assert call(off, Watcher())[0] == "ok"
    assert len(server.requests) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_think_tags_wherever_they_are_cut(server: OpenAIServer, tmp_path: Path, size: int) -> None:
    whole = "<think>let me see</think>\n\nthe answer"
    server.play(Reply(*(whole[i : i + size] for i in range(0, len(whole), size))))
    watcher = Watcher()
    text, result = call(providers_on(server, tmp_path), watcher)
    assert (text, result.content) == ("the answer", "the answer")
    assert (watcher.reasons, result.thought) == ("let me see", "let me see")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_a_field_for_reasoning(server: OpenAIServer, tmp_path: Path, name: str) -> None:
    # AutoGen puts this into the text as <think> and strips "think" letters off the thought's ends.
    server.play(Reply(Reasoning("think ", name), Reasoning("kin", name), "the ", "answer"))
    watcher = Watcher()
    text, result = call(providers_on(server, tmp_path), watcher)
    assert (text, result.content) == ("the answer", "the answer")
    assert (watcher.reasons, result.thought) == ("think kin", "think kin")


def test_an_answer_of_reasoning_alone(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("<think>on and on", finish="length"))
    text, result = call(providers_on(server, tmp_path), Watcher())
    assert (text, result.content, result.thought, result.finish_reason) == ("", "", "on and on", "length")


def test_the_reason_of_the_end(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("half", finish="length"))

    async def run() -> GuardedClient:
        client = await opened(providers_on(server, tmp_path), CHOICE, Watcher())
        await told(client)
        return client

    assert asyncio.run(run()).finish_reason == "length"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=401, error={"message": f"Incorrect API key provided: {SECRET}"}), ErrorKind.AUTH),
        (Reply(status=403), ErrorKind.AUTH),
        (Reply(status=402), ErrorKind.QUOTA),
        (Reply(status=404, error={"message": "model not found"}), ErrorKind.MODEL_MISSING),
        (Reply(status=429, error={"code": "insufficient_quota", "message": "pay"}), ErrorKind.QUOTA),
        (Reply(status=400, error={"code": "context_length_exceeded"}), ErrorKind.CONTEXT_WINDOW),
        (Reply(status=400, error={"message": "it exceeds the context size"}), ErrorKind.CONTEXT_WINDOW),
        (Reply(status=400, error={"message": "unknown field"}), ErrorKind.CONFIG),
        (Reply(status=307, headers={"Location": "http://127.0.0.1:9/v1"}), ErrorKind.CONFIG),
        (Reply(status=500), ErrorKind.TRANSIENT),
        (Reply(status=503), ErrorKind.TRANSIENT),
        (Reply("a", CUT), ErrorKind.TRANSIENT),
        (Reply("a", finish=None), ErrorKind.TRANSIENT),
        (Reply("a", b"data: {not json\n\n"), ErrorKind.TRANSIENT),
        (Reply(b'data: {"error": {"message": "overloaded"}}\n\n'), ErrorKind.TRANSIENT),
    ],
)  # fmt: skip
def test_failures_have_a_kind(server: OpenAIServer, tmp_path: Path, reply: Reply, kind: ErrorKind) -> None:
    server.play(reply)
    watcher = Watcher()
    assert failure(providers_on(server, tmp_path), watcher).kind is kind
    assert len(server.requests) == 1, "the client must not try again by itself"
    assert watcher.usages[0][2] == "error"


def test_rate_limit_says_how_long(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(status=429, headers={"Retry-After": "17"}))
    error = failure(providers_on(server, tmp_path), Watcher())
    assert (error.kind, error.retry_after) == (ErrorKind.PROVIDER_RATE_LIMIT, 17.0)


def test_a_refused_call_costs_nothing(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(status=401))
    watcher = Watcher()
    failure(providers_on(server, tmp_path), watcher)
    assert watcher.usages[0][0].total_tokens == 0


def test_nobody_there(tmp_path: Path) -> None:
    with OpenAIServer() as gone:
        providers = providers_on(gone, tmp_path)
    error = failure(providers, Watcher())
    assert error.kind is ErrorKind.TRANSIENT
    assert "openai_compatible" in error.message


def test_silence_before_the_first_word(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(STALL))
    watcher = Watcher()
    error = failure(providers_on(server, tmp_path, timeouts__first_token=0.2), watcher)
    assert (error.kind, "timeouts.first_token" in error.message) == (ErrorKind.TRANSIENT, True)
    assert watcher.usages[0][0].prompt_tokens > 0, "the service has read the prompt"
    assert server.requests[0].closed.wait(10)


def test_silence_in_mid_answer(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("well", STALL))
    watcher = Watcher()
    error = failure(providers_on(server, tmp_path, timeouts__idle=0.2), watcher)
    assert (error.kind, "timeouts.idle" in error.message) == (ErrorKind.TRANSIENT, True)
    assert watcher.usages[0][0].estimated
    assert server.requests[0].closed.wait(10)


def test_reasoning_counts_as_a_sign_of_life(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(Reasoning("hm"), STALL))
    error = failure(providers_on(server, tmp_path, timeouts__first_token=30, timeouts__idle=0.2), Watcher())
    assert "timeouts.idle" in error.message


def test_a_stop_before_the_call_ends_it_at_once(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(STALL))
    watcher, token = Watcher(), CancellationToken()
    token.cancel()

    async def run() -> None:
        client = await opened(providers_on(server, tmp_path), CHOICE, watcher)
        task = asyncio.create_task(client.create(PROMPT, cancellation_token=token))
        done, _ = await asyncio.wait({task}, timeout=10)
        task.cancel()
        await client.close()
        assert done
        assert task.cancelled()

    asyncio.run(run())


STOPS = [(how, steps) for how in ("task", "token", "close") for steps in ((STALL,), ("well", STALL))]


@pytest.mark.parametrize(("how", "steps"), [*STOPS, ("leave", ("well", STALL))])
def test_stop_really_stops(server: OpenAIServer, tmp_path: Path, how: str, steps: tuple[str, ...]) -> None:
    """Whatever way a call is given up, the server sees its connection closed and the usage is told."""
    server.play(Reply(*steps))
    watcher, token, spoke = Watcher(), CancellationToken(), asyncio.Event()

    async def consume(client: GuardedClient) -> None:
        stream = client.create_stream(PROMPT, cancellation_token=token)
        async for _ in stream:
            spoke.set()
            if how == "leave":
                await stream.aclose()
                return

    async def run() -> None:
        client = await opened(providers_on(server, tmp_path), CHOICE, watcher)
        task = asyncio.create_task(consume(client))
        await asyncio.to_thread(server.wait_for_request)
        if "well" in steps:
            await spoke.wait()
        match how:
            case "task":
                task.cancel()
            case "token":
                token.cancel()
            case "close":
                await client.close()
            case _:
                await task
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled() or how == "leave"

    asyncio.run(run())
    assert server.requests[0].closed.wait(10)
    usage, _, reason = watcher.usages[0]
    assert (reason, usage.estimated) == ("cancelled", True)
    assert watcher.error is None


def test_an_answer_that_goes_in_circles_is_stopped(server: OpenAIServer, tmp_path: Path) -> None:
    piece = "    def test_overlap(self):\n        self.assertEqual(merge([[1, 2]]), [[1, 2]])\n\n"
    server.play(Reply("class Test:\n", *[piece] * 60, STALL))
    watcher = Watcher()
    text, result = call(providers_on(server, tmp_path), watcher)
    assert result.finish_reason == "length"
    assert text == result.content
    assert server.requests[0].closed.wait(10)
    assert watcher.usages[0][2] == "length"
    assert [data["kind"] for _, data in watcher.notes] == ["circles"]


def test_a_client_can_be_used_again_after_a_stop(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(STALL), Reply("again"))

    async def run() -> list[str]:
        client = await opened(providers_on(server, tmp_path), CHOICE, Watcher())
        task = asyncio.create_task(told(client))
        await asyncio.to_thread(server.wait_for_request)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        pieces, _ = await told(client)
        return pieces

    assert asyncio.run(run()) == ["again"]


def test_a_fallback_takes_over_before_the_first_word(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(status=401))
    watcher = Watcher()
    providers = providers_on(
        server, tmp_path, models__providers__openai_compatible__fallback=["openai_compatible:other"]
    )
    server.play(Reply(status=500), Reply("from the other"))

    async def run() -> tuple[list[str], GuardedClient]:
        client = await opened(providers, CHOICE, watcher)
        pieces, _ = await told(client)
        return pieces, client

    pieces, client = asyncio.run(run())
    other = ModelChoice("openai_compatible", "other", "you named the provider")
    assert pieces == ["from the other"]
    assert watcher.switches == [(CHOICE, other, "openai_compatible failed (HTTP 500).")]
    assert [request.body["model"] for request in server.requests] == ["m", "other"]
    assert (client.choice, watcher.error) == (other, None)


def test_no_fallback_in_mid_answer(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("half", CUT))
    watcher = Watcher()
    providers = providers_on(
        server, tmp_path, models__providers__openai_compatible__fallback=["openai_compatible:other"]
    )
    assert failure(providers, watcher).kind is ErrorKind.TRANSIENT
    assert (len(server.requests), watcher.switches) == (1, [])


def test_the_last_fallback_that_fails_is_told(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply(status=500), Reply(status=401))
    watcher = Watcher()
    providers = providers_on(
        server,
        tmp_path,
        models__providers__openai_compatible__fallback=["deepseek", "openai_compatible:other"],
    )
    assert failure(providers, watcher).kind is ErrorKind.AUTH
    assert len(watcher.switches) == 1, "deepseek has no key, so it is passed over"


def test_a_prompt_that_cannot_fit_is_not_sent(server: OpenAIServer, tmp_path: Path) -> None:
    providers = providers_on(server, tmp_path, models__providers__openai_compatible__context_length=1024)
    watcher = Watcher()
    with pytest.raises(AppError, match="do not fit into the 1024 tokens") as caught:
        call(providers, watcher, CallOptions(max_tokens=1020))
    assert (caught.value.kind, server.requests) == (ErrorKind.CONTEXT_WINDOW, [])


def test_the_budget_is_asked_before_each_call(server: OpenAIServer, tmp_path: Path) -> None:
    class Spent(Watcher):
        def allow(self, prompt_tokens: int, max_tokens: int) -> int:
            assert prompt_tokens > 10
            assert max_tokens == 256
            raise AppError(ErrorKind.BUDGET, "spent")

    assert failure(providers_on(server, tmp_path), Spent()).kind is ErrorKind.BUDGET
    assert server.requests == []


def test_no_key_of_another_service_is_sent(
    server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The OpenAI library would take these variables for any server."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-service")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-another-service")
    settings = settings_for(tmp_path, {"models.providers.openai_compatible.base_url": server.url})
    call(providers_for(settings), Watcher())
    assert "another-service" not in json.dumps(server.requests[0].headers)


def test_create_gives_the_result_alone(server: OpenAIServer, tmp_path: Path) -> None:
    server.play(Reply("a", "b"))

    async def run() -> CreateResult:
        client = await opened(providers_on(server, tmp_path), CHOICE, Watcher())
        return await client.create(PROMPT)

    assert asyncio.run(run()).content == "ab"

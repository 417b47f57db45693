"""The cloud providers of models.yaml, each against a stand-in with its service's protocol and refusals."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from autogen_core.models import AssistantMessage, UserMessage

from app.errors import ErrorKind
from app.models.calls import ModelChoice
from tests.support.cloud_calls import VARIABLES, WARM, ask, providers_on, refused
from tests.support.cloud_server import (
    BAILIAN,
    DEEPSEEK,
    GOOD_KEY,
    KEEP_ALIVE,
    MOONSHOT,
    OPENAI,
    PROFILES,
    CloudServer,
    Profile,
)
from tests.support.model_calls import PROMPT, Watcher, opened, providers_for, settings_for, told
from tests.support.openai_server import CUT, STALL, Reasoning, Reply, data_line, frame


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
class TestEach:
    """What holds for each of the four."""

    def test_a_call_with_its_key_and_a_model_that_no_table_knows(
        self, profile: Profile, tmp_path: Path
    ) -> None:
        with CloudServer(profile) as server:
            server.play(Reply(KEEP_ALIVE, "Hello ", KEEP_ALIVE, "world"))
            watcher = Watcher()
            text, result = ask(providers_on(tmp_path, server), profile.name, watcher)
        assert (text, result.finish_reason) == ("Hello world", "stop")
        usage, choice, reason = watcher.usages[-1]
        assert (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) == (11, 7, 5)
        assert (usage.estimated, choice.provider, reason) == (False, profile.name, "stop")
        assert server.requests[-1].body["model"] == "some-new-model"

    def test_usage_that_is_not_told_is_counted_and_marked(self, profile: Profile, tmp_path: Path) -> None:
        with CloudServer(profile) as server:
            server.play(Reply("some words of an answer", usage=None))
            watcher = Watcher()
            ask(providers_on(tmp_path, server), profile.name, watcher)
        usage = watcher.usages[-1][0]
        assert usage.estimated
        assert usage.prompt_tokens > 0
        assert usage.completion_tokens > 0

    def test_a_stream_that_ends_without_saying_done(self, profile: Profile, tmp_path: Path) -> None:
        with CloudServer(profile) as server:
            server.play(Reply("whole", done=False))
            assert ask(providers_on(tmp_path, server), profile.name)[0] == "whole"

    def test_a_wrong_key(self, profile: Profile, tmp_path: Path) -> None:
        wrong = "sk-wrong-4567890123456789"
        with CloudServer(profile) as server:
            some = providers_on(tmp_path, server, keys={VARIABLES[profile.name]: wrong})
            error = refused(some, profile.name)
        assert error.kind is ErrorKind.AUTH
        assert error.message == f"{profile.name} refuses the key."
        assert profile.name in error.hint
        assert wrong not in f"{error} {error.hint}"

    def test_reasoning_is_neither_in_the_answer_nor_in_the_history_where_it_is_refused(
        self, profile: Profile, tmp_path: Path
    ) -> None:
        """A second call in the turn shows the model its first answer, as after an answer without files."""
        with CloudServer(profile) as server:
            server.play(Reply(Reasoning("let me think"), "first"), Reply("second"))
            watcher = Watcher()

            async def run() -> list[str]:
                client = await opened(
                    providers_on(tmp_path, server), ModelChoice(profile.name, "m"), watcher, options=WARM
                )
                first = (await told(client))[0]
                again = [
                    *PROMPT,
                    AssistantMessage(content="first", source="a"),
                    UserMessage(content="once more", source="user"),
                ]
                return ["".join(first), str((await client.create(again)).content)]

            answers = asyncio.run(run())
        assert (answers, watcher.reasons) == (["first", "second"], "let me think")
        (answer,) = [m for m in server.requests[-1].body["messages"] if m["role"] == "assistant"]
        expected = {"role": "assistant", "content": "first"}
        if profile.history == "wanted":
            expected["reasoning_content"] = "let me think"
        assert answer == expected


@pytest.mark.parametrize(
    ("profile", "rule", "sent"),
    [(DEEPSEEK, "send", [True, False]), (MOONSHOT, "drop", [False, True])],
    ids=["refused", "wanted"],
)
def test_a_wrong_rule_for_reasoning_in_the_history_is_put_right(
    profile: Profile, rule: str, sent: list[bool], tmp_path: Path
) -> None:
    with CloudServer(profile) as server:
        server.play(Reply(Reasoning("let me think"), "first"), Reply("second"))
        some = providers_on(tmp_path, server, reasoning_history=rule)

        async def run() -> None:
            client = await opened(some, ModelChoice(profile.name, "m"), Watcher())
            await told(client)
            again = [*PROMPT, AssistantMessage(content="first", source="a")]
            await client.create(again)

        asyncio.run(run())
        last = [request.body["messages"][-1] for request in server.requests[-2:]]
    assert ["reasoning_content" in message for message in last] == sent


# Faults

QUOTA, AUTH, LIMIT = ErrorKind.QUOTA, ErrorKind.AUTH, ErrorKind.PROVIDER_RATE_LIMIT
MISSING, WINDOW, FILTER = ErrorKind.MODEL_MISSING, ErrorKind.CONTEXT_WINDOW, ErrorKind.INVALID_REQUEST


def said(message: str, **more: object) -> dict[str, Any]:
    return {"message": message, **more}


FAULTS = [
    (DEEPSEEK, 402, said("Insufficient Balance", type="unknown_error"), QUOTA),
    (DEEPSEEK, 400, said("Model Not Exist"), MISSING),
    (DEEPSEEK, 400, said("This model's maximum context length is 65536 tokens."), WINDOW),
    (DEEPSEEK, 400, said("Content Exists Risk"), FILTER),
    (DEEPSEEK, 422, said("Failed to deserialize the JSON body: missing field `x`"), ErrorKind.CONFIG),
    (DEEPSEEK, 429, said("Rate limit reached"), LIMIT),
    (DEEPSEEK, 500, said("Internal error"), ErrorKind.TRANSIENT),
    (DEEPSEEK, 503, said("Service is too busy."), ErrorKind.TRANSIENT),
    (MOONSHOT, 403, said("The API you are accessing is not open", type="permission_denied"), AUTH),
    (MOONSHOT, 404, said("Not found the model m or Permission denied"), MISSING),
    (MOONSHOT, 429, said("your token quota", type="exceeded_current_quota_error"), QUOTA),
    (MOONSHOT, 429, said("The engine is currently overloaded", type="engine_overloaded_error"), LIMIT),
    (MOONSHOT, 429, said("reached organization max RPM: 3", type="rate_limit_reached_error"), LIMIT),
    (MOONSHOT, 400, said("Invalid request: Your request exceeded model token limit: 8192"), WINDOW),
    (MOONSHOT, 400, said("Input token length too long"), WINDOW),
    (MOONSHOT, 400, said("The request was rejected because it was considered high risk"), FILTER),
    (BAILIAN, 400, said("Access denied.", type="Arrearage", code="Arrearage"), QUOTA),
    (BAILIAN, 400, said("Range of input length should be [1, 30720]"), WINDOW),
    (BAILIAN, 400, said("may contain inappropriate content", code="data_inspection_failed"), FILTER),
    (BAILIAN, 403, said("exhausted", code="AllocationQuota.FreeTierOnly"), QUOTA),
    (BAILIAN, 403, said("Model access denied.", code="Model.AccessDenied"), MISSING),
    (BAILIAN, 404, said("The model `m` does not exist", code="model_not_found"), MISSING),
    (BAILIAN, 429, said("You exceeded your current requests list.", code="limit_requests"), LIMIT),
    (OPENAI, 403, said("Country not supported", code="unsupported_country_region_territory"), AUTH),
    (OPENAI, 404, said("The model `m` does not exist", code="model_not_found"), MISSING),
    (OPENAI, 404, said("Invalid URL (POST /v1/v1/chat)"), ErrorKind.CONFIG),
    (OPENAI, 400, said("too many tokens", code="context_length_exceeded"), WINDOW),
    (OPENAI, 413, said("Request Entity Too Large"), WINDOW),
    (OPENAI, 429, said("You exceeded your current quota", code="insufficient_quota"), QUOTA),
    (OPENAI, 429, said("Rate limit reached: see account/billing", code="rate_limit_exceeded"), LIMIT),
    (OPENAI, 502, said("Bad gateway"), ErrorKind.TRANSIENT),
    (OPENAI, 307, said("elsewhere"), ErrorKind.CONFIG),
]


@pytest.mark.parametrize(
    ("profile", "status", "error", "kind"),
    FAULTS,
    ids=[f"{profile.name} {status} {error['message'][:24]}" for profile, status, error, _ in FAULTS],
)
def test_what_a_refusal_means(
    profile: Profile, status: int, error: dict[str, Any], kind: ErrorKind, tmp_path: Path
) -> None:
    """The kind, whom it is about and what to do; nothing of what the service said."""
    with CloudServer(profile) as server:
        headers = {"Location": "https://elsewhere.example/v1"}
        server.play(
            Reply(status=status, error={**error, "echo": "you asked: add two numbers"}, headers=headers)
        )
        watcher = Watcher()
        failure = refused(providers_on(tmp_path, server), profile.name, watcher)
    assert failure.kind is kind
    assert profile.name in failure.message
    assert failure.hint
    assert failure is watcher.error
    whole = f"{failure} {failure.hint} {watcher.notes}"
    assert error["message"] not in whole
    assert "two numbers" not in whole
    assert len(server.requests) == 1


BROKEN = [
    (Reply(b'data: {"error": {"message": "overloaded"}}\n\n'), ErrorKind.TRANSIENT),
    (Reply(b'data: {"error": {"message": "x", "code": 429}}\n\n'), LIMIT),
    (Reply(b'data: {"error": {"message": "x", "code": "insufficient_quota"}}\n\n'), QUOTA),
    (Reply(b'data: {"error": {"message": "x", "type": "rate_limit_reached_error"}}\n\n'), LIMIT),
    (Reply("a", b'data: {"error": {"message": "server_error"}}\n\n'), ErrorKind.TRANSIENT),
    (Reply("a", b"data: {not json\n\n"), ErrorKind.TRANSIENT),
    (Reply("a", b"data: [1, 2]\n\n"), ErrorKind.TRANSIENT),
    (Reply("a", b'data: "text"\n\n'), ErrorKind.TRANSIENT),
    (Reply("a", data_line({"choices": "none"})), ErrorKind.TRANSIENT),
    (Reply("a", data_line({"choices": [1]})), ErrorKind.TRANSIENT),
    (Reply("a", data_line(frame(delta={"content": {"no": "text"}}))), ErrorKind.TRANSIENT),
    (Reply("a", CUT), ErrorKind.TRANSIENT),
    (Reply("a", finish=None), ErrorKind.TRANSIENT),
    (Reply("a", finish="content_filter"), FILTER),
    (Reply("a", finish="insufficient_system_resource"), ErrorKind.TRANSIENT),
    (Reply(STALL), ErrorKind.TRANSIENT),
    (Reply("a", STALL), ErrorKind.TRANSIENT),
    (Reply(KEEP_ALIVE, STALL), ErrorKind.TRANSIENT),
]


@pytest.mark.parametrize(("reply", "kind"), BROKEN)
def test_a_stream_that_goes_wrong(reply: Reply, kind: ErrorKind, tmp_path: Path) -> None:
    with CloudServer(DEEPSEEK) as server:
        server.play(reply)
        overrides = {"timeouts.first_token": 0.3, "timeouts.idle": 0.2}
        root = "models.providers.deepseek"
        overrides |= {f"{root}.base_url": server.url, f"{root}.retry.times": 0}
        some = providers_for(settings_for(tmp_path, overrides), environment={"DEEPSEEK_API_KEY": GOOD_KEY})
        failure = refused(some, "deepseek")
    assert failure.kind is kind
    assert "deepseek" in failure.message


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "c"},
        {"choices": None},
        {"choices": []},
        {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        {"choices": [{}]},
        frame(delta={"content": None, "role": "assistant"}),
        frame(choices=[], usage=None),
        frame(choices=[], usage={"prompt_tokens": None}),
    ],
)
def test_a_chunk_that_says_nothing_changes_nothing(odd: dict[str, Any], tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server:
        server.play(Reply(data_line(odd), "the ", data_line(odd), "answer"))
        watcher = Watcher()
        assert ask(providers_on(tmp_path, server), "openai", watcher)[0] == "the answer"
    assert not watcher.usages[-1][0].estimated


@pytest.mark.parametrize(
    "steps",
    [
        (Reasoning("hm"), "answer"),
        (Reasoning("hm", "reasoning"), "answer"),
        ("<thi", "nk>h", "m</th", "ink>\n\nanswer"),
        ("hm", "</think>", "answer"),
        (data_line(frame(delta={"reasoning_content": "hm", "content": None})), "answer"),
        (data_line(frame(delta={"reasoning_content": "hm", "content": ""})), "answer"),
        (data_line(frame(delta={"reasoning_content": "hm", "reasoning": "hm"})), "answer"),
    ],
)
def test_every_shape_of_reasoning(steps: tuple[str | bytes | Reasoning, ...], tmp_path: Path) -> None:
    with CloudServer(BAILIAN) as server:
        server.play(Reply(*steps))
        _, result = ask(providers_on(tmp_path, server), "alibaba_bailian")
    assert (result.content, result.thought) == ("answer", "hm")


def test_keys_and_prompts_stay_out_of_logs_and_errors(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a service echoes."""
    caplog.set_level(logging.INFO, logger="app")
    with CloudServer(OPENAI) as server:
        echo = {"message": f"bad key {GOOD_KEY}", "echo": "Write a function that adds two numbers."}
        server.play(Reply(status=401, error=echo))
        watcher = Watcher()
        failure = refused(providers_on(tmp_path, server), "openai", watcher)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("app.")]
    told_of = json.dumps([failure.to_dict(), [m for m, _ in watcher.notes], ours], default=str)
    assert ours
    assert GOOD_KEY not in told_of
    assert "adds two numbers" not in told_of

"""What is kept of a call: exactly what the server got, and no key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from autogen_core.models import AssistantMessage, LLMMessage, SystemMessage, UserMessage

from app.domain.calls import CallRecord
from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.backends import ModelFacts
from app.models.calls import CallBegun, CallOptions, ModelChoice
from app.models.prices import cost_of
from app.models.providers import Providers
from app.models.redaction import masked
from app.settings import Prices
from tests.support.backends import StandInBackend
from tests.support.cloud_calls import VARIABLES, providers_on
from tests.support.cloud_server import GOOD_KEY, OPENAI, PROFILES, CloudServer, Profile
from tests.support.model_calls import PROMPT, SITE, Watcher, providers_for, settings_for
from tests.support.openai_server import CUT, Reasoning, Reply

OPTIONS = CallOptions(max_tokens=64, temperature=0.3, top_p=0.9, seed=7, stop=("END",))
UNKNOWN_KEY = "sk-live-abcdefghijklmnop1234"


@dataclass
class Keeper:
    """A CallWitness that keeps everything."""

    begins: list[CallBegun] = field(default_factory=list[CallBegun])
    records: list[CallRecord] = field(default_factory=list[CallRecord])

    def begun(self, call: CallBegun) -> None:
        self.begins.append(call)

    def ended(self, record: CallRecord) -> None:
        self.records.append(record)


def kept(providers: Providers, choice: ModelChoice, messages: list[LLMMessage] | None = None) -> Keeper:
    """One call, whether it succeeds or not."""
    keeper = Keeper()

    async def run() -> None:
        client = await providers.open(choice, OPTIONS, SITE, Watcher(), witness=keeper)
        try:
            await client.create(messages or PROMPT)
        except AppError:
            pass
        finally:
            await client.close()

    asyncio.run(run())
    return keeper


def as_sent(record: CallRecord) -> dict[str, Any]:
    """The record put together again as the request's body."""
    messages = [{"role": m.role, "content": m.content, **m.extra} for m in record.messages]
    return {**record.options, "messages": messages}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_the_record_is_what_the_service_got(profile: Profile, tmp_path: Path) -> None:
    with CloudServer(profile) as server:
        server.play(Reply(Reasoning("let me think"), "Hello ", "world"))
        keeper = kept(providers_on(tmp_path, server), ModelChoice(profile.name, "m"))
        (record,) = keeper.records[-1:]
        assert as_sent(record) == server.requests[-1].body
    assert (record.answer, record.reasoning, record.finish_reason) == ("Hello world", "let me think", "stop")
    assert record.host == server.url.split("/")[2]
    assert (record.usage.prompt_tokens, record.usage.cached_tokens) == (11, 5)
    assert (keeper.begins[-1].window_kind, record.window) == ("documented", keeper.begins[-1].window)


def test_each_try_is_a_call_of_its_own(tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server:
        server.play(Reply(status=503, error={"message": "busy"}), Reply("done"))
        keeper = kept(providers_on(tmp_path, server, retry__times=1), ModelChoice("openai", "m"))
    failed, good = keeper.records
    assert (failed.finish_reason, failed.error and failed.error["kind"]) == ("error", "transient")
    assert (failed.answer, good.answer, good.error) == ("", "done", None)
    assert failed.messages == good.messages


def test_what_came_before_a_break_is_kept(tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server:
        server.play(Reply("half an ", "ans", CUT))
        (record,) = kept(providers_on(tmp_path, server), ModelChoice("openai", "m")).records
    assert (record.answer, record.finish_reason) == ("half an ans", "error")


def test_no_key_is_kept_wherever_it_was_put(tmp_path: Path) -> None:
    """In the prompt, in the answer over several pieces, in a URL, and one that the program never saw."""
    parts = (GOOD_KEY[:7], GOOD_KEY[7:12], GOOD_KEY[12:])
    said: list[LLMMessage] = [
        SystemMessage(content=f"key {GOOD_KEY}"),
        UserMessage(
            content=f"https://ann:pw-{GOOD_KEY}@host/?api_key=1234567890 {UNKNOWN_KEY}", source="user"
        ),
        AssistantMessage(content=f"Authorization: Bearer {'x' * 30}", source="a"),
    ]
    with CloudServer(OPENAI) as server:
        server.play(Reply(Reasoning(f"I see {GOOD_KEY}"), "It is ", *parts, "."))
        (record,) = kept(providers_on(tmp_path, server), ModelChoice("openai", "m"), said).records
        assert GOOD_KEY in json.dumps(server.requests[-1].body)
    text = record.model_dump_json()
    for secret in (GOOD_KEY, UNKNOWN_KEY, "1234567890", "pw-", "x" * 30):
        assert secret not in text
    assert record.answer == "It is [key]."
    assert record.reasoning == "I see [key]"


def test_no_key_in_what_a_provider_says_of_a_failure(tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server:
        server.play(Reply(status=500, error={"message": f"bad key {GOOD_KEY} at http://h/?key={GOOD_KEY}"}))
        (record,) = kept(providers_on(tmp_path, server), ModelChoice("openai", "m")).records
    assert record.error is not None
    assert GOOD_KEY not in record.model_dump_json()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a ghp_" + "a" * 36, "a [key]"),
        ("AKIAABCDEFGHIJKLMNOP", "[key]"),
        ("AIza" + "b" * 35, "[key]"),
        ("x?token=abcdefgh12&y=1", "x?token=[key]&y=1"),
        ("postgres://u:secret@h/d", "postgres://u:[key]@h/d"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", None),
        ("task-based design of sk-learn and key=1", "task-based design of sk-learn and key=1"),
    ],
)
def test_what_looks_like_a_key(text: str, left: str | None) -> None:
    said = masked(plain_record(answer=text), ()).answer
    assert said == left if left else "abc" not in said


def test_a_key_in_a_url_is_written_otherwise() -> None:
    record = plain_record(answer="x=a%2Fb%2Bsecret", options={"deep": [{"k": "a/b+secret"}]})
    clean = masked(record, ["a/b+secret"])
    assert (clean.answer, clean.options) == ("x=[key]", {"deep": [{"k": "[key]"}]})


def plain_record(**more: Any) -> CallRecord:
    return CallRecord.model_validate(
        {
            "agent": "a",
            "round": 1,
            "attempt": 1,
            "provider": "p",
            "model": "m",
            "started": "2026-11-01T00:00:00Z",
            "usage": Usage(),
            "finish_reason": "stop",
            **more,
        }
    )


class TestOllama:
    """A stand-in that speaks Ollama's chat protocol as far as one call needs it."""

    @pytest.fixture
    def bodies(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        bodies: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                said = {"model": "m", "created_at": "2026-11-01T00:00:00Z", "done": False}
                last = {"done": True, "done_reason": "stop", "prompt_eval_count": 20, "eval_count": 3}
                lines = [
                    {**said, "message": {"role": "assistant", "content": "", "thinking": "hm"}},
                    {**said, "message": {"role": "assistant", "content": "Hi"}},
                    {
                        **said,
                        **last,
                        "message": {"role": "assistant", "content": ""},
                        "prompt_eval_duration": 5e6,
                    },
                ]
                self.send_response(200)
                self.send_header("content-type", "application/x-ndjson")
                self.end_headers()
                self.wfile.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

            def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
                """Not on the test's output."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()
        server.server_close()

    def test_the_record_is_what_the_engine_got(
        self, bodies: tuple[str, list[dict[str, Any]]], tmp_path: Path
    ) -> None:
        url, got = bodies
        settings = settings_for(tmp_path, {"models.providers.ollama.base_url": url})
        facts = ModelFacts("m", 10, 32768)
        backend = StandInBackend(facts, url=url, options={"num_ctx": 4096})
        keeper = kept(providers_for(settings, {"ollama": backend}), ModelChoice("ollama", "m"))
        (record,) = keeper.records
        assert as_sent(record) == got[-1]
        assert record.options["options"]["num_ctx"] == 4096
        assert (record.window, record.window_kind) == (4096, "served")
        assert (record.answer, record.reasoning, record.usage.prompt_ms) == ("Hi", "hm", 5)


class TestCost:
    PRICES = Prices.model_validate(
        {
            "as_of": "2026-11",
            "source": "https://prices.example",
            "models": {
                "m": {"input": 2, "cached": 0.5, "output": 8},
                "fresh": {"input": 2, "output": 8, "at_most": True},
            },
        }
    )
    USAGE = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=100)

    def test_cached_tokens_have_their_own_price(self) -> None:
        cost = cost_of(self.PRICES, "m", self.USAGE)
        assert cost["amount"] == pytest.approx((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6)
        assert (cost["currency"], cost["as_of"], cost["cached_known"]) == ("USD", "2026-11", True)

    def test_where_their_price_is_not_known_that_is_said(self) -> None:
        cost = cost_of(self.PRICES, "fresh", self.USAGE)
        assert cost["amount"] == pytest.approx((1000 * 2 + 100 * 8) / 1e6)
        assert (cost["cached_known"], cost["at_most"]) == (False, True)

    def test_an_unknown_price_is_never_guessed(self) -> None:
        assert cost_of(self.PRICES, "other", self.USAGE) == {"amount": None}
        assert cost_of(None, "m", self.USAGE) == {"amount": None}

    def test_only_services_cost_money(self, tmp_path: Path) -> None:
        some = providers_for(settings_for(tmp_path), environment={VARIABLES["deepseek"]: GOOD_KEY})
        assert some.price(ModelChoice("ollama", "m"), self.USAGE) is None
        assert some.price(ModelChoice("scripted", "demo"), self.USAGE) is None
        assert some.price(ModelChoice("moonshot", "m"), self.USAGE) == {"amount": None}
        known = some.price(ModelChoice("deepseek", "deepseek-flash"), self.USAGE)
        assert known is not None
        assert known["amount"] == pytest.approx((600 * 0.30 + 400 * 0.006 + 100 * 1.20) / 1e6)


def test_a_replay_keeps_its_prompt_too(tmp_path: Path) -> None:
    keeper = kept(providers_for(settings_for(tmp_path)), ModelChoice("scripted", "demo"))
    (record,) = keeper.records
    assert [m.role for m in record.messages] == ["system", "user"]
    assert (record.host, record.options["temperature"], record.options["max_tokens"]) == ("", 0.3, 64)
    assert ErrorKind.INTERNAL not in (record.error or {}).values()

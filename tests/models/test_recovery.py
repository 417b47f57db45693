"""What follows a call that failed before its first word: other region or parameters, a wait, a fallback."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest

from app.errors import AppError, ErrorKind
from app.models.calls import GivenUpError, ModelChoice
from tests.support.cloud_calls import WARM, ask, providers_on, refused
from tests.support.cloud_server import BAILIAN, DEEPSEEK, GOOD_KEY, MOONSHOT, OPENAI, CloudServer, Profile
from tests.support.model_calls import SITE, Watcher, opened, told
from tests.support.openai_server import Reply

LIMIT: Final = ErrorKind.PROVIDER_RATE_LIMIT

# Regions


@pytest.mark.parametrize("profile", [MOONSHOT, BAILIAN], ids=lambda p: p.name)
class TestRegions:
    def test_the_other_region_is_asked_and_remembered(self, profile: Profile, tmp_path: Path) -> None:
        with CloudServer(profile, keys=frozenset()) as first, CloudServer(profile) as second:
            some, watcher = providers_on(tmp_path, first, second), Watcher()
            assert ask(some, profile.name, watcher)[0] == "ok"
            assert ask(some, profile.name, watcher)[0] == "ok"
            hosts = [server.url.split("/")[2] for server in (first, second)]
        assert (len(first.requests), len(second.requests)) == (1, 2)
        notes = [message for message, data in watcher.notes if data == {"kind": "service"}]
        assert hosts[0] in notes[0]
        assert notes[1:] == [f"{profile.name} answers at {hosts[1]}"] * 2
        assert watcher.error is None

    def test_both_refuse(self, profile: Profile, tmp_path: Path) -> None:
        with (
            CloudServer(profile, keys=frozenset()) as first,
            CloudServer(profile, keys=frozenset()) as second,
        ):
            failure = refused(providers_on(tmp_path, first, second), profile.name)
            hosts = [server.url.split("/")[2] for server in (first, second)]
        assert failure.kind is ErrorKind.AUTH
        assert failure.message == f"{profile.name} refuses the key at {hosts[0]} and at {hosts[1]}."
        assert (len(first.requests), len(second.requests)) == (1, 1)

    def test_only_a_refused_key_leads_elsewhere(self, profile: Profile, tmp_path: Path) -> None:
        with CloudServer(profile) as first, CloudServer(profile) as second:
            first.play(Reply(status=500))
            refused(providers_on(tmp_path, first, second), profile.name)
            assert second.requests == []

    def test_an_address_of_the_users_own_is_the_only_one(self, profile: Profile, tmp_path: Path) -> None:
        with CloudServer(profile, keys=frozenset()) as first, CloudServer(profile) as second:
            some = providers_on(tmp_path, first, second, base_url=first.url)
            assert refused(some, profile.name).message == f"{profile.name} refuses the key."
            assert second.requests == []


def test_another_key_is_looked_for_in_all_regions(tmp_path: Path) -> None:
    """What was learned with one key says nothing of another."""
    with (
        CloudServer(MOONSHOT, keys=frozenset({"sk-of-the-first"})) as first,
        CloudServer(MOONSHOT, keys=frozenset({GOOD_KEY})) as second,
    ):
        environment = {"MOONSHOT_API_KEY": GOOD_KEY}
        some = providers_on(tmp_path, first, second, keys=environment)
        ask(some, "moonshot")
        environment["MOONSHOT_API_KEY"] = "sk-of-the-first"
        ask(some, "moonshot")
    assert (len(first.requests), len(second.requests)) == (2, 1)


# Parameters


def test_parameters_that_a_model_refuses_are_left_out_from_then_on(tmp_path: Path) -> None:
    words = "Unsupported value: 'temperature' does not support 0.5 with this model."
    with CloudServer(OPENAI, breaks={"temperature": words}) as server:
        some, watcher = providers_on(tmp_path, server, answer_bound="max_tokens"), Watcher()
        assert ask(some, "openai", watcher)[0] == "ok"
        first = len(server.requests)
        assert ask(some, "openai", watcher)[0] == "ok"
        last = server.requests[-1].body
    assert (first, len(server.requests)) == (3, 4)
    assert (last["max_completion_tokens"], "max_tokens" in last, "temperature" in last) == (256, False, False)
    words = " ".join(message for message, _ in watcher.notes)
    assert "max_completion_tokens is sent from now on" in words
    assert "does not take temperature" in words


def test_what_models_yaml_says_of_a_service_spares_the_refused_call(tmp_path: Path) -> None:
    with CloudServer(MOONSHOT) as server:
        ask(providers_on(tmp_path, server), "moonshot")
        (request,) = server.requests
    assert request.body["thinking"] == {"type": "disabled"}
    assert request.body["max_completion_tokens"] == 256
    assert {"temperature", "top_p", "max_tokens"}.isdisjoint(request.body)


@pytest.mark.parametrize(("profile", "parameter"), [(DEEPSEEK, "thinking"), (BAILIAN, "enable_thinking")])
def test_an_extra_parameter_that_a_model_does_not_know(
    profile: Profile, parameter: str, tmp_path: Path
) -> None:
    with CloudServer(profile, breaks={parameter: f"unknown field `{parameter}`"}) as server:
        assert ask(providers_on(tmp_path, server), profile.name)[0] == "ok"
        assert [parameter in request.body for request in server.requests] == [True, False]


def test_a_bound_that_is_too_high_is_not_given_up(tmp_path: Path) -> None:
    words = "Range of max_completion_tokens should be [1, 128]"
    with CloudServer(BAILIAN, breaks={"max_completion_tokens": words}) as server:
        failure = refused(providers_on(tmp_path, server), "alibaba_bailian")
        assert len(server.requests) == 1
    assert failure.kind is ErrorKind.CONFIG
    assert "because of max_completion_tokens" in failure.message


def test_a_parameter_that_the_program_sets_itself_cannot_be_set(tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server, pytest.raises(AppError, match="stream is set by the program"):
        providers_on(tmp_path, server, request={"stream": False})


# Waiting


def soon(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_service_is_asked_again(status: int, tmp_path: Path) -> None:
    with CloudServer(DEEPSEEK) as server:
        busy = Reply(status=status, headers={"Retry-After": "0"})
        server.play(busy, busy, Reply("at last"))
        watcher = Watcher()
        some = providers_on(tmp_path, server, retry__times=2)
        assert ask(some, "deepseek", watcher)[0] == "at last"
    assert [data["kind"] for _, data in watcher.notes] == ["retry", "retry"]
    assert "in 0 s, as deepseek asks" in watcher.notes[0][0]
    assert watcher.error is None


def test_tries_are_bounded(tmp_path: Path) -> None:
    with CloudServer(DEEPSEEK) as server:
        server.play(Reply(status=503))
        watcher = Watcher()
        failure = refused(providers_on(tmp_path, server, retry__times=3), "deepseek", watcher)
        assert len(server.requests) == 4
    waits = [data["seconds"] for _, data in watcher.notes]
    assert all(0.75 * 0.01 * 2**n <= wait <= 0.01 * 2**n for n, wait in enumerate(waits))
    assert (failure.kind, isinstance(failure, GivenUpError)) == (ErrorKind.TRANSIENT, True)


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "7"}, {"Retry-After": soon(7.5)}], ids=["seconds", "date"]
)
def test_the_wait_that_a_service_asks_for_is_told_and_can_be_cancelled(
    headers: dict[str, str], tmp_path: Path
) -> None:
    headers = {"Retry-After": soon(7.5)} if "GMT" in headers["Retry-After"] else headers
    with CloudServer(DEEPSEEK) as server:
        server.play(Reply(status=429, headers=headers))
        noted = asyncio.Event()

        class Waiter(Watcher):
            def note(self, message: str, data: dict[str, Any]) -> None:
                super().note(message, data)
                noted.set()

        watcher = Waiter()

        async def run() -> None:
            some = providers_on(tmp_path, server, retry__times=2)
            client = await opened(some, ModelChoice("deepseek", "m"), watcher)
            task = asyncio.create_task(told(client))
            await noted.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()

        asyncio.run(run())
    assert 5 < watcher.notes[0][1]["seconds"] <= 7.5
    assert "as deepseek asks" in watcher.notes[0][0]
    assert len(server.requests) == 1


def test_a_wait_in_the_words_alone(tmp_path: Path) -> None:
    with CloudServer(MOONSHOT) as server:
        words = "request reached organization max RPM: 3, please try again after 90 seconds"
        server.play(Reply(status=429, error={"message": words, "type": "rate_limit_reached_error"}))
        assert refused(providers_on(tmp_path, server, retry__times=2), "moonshot").retry_after == 90


def test_too_long_a_wait_is_an_end_that_says_how_long(tmp_path: Path) -> None:
    with CloudServer(OPENAI) as server:
        server.play(Reply(status=429, headers={"Retry-After": "3600"}))
        watcher = Watcher()
        failure = refused(providers_on(tmp_path, server, retry__times=2), "openai", watcher)
        assert len(server.requests) == 1
    assert (failure.kind, failure.retry_after, watcher.notes) == (LIMIT, 3600, [])


# Fallbacks


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=401),
        Reply(status=402),
        Reply(status=404, error={"message": "no such model"}),
        Reply(status=429, headers={"Retry-After": "3600"}),
        Reply(status=503),
    ],
    ids=["auth", "quota", "model", "rate limit beyond the bound", "transient"],
)
def test_a_fallback_of_another_service_takes_over(reply: Reply, tmp_path: Path) -> None:
    with CloudServer(DEEPSEEK) as first, CloudServer(OPENAI) as second:
        first.play(reply)
        second.play(Reply("from the second"))
        some, watcher = providers_on(tmp_path, first, second, fallback=["openai:gpt"]), Watcher()
        assert ask(some, "deepseek", watcher)[0] == "from the second"
    ((old, new, why),) = watcher.switches
    assert (old.provider, new.provider, new.model) == ("deepseek", "openai", "gpt")
    assert "deepseek" in why
    assert watcher.error is None


def test_a_stand_in_goes_on_with_the_rest_of_the_chain(tmp_path: Path) -> None:
    """What stands in for a failed provider has its own fallbacks from that provider's chain."""
    with ExitStack() as stack:
        first, second, third = (stack.enter_context(CloudServer(p)) for p in (DEEPSEEK, OPENAI, BAILIAN))
        second.play(Reply(status=503))
        third.play(Reply("from the third"))
        chain = ["openai", "alibaba_bailian"]
        some, watcher = providers_on(tmp_path, first, second, third, fallback=chain), Watcher()

        async def run() -> str:
            client = await some.open(
                ModelChoice("openai", "m"),
                WARM,
                SITE,
                watcher,
                instead_of=ModelChoice("deepseek", "m"),
            )
            return "".join((await told(client))[0])

        assert asyncio.run(run()) == "from the third"
    assert first.requests == []

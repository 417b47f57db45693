"""Which model a run goes on with: fallbacks, switches by the user, retries, in the log and in the state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.decisions import DecisionKind
from app.domain.events import EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from tests.support.cloud_server import DEEPSEEK, GOOD_KEY, OPENAI, CloudServer
from tests.support.openai_server import CUT, Reasoning, Reply
from tests.support.sessions import GOOD, NOTHING, Bench, open_bench

TURN = (Reply(GOOD), Reply(NOTHING), Reply("NO CHANGE"))
KEPT = {"from": {"provider": "deepseek", "model": "m"}, "to": {"provider": "openai", "model": "gpt"}}


@pytest.fixture
def first() -> Iterator[CloudServer]:
    with CloudServer(DEEPSEEK) as server:
        yield server


@pytest.fixture
def second() -> Iterator[CloudServer]:
    with CloudServer(OPENAI) as server:
        server.play(*TURN)
        yield server


@pytest.fixture
def cloud(tmp_path: Path, sandbox: WasmPython, first: CloudServer, second: CloudServer) -> Iterator[Bench]:
    """A bench whose DeepSeek and OpenAI are stand-ins."""
    bench = cloud_bench(tmp_path, sandbox, first, second)
    yield bench
    bench.store.close()


def cloud_bench(home: Path, sandbox: WasmPython, first: CloudServer, second: CloudServer) -> Bench:
    overrides: dict[str, object] = {}
    for server in (first, second):
        root = f"models.providers.{server.profile.name}"
        overrides |= {f"{root}.base_url": server.url, f"{root}.retry": {"times": 1, "first_wait": 0.01}}
    overrides["models.providers.deepseek.fallback"] = ["openai:gpt"]
    keys = {"DEEPSEEK_API_KEY": GOOD_KEY, "OPENAI_API_KEY": GOOD_KEY}
    return open_bench(home, sandbox, overrides, keys)


def start(bench: Bench) -> Run:
    return bench.start("m", provider="deepseek", examples=("add(2, 2) == 4",))


def notes(bench: Bench, run: Run, words: str) -> list[str]:
    return [e.message for e in bench.events(run, EventType.NOTE) if words in e.message]


def test_a_fallback_stands_in_for_the_turns_that_follow(
    cloud: Bench, first: CloudServer, second: CloudServer
) -> None:
    first.play(Reply(status=402))
    run = start(cloud)
    assert run.status is RunStatus.WAITING
    (switch,) = cloud.events(run, EventType.MODEL_SWITCHED)
    assert {key: switch.data[key] for key in KEPT} == KEPT
    assert "quota at deepseek" in switch.data["why"]
    assert len(first.requests) == 1, "the dead provider is asked once, not in every turn"
    assert len(second.requests) == 3
    assert len(notes(cloud, run, "stands in for deepseek:m")) == 2
    state = cloud.store.state(run.id)
    assert (state.provider, state.model) == ("deepseek", "m"), "what the run wants has not changed"


def test_the_failed_provider_is_tried_again_when_the_run_is_taken_up(
    cloud: Bench, first: CloudServer, second: CloudServer
) -> None:
    """After a decision, and in the same way after a restart; and it is said."""
    first.play(Reply(status=402), *TURN)
    run = start(cloud)
    assert cloud.decide(run, DecisionKind.REVISE, "shorter") is RunStatus.WAITING
    assert len(notes(cloud, run, "tried again; openai:gpt stood in for it")) == 1
    assert len(first.requests) == 4
    assert len(second.requests) == 3
    assert cloud.store.state(run.id).stand_ins == ()


def test_a_restart_forgets_a_stand_in_and_says_so(
    cloud: Bench, first: CloudServer, second: CloudServer, sandbox: WasmPython
) -> None:
    first.play(Reply(status=402))
    run = start(cloud)
    cloud.service.rewind(run.id, 1)
    again = cloud_bench(cloud.home, sandbox, first, second)
    second.play(*TURN[1:])
    assert again.service.advance(run.id) is RunStatus.WAITING
    assert len(cloud.events(run, EventType.MODEL_SWITCHED)) == 2
    assert len(notes(cloud, run, "tried again")) == 1
    again.store.close()


def test_waits_before_the_first_word_are_in_the_log_even_where_the_run_fails(
    cloud: Bench, first: CloudServer, second: CloudServer
) -> None:
    """And the turn is not tried again by the engine, too."""
    first.play(Reply(status=503))
    second.play(Reply(status=503))
    run = start(cloud)
    assert run.status is RunStatus.FAILED
    assert (len(first.requests), len(second.requests)) == (2, 2)
    assert len(notes(cloud, run, "The call is tried again")) == 2
    (end,) = cloud.events(run, EventType.RUN_FINISHED)
    assert end.data["error"]["kind"] == "transient"
    assert end.data["error"]["hint"]


def test_a_stream_that_breaks_in_mid_answer_is_told_again_as_a_whole(
    cloud: Bench, first: CloudServer, second: CloudServer
) -> None:
    first.play(Reply(Reasoning("hm"), "half an ", CUT), *TURN)
    run = start(cloud)
    assert run.status is RunStatus.WAITING
    assert len(notes(cloud, run, "The turn is tried again")) == 1
    view = cloud.view(run).turns[1]
    assert "half an" not in view.text
    assert (view.reasoning, second.requests) == ("", [])
    assert len(first.requests) == 4


def test_reasoning_reaches_neither_the_files_nor_the_next_brief(cloud: Bench, first: CloudServer) -> None:
    thought = "```python wrong.py\nx = 1\n```"
    first.play(Reply(Reasoning(thought), GOOD), Reply(f"<think>{thought}</think>{NOTHING}"), TURN[2])
    run = start(cloud)
    view = cloud.view(run)
    assert (view.turns[1].reasoning, view.turns[2].reasoning) == (thought, thought)
    assert [f.path for f in cloud.service.artifact(run.id).files] == ["add.py"]
    assert all("wrong.py" not in str(request.body) for request in first.requests)


def test_a_wait_ends_when_the_run_is_cancelled(cloud: Bench, first: CloudServer) -> None:
    first.play(Reply(status=429, headers={"Retry-After": "50"}))
    run = cloud.service.start_run(cloud.request("m", provider="deepseek"))
    statuses: list[RunStatus] = []
    worker = threading.Thread(target=lambda: statuses.append(cloud.service.advance(run.id)))
    worker.start()
    for event in cloud.service.tail(run.session_id):
        if event.data.get("kind") == "retry":
            assert "in 50 s, as deepseek asks" in event.message
            break
    cloud.service.cancel(run.id)
    worker.join(30)
    assert statuses == [RunStatus.CANCELLED]


# Switched by the user


def test_a_run_that_waits_goes_on_with_another_model(
    cloud: Bench, first: CloudServer, second: CloudServer, sandbox: WasmPython
) -> None:
    """Also where the process that switched is gone before the next turn."""
    first.play(*TURN)
    run = start(cloud)
    switched = cloud.service.switch_model(run.id, "openai", "gpt")
    assert (switched.request.provider, switched.request.model) == ("openai", "gpt")
    (event,) = cloud.events(run, EventType.MODEL_SWITCHED)
    assert event.data == {**KEPT, "why": "user"}
    again = cloud_bench(cloud.home, sandbox, first, second)
    assert again.decide(run, DecisionKind.REVISE, "shorter") is RunStatus.WAITING
    again.store.close()
    assert (len(first.requests), len(second.requests)) == (3, 3)
    state = cloud.store.state(run.id)
    assert (state.provider, state.model) == ("openai", "gpt")


def test_a_running_run_switches_at_its_next_turn(
    bench: Bench,
) -> None:
    slow = bench.script(code_generator=[{"text": GOOD, "tokens_per_second": 15}])
    other = bench.script(quality_checker=["No further findings. From the other script."])
    run = bench.service.start_run(bench.request(slow))
    worker = threading.Thread(target=bench.service.advance, args=(run.id,))
    worker.start()
    for event in bench.service.tail(run.session_id):
        if event.type is EventType.MESSAGE_DELTA:
            break
    assert bench.service.switch_model(run.id, "scripted", other).status is RunStatus.RUNNING
    worker.join(30)
    turns = bench.view(run).turns
    assert "def add" in turns[1].text
    models = {e.turn: e.data["model"] for e in bench.events(run, EventType.TURN_STARTED)}
    assert models == {1: slow, 2: other, 3: other}


@pytest.mark.parametrize("how", ["failed", "cancelled", "queued"])
def test_a_run_that_stopped_can_be_switched_and_taken_up(
    cloud: Bench, first: CloudServer, second: CloudServer, how: str
) -> None:
    first.play(Reply(status=400, error={"message": "unknown"}))
    run = cloud.service.start_run(cloud.request("m", provider="deepseek"))
    if how == "failed":
        assert cloud.service.advance(run.id) is RunStatus.FAILED
    if how == "cancelled":
        cloud.service.cancel(run.id)
    cloud.service.switch_model(run.id, "openai", "gpt")
    cloud.service.resume(run.id)
    assert cloud.service.advance(run.id) is RunStatus.WAITING
    assert len(second.requests) == 3


@pytest.mark.parametrize("kind", [DecisionKind.APPROVE, DecisionKind.REJECT])
def test_a_run_that_was_decided_cannot_be_switched(bench: Bench, kind: DecisionKind) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    bench.decide(run, kind)
    with pytest.raises(AppError) as caught:
        bench.service.switch_model(run.id, "scripted", "demo")
    assert caught.value.kind is ErrorKind.CONFLICT


@pytest.mark.parametrize(("provider", "model"), [("deepsek", "m"), ("scripted", "no-such-script")])
def test_a_switch_to_what_does_not_exist(bench: Bench, provider: str, model: str) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    with pytest.raises(AppError) as caught:
        bench.service.switch_model(run.id, provider, model)
    assert caught.value.kind is ErrorKind.CONFIG
    assert bench.events(run, EventType.MODEL_SWITCHED) == []

"""Runs that are stopped: by the user, by the process, by a bound, or by a failing provider."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.decisions import DecisionKind
from app.domain.events import EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.session.pool import Pool
from tests.support.sessions import GOOD, Bench, open_bench

SLOW = {"text": GOOD, "tokens_per_second": 5}


def advance_in_thread(bench: Bench, run: Run) -> tuple[threading.Thread, list[RunStatus]]:
    """Let the run go on beside the test until its first words are in the log."""
    statuses: list[RunStatus] = []
    worker = threading.Thread(target=lambda: statuses.append(bench.service.advance(run.id)))
    worker.start()
    for event in bench.service.tail(run.session_id):
        if event.type is EventType.MESSAGE_DELTA:
            return worker, statuses
    raise AssertionError("the log ended")


def test_cancel_does_not_wait_for_the_end_of_a_long_answer(bench: Bench) -> None:
    endless = {"text": "word " * 5000, "tokens_per_second": 10}
    run = bench.service.start_run(bench.request(bench.script(code_generator=[endless])))
    worker, statuses = advance_in_thread(bench, run)
    bench.service.cancel(run.id)
    worker.join(60)
    assert statuses == [RunStatus.CANCELLED]


def test_cancel_stops_a_run_in_mid_turn_and_resume_tells_the_turn_again(bench: Bench) -> None:
    run = bench.service.start_run(bench.request(bench.script(code_generator=[SLOW])))
    worker, statuses = advance_in_thread(bench, run)
    bench.service.cancel(run.id)
    worker.join(30)
    assert statuses == [RunStatus.CANCELLED]
    (end,) = bench.events(run, EventType.RUN_FINISHED)
    assert end.data["error"]["kind"] == "cancelled"
    bench.service.resume(run.id)
    assert bench.service.advance(run.id) is RunStatus.WAITING
    assert bench.view(run).turns[1].text.count("def add") == 1


def test_interrupted_process_gives_the_run_back_and_another_goes_on(
    bench: Bench, sandbox: WasmPython
) -> None:
    run = bench.service.start_run(bench.request(bench.script(code_generator=[SLOW])))
    worker, statuses = advance_in_thread(bench, run)
    bench.service.engine.interrupt()
    worker.join(30)
    assert statuses == [RunStatus.QUEUED]
    other = open_bench(bench.home, sandbox)
    assert other.service.advance(run.id) is RunStatus.WAITING
    other.store.close()


def test_second_process_cannot_work_on_a_run_that_is_worked_on(bench: Bench) -> None:
    run = bench.service.start_run(bench.request(bench.script(code_generator=[SLOW])))
    worker, _ = advance_in_thread(bench, run)
    with pytest.raises(AppError) as caught:
        bench.service.advance(run.id)
    assert caught.value.kind is ErrorKind.CONFLICT
    bench.service.cancel(run.id)
    worker.join(30)


def test_readers_of_another_process_see_every_event_once_and_in_order(
    bench: Bench, sandbox: WasmPython
) -> None:
    other = open_bench(bench.home, sandbox)
    run = bench.service.start_run(bench.request(bench.script(code_generator=[SLOW])))
    worker = threading.Thread(target=lambda: bench.service.advance(run.id))
    worker.start()
    seen: list[int] = []
    for event in other.service.tail(run.session_id):
        seen.append(event.seq)
        if event.type is EventType.GATE_OPENED:
            break
    worker.join(30)
    other.store.close()
    assert seen == [e.seq for e in bench.events(run)]


def test_bound_on_tokens_ends_the_run_and_a_higher_one_lets_it_go_on(
    tmp_path: Path, sandbox: WasmPython
) -> None:
    tight = open_bench(tmp_path, sandbox, {"run.max_tokens": 1000})
    run = tight.start(tight.script(code_generator=[GOOD.replace("Done.", "word " * 700)]))
    assert run.status is RunStatus.BUDGET
    assert "1000 tokens" in tight.events(run, EventType.RUN_FINISHED)[0].message
    tight.store.close()
    wide = open_bench(tmp_path, sandbox)
    wide.service.resume(run.id)
    assert wide.service.advance(run.id) is RunStatus.WAITING
    wide.store.close()


def test_bound_on_time_stops_a_turn_that_goes_on_too_long(tmp_path: Path, sandbox: WasmPython) -> None:
    bench = open_bench(tmp_path, sandbox, {"run.max_seconds": 0.5})
    run = bench.start(bench.script(code_generator=[{"text": "word " * 5000, "tokens_per_second": 10}]))
    assert run.status is RunStatus.BUDGET
    bench.store.close()


@pytest.mark.parametrize("fault", ["auth", "quota", "context_window"])
def test_provider_error_ends_the_run_with_its_kind_and_an_offer(bench: Bench, fault: str) -> None:
    run = bench.start(bench.script(code_generator=[{"fault": fault}]))
    assert run.status is RunStatus.FAILED
    error = bench.events(run, EventType.RUN_FINISHED)[0].data["error"]
    assert error["kind"] == fault
    assert error["hint"]


def test_passing_fault_is_tried_again_and_then_given_up(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[{"fault": "transient", "retry_after": 0}]))
    assert run.status is RunStatus.FAILED
    retries = [e for e in bench.events(run, EventType.NOTE) if e.data.get("kind") == "retry"]
    assert len(retries) == 2


def test_approval_works_although_the_provider_is_gone(bench: Bench) -> None:
    model = bench.script(code_generator=[GOOD])
    run = bench.start(model)
    Path(model).unlink()
    assert bench.decide(run, DecisionKind.APPROVE) is RunStatus.APPROVED


def test_who_lists_sessions_hears_that_a_run_is_worked_on(bench: Bench) -> None:
    run = bench.service.start_run(bench.request(bench.script(code_generator=[GOOD])))
    seen: list[RunStatus] = []
    pool = Pool(bench.service, 1, lambda _owner: seen.append(bench.store.session(run.session_id).status))
    pool.go_on(run.id)
    for event in bench.service.tail(run.session_id):
        if event.type is EventType.GATE_OPENED:
            break
    pool.close()
    assert RunStatus.RUNNING in seen
    assert seen[-1] is RunStatus.WAITING

"""What a run keeps of its model calls: beside its events, through cancelling and taking up again."""

from __future__ import annotations

from app.domain.events import EventType
from app.domain.runs import RunStatus
from app.session.forecast import Wanted, forecast
from tests.session.test_interruptions import SLOW, advance_in_thread
from tests.support.sessions import BAD, GOOD, Bench


def test_each_usage_has_its_call(bench: Bench) -> None:
    model = bench.script(code_generator=[BAD, GOOD])
    run = bench.start(model)
    calls = bench.store.calls(run.session_id)
    told = bench.events(run, EventType.USAGE_RECORDED)
    assert [(c.turn, c.agent, c.usage.prompt_tokens) for c in calls] == [
        (e.turn, e.agent, e.data["prompt_tokens"]) for e in told
    ]
    _, texts = bench.store.call(run.session_id, 1)
    assert texts is not None
    assert "Write add that adds two numbers" in texts.messages[-1].content
    assert texts.answer == BAD
    found = forecast(bench.store, Wanted("scripted", model, "python", 3, 900))
    assert (found.rounds, found.calls) == (2, len(calls))


def test_a_call_that_is_cut_off_is_kept_and_its_usage_told(bench: Bench) -> None:
    run = bench.service.start_run(bench.request(bench.script(code_generator=[SLOW])))
    worker, _ = advance_in_thread(bench, run)
    bench.service.cancel(run.id)
    worker.join(30)
    (call,) = bench.store.calls(run.session_id)
    assert call.finish_reason == "cancelled"
    (told,) = bench.events(run, EventType.USAGE_RECORDED)
    assert told.data["finish_reason"] == "cancelled"
    bench.service.resume(run.id)
    assert bench.service.advance(run.id) is RunStatus.WAITING
    assert [c.counts for c in bench.store.calls(run.session_id)][:2] == [True, True]


def test_what_is_known_before_a_call_is_told_before_its_first_word(bench: Bench) -> None:
    run = bench.start(bench.script(code_generator=[GOOD]))
    events = bench.events(run)
    kinds = [e.data.get("kind") or e.type.value for e in events if e.turn == 1]
    assert kinds.index("call") < min(kinds.index("message.delta"), kinds.index("usage.recorded"))
    begun = next(e for e in events if e.data.get("kind") == "call")
    assert begun.data["prompt_tokens"] > 0
    assert all("Sent to" not in note for turn in bench.view(run).turns.values() for note in turn.notes)

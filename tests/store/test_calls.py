from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, select

from app.domain.artifacts import sha256_hex
from app.domain.calls import CallMessage, CallRecord
from app.domain.claims import Claim
from app.domain.exams import Speed
from app.domain.runs import RunStatus, Usage
from app.errors import ErrorKind
from app.session.forecast import Wanted, forecast
from app.store.calls import CallBounds, stored_bytes
from app.store.database import Database
from app.store.schema import blobs
from app.store.store import SqlStore, open_store
from app.store.versions import STEPS, prepare
from tests.store.helpers import (
    REQUEST,
    alive,
    begin_turn,
    claimed,
    dead,
    execute,
    must_claim,
    play_turn,
    refused,
)

SHARED = "# Task\nMerge intervals.\n\n# Current files\n" + "x = 1\n" * 200 + "\n"
START = datetime(2026, 11, 1, tzinfo=UTC)


def record(number: int = 1, **more: Any) -> CallRecord:
    facts: dict[str, Any] = {
        "agent": "code_generator",
        "round": 1,
        "attempt": number,
        "provider": "ollama",
        "model": "m",
        "started": START + timedelta(seconds=10 * number),
        "usage": Usage(prompt_tokens=100, completion_tokens=50, total_ms=5000),
        "finish_reason": "stop",
        "options": {"options": {"temperature": 0.2}},
        "messages": (
            CallMessage(role="system", content="You write code."),
            CallMessage(role="user", content=f"{SHARED}# Your part now: {number}\nWrite."),
        ),
        "answer": f"answer {number}",
    }
    return CallRecord(**{**facts, **more})


def count_blobs(url: str, content: bytes) -> int:
    """1 where the content is stored, else 0."""
    database = Database(url)
    with database.read() as conn:
        found = conn.execute(select(blobs.c.sha256).where(blobs.c.sha256 == sha256_hex(content))).all()
    database.close()
    return len(found)


@contextmanager
def bounded(url: str, **bounds: int) -> Generator[SqlStore]:
    opened = SqlStore(Database(url), CallBounds(**bounds))
    yield opened
    opened.close()


def test_a_call_is_given_back_as_it_was_sent(store: SqlStore) -> None:
    claim = claimed(store)
    sent = record(
        messages=(
            CallMessage(role="system", content="a\n\n# b " * 300),
            CallMessage(role="user", content=""),
            CallMessage(role="user", content="two of one role"),
            CallMessage(role="assistant", content="é \u0000 漢", extra={"reasoning_content": "why"}),
        ),
        reasoning="think",
        cost={"amount": 0.5},
        notes=("waited",),
    )
    store.record_calls(claim, 1, [sent, record(2)])
    kept, texts = store.call(claim.run.session_id, 1)
    assert texts is not None
    assert (texts.messages, texts.options) == (sent.messages, sent.options)
    assert (texts.answer, texts.reasoning, texts.cut) == (sent.answer, "think", 0)
    assert (kept.usage, kept.cost, kept.notes, kept.turn) == (sent.usage, {"amount": 0.5}, ("waited",), 1)
    assert [c.number for c in store.calls(claim.run.session_id)] == [1, 2]
    assert [c.number for c in store.calls(claim.run.session_id, claim.run.id, turn=2)] == []
    with refused(ErrorKind.NOT_FOUND, "no model call 3"):
        store.call(claim.run.session_id, 3)


def test_another_claim_fences_the_writer_off(store: SqlStore) -> None:
    claim = claimed(store)
    must_claim(store, claim.run.id, "other")
    with refused(ErrorKind.FENCED):
        store.record_calls(claim, 1, [record()])


def test_what_calls_have_in_common_is_stored_once(store: SqlStore, url: str) -> None:
    claim = claimed(store)
    store.record_calls(claim, 1, [record(n) for n in range(1, 41)])
    texts = [store.call(claim.run.session_id, n)[1] for n in (1, 40)]
    assert [t.messages[1].content for t in texts if t] == [
        f"{SHARED}# Your part now: {n}\nWrite." for n in (1, 40)
    ]
    said = sum(len(m.content) for n in range(1, 41) for m in record(n).messages)
    database = Database(url)
    with database.read() as conn:
        kept = stored_bytes(conn, claim.run.session_id)
    database.close()
    assert kept < said / 10


def test_the_oldest_texts_go_where_a_session_holds_too_much(
    url: str,
) -> None:
    with bounded(url, calls=3) as store:
        claim = claimed(store)
        for number in range(1, 6):
            store.record_calls(claim, 1, [record(number, answer=f"only here {number}")])
        kept = store.calls(claim.run.session_id)
        assert [c.texts for c in kept] == [False, False, True, True, True]
        first, texts = store.call(claim.run.session_id, 1)
        assert (first.usage.prompt_tokens, texts) == (100, None)
        assert count_blobs(url, b"only here 1") == 0
        assert count_blobs(url, b"only here 3") == 1


def test_a_session_is_bounded_by_its_bytes_too(url: str) -> None:
    with bounded(url, stored=1) as store:
        claim = claimed(store)
        store.record_calls(claim, 1, [record(1), record(2)])
        assert [c.texts for c in store.calls(claim.run.session_id)] == [False, True]


def test_a_very_long_text_is_cut_and_says_so(url: str) -> None:
    with bounded(url, text=10) as store:
        claim = claimed(store)
        store.record_calls(claim, 1, [record(messages=(), answer="0123456789abc")])
        texts = store.call(claim.run.session_id, 1)[1]
        assert texts is not None
        assert (texts.answer, texts.cut) == ("0123456789", 3)


def test_a_deleted_session_leaves_nothing_of_its_calls(store: SqlStore, url: str) -> None:
    claim, other = claimed(store), claimed(store)
    store.record_calls(claim, 1, [record(answer="mine alone")])
    store.record_calls(other, 1, [record(answer="of the other")])
    store.delete(claim.run.session_id, dead)
    assert count_blobs(url, b"mine alone") == 0
    assert store.call(other.run.session_id, 1)[1] is not None


def test_rewound_calls_count_no_more_and_are_not_forked(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    for turn in (1, 2):
        claim = must_claim(store, run.id)
        store.record_calls(claim, turn, [record(turn)])
        store.release(claim)
        play_turn(store, run.id)
    fork = store.fork(run.id, 2)
    store.rewind(run.id, 1, alive)
    assert [(c.turn, c.counts) for c in store.calls(run.session_id)] == [(1, True), (2, False)]
    assert [(c.turn, c.counts) for c in store.calls(fork.session_id)] == [(1, True), (2, True)]
    again = store.fork(run.id, 1)
    assert [c.turn for c in store.calls(again.session_id)] == [1]
    store.delete(run.session_id, alive)
    texts = store.call(fork.session_id, 2)[1]
    assert texts is not None
    assert texts.answer == "answer 2"


def rounds_of(store: SqlStore, rounds: int, seconds: float = 30) -> Claim:
    """A run that waits after so many rounds of two calls each."""
    claim = claimed(store)
    for number in range(1, rounds + 1):
        begun = START + timedelta(hours=number)
        end = begun + timedelta(seconds=seconds - 5)
        both = [record(1, round=number, started=begun), record(2, round=number, started=end)]
        store.record_calls(claim, 1, both)
    store.release(claim)
    play_turn(store, claim.run.id, RunStatus.WAITING)
    return claim


def wanted(**more: Any) -> Wanted:
    return Wanted(
        **{"provider": "ollama", "model": "m", "language": "python", "rounds": 3, "max_seconds": 900, **more}
    )


class TestForecast:
    def test_nothing_is_foretold_where_nothing_was_measured(self, store: SqlStore) -> None:
        assert "No model" in forecast(store, wanted(provider="", model="")).why
        found = forecast(store, wanted())
        assert (found.seconds, found.tokens, found.calls) == (None, None, 0)
        assert "m has not finished a round" in found.why

    def test_from_one_quick_round_to_all_rounds(self, store: SqlStore) -> None:
        rounds_of(store, 2)
        found = forecast(store, wanted(provider="", model=""))
        assert (found.model, found.rounds, found.calls) == ("m", 2, 4)
        assert found.round_seconds == pytest.approx((21, 45))
        assert found.seconds == pytest.approx((21, 135))
        assert found.tokens == 600  # 2 rounds a run, 2 calls a round, 150 tokens each

    def test_a_forks_copies_are_not_measured_again(self, store: SqlStore) -> None:
        claim = rounds_of(store, 1)
        store.fork(claim.run.id, 1)
        assert sum(m.calls for m in store.measured_rounds(("ollama", "m"))) == 2

    def test_an_examined_model_is_taken_at_its_speed(self, store: SqlStore) -> None:
        rounds_of(store, 6)
        speed = Speed(prompt_rate=20, answer_rate=10)  # 200 tokens read in 10 s, 100 written in 10 s
        found = forecast(store, wanted(model="new"), lambda _provider, _model: speed)
        assert found.round_seconds == pytest.approx((20, 20))
        assert "exam of new" in found.why
        assert forecast(store, wanted(model="new")).seconds is None

    def test_never_beyond_the_runs_time_bound(self, store: SqlStore) -> None:
        rounds_of(store, 6)
        assert forecast(store, wanted(max_seconds=40)).seconds == pytest.approx((30, 40))

    def test_a_round_that_goes_on_or_broke_off_is_no_measure(self, store: SqlStore) -> None:
        claim = claimed(store)
        store.record_calls(claim, 1, [record(round=1, finish_reason="error"), record(round=2)])
        begin_turn(store, claim)
        assert store.measured_rounds(("ollama", "m")) == []

    def test_a_round_told_in_two_goes_is_no_measure(self, store: SqlStore) -> None:
        run = store.start_run(REQUEST)
        for number in (1, 2):
            claim = must_claim(store, run.id)
            store.record_calls(claim, 1, [record(number)])
            store.release(claim)
        play_turn(store, run.id, RunStatus.WAITING)
        assert store.measured_rounds(("ollama", "m")) == []


def test_an_old_database_gets_the_tables_of_a_new_one(url: str) -> None:
    open_store(url).close()
    new = tables_of(url)
    for table in ("call_parts", "calls"):
        execute(url, f"DROP TABLE {table}")
    execute(url, "UPDATE schema_version SET version = 1")
    engine = create_engine(address_of(url))
    with engine.begin() as conn:
        prepare(conn, STEPS[:1])
    engine.dispose()
    assert tables_of(url) == new


def address_of(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def tables_of(url: str) -> dict[str, set[tuple[str, bool]]]:
    engine = create_engine(address_of(url))
    with engine.begin() as conn:
        seen = inspect(conn)
        found = {
            name: {(c["name"], c["nullable"]) for c in seen.get_columns(name)}
            | {(i["name"] or "", True) for i in seen.get_indexes(name)}
            for name in ("calls", "call_parts")
        }
    engine.dispose()
    return found

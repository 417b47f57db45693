from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from app.domain.events import EventDraft, EventType
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import REQUEST, claimed, delta, refused


def test_a_new_run_begins_with_what_was_asked(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    (event,) = store.events(run.session_id)
    assert event.type is EventType.RUN_CREATED
    assert event.message == "Run 1: Merge overlapping intervals"
    assert event.data == {**REQUEST.model_dump(mode="json"), "base": None, "number": 1}
    assert (event.seq, event.run_id, event.session_id) == (1, run.id, run.session_id)


def test_what_append_returns_is_what_every_reader_gets(store: SqlStore, other: SqlStore) -> None:
    claim = claimed(store)
    hostile = "NUL \0, quotes ' \" \\, line\nbreaks, 漢字, emoji 🙂, bidi \u202e"
    written = store.append(claim, [delta(hostile, path=hostile, n=1.5, nested={"list": [1, None, True]})])
    assert other.events(claim.run.session_id, after=1) == written
    assert written[0].message == hostile


def test_the_claim_decides_on_the_epoch_and_the_store_on_the_time(store: SqlStore) -> None:
    claim = claimed(store)
    before = datetime.now(UTC)
    store.append(claim, [EventDraft(type=EventType.NOTE, epoch=99)])
    event = store.events(claim.run.session_id, after=1)[0]
    assert event.epoch == claim.run.epoch == 1
    assert event.ts.utcoffset() == timedelta(0)
    assert before <= event.ts <= datetime.now(UTC)


def test_appending_nothing_writes_nothing(store: SqlStore) -> None:
    claim = claimed(store)
    assert store.append(claim, []) == []
    assert len(store.events(claim.run.session_id)) == 1


def test_events_are_read_in_order_after_a_number_up_to_a_limit(store: SqlStore) -> None:
    claim = claimed(store)
    store.append(claim, [delta(str(n)) for n in range(2, 12)])
    found = store.events(claim.run.session_id, after=3, limit=4)
    assert [(e.seq, e.message) for e in found] == [(n, str(n)) for n in range(4, 8)]
    assert store.events(claim.run.session_id, after=11) == []


def test_an_unknown_session_has_no_events(store: SqlStore) -> None:
    with refused(ErrorKind.NOT_FOUND, "nowhere"):
        store.events("nowhere")


def test_threads_number_without_gaps_and_keep_a_batch_together(store: SqlStore, other: SqlStore) -> None:
    claim = claimed(store)

    def work(which: int) -> list[list[int]]:
        mine = store if which % 2 else other
        return [[e.seq for e in mine.append(claim, [delta()] * (1 + n % 3))] for n in range(30)]

    with ThreadPoolExecutor(4) as pool:
        batches = [batch for result in pool.map(work, range(4)) for batch in result]
    assert all(batch == list(range(batch[0], batch[0] + len(batch))) for batch in batches)
    numbers = sorted(seq for batch in batches for seq in batch)
    assert numbers == list(range(2, 2 + len(numbers)))
    assert [e.seq for e in store.events(claim.run.session_id, after=1)] == numbers


def test_sessions_are_numbered_apart(store: SqlStore) -> None:
    first, second = claimed(store), claimed(store)
    assert store.append(first, [delta()])[0].seq == 2
    assert store.append(second, [delta()])[0].seq == 2

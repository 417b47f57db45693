"""Several real processes on one database."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.claims import Claim
from app.errors import ErrorKind
from app.store.signals import LOOK_SECONDS, POLL_SECONDS
from app.store.store import SqlStore, open_store
from tests.store.helpers import claimed, dead, delta, must_claim, refused

ROOT = Path(__file__).parents[2]
Child = subprocess.Popen[str]


@pytest.fixture
def child(url: str) -> Iterator[Callable[..., Child]]:
    """Starts `tests.store.child COMMAND URL ARGUMENT...`; what still runs at the end is killed."""
    started: list[Child] = []

    def start(command: str, *args: str) -> Child:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.child", command, url, *args],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def next_number(process: Child) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def numbers(process: Child) -> list[int]:
    """What a child printed further until it ended; it must have ended well."""
    assert process.stdout is not None
    written = [int(line) for line in process.stdout]
    assert process.wait() == 0
    return written


def test_two_processes_and_two_threads_number_without_gaps(
    store: SqlStore, child: Callable[..., Child]
) -> None:
    claim = claimed(store)
    processes = [child("append", claim.run.id, claim.owner, "100") for _ in range(2)]
    firsts = [next_number(p) for p in processes]  # both are up
    mine: list[int] = []

    def work() -> None:
        while any(p.poll() is None for p in processes):
            mine.append(store.append(claim, [delta()])[0].seq)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    theirs = [[first, *numbers(p)] for first, p in zip(firsts, processes, strict=True)]
    for thread in threads:
        thread.join()
    assert all(part == sorted(part) for part in theirs)
    written = sorted([*mine, *theirs[0], *theirs[1]])
    assert written == list(range(2, 2 + len(written)))
    assert [e.seq for e in store.events(claim.run.session_id, after=1, limit=10**6)] == written


@pytest.mark.crash
def test_a_killed_process_loses_nothing_it_reported(store: SqlStore, child: Callable[..., Child]) -> None:
    claim = claimed(store)
    process = child("append", claim.run.id, claim.owner)
    reported = [next_number(process) for _ in range(50)]
    process.kill()
    assert process.stdout is not None
    reported += [int(line) for line in process.stdout if line.endswith("\n")]
    stored = [e.seq for e in store.events(claim.run.session_id, after=1, limit=10**6)]
    assert stored == list(range(2, 2 + len(stored)))
    assert stored[: len(reported)] == reported
    assert len(stored) - len(reported) <= 1  # the one it was about to report
    again = must_claim(store, claim.run.id, "successor")
    assert store.append(again, [delta()])[0].seq == stored[-1] + 1


def test_a_waiter_is_woken_by_another_process(store: SqlStore, child: Callable[..., Child]) -> None:
    claim = claimed(store)
    process = child("echo", claim.run.id, claim.owner)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    rounds = 8
    began = time.monotonic()
    for after in range(1, 1 + rounds):
        print(file=process.stdin, flush=True)
        assert store.wait(claim.run.session_id, after, 30)
        assert store.events(claim.run.session_id, after)
    # Without a signal each waiter would find out by looking for itself, once a LOOK_SECONDS.
    assert time.monotonic() - began < rounds * LOOK_SECONDS / 2


def test_a_waiter_is_woken_at_once_by_a_thread(store: SqlStore) -> None:
    claim = claimed(store)
    go = threading.Semaphore(0)
    rounds = 20
    seconds: list[float] = []

    def work() -> None:
        for _ in range(rounds):
            go.acquire()
            store.append(claim, [delta()])

    thread = threading.Thread(target=work)
    thread.start()
    for after in range(1, 1 + rounds):
        began = time.monotonic()
        go.release()
        assert store.wait(claim.run.session_id, after, 30)
        seconds.append(time.monotonic() - began)
    thread.join()
    # Woken by polling alone, each round, which begins at a poll, would end at the next one. The best
    # quarter counts: a busy machine may hold up any of them.
    assert sorted(seconds)[rounds // 4] < POLL_SECONDS / 2


def test_waiting_for_what_does_not_come_ends_in_time(store: SqlStore) -> None:
    claim = claimed(store)
    assert store.wait(claim.run.session_id, 0, 0) is True
    assert store.wait(claim.run.session_id, 1, 0.05) is False
    assert store.wait(claimed(store).run.session_id, 1, 0) is False


def test_closing_the_store_releases_waiters(url: str) -> None:
    opened = open_store(url)
    claim = claimed(opened)
    results: list[bool] = []
    entered = threading.Event()

    def work(claim: Claim) -> None:
        entered.set()
        results.append(opened.wait(claim.run.session_id, 1, 60))

    thread = threading.Thread(target=work, args=(claim,))
    thread.start()
    entered.wait()
    opened.close()
    thread.join(10)
    assert results == [False]


def test_deleting_a_session_tells_its_waiters(store: SqlStore, other: SqlStore) -> None:
    claim = claimed(store)
    deleter = threading.Thread(target=other.delete, args=(claim.run.session_id, dead))
    deleter.start()
    with refused(ErrorKind.NOT_FOUND):
        store.wait(claim.run.session_id, 1, 30)
    deleter.join()

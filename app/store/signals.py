"""Waking those who wait for events: at once within the process, and for commits of other processes.

SQLite has no notifications: from the first wait on, a thread reads `PRAGMA data_version` (a number in
shared memory, which changes with every commit of another connection). PostgreSQL has LISTEN: listening.py.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import URL

POLL_SECONDS = 0.05
# A waiter looks for itself this often, so that a lost connection delays it and no more than that.
LOOK_SECONDS = 1.0


class Signals:
    """A condition that committed events raise. Thread-safe.

    watch: blocks until `stopped` is set, calling `committed` or `changed` for other processes' commits.
    """

    def __init__(self, watch: Callable[[Signals], None]) -> None:
        self.stopped = threading.Event()
        self._watch = watch
        self._lock = threading.Lock()
        self._left = threading.Condition(self._lock)
        # One for each session that is waited for: a commit wakes those who wait for its session, nobody else.
        self._news: dict[str, threading.Condition] = {}
        self._latest: dict[str, int] = {}
        self._generation = 0
        self._waiting = 0
        self._watcher: threading.Thread | None = None

    def committed(self, session_id: str, seq: int) -> None:
        """An event of that number is there to read."""
        with self._lock:
            self._latest[session_id] = max(seq, self._latest.get(session_id, 0))
            if news := self._news.get(session_id):
                news.notify_all()

    def changed(self) -> None:
        """Something was committed; whoever waits has to look."""
        with self._lock:
            self._generation += 1
            for news in self._news.values():
                news.notify_all()

    def wait(self, session_id: str, after: int, timeout: float, look: Callable[[], int]) -> bool:
        """True once `look()`, the session's newest number, is beyond `after`; False after `timeout` s."""
        self._enter()
        try:
            return self._wait(session_id, after, time.monotonic() + timeout, look)
        finally:
            self._leave()

    def close(self) -> None:
        """Send all waiters away, see them gone, and end the watching thread."""
        self.stopped.set()
        self.changed()
        with self._lock:
            self._left.wait_for(lambda: self._waiting == 0)
        if self._watcher is not None:
            self._watcher.join()

    def _wait(self, session_id: str, after: int, deadline: float, look: Callable[[], int]) -> bool:
        while not self.stopped.is_set():
            generation = self._generation
            if look() > after:
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._sleep(session_id, after, generation, min(left, LOOK_SECONDS))
        return False

    def _enter(self) -> None:
        with self._lock:
            self._waiting += 1
            if self._watcher is None and not self.stopped.is_set():
                self._watcher = threading.Thread(
                    target=self._watch, args=(self,), name="store-signals", daemon=True
                )
                self._watcher.start()

    def _leave(self) -> None:
        with self._lock:
            self._waiting -= 1
            self._left.notify_all()

    def _sleep(self, session_id: str, after: int, generation: int, seconds: float) -> None:
        def woken() -> bool:
            return self._generation != generation or self._latest.get(session_id, 0) > after

        with self._lock:
            news = self._news.setdefault(session_id, threading.Condition(self._lock))
            news.wait_for(woken, seconds)


def watch_sqlite(url: URL, signals: Signals) -> None:
    """Poll the version of the file until the signals are stopped."""
    with closing(sqlite3.connect(url.database or "", isolation_level=None)) as conn:
        seen = None
        while not signals.stopped.wait(POLL_SECONDS):
            version = conn.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                signals.changed()

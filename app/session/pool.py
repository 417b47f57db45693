"""Works on runs in threads of this process: the engine of the app and of `serve`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Final

from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.session.owners import owner_alive
from app.session.service import Service

log = logging.getLogger(__name__)

RETRY_AFTER: Final = 5.0  # seconds
_ASK_AGAIN_SECONDS: Final = 0.2
_MOST_PICKED_UP: Final = 1000


class Pool:
    """A thread for each run that is worked on. Thread-safe.

    size: how many runs at a time. changed: called with the owner of a session, from any thread, whenever work
    on one of its runs begins or ends.
    """

    def __init__(
        self, service: Service, size: int, changed: Callable[[str], None] = lambda _owner: None
    ) -> None:
        self._service = service
        self._size = size
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="run")
        self._lock = threading.RLock()  # a work that is done at once calls back within `_submit`
        self._works: set[Future[RunStatus]] = set()
        self.changed = changed

    @property
    def active(self) -> int:
        """Runs that are worked on or wait for a thread."""
        return len(self._works)

    def start(self, make: Callable[[], Run]) -> Run:
        """Have `make` start or reopen a run, and work on it.

        Raises AppError(rate_limited), without a call of `make`, where as many as may be are worked on.
        """
        with self._lock:
            if self.active >= self._size:
                raise AppError(
                    ErrorKind.RATE_LIMITED,
                    f"As many runs are at work as may be ({self._size}).",
                    "Wait until one is done, stop one, or raise max_concurrent_sessions in app.yaml.",
                    retry_after=RETRY_AFTER,
                )
            run = make()
            if not run.status.final and run.status is not RunStatus.WAITING:
                self._submit(run.id)
        return run

    def go_on(self, run_id: str) -> None:
        """Work on a run that was let go on, as by a decision; it waits where all threads are busy."""
        with self._lock:
            self._submit(run_id)

    def pick_up(self) -> None:
        """Go on with the runs that nobody works on: those of a program that was killed or stopped."""
        for run_id in self._service.store.claimable(owner_alive, _MOST_PICKED_UP):
            self.go_on(run_id)

    def close(self) -> None:
        """Stop all runs at once and give them back; they go on with the next `pick_up` or `runs resume`."""
        with self._lock:
            works = list(self._works)
        for work in works:
            work.cancel()
        # Again and again: a run that is just being started does not hear it yet.
        while wait(works, 0).not_done:
            self._service.engine.interrupt()
            wait(works, _ASK_AGAIN_SECONDS)
        self._threads.shutdown()

    def _submit(self, run_id: str) -> None:
        work = self._threads.submit(self._advance, run_id)
        self._works.add(work)
        work.add_done_callback(self._done)

    def _advance(self, run_id: str) -> RunStatus:
        store = self._service.store
        owner = store.session(store.run(run_id).session_id).owner
        self.changed(owner)  # a new one is listed even where it has to wait
        try:
            return self._service.advance(run_id, partial(self.changed, owner))
        finally:
            self.changed(owner)

    def _done(self, work: Future[RunStatus]) -> None:
        with self._lock:
            self._works.discard(work)
        error = None if work.cancelled() else work.exception()
        if isinstance(error, AppError):
            # Somebody else works on it, or it was deleted; what goes wrong in a run ends in its log.
            log.info("a run was left alone: %s", error)
        elif error is not None:
            log.error("a run could not be worked on", exc_info=error)

"""Exams as jobs of a server: one at a time, looked at and cancelled from any page. Imports nothing slow."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from app.domain.exams import Exam
from app.errors import AppError, ErrorKind

if TYPE_CHECKING:
    from app.session.exam.sitting import Progress, Tell
    from app.session.owners import Presence
    from app.store.exams import Exams

log = logging.getLogger(__name__)

SECONDS: Final = 120.0
_KEPT: Final = 50  # jobs that have ended
Examine = Callable[[str, str, float, "Tell"], Coroutine[Any, Any, Exam]]
State = Literal["running", "done", "failed", "cancelled", "interrupted"]


@dataclass(frozen=True)
class Job:
    """One exam of this server's life, or one that ended with the server before it: interrupted.

    part, title: what is being tried, "" before the first question. due: on the monotonic clock; None before
    the first question. error: why it failed.
    """

    provider: str
    model: str
    state: State = "running"
    part: str = ""
    title: str = ""
    done: int = 0
    of: int = 0
    due: float | None = None
    error: AppError | None = None

    @property
    def seconds_left(self) -> float | None:
        """None before the first question."""
        return None if self.due is None else max(self.due - time.monotonic(), 0)


class Desk:
    """Thread-safe. examine: see `Conductor.examine`; called in a thread.

    exams: remember which exam goes on. presence: tells others that this process lives, as long as it is held.
    """

    def __init__(self, examine: Examine, exams: Exams, presence: Presence) -> None:
        self._examine = examine
        self._exams = exams
        self._presence = presence
        self._lock = threading.RLock()  # a work that is done at once calls back within `start`
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="exam")
        self._jobs: dict[tuple[str, str], Job] = {}
        self._work: Future[Exam] | None = None
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Exam]] | None = None
        self._stopping = False
        self._closing = False
        for provider, model in exams.interrupted(presence.alive):
            self._put(Job(provider, model, state="interrupted"))

    def start(self, provider: str, model: str, seconds: float = SECONDS) -> Job:
        """Raises AppError(conflict) while another exam goes on; that of the same model is answered."""
        with self._lock:
            going = self._going
            if going and (going.provider, going.model) != (provider, model):
                raise AppError(
                    ErrorKind.CONFLICT,
                    f"{going.model} is being examined; two at a time would measure neither rightly.",
                    "Wait for its end, or cancel it.",
                )
            if going is None:
                job, self._stopping = Job(provider, model), False
                self._remember(lambda: self._exams.begun(self._presence.name, provider, model))
                self._work = self._threads.submit(lambda: asyncio.run(self._examined(job, seconds)))
                self._put(job)
                self._work.add_done_callback(lambda work: self._ended(job, work))
            return self._jobs[provider, model]

    def job(self, provider: str, model: str) -> Job | None:
        """The last exam of a model since the server was started."""
        with self._lock:
            return self._jobs.get((provider, model))

    def cancel(self, provider: str, model: str) -> Job | None:
        """Stop the exam of a model, also at its server, and wait for its end; an earlier result stays."""
        with self._lock:
            going, work = self._going, self._work
            stops = going is not None and (going.provider, going.model) == (provider, model)
            if stops:
                self._stopping = True
                self._interrupt()
        if stops and work:
            wait([work])
        return self.job(provider, model)

    def close(self) -> None:
        """Stop what goes on; it is told as interrupted when the program starts again."""
        with self._lock:
            going, self._closing = self._going, True
        if going:
            self.cancel(going.provider, going.model)
        self._threads.shutdown()

    @property
    def _going(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state == "running"), None)

    def _interrupt(self) -> None:
        if self._running and self._stopping:
            loop, task = self._running
            loop.call_soon_threadsafe(task.cancel)

    def _put(self, job: Job) -> Job:
        self._jobs.pop((job.provider, job.model), None)
        self._jobs[job.provider, job.model] = job
        for key in list(self._jobs)[:-_KEPT]:
            del self._jobs[key]
        return job

    async def _examined(self, job: Job, seconds: float) -> Exam:
        def note(now: Progress) -> None:
            due = time.monotonic() + now.seconds_left
            with self._lock:
                self._put(replace(job, part=now.part, title=now.title, done=now.done, of=now.of, due=due))

        task = asyncio.create_task(self._examine(job.provider, job.model, seconds, note))
        with self._lock:
            self._running = asyncio.get_running_loop(), task
            self._interrupt()
        return await task

    def _ended(self, job: Job, work: Future[Exam]) -> None:
        """The end of a job is what its work has come to, whatever that is."""
        error = work.exception()
        with self._lock:
            self._running = None
            if error is None:
                self._put(replace(job, state="done"))
            elif isinstance(error, asyncio.CancelledError):
                self._put(replace(job, state="cancelled"))
            elif isinstance(error, AppError):
                self._put(replace(job, state="failed", error=error))
            else:
                error_id = uuid.uuid4().hex[:12]
                log.error("an exam failed, error id %s", error_id, exc_info=error)
                words = f"Something went wrong inside the program (error id {error_id})."
                failure = AppError(ErrorKind.INTERNAL, words, "The traceback is in the log under this id.")
                self._put(replace(job, state="failed", error=failure))
            if not (self._closing and isinstance(error, asyncio.CancelledError)):
                self._remember(lambda: self._exams.over(self._presence.name))

    @staticmethod
    def _remember(step: Callable[[], None]) -> None:
        """A disk that is full or locked must not hold up an exam."""
        try:
            step()
        except OSError as error:
            log.warning("whether an exam goes on cannot be remembered: %s", error)

"""Downloads of models that go on whether or not a page looks at them."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from app.errors import AppError, ErrorKind
from app.models.download import Progress, ProgressCallback
from app.models.pull_job import KeptJob, Probe, PullFile, PullJob, Trouble

log = logging.getLogger(__name__)
T = TypeVar("T")

_TELL_SECONDS: Final = 0.25
_KEEP_SECONDS: Final = 2.0
_LEAVING_SECONDS: Final = 10.0
_STILL: Final[dict[str, Any]] = {"rate": 0.0, "eta_seconds": None}
_FRESH: Final[dict[str, Any]] = {**_STILL, "state": "waiting", "problem": None, "probed": None}


class PullWork(Protocol):
    """What a job does; see `app.models.shelf`."""

    def spell(self, provider: str, model: str) -> str: ...
    async def pull(
        self, provider: str, model: str, progress: ProgressCallback, *, only_missing: bool
    ) -> None: ...
    async def discard(self, provider: str, model: str) -> None: ...
    async def probe(self, provider: str, model: str) -> Probe: ...


@dataclass
class _Run:
    """One go at a job. future: None until it has begun. told, kept: when the progress was last passed on."""

    job_id: str
    future: Future[None] | None = None
    told: float = field(default=float("-inf"))
    kept: float = field(default=float("-inf"))


class Pulls:
    """The jobs of this process, newest last, one a model. Thread-safe.

    owner: this process. alive: whether another one lives. changed: called, from any thread, when a job
    begins, gets on (at most four times a second) or ends.
    """

    def __init__(self, work: PullWork, file: PullFile, owner: str, alive: Callable[[str], bool]) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._work = work
        self._file = file
        self._owner = owner
        self._lock = threading.RLock()
        self._jobs = {job.id: job for job in file.left(alive)}
        self._runs: dict[str, _Run] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def jobs(self) -> list[PullJob]:
        """As they are now."""
        with self._lock:
            return [job.shown() for job in self._jobs.values()]

    def start(self, provider: str, model: str, *, probe: bool = False) -> PullJob:
        """Fetch a model, or join the job that is fetching it; one that stopped goes on.

        probe: then make a short call of it; a model that is here already is not fetched again for that.
        Raises AppError(config, model_missing) for a provider or a name that cannot be.
        """
        name = self._work.spell(provider, model)
        with self._lock:
            job = next((j for j in self._jobs.values() if (j.provider, j.model) == (provider, name)), None)
            if job is None:
                job = KeptJob(
                    id=secrets.token_hex(8), provider=provider, model=name, asked=model, owner=self._owner
                )
            elif job.busy:
                job = self._put(job, probe=job.probe or probe)
                return job.shown()
            job = self._put(job, **_FRESH, owner=self._owner, probe=probe)
            self._begin(job)
        self.changed()
        return job.shown()

    def cancel(self, job_id: str) -> PullJob:
        """Stop a job. What has arrived is kept, and `start` goes on from there. Raises AppError."""
        with self._lock:
            job = self._find(job_id)
            if not job.busy:
                raise AppError(ErrorKind.CONFLICT, f"{job.model} is not being downloaded.", "Look again.")
            run = self._runs.pop(job_id, None)
            job = self._put(job, state="cancelled", **_STILL)
        if run and run.future:
            run.future.cancel()
        self.changed()
        return job.shown()

    def forget(self, job_id: str) -> None:
        """Take a job that has stopped off the list and throw away what has arrived. Raises AppError."""
        with self._lock:
            job = self._find(job_id)
            if job.busy:
                raise AppError(ErrorKind.CONFLICT, f"{job.model} is being downloaded.", "Cancel it first.")
        if job.state != "done":
            self._submit(self._work.discard(job.provider, job.model)).result(_LEAVING_SECONDS)
        with self._lock:
            self._jobs.pop(job_id, None)
            self._file.drop(job_id)
        self.changed()

    def busy_with(self, provider: str, model: str) -> bool:
        """Whether a job is at work on the model."""
        return any((j.provider, j.model) == (provider, model) and j.busy for j in self.jobs())

    def close(self) -> None:
        """Stop all jobs; they are shown as interrupted when the program starts again."""
        with self._lock:
            runs, self._runs = self._runs, {}
            for job_id in runs:
                self._put(self._jobs[job_id], state="interrupted", **_STILL)
        futures = [run.future for run in runs.values() if run.future]
        for future in futures:
            future.cancel()
        if self._loop is not None:
            wait_for([self._submit(_others_ended())], _LEAVING_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)

    def _begin(self, job: KeptJob) -> None:
        run = self._runs[job.id] = _Run(job.id)
        run.future = self._submit(self._go(job, run))
        run.future.add_done_callback(lambda future: self._ended(run, future))

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin in the thread that all jobs share."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="pulls", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _go(self, job: KeptJob, run: _Run) -> None:
        self._on(run, state="pulling")
        await self._work.pull(
            job.provider, job.asked, lambda now: self._progress(run, now), only_missing=job.probe
        )
        # Somebody may have asked for the probe while the download went on.
        if self._jobs[job.id].probe:
            self._on(run, state="trying", **_STILL)
            self._on(run, probed=await self._work.probe(job.provider, job.model))

    def _ended(self, run: _Run, future: Future[None]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._on(run, state="done", **_STILL)
            return
        if not isinstance(error, AppError):
            log.error("a model could not be fetched", exc_info=error)
            error = AppError(ErrorKind.INTERNAL, "Something went wrong inside the program.", "See the log.")
        self._on(run, state="failed", problem=Trouble.of(error), **_STILL)

    def _progress(self, run: _Run, now: Progress) -> None:
        """Passed on four times a second; kept on disk every two seconds, for what a kill leaves."""
        moment = time.monotonic()
        if moment - run.told < _TELL_SECONDS and now.bytes_done < now.bytes_total:
            return
        run.told = moment
        keep = moment - run.kept >= _KEEP_SECONDS
        run.kept = moment if keep else run.kept
        self._on(
            run,
            keep=keep,
            bytes_done=now.bytes_done,
            bytes_total=now.bytes_total,
            rate=now.rate,
            eta_seconds=now.eta_seconds,
            source=now.source,
        )

    def _on(self, run: _Run, *, keep: bool = True, **changes: object) -> None:
        """Change a job for its current go; one that was cancelled has nothing to say any more."""
        with self._lock:
            if self._runs.get(run.job_id) is not run:
                return
            job = self._put(self._jobs[run.job_id], keep=keep, **changes)
            if not job.busy:
                self._runs.pop(run.job_id)
        self.changed()

    def _put(self, job: KeptJob, *, keep: bool = True, **changes: object) -> KeptJob:
        changed = job.model_copy(update=changes)
        self._jobs[job.id] = changed
        if keep:
            self._file.put(changed)
        return changed

    def _find(self, job_id: str) -> KeptJob:
        try:
            return self._jobs[job_id]
        except KeyError:
            raise AppError(
                ErrorKind.NOT_FOUND, f"There is no download {job_id[:40]!r}.", "Look at the list."
            ) from None


async def _others_ended() -> None:
    """Until every other task of this loop has let go of what it held."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)

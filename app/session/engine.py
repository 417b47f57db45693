"""Executes runs: claims one, takes its turns until it waits or ends, and keeps the claim alive meanwhile.

One `asyncio.run` per claim; the caller is a plain thread. Only this module turns exceptions of a turn
into the end of a run.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from typing import Final

from app.domain.claims import Claim
from app.domain.events import EventDraft, EventType
from app.domain.runs import RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.models.calls import GivenUpError
from app.session.owners import owner_alive, owner_name
from app.session.threads import in_thread
from app.session.turn import TurnEnd, TurnTools, finish_draft, run_turn

log = logging.getLogger(__name__)

_ENDS: Final = {ErrorKind.CANCELLED: RunStatus.CANCELLED, ErrorKind.BUDGET: RunStatus.BUDGET}
RETRIES: Final = 2


class Engine:
    """Runs runs. Thread-safe; `advance` blocks its thread until the run waits, ends or is interrupted.

    tools: returns what turns are run with now; a run keeps what it began with until it ends or the program
    is started again.
    """

    def __init__(self, tools: Callable[[], TurnTools]) -> None:
        self._newest = tools
        self._kept: dict[str, TurnTools] = {}
        self._owner = owner_name()
        self._lock = threading.Lock()
        self._active: set[tuple[asyncio.AbstractEventLoop, asyncio.Task[RunStatus]]] = set()

    def advance(self, run_id: str, claimed: Callable[[], None]) -> RunStatus:
        """Take turns until the run waits for the user or ends; returns the status it is left in.

        claimed: called, from another thread, whenever the run has become ours.

        Raises AppError(conflict) where another process works on it, not_found for an unknown id.
        """
        return asyncio.run(self._advance(run_id, claimed))

    def interrupt(self) -> None:
        """Stop all runs of this process at once and give them back; they can be resumed by anyone."""
        with self._lock:
            for loop, task in self._active:
                loop.call_soon_threadsafe(task.cancel)

    async def _advance(self, run_id: str, claimed: Callable[[], None]) -> RunStatus:
        work = _Work(self._tools_of(run_id), self._owner, claimed)
        task = asyncio.create_task(work.claimed(run_id))
        entry = (asyncio.get_running_loop(), task)
        with self._lock:
            self._active.add(entry)
        try:
            status = await task
            if status.final:
                self._kept.pop(run_id, None)
            return status
        except asyncio.CancelledError:
            return RunStatus.QUEUED
        finally:
            with self._lock:
                self._active.remove(entry)

    def _tools_of(self, run_id: str) -> TurnTools:
        with self._lock:
            return self._kept.setdefault(run_id, self._newest())


class _Work:
    """The work on one run, from claim to claim."""

    def __init__(self, tools: TurnTools, owner: str, tell_claimed: Callable[[], None]) -> None:
        self._tools = tools
        self._owner = owner
        self._tell_claimed = tell_claimed

    async def claimed(self, run_id: str) -> RunStatus:
        """Claim the run and take its turns; see `Engine.advance`."""
        for attempt in range(RETRIES + 1):
            claim = await in_thread(self._claim, run_id)
            if claim is None:
                return await in_thread(self._unclaimed, run_id)
            try:
                return await self._turns(claim)
            except AppError as error:
                if error.kind is ErrorKind.FENCED:
                    return RunStatus.RUNNING
                # A call that never got a word was tried again already, where it was made.
                final = isinstance(error, GivenUpError) or not error.facts.retryable
                if attempt == RETRIES or final:
                    return await self._end(claim, error)
                await self._back_off(claim, error, attempt)
        raise AssertionError("the loop returns in its last pass")

    def _claim(self, run_id: str) -> Claim | None:
        lease = self._tools.settings.run.lease_seconds
        claim = self._tools.store.claim(run_id, self._owner, lease, owner_alive)
        if claim:
            self._tell_claimed()
        return claim

    def _give_back(self, claim: Claim) -> None:
        """Release the claim, unless the turn that was interrupted had just ended it."""
        try:
            self._tools.store.release(claim)
        except AppError as error:
            if error.kind is not ErrorKind.FENCED:
                raise

    def _unclaimed(self, run_id: str) -> RunStatus:
        run = self._tools.store.run(run_id)
        if run.status is RunStatus.RUNNING:
            raise AppError(
                ErrorKind.CONFLICT, "Another process is working on this run.", "Wait, or stop that one."
            )
        return run.status

    async def _turns(self, claim: Claim) -> RunStatus:
        """Turn after turn, guarded by a heartbeat and the run's time bound.

        The broad except is the turn boundary: whatever a turn raises must end in the log and the run.
        """
        state, status = claim.state, RunStatus.RUNNING
        heart = asyncio.create_task(self._heartbeat(claim))
        try:
            while status in (RunStatus.RUNNING, RunStatus.QUEUED):
                turn = asyncio.create_task(self._bounded_turn(claim, state))
                try:
                    await asyncio.wait({turn, heart}, return_when=asyncio.FIRST_COMPLETED)
                    if not turn.done():
                        heart.result()
                    end = await turn
                finally:
                    turn.cancel()
                    await asyncio.gather(turn, return_exceptions=True)
                state, status = end.state, end.status
            return status
        except asyncio.CancelledError:
            await in_thread(self._give_back, claim)
            raise
        except AppError:
            raise
        except Exception as error:
            error_id = uuid.uuid4().hex[:12]
            log.exception("turn failed, error id %s", error_id)
            raise AppError(
                ErrorKind.INTERNAL,
                f"Something went wrong inside the program (error id {error_id}).",
                "The traceback is in the log under this id.",
            ) from error
        finally:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)

    async def _bounded_turn(self, claim: Claim, state: RunState) -> TurnEnd:
        limit = self._tools.settings.run.max_seconds
        try:
            async with asyncio.timeout(max(limit - state.seconds, 0)):
                return await run_turn(self._tools, claim, state)
        except TimeoutError as error:
            raise AppError(
                ErrorKind.BUDGET,
                f"The run's bound of {limit:g} seconds is reached.",
                "Raise run.max_seconds in app.yaml, or go on with `runs resume --max-seconds N`.",
            ) from error

    async def _heartbeat(self, claim: Claim) -> None:
        """Renew the lease; ends by raising cancelled where the user asked for it, or fenced."""
        lease = self._tools.settings.run.lease_seconds
        while True:
            if await in_thread(self._tools.store.renew, claim, lease):
                raise AppError(
                    ErrorKind.CANCELLED, "The run was cancelled.", "`runs resume` goes on with it."
                )
            await asyncio.sleep(min(lease / 3, 1.0))

    async def _end(self, claim: Claim, error: AppError) -> RunStatus:
        status = _ENDS.get(error.kind, RunStatus.FAILED)
        state = await in_thread(self._tools.store.state, claim.run.id)
        draft = finish_draft(status, state, error)
        await in_thread(self._tools.store.end_run, claim, status, [draft])
        return status

    async def _back_off(self, claim: Claim, error: AppError, attempt: int) -> None:
        """Say that the turn is tried again, give the run back, and wait as the provider asked."""
        seconds = error.retry_after if error.retry_after is not None else 2.0 * 2**attempt
        note = EventDraft(
            type=EventType.NOTE,
            message=f"{error.message} The turn is tried again in {seconds:g} s.",
            data={"kind": "retry", "seconds": seconds, "error": error.to_dict()},
        )
        await in_thread(self._tools.store.append, claim, [note])
        await in_thread(self._tools.store.release, claim)
        await asyncio.sleep(min(seconds, 60.0))

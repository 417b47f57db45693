"""Writes a turn's events while it goes on: what is shown has been committed before.

Token chunks are joined for about 50 ms, so that a fast model does not cost a commit a token; the first
chunk after a pause is written at once.
"""

from __future__ import annotations

import asyncio
from typing import Final

from app.domain.calls import CallRecord
from app.domain.claims import Claim
from app.domain.events import EventDraft, EventType
from app.session.ports import Store
from app.session.threads import in_thread

JOIN_SECONDS: Final = 0.05
_JOINED: Final = (EventType.MESSAGE_DELTA, EventType.REASONING_DELTA)


class Recorder:
    """One turn's way into the log. `emit` belongs to the event loop's thread and never blocks."""

    def __init__(self, store: Store, claim: Claim, turn: int) -> None:
        self._store = store
        self._claim = claim
        self._turn = turn
        self._waiting: list[EventDraft] = []
        self._calls: list[CallRecord] = []
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()

    def emit(self, draft: EventDraft) -> None:
        """Take an event; pieces of one stream that have not been written yet become one piece."""
        last = self._waiting[-1] if self._waiting else None
        if last and draft.type in _JOINED and (last.type, last.agent) == (draft.type, draft.agent):
            self._waiting[-1] = last.model_copy(update={"message": last.message + draft.message})
        else:
            self._waiting.append(draft.model_copy(update={"turn": self._turn}))
        self._wake.set()

    def keep(self, call: CallRecord) -> None:
        """Take a model call; it is written before the events that are taken after it."""
        self._calls.append(call)
        self._wake.set()

    async def run(self) -> None:
        """Write until cancelled. Raises what the store raises, e.g. AppError(fenced)."""
        while True:
            await self._wake.wait()
            await self.flush()
            await asyncio.sleep(JOIN_SECONDS)

    async def flush(self) -> None:
        """Write all that was taken so far."""
        async with self._writing:
            batch, self._waiting = self._waiting, []
            calls, self._calls = self._calls, []
            self._wake.clear()
            if calls or batch:
                await in_thread(self._write, calls, batch)

    def _write(self, calls: list[CallRecord], batch: list[EventDraft]) -> None:
        """In one go: whoever cancels the writing gets both or neither."""
        if calls:
            self._store.record_calls(self._claim, self._turn, calls)
        if batch:
            self._store.append(self._claim, batch)

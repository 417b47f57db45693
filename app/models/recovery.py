"""What is done after a call that failed before its first word: elsewhere, otherwise, later, by another model.

This is the one place where a call is tried again. A turn whose stream broke in mid-answer is tried again as
a whole, by the engine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from autogen_core import CancellationToken

from app.errors import AppError, ErrorKind
from app.models.calls import CallObserver, ModelChoice
from app.models.connections import Connector
from app.models.guarded_call import GuardedCall
from app.settings import Retry

_WAIT_ON: Final = frozenset({ErrorKind.TRANSIENT, ErrorKind.PROVIDER_RATE_LIMIT})
_SWITCH_ON: Final = _WAIT_ON | {ErrorKind.AUTH, ErrorKind.QUOTA, ErrorKind.MODEL_MISSING}
_JITTER: Final = 0.25


@dataclass(frozen=True)
class Fallbacks:
    """Where to go on when a call fails before its first word.

    names: "provider" or "provider:model", in order. resolve: from a name to a choice; raises AppError.
    """

    names: tuple[str, ...]
    resolve: Callable[[str], Awaitable[ModelChoice]]


class Recovery:
    """One turn's way through regions, refused parameters, waits and fallbacks.

    choice: what is used now. refused_at: addresses that refused the key in this call.
    """

    def __init__(
        self,
        choice: ModelChoice,
        connector: Connector,
        fallbacks: Fallbacks,
        retry: Callable[[ModelChoice], Retry],
        observer: CallObserver,
    ) -> None:
        self.choice = choice
        self.refused_at: tuple[str, ...] = ()
        self._connector = connector
        self._fallbacks = fallbacks
        self._untried = list(fallbacks.names)
        self._retry = retry
        self._observer = observer
        self._waits = 0
        self._pause: asyncio.Future[None] | None = None
        self._region_told = False

    def begin(self) -> None:
        """A new call."""
        self.refused_at, self._waits = (), 0

    async def again(self, error: AppError, call: GuardedCall | None, token: CancellationToken | None) -> bool:
        """Whether to try the call again now; has waited or switched where that was needed."""
        if call and call.connection and (lesson := self._connector.learn(call.call, call.connection, error)):
            self.refused_at = lesson.refused_at
            self._observer.note(lesson.note, {"kind": "service"})
            return True
        if error.kind in _WAIT_ON and await self._waited(error, token):
            return True
        return error.kind in _SWITCH_ON and await self._switched(error)

    async def answered(self, call: GuardedCall) -> None:
        """The call has succeeded."""
        note = await self._connector.answered(call.call, call.connection) if call.connection else ""
        if note and not self._region_told:
            self._observer.note(note, {"kind": "service"})
        self._region_told = True

    def stop(self) -> None:
        """End a wait."""
        if self._pause is not None:
            self._pause.cancel()

    async def _waited(self, error: AppError, token: CancellationToken | None) -> bool:
        """Wait before another try; False where there were enough, or where the wait would be too long."""
        retry, asked = self._retry(self.choice), error.retry_after
        backoff = min(retry.first_wait * 2**self._waits, retry.longest_wait)
        jitter = random.uniform(1 - _JITTER, 1)  # noqa: S311 - so that many callers do not come at once
        seconds = backoff * jitter if asked is None else asked
        if self._waits >= retry.times or seconds > retry.longest_wait:
            return False
        self._waits += 1
        as_asked = f", as {self.choice.provider} asks" if asked is not None else ""
        self._observer.note(
            f"{error.message} The call is tried again in {seconds:.3g} s{as_asked}.",
            {"kind": "retry", "seconds": seconds, "error": error.to_dict()},
        )
        await self._sleep(seconds, token)
        return True

    async def _sleep(self, seconds: float, token: CancellationToken | None) -> None:
        self._pause = asyncio.ensure_future(asyncio.sleep(seconds))
        if token is not None:
            token.link_future(self._pause)
        try:
            await self._pause
        finally:
            self._pause = None

    async def _switched(self, error: AppError) -> bool:
        """Go on with the next fallback that can be had; False where there is none."""
        while self._untried:
            try:
                new = await self._fallbacks.resolve(self._untried.pop(0))
            except AppError:  # not to be had either: the next one
                continue
            old, self.choice = self.choice, new
            self._observer.switched(old, new, error.message)
            self._region_told = False
            self.begin()
            return True
        return False

"""Lets asyncio work inside the sandbox. Executed there, as text, before code that uses asyncio.

WASI has no socket pairs, with which asyncio's event loop wakes itself up. Nothing else runs beside the
loop there, so it needs no waking; timers and tasks do without.
"""

import asyncio
import selectors
import time
from asyncio import selector_events
from typing import Any


class Selector(selectors.BaseSelector):
    """Waits for time to pass; no file ever becomes ready."""

    def __init__(self) -> None:
        self.keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        self.keys[fileobj] = selectors.SelectorKey(fileobj, fileobj, events, data)
        return self.keys[fileobj]

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self.keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout and timeout > 0:
            time.sleep(timeout)
        return []

    def get_map(self) -> Any:
        return self.keys


class Policy(asyncio.DefaultEventLoopPolicy):  # pyright: ignore[reportDeprecated, reportUntypedBaseClass]
    """Makes loops with that selector."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(Selector())


def _nothing(loop: object) -> None:
    """Stands in for making, closing and writing to the socket pair."""


for name in ("_make_self_pipe", "_close_self_pipe", "_write_to_self"):
    setattr(selector_events.BaseSelectorEventLoop, name, _nothing)
asyncio.set_event_loop_policy(Policy())  # pyright: ignore[reportDeprecated]

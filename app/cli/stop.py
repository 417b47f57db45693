"""Ctrl-C, SIGTERM and Windows' Ctrl-Break: the first asks to stop, the second stops at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from app.cli.exits import Exit

# Ctrl-Break is Windows' alone.
_SIGNALS = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
_SHOW_CURSOR = b"\x1b[?25h\n"


class Stop:
    """Whether the user asked to stop. A plain flag: a handler that takes a lock can meet itself in it."""

    def __init__(self) -> None:
        self.requested = False

    @contextmanager
    def listening(self) -> Generator[Stop]:
        """Take the signals as requests within the block."""
        before = [signal.signal(number, self._handle) for number in _SIGNALS]
        try:
            yield self
        finally:
            _restore(before)

    @contextmanager
    def raising(self) -> Generator[None]:
        """Let the signals raise KeyboardInterrupt within the block, for a question waits in a read."""
        before = [signal.signal(number, signal.default_int_handler) for number in _SIGNALS]
        try:
            yield
        finally:
            _restore(before)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            if sys.stderr.isatty():
                os.write(2, _SHOW_CURSOR)
            os._exit(Exit.UNDECIDED)
        self.requested = True


def _restore(before: list[Any]) -> None:
    """before: what `signal.signal` returned, whose type has no name."""
    for number, handler in zip(_SIGNALS, before, strict=True):
        signal.signal(number, handler)

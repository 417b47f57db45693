"""One set-up at a time, over process boundaries."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        while True:
            try:  # LK_LOCK itself gives up after ten seconds
                return msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:
                continue
else:
    import fcntl

    def _try_to_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def locked(path: str, when_busy: Callable[[], None]) -> Generator[int]:
    """Hold the lock file `path`; calls `when_busy` once before it waits for another holder.

    Yields the file's descriptor. A child that inherits it (POSIX) keeps the lock until it has ended too, so
    an installer that outlives a killed parent cannot write into the next set-up.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_to_lock(descriptor):
            when_busy()
            _wait_for_lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)

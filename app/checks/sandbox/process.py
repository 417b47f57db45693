"""One child process under bounds: its wall time, its output, and whatever its caller looks at meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Literal, cast

AT_ONCE: Final = 2
LOOK_SECONDS: Final = 0.03
# Windows cannot start a process, or find its own libraries, without these two.
KEPT_VARIABLES: Final = ("SYSTEMROOT", "SYSTEMDRIVE")

Reason = Literal["", "stopped", "late", "output", "disk", "memory"]
Look = Callable[[int], Reason]

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Ended:
    """How the process ended. code: as of `Popen`. reason: why this side ended it, else empty."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    reason: Reason = ""

    @property
    def error_text(self) -> str:
        """Standard error as text."""
        return self.err.decode("utf-8", "replace")


@dataclass(frozen=True)
class Order:
    """What to start and when to end it.

    environment: all of it; nothing is inherited. given: its standard input. output_bytes: of both streams
    together. look: asked again and again, with the process's number; a reason ends it. passed: descriptors
    that it inherits.
    kill: what has to be done beside killing the process group, where this side ends it.
    """

    command: Sequence[str]
    seconds: float
    output_bytes: int
    environment: Mapping[str, str]
    look: Look
    given: bytes = b""
    passed: tuple[int, ...] = ()
    kill: Callable[[], None] | None = None


class _Output:
    """Both streams, read to their ends, of which no more than `room` bytes are kept together."""

    def __init__(self, process: subprocess.Popen[bytes], room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self.over = False
        self._streams = (cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stderr))
        self.kept = (bytearray(), bytearray())
        self._threads = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in zip(self._streams, self.kept, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream: IO[bytes], kept: bytearray) -> None:
        while chunk := stream.read(65536):
            with self._lock:
                kept += chunk[: self._room]
                self.over = self.over or len(chunk) > self._room
                self._room = max(self._room - len(chunk), 0)

    def join(self) -> tuple[bytes, bytes]:
        for thread, stream in zip(self._threads, self._streams, strict=True):
            thread.join()
            stream.close()
        return bytes(self.kept[0]), bytes(self.kept[1])


def execute(order: Order, stop: threading.Event) -> Ended:
    """Start it and wait for its end; blocks, also until one of few places is free."""
    while not _places.acquire(timeout=LOOK_SECONDS):
        if stop.is_set():
            return Ended(-1, b"", b"", 0.0, "stopped")
    try:
        return _execute(order, stop)
    finally:
        _places.release()


def own_environment() -> dict[str, str]:
    """The little of this process's environment that a child cannot do without."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


def _execute(order: Order, stop: threading.Event) -> Ended:
    started = time.monotonic()
    process = _start(order)
    output = _Output(process, order.output_bytes)
    giver = threading.Thread(target=_give, args=(cast("IO[bytes]", process.stdin), order.given), daemon=True)
    giver.start()
    reason: Reason = "stopped"
    try:
        reason = _watch(process, order, output, stop)
    finally:
        if reason and order.kill:
            order.kill()
        _kill(process)
    giver.join()
    seconds = time.monotonic() - started
    out, err = output.join()
    return Ended(process.returncode, out, err, seconds, reason or _over(output) or order.look(process.pid))


def _start(order: Order) -> subprocess.Popen[bytes]:
    flags = (getattr(subprocess, name, 0) for name in ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"))
    return subprocess.Popen(
        order.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=dict(order.environment),
        cwd=None if sys.platform == "win32" else "/",  # PWD would tell where we were started
        start_new_session=True,
        creationflags=sum(flags),
        pass_fds=order.passed,
    )


def _give(pipe: IO[bytes], data: bytes) -> None:
    # A broken pipe: it died at once, and its exit code says why.
    with suppress(BrokenPipeError), pipe:
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) or 0 :]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child with all it may have started."""
    if sys.platform == "win32":
        process.kill()
    elif process.poll() is None:  # not reaped yet, so the number still is its group's
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _watch(process: subprocess.Popen[bytes], order: Order, output: _Output, stop: threading.Event) -> Reason:
    """Wait for the end; why this side has to end it, or empty where it ended by itself."""
    deadline = time.monotonic() + order.seconds
    while True:
        try:
            process.wait(LOOK_SECONDS)
            return ""
        except subprocess.TimeoutExpired:
            reason = "stopped" if stop.is_set() else _over(output) or order.look(process.pid)
            if reason or time.monotonic() > deadline:
                return reason or "late"


def _over(output: _Output) -> Reason:
    return "output" if output.over else ""

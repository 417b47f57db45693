"""What every source of a download shares: progress, and the partial file that all of them continue."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
_REPORT_EVERY = 0.1
_RATE_WINDOW = 5.0


class SourceError(Exception):
    """A source cannot deliver (any more); its text says why, for the user. The next one takes over."""


@dataclass(frozen=True)
class Progress:
    """How far a download is. rate: bytes a second, over the last few seconds; eta_seconds: None if unknown.

    source: where from, in words for the user.
    """

    bytes_done: int
    bytes_total: int
    rate: float
    eta_seconds: float | None
    source: str


ProgressCallback = Callable[[Progress], None]


class Meter:
    """Turns byte counts into Progress, at most ten a second."""

    def __init__(self, total: int, source: str, callback: ProgressCallback | None) -> None:
        self._total = total
        self._source = source
        self._callback = callback
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, done: int) -> None:
        """Tell that `done` bytes of the whole file are there."""
        now = time.monotonic()
        due = done >= self._total or not self._seen or now - self._seen[-1][0] >= _REPORT_EVERY
        if self._callback is None or not due:
            return
        self._seen.append((now, done))
        while now - self._seen[0][0] > _RATE_WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        rate = max(0.0, (done - before) / (now - since)) if now > since else 0.0
        eta = (self._total - done) / rate if rate else None
        self._callback(Progress(done, self._total, rate, eta, self._source))


class PartialFile:
    """The beginning of a file whose length is known, hashed while it grows.

    Bytes go to disk unbuffered, so what a killed process had appended is there for the next.
    """

    def __init__(self, path: Path, total: int) -> None:
        self.path = path
        self.total = total
        self._hash = hashlib.sha256()
        self._file = path.open("ab", buffering=0)
        self.size = path.stat().st_size

    @property
    def complete(self) -> bool:
        return self.size == self.total

    async def rehash(self, meter: Meter) -> None:
        """Hash what an earlier process left; what is longer than the file can be is dropped."""
        if self.size > self.total:
            self.restart()
        done = 0
        with self.path.open("rb") as left:
            while data := await asyncio.to_thread(left.read, CHUNK):
                self._hash.update(data)
                done += len(data)
                meter.update(done)

    def append(self, data: bytes) -> None:
        """Add the next bytes. Raises SourceError where there are more than the file has."""
        if self.size + len(data) > self.total:
            raise SourceError(f"sends more than the {self.total:,} bytes expected")
        view = memoryview(data)
        while view:
            written = self._file.write(view)
            self._hash.update(view[:written])
            self.size += written
            view = view[written:]

    def restart(self) -> None:
        """Throw away what is there."""
        self._file.truncate(0)
        self._hash = hashlib.sha256()
        self.size = 0

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def publish(self, target: Path) -> None:
        """Give the file its final name; it is on disk before the name is."""
        os.fsync(self._file.fileno())
        self.close()
        self.path.replace(target)

    def close(self) -> None:
        self._file.close()


async def sha256_of(path: Path, meter: Meter | None = None) -> str:
    """SHA-256 of a file, read in a thread piece by piece so that a cancel is heard."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := await asyncio.to_thread(file.read, CHUNK):
            digest.update(data)
            done += len(data)
            if meter:
                meter.update(done)
    return digest.hexdigest()

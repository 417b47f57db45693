"""What the checks need of a sandbox: run files in a place that cannot touch this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Limits:
    """Bounds of one execution; whichever is reached first ends it.

    seconds: wall time, start of the interpreter included. memory_mb: memory of the program.
    output_bytes: standard output and error together. disk_mb / entries: what it may hold in its box.
    """

    seconds: float = 10.0
    memory_mb: int = 256
    output_bytes: int = 1 << 20
    disk_mb: int = 32
    entries: int = 1000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Execution:
    """What became of one program.

    exit_code: the program's own, or -1 where it did not end by itself.
    stdout / stderr: decoded as UTF-8, undecodable bytes replaced, cut at the limit.
    ms: wall time in milliseconds.
    timed_out / output_cut / memory_hit / disk_hit: which bound of the limits was met. memory_hit is an
        estimate: memory was nearly full, or the program ended with a MemoryError.
    """

    exit_code: int
    stdout: str
    stderr: str
    ms: int
    timed_out: bool = False
    output_cut: bool = False
    memory_hit: bool = False
    disk_hit: bool = False

    @property
    def ending(self) -> str:
        """How it ended, in words that complete "the program ..."."""
        if self.timed_out:
            return f"did not end within {self.ms / 1000:.0f} s"
        if self.output_cut:
            return "printed more than is allowed"
        if self.disk_hit:
            return "wrote more files than is allowed"
        if self.memory_hit:
            return "used more memory than is allowed"
        return f"ended by itself (exit code {self.exit_code})"


@dataclass(frozen=True)
class Probe:
    """Whether a sandbox can work here. detail: its version, or what is missing and what to do."""

    available: bool
    detail: str


class Executor(Protocol):
    """Runs programs of one language without network, host files, other processes or the environment."""

    def probe(self) -> Probe:
        """Quick: looks for its parts, runs nothing."""
        ...

    def warm_up(self) -> None:
        """Do what is slow once, so that the first `run` is quick. Thread-safe, may take a minute."""
        ...

    def run(
        self, files: Mapping[str, bytes], argv: Sequence[str], limits: Limits = DEFAULT_LIMITS
    ) -> Execution:
        """Run the interpreter with `argv` in a fresh box that holds copies of `files` (relative paths).

        Thread-safe, blocks. Raises AppError(internal) where the sandbox itself does not work.
        """
        ...

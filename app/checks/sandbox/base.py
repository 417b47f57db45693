"""What the checks need of a sandbox: run files in a place that cannot touch this machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.domain.runs import Language


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
NEVER: Final = threading.Event()  # a stop that nobody asks for


@dataclass(frozen=True)
class Program:
    """What is run.

    files: content by relative path; all of them are in the box. entry: the file that is started; for java
    the one whose public class has `main`, for go any file of package main (all files of its folder belong
    to the program), for rust the crate's root. inline: source text to run in place of an entry; python and
    javascript only. arguments: the program's own. tests: run the language's own test runner on the entry
    instead (`go test`, `rustc --test`); go and rust only. lint: run nothing, let the toolchain tell what it
    finds odd (`javac -Xlint`, `go vet`, `rustc`); java, go and rust only, for go the module of the entry.
    """

    language: Language
    files: Mapping[str, bytes]
    entry: str = ""
    inline: str = ""
    arguments: tuple[str, ...] = ()
    tests: bool = False
    lint: bool = False


@dataclass(frozen=True)
class Execution:
    """What became of one program.

    exit_code: the program's own, or the compiler's, or -1 where it did not end by itself.
    built: False where it could not be compiled; stderr then holds what the compiler says.
    stdout / stderr: decoded as UTF-8, undecodable bytes replaced, cut at the limit.
    ms: wall time of the run in milliseconds. build_ms: of the compiler; 0 where what it made was kept.
    timed_out / output_cut / memory_hit / disk_hit: which bound of the limits was met. memory_hit is an
        estimate: memory was nearly full, or the program ended with a MemoryError.
    stopped: ended because the caller asked for it.
    """

    exit_code: int
    stdout: str
    stderr: str
    ms: int
    timed_out: bool = False
    output_cut: bool = False
    memory_hit: bool = False
    disk_hit: bool = False
    built: bool = True
    build_ms: int = 0
    stopped: bool = False

    @property
    def ending(self) -> str:
        """How it ended, in words that complete "the program ..."."""
        ends = {
            "was stopped": self.stopped,
            "could not be compiled": not self.built,
            f"did not end within {self.ms / 1000:.0f} s": self.timed_out,
            "printed more than is allowed": self.output_cut,
            "wrote more files than is allowed": self.disk_hit,
            "used more memory than is allowed": self.memory_hit,
        }
        by_itself = f"ended by itself (exit code {self.exit_code})"
        return next((words for words, happened in ends.items() if happened), by_itself)


@dataclass(frozen=True)
class Probe:
    """Whether a sandbox can work here.

    detail: its version, or what is missing and what to do. languages: those it can run here. missing: what
    keeps it from running further ones, as clauses.
    """

    available: bool
    detail: str
    languages: frozenset[Language] = frozenset()
    missing: Mapping[Language, str] = field(default_factory=dict[Language, str])


class Executor(Protocol):
    """Runs programs without network, host files, other processes or the environment."""

    @property
    def name(self) -> str:
        """Short and stable: "wasmtime-python", "wasmtime-javascript", "bubblewrap", "docker", "podman"."""
        ...

    def probe(self) -> Probe:
        """Quick after the first time: looks for its parts and, where cheap, tries them."""
        ...

    def suits(self, program: Program) -> bool:
        """Whether it has what the program asks for by name, e.g. threads or a module of Node.js.

        A preference only: a program that does not suit is run all the same where there is nothing else.
        """
        ...

    def warm_up(self) -> None:
        """Do what is slow once, so that the first `run` is quick. Thread-safe, may take a minute."""
        ...

    def run(
        self, program: Program, limits: Limits = DEFAULT_LIMITS, stop: threading.Event = NEVER
    ) -> Execution:
        """Run the program in a fresh box that holds copies of its files; blocks, thread-safe.

        stop: once set, everything is killed and the execution is `stopped`. The limits hold for the run, or
        for linting; a compiler gets bounds of its own. Raises AppError(internal) where the sandbox itself
        does not work.
        """
        ...


class Sandboxes(Protocol):
    """All executors of this machine, in order of preference; `app/checks/sandbox/choice.py` has them."""

    @property
    def executors(self) -> Sequence[Executor]:
        """All of them, also those that cannot work here."""
        ...

    def choose(self, language: Language, program: Program | None = None) -> Executor | None:
        """The first that can run the language here, and the program where one is given if any suits it.

        None: it is scanned and parsed, but not executed.
        """
        ...

    def why_not(self, language: Language) -> str:
        """Why `choose` gave None, with what to install, as a clause: "java is not executed here: ..."."""
        ...

    def describe(self, executor: Executor) -> str:
        """What stands on the proof card, e.g. "wasmtime 50.0.0, CPython 3.12 (WASI)"."""
        ...

    def warm_up(self) -> None:
        """Warm up every executor that is available; meant for a thread in the background."""
        ...

"""Compiles and runs programs with real toolchains, each step in a cell of its own.

A cell is how one kind of sandbox runs one command, e.g. bubblewrap. The compiler and the program never
share one: what the compiler made is read back as plain bytes and given to the program read-only.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from app.checks.sandbox import recipes
from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER, Execution, Limits, Probe, Program
from app.checks.sandbox.builds import Builds, Files, key_of
from app.checks.sandbox.process import Ended
from app.checks.sandbox.recipes import Step
from app.domain.runs import Language

# What a compiler may use. Compilers are not the user's program: only their time is felt.
BUILD_LIMITS: Final = Limits(seconds=120, memory_mb=3072, output_bytes=256 << 10, disk_mb=512, entries=20_000)
BUILD_PROCESSES: Final = 256
PROCESSES: Final = 64
_OUT_OF_MEMORY: Final = (
    *(
        "MemoryError",
        "OutOfMemoryError",
        "heap out of memory",
        "out of memory",
        "Array buffer allocation failed",
    ),
    *("memory allocation of", "cannot allocate memory", "Cannot allocate memory"),
)
_NO_FILES: Final[Files] = {}


@dataclass(frozen=True)
class Task:
    """One command in a cell.

    files: what is in /box at first. built: what is in /built, read-only. makes: it fills /built instead.
    limits: memory_mb is that of the command, without what the language itself needs (extra_mb).
    """

    language: Language
    step: Step
    files: Files
    limits: Limits
    processes: int
    built: Files = field(default_factory=lambda: _NO_FILES)
    makes: bool = False


@dataclass(frozen=True)
class Done:
    """How it ended, and what a task that makes something left in /built; nothing where it failed."""

    ended: Ended
    made: Files


class Cell(Protocol):
    """Runs commands where they reach nothing; see `Executor`."""

    @property
    def name(self) -> str: ...
    def probe(self) -> Probe: ...
    def version(self, language: Language) -> str:
        """Of the toolchain; what was compiled by another version is not used."""
        ...

    def warm_up(self) -> None: ...
    def run(self, task: Task, stop: threading.Event) -> Done:
        """Raises AppError(internal) where the cell itself does not work."""
        ...


class Native:
    """The executor around a cell; see `Executor`. folder: for what compilers made."""

    def __init__(self, cell: Cell, folder: Path) -> None:
        self._cell = cell
        self._builds = Builds(folder / "builds")

    @property
    def name(self) -> str:
        """The cell's."""
        return self._cell.name

    def probe(self) -> Probe:
        """See `Executor`."""
        return self._cell.probe()

    def suits(self, program: Program) -> bool:
        """See `Executor`; a real toolchain has everything but other people's packages."""
        return program.language in self.probe().languages

    def warm_up(self) -> None:
        """See `Executor`."""
        self._cell.warm_up()

    def run(
        self, program: Program, limits: Limits = DEFAULT_LIMITS, stop: threading.Event = NEVER
    ) -> Execution:
        """Compile where needed, then run; see `Executor`."""
        built, build_ms = _NO_FILES, 0
        version = self._cell.version(program.language)
        if program.lint:
            linted = self._compiler(program, recipes.lint_step(program, version), limits, stop)
            return _execution(linted.ended, build_ms)
        if step := recipes.build_step(program, version):
            key = key_of(program, step.command, f"{self.name} {version}")
            kept = self._builds.get(key)
            if kept is None:
                done = self._compiler(program, step, BUILD_LIMITS, stop)
                build_ms = round(done.ended.seconds * 1000)
                if not done.made:
                    return _not_built(done.ended, build_ms)
                self._builds.keep(key, kept := done.made)
            built = kept
        step = recipes.run_step(program, limits.memory_mb)
        files = {**program.files, **step.files}
        task = Task(program.language, step, files, limits, PROCESSES, built)
        return _execution(self._cell.run(task, stop).ended, build_ms)

    def _compiler(self, program: Program, step: Step, limits: Limits, stop: threading.Event) -> Done:
        files = {**program.files, **step.files}
        return self._cell.run(Task(program.language, step, files, limits, BUILD_PROCESSES, makes=True), stop)


def _not_built(ended: Ended, build_ms: int) -> Execution:
    text = "\n".join(
        part for part in (ended.error_text, ended.out.decode("utf-8", "replace")) if part.strip()
    )
    if ended.reason == "late":
        text += f"\nThe compiler did not end within {BUILD_LIMITS.seconds:.0f} s."
    return Execution(
        exit_code=-1 if ended.reason else ended.code,
        stdout="",
        stderr=text or "The compiler made nothing of it.",
        ms=0,
        built=False,
        build_ms=build_ms,
        stopped=ended.reason == "stopped",
    )


def _execution(ended: Ended, build_ms: int) -> Execution:
    stderr = ended.error_text
    code = -1 if ended.reason else ended.code
    return Execution(
        exit_code=code,
        stdout=ended.out.decode("utf-8", "replace"),
        stderr=stderr,
        ms=round(ended.seconds * 1000),
        timed_out=ended.reason == "late" or code in _ended_by(("SIGXCPU",)),
        output_cut=ended.reason == "output",
        memory_hit=ended.reason == "memory" or (code != 0 and any(t in stderr for t in _OUT_OF_MEMORY)),
        disk_hit=ended.reason == "disk" or code in _ended_by(("SIGXFSZ",)),
        build_ms=build_ms,
        stopped=ended.reason == "stopped",
    )


def _ended_by(names: Sequence[str]) -> list[int]:
    """The exit codes by which a cell tells that a signal ended the program."""
    return [128 + getattr(signal, name) for name in names if hasattr(signal, name)]

"""Lints the compiled languages with what their own toolchains know, in the sandbox that compiles them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.checks.harness.testing import lacks, own_tests
from app.checks.languages import language_of, parse
from app.checks.lint.javac import Javac
from app.checks.lint.outcome import linted, not_linted
from app.checks.lint.rustc import Rustc
from app.checks.lint.tool import failed
from app.checks.lint.toolchain import Job, Told, ToolchainLinter, report
from app.checks.lint.vet import GoVet
from app.checks.pipeline import Subject
from app.checks.sandbox.base import Executor, Limits, Program, Sandboxes
from app.checks.sandbox.native import BUILD_LIMITS
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, Finding
from app.errors import AppError, ErrorKind

NAME: Final = "compiled lint"
LINTERS: Final[tuple[ToolchainLinter, ...]] = (Javac(), GoVet(), Rustc())
LANGUAGES: Final = frozenset(linter.language for linter in LINTERS)
# A compiler's, but told of in less time and at more length.
LIMITS: Final = replace(BUILD_LIMITS, seconds=60, output_bytes=4 << 20)


class CompiledLintCheck:
    """Java, Go and Rust. It runs nothing of the code, yet counts as executing: compilers take their time,
    read what the code names, and belong in a sandbox.

    No result where no file is of these languages. Fails where one of the findings is a bug.
    data: {"skipped": {path: why}}. metrics: {"compiled_lint": number of findings}.
    """

    name = NAME
    required = False
    needs = ()
    executes = True
    edition = "1"  # toolchains are looked for once, so they cannot change under a pipeline

    def __init__(self, sandboxes: Sandboxes, limits: Limits = LIMITS) -> None:
        self._sandboxes = sandboxes
        self._limits = limits

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where a tool fails or takes too long."""
        start = time.monotonic()
        found: list[Finding] = []
        skipped: dict[str, str] = {}
        used: list[Executor] = []
        for linter in LINTERS:
            own = [f for f in subject.artifact.files if language_of(f.path) == linter.language]
            program = Program(linter.language, _contents(subject.artifact.files))
            executor = self._sandboxes.choose(linter.language, program) if own else None
            if why := self._why_none(linter, own, executor):
                skipped |= dict.fromkeys((f.path for f in own), why)
            elif executor:
                told = self._told(linter, subject.artifact, executor, stop)
                found += told.findings
                skipped |= told.skipped
                used.append(executor)
        return self._results(subject, found, skipped, used, start)

    def _results(
        self,
        subject: Subject,
        found: Sequence[Finding],
        skipped: dict[str, str],
        used: Sequence[Executor],
        start: float,
    ) -> list[CheckResult]:
        ours = [f.path for f in subject.artifact.files if language_of(f.path) in LANGUAGES]
        if not ours:
            return []
        if all(path in skipped for path in ours):
            return [not_linted(NAME, skipped)]
        others = [f.path for f in subject.artifact.files if f.path not in ours]
        skipped |= dict.fromkeys(others, "not one of the languages linted here")
        sandbox = "; ".join(dict.fromkeys(self._sandboxes.describe(executor) for executor in used))
        return [linted(NAME, found, skipped, start, sandbox)]

    def _why_none(self, linter: ToolchainLinter, own: Sequence[SourceFile], executor: Executor | None) -> str:
        """Why no file of a language is linted; empty where some are, or none is there."""
        if not own:
            return ""
        broken = next((f.path for f in own if parse(f.content, linter.language).has_error), "")
        if broken:
            return f"{broken} cannot be parsed"
        return "" if executor else self._sandboxes.why_not(linter.language)

    def _told(
        self, linter: ToolchainLinter, artifact: Artifact, executor: Executor, stop: threading.Event
    ) -> Told:
        tests = own_tests(artifact, linter.language)
        found: list[Finding] = []
        skipped = {f.path: why for f in tests if (why := lacks(f, linter.language))}
        files = [f for f in artifact.files if f.path not in skipped]
        own = [f for f in files if language_of(f.path) == linter.language]
        for job in linter.jobs(own, _contents(files)) if own else ():
            told = self._run(linter, job, executor, stop)
            found += told.findings
            skipped |= told.skipped
        return Told(found, skipped)

    def _run(self, linter: ToolchainLinter, job: Job, executor: Executor, stop: threading.Event) -> Told:
        execution = executor.run(job.program, self._limits, stop)
        if execution.stopped:
            raise AppError(ErrorKind.CANCELLED, f"{linter.tool} was stopped.")
        if execution.exit_code < 0:
            raise AppError(ErrorKind.INTERNAL, f"{linter.tool} {execution.ending}.")
        told = linter.read(job, execution)
        if told is None:
            raise failed(linter.tool, execution.exit_code, report(execution))
        return told


def _contents(files: Sequence[SourceFile]) -> dict[str, bytes]:
    return {f.path: f.content.encode() for f in files}

"""What the compiled lint check needs of a toolchain's linter: what to run, and how to read its report.

The sandboxes know the commands (`recipes.py`). A report may come on either stream: some write to standard
error, and a container has both in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.checks.sandbox.base import Execution, Program
from app.checks.sandbox.recipes import BOX
from app.domain.artifacts import SourceFile
from app.domain.findings import Finding
from app.domain.runs import Language


@dataclass(frozen=True)
class Job:
    """One run of the tool. files: those of its language that it is to look at."""

    program: Program
    files: Sequence[SourceFile]

    @property
    def paths(self) -> frozenset[str]:
        """Of the files."""
        return frozenset(f.path for f in self.files)


@dataclass(frozen=True)
class Told:
    """What a report says. skipped: files that the tool did not look at, and why."""

    findings: Sequence[Finding] = ()
    skipped: Mapping[str, str] = field(default_factory=dict[str, str])


class ToolchainLinter(Protocol):
    """A tool that comes with a language's compiler. It needs the whole program, and code that compiles."""

    @property
    def language(self) -> Language: ...
    @property
    def tool(self) -> str:
        """Its name for people."""
        ...

    def jobs(self, files: Sequence[SourceFile], contents: Mapping[str, bytes]) -> Sequence[Job]:
        """What to run for `files`, at least one. contents: of all files there are, by path."""
        ...

    def read(self, job: Job, execution: Execution) -> Told | None:
        """What the report says; None where it is none, so that the tool itself failed."""
        ...


def report(execution: Execution) -> str:
    """All that was printed."""
    return f"{execution.stdout}\n{execution.stderr}"


def in_artifact(path: str) -> str:
    """The path that a tool names, as the artifact has it."""
    return path.removeprefix(f"{BOX}/").removeprefix("./")


def not_compiled(job: Job, why: str) -> Told:
    """For code with errors, which the examples and tests report: a linter has little to say about it."""
    return Told(skipped=dict.fromkeys(sorted(job.paths), f"it does not compile by itself: {why}"))

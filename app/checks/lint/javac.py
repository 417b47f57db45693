"""Lints Java with the compiler's own warnings.

Its plain format is read, as build tools do: the raw one is an internal option and names no folders, and
neither that nor the compiler's API tells the name of the option that a warning belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.checks.lint.toolchain import Job, Told, in_artifact, not_compiled, report
from app.checks.sandbox.base import Execution, Program
from app.domain.artifacts import SourceFile
from app.domain.findings import Finding, Severity
from app.domain.runs import Language

MESSAGE: Final = re.compile(
    r"^(?P<path>\S.*?\.java):(?P<line>\d+): (?P<kind>error|warning): (?:\[(?P<rule>[\w-]+)\] )?(?P<text>.+)$",
    re.MULTILINE,
)
# Code that fails, or does something else than it says, once it is reached.
BUGS: Final = frozenset({"divzero", "empty", "finally"})
# A matter of taste, or of how the compiler was called.
IGNORED: Final = frozenset({"classfile", "options", "path", "processing", "serial", "this-escape"})
EXIT_CODES: Final = (0, 1)  # compiled, errors in the code


class Javac:
    """See `ToolchainLinter`. `@SuppressWarnings` counts: it is a part of the language, not a comment."""

    language: Language = "java"
    tool = "javac"

    def jobs(self, files: Sequence[SourceFile], contents: Mapping[str, bytes]) -> Sequence[Job]:
        """See `ToolchainLinter`."""
        return [Job(Program("java", contents, lint=True), files)]

    def read(self, job: Job, execution: Execution) -> Told | None:
        """See `ToolchainLinter`."""
        if execution.exit_code not in EXIT_CODES:
            return None
        told = [m for m in MESSAGE.finditer(report(execution)) if in_artifact(m["path"]) in job.paths]
        error = next((m for m in told if m["kind"] == "error"), None)
        if error:
            return not_compiled(job, f"{in_artifact(error['path'])}:{error['line']}: {error['text']}")
        return (
            Told([_finding(m) for m in told if m["rule"] not in IGNORED]) if not execution.exit_code else None
        )


def _finding(message: re.Match[str]) -> Finding:
    rule = message["rule"] or "warning"
    return Finding(
        rule=f"javac:{rule}",
        severity=Severity.MAJOR if rule in BUGS else Severity.MINOR,
        source="javac",
        path=in_artifact(message["path"]),
        line=int(message["line"]),
        text=message["text"],
    )

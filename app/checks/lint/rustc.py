"""Lints Rust with the compiler's warnings, and Clippy's where it is installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.checks.harness.rust import rust_root
from app.checks.lint.toolchain import Job, Told, in_artifact, not_compiled, report
from app.checks.sandbox.base import Execution, Program
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import Finding, Severity
from app.domain.runs import Language

ERROR_CODE: Final = re.compile(r"E\d{4}")
# The compiler's list of the files that it has read: a line for each.
READ: Final = re.compile(r"^(/.*\.rs):$", re.MULTILINE)
BUGS: Final = frozenset({"unconditional_recursion"})  # beside all that is an error unless allowed
EXIT_CODES: Final = (0, 1)  # compiled, errors
LINK: Final = "for further information"

Message = Mapping[str, Any]


class Rustc:
    """See `ToolchainLinter`. `#[allow]` counts: it is a part of the language, not a comment."""

    language: Language = "rust"
    tool = "rustc"

    def jobs(self, files: Sequence[SourceFile], contents: Mapping[str, bytes]) -> Sequence[Job]:
        """See `ToolchainLinter`."""
        return [Job(Program("rust", contents, rust_root(Artifact.of(files)), lint=True), files)]

    def read(self, job: Job, execution: Execution) -> Told | None:
        """See `ToolchainLinter`."""
        text = report(execution)
        placed = [(m, place) for m in _messages(text) if (place := _place(m, job))]
        error = next(((m, place) for m, place in placed if not _rule(m)), None)
        if error:
            return not_compiled(job, f"{error[1][0]}:{error[1][1]}: {error[0]['message']}")
        failed = any(m["level"] == "error" for m, _ in placed)
        if execution.exit_code not in EXIT_CODES or (execution.exit_code and not failed):
            return None
        seen = {in_artifact(path.replace("\\ ", " ")) for path in READ.findall(text)}
        outside = f"not a part of the crate with the root {job.program.entry}"
        skipped = dict.fromkeys(sorted(job.paths - seen) if seen else (), outside)
        return Told([_finding(m, *place) for m, place in placed], skipped)


def _messages(text: str) -> Iterator[Message]:
    """Warnings and errors that are about a place in the code."""
    for line in text.splitlines():
        if line.startswith("{"):
            message = json.loads(line)
            if message.get("level") in ("warning", "error") and message["spans"]:
                yield message


def _rule(message: Message) -> str:
    """The lint; empty for an error of the language, which has a number or nothing."""
    code: str = message["code"]["code"] if message["code"] else ""
    if message["level"] == "warning":
        return code or "warning"
    return "" if ERROR_CODE.fullmatch(code) else code


def _place(message: Message, job: Job) -> tuple[str, int] | None:
    """File and line in the artifact; for what a macro makes, where it is used."""
    span: Message | None = next((s for s in message["spans"] if s["is_primary"]), None)
    while span:
        path = in_artifact(str(span["file_name"]))
        if path in job.paths:
            return path, int(span["line_start"])
        span = span["expansion"]["span"] if span["expansion"] else None
    return None


def _finding(message: Message, path: str, line: int) -> Finding:
    rule = _rule(message)
    bug = message["level"] == "error" or rule in BUGS
    tool, _, name = rule.rpartition("::")
    return Finding(
        rule=f"{tool or 'rustc'}:{name}",
        severity=Severity.MAJOR if bug else Severity.MINOR,
        source=tool or "rustc",
        path=path,
        line=line,
        text=message["message"],
        fix=next((h for h in _helps(message) if not h.startswith(LINK)), ""),
    )


def _helps(message: Message) -> Iterator[str]:
    """How to mend it, with what to write instead where that is told and short."""
    for child in message["children"]:
        if child["level"] == "help":
            instead = next((str(s["suggested_replacement"] or "") for s in child["spans"]), "").strip()
            short = instead and "\n" not in instead
            yield f"{child['message']}: {instead}" if short else child["message"]

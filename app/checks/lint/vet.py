"""Lints Go with `go vet`, and tells which files are not written as gofmt writes them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from app.checks.lint.toolchain import Job, Told, in_artifact, not_compiled, report
from app.checks.sandbox.base import Execution, Program
from app.checks.sandbox.recipes import module_folder
from app.domain.artifacts import SourceFile
from app.domain.findings import Finding, Severity
from app.domain.runs import Language

# One object for each package: {package: {analyzer: [{"posn": "file:line:column", "message": text}]}}
OBJECT: Final = re.compile(r"^\{(?:\}$|.*?^\}$)", re.MULTILINE | re.DOTALL)
ERROR: Final = re.compile(
    r"^(?:vet: )?(\S.*?\.go:\d+:\d+: .+)$|^(?:go|package|pattern)\b.*?: (.+)$", re.MULTILINE
)
# Those that `go test` itself fails for: "a high-confidence subset".
BUGS: Final = frozenset(
    {
        *("atomic", "bool", "bools", "buildtag", "directive", "errorsas", "ifaceassert", "nilfunc", "printf"),
        *("stringintconv", "tests"),
    }
)

Entry = Mapping[str, str]


class GoVet:
    """See `ToolchainLinter`. A job for each module, which for most artifacts is the only one."""

    language: Language = "go"
    tool = "go vet"

    def jobs(self, files: Sequence[SourceFile], contents: Mapping[str, bytes]) -> Sequence[Job]:
        """See `ToolchainLinter`."""
        modules: dict[str | None, list[SourceFile]] = {}
        for file in files:
            modules.setdefault(module_folder(file.path, contents), []).append(file)
        return [Job(Program("go", contents, own[0].path, lint=True), own) for own in modules.values()]

    def read(self, job: Job, execution: Execution) -> Told | None:
        """See `ToolchainLinter`; vet prints its findings and ends with 0 nevertheless."""
        text = report(execution)
        folder = module_folder(job.program.entry, job.program.files) or ""
        if execution.exit_code:
            error = ERROR.search(OBJECT.sub("", text))
            return not_compiled(job, in_artifact(error[1] or error[2])) if error else None
        found = [f for f in (*_vetted(text, folder), *_unformatted(text, folder)) if f.path in job.paths]
        # A package is vetted by itself and once more with its tests.
        return Told(list({(f.id, f.line): f for f in found}.values()))


def _vetted(text: str, folder: str) -> Iterator[Finding]:
    for found in OBJECT.findall(text):
        packages: Mapping[str, Mapping[str, Any]] = json.loads(found)
        for analyzers in packages.values():
            for analyzer, entries in analyzers.items():
                # Else it is the error of an analyzer that could not do its work.
                listed = cast("list[Entry]", entries) if isinstance(entries, list) else []
                yield from (_finding(analyzer, entry, folder) for entry in listed)


def _finding(analyzer: str, entry: Entry, folder: str) -> Finding:
    path, line, _ = entry["posn"].rsplit(":", 2)
    return Finding(
        rule=f"vet:{analyzer}",
        severity=Severity.MAJOR if analyzer in BUGS else Severity.MINOR,
        source="go vet",
        path=_place(path, folder),
        line=int(line),
        text=entry["message"],
    )


def _unformatted(text: str, folder: str) -> Iterator[Finding]:
    """One file a line is all that gofmt names."""
    for name in OBJECT.sub("", text).splitlines():
        yield Finding(
            rule="gofmt",
            severity=Severity.INFO,
            source="gofmt",
            path=_place(name, folder),
            text="not formatted as gofmt does it",
            fix="gofmt -w",
        )


def _place(path: str, folder: str) -> str:
    """Tools name files as they are in the box, or from their module's folder on."""
    return in_artifact(path) if path.startswith("/") else posixpath.join(folder, in_artifact(path))

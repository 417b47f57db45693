"""The lint check: what a linter finds never keeps a version from passing, but it is something to mend."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.checks.languages import language_of, parse
from app.checks.lint.oxlint import Oxlint
from app.checks.lint.ruff import Ruff
from app.checks.lint.tool import Linter
from app.checks.pipeline import Subject
from app.domain.artifacts import SourceFile
from app.domain.findings import CheckResult, CheckStatus, Finding, Severity
from app.domain.runs import Language

NAME: Final = "lint"
SHOWN: Final = 5
LINTERS: Final[tuple[Linter, ...]] = (Ruff(), Oxlint())
# No linter of these comes as a package that set-up could install.
NEEDS: Final[dict[Language, str]] = {
    "java": "no linter for java comes along; `javac -Xlint` of a JDK would do",
    "go": "no linter for go comes along; `go vet` of the Go tools would do",
    "rust": "no linter for rust comes along; `cargo clippy` would do",
}


class LintCheck:
    """Gives all files of a language to its linter at once; fails where one of the findings is a bug.

    data: {"skipped": {path: why}}. metrics: {"lint": number of findings}.
    """

    name = NAME
    required = False
    needs = ("syntax",)
    executes = False

    def __init__(self, linters: Sequence[Linter] = LINTERS) -> None:
        self._linters = {linter.language: linter for linter in linters}

    @property
    def edition(self) -> str:
        return "1, " + ", ".join(linter.edition for linter in self._linters.values())

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where a linter fails or takes too long."""
        start = time.monotonic()
        files = subject.artifact.files
        skipped = {f.path: why for f in files if (why := self._why_not(f))}
        linted = [f for f in files if f.path not in skipped]
        if not linted:
            why = "; ".join(dict.fromkeys(skipped.values())) or "there is no file"
            return [
                CheckResult(
                    name=NAME,
                    status=CheckStatus.SKIPPED,
                    required=False,
                    reason=why,
                    data={"skipped": skipped},
                )
            ]
        found = self._lint(linted, stop)
        bugs = [f for f in found if f.severity is Severity.MAJOR]
        return [
            CheckResult(
                name=NAME,
                status=CheckStatus.FAIL if bugs else CheckStatus.PASS,
                required=False,
                ms=round((time.monotonic() - start) * 1000),
                evidence="\n".join(f"{f.path}:{f.line}: {f.text} [{f.rule}]" for f in bugs[:SHOWN]),
                findings=tuple(found),
                metrics={NAME: len(found)},
                data={"skipped": skipped},
            )
        ]

    def _why_not(self, file: SourceFile) -> str:
        """Why a file is not linted; empty where it is."""
        language = language_of(file.path)
        if language is None:
            return "not one of the languages linted here"
        linter = self._linters.get(language)
        if linter is None:
            return NEEDS[language]
        if parse(file.content, language).has_error:
            return "cannot be parsed"
        return linter.missing()

    def _lint(self, files: Sequence[SourceFile], stop: threading.Event) -> list[Finding]:
        found: list[Finding] = []
        for language, linter in self._linters.items():
            own = [f for f in files if language_of(f.path) == language]
            if own:
                with TemporaryDirectory(prefix="roundtable-lint-") as folder:
                    _write(own, Path(folder))
                    found += linter.lint(own, Path(folder), stop)
        return sorted(found, key=lambda f: (f.path, f.line or 0, f.rule))


def _write(files: Sequence[SourceFile], folder: Path) -> None:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content.encode())

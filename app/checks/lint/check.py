"""The lint check: what a linter finds never keeps a version from passing, but it is something to mend."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.checks.languages import language_of, parse
from app.checks.lint import compiled
from app.checks.lint.outcome import linted, not_linted
from app.checks.lint.oxlint import Oxlint
from app.checks.lint.ruff import Ruff
from app.checks.lint.tool import Linter
from app.checks.pipeline import Subject
from app.domain.artifacts import SourceFile
from app.domain.findings import CheckResult, Finding

NAME: Final = "lint"
LINTERS: Final[tuple[Linter, ...]] = (Ruff(), Oxlint())


class LintCheck:
    """Gives all files of a language to its linter at once; fails where one of the findings is a bug.

    No result where all files are of languages that `CompiledLintCheck` looks at.
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
        return "2, " + ", ".join(linter.edition for linter in self._linters.values())

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where a linter fails or takes too long."""
        start = time.monotonic()
        files = subject.artifact.files
        if files and all(language_of(f.path) in compiled.LANGUAGES for f in files):
            return []
        skipped = {f.path: why for f in files if (why := self._why_not(f))}
        ours = [f for f in files if f.path not in skipped]
        if not ours:
            return [not_linted(NAME, skipped)]
        return [linted(NAME, self._lint(ours, stop), skipped, start)]

    def _why_not(self, file: SourceFile) -> str:
        """Why a file is not linted; empty where it is."""
        language = language_of(file.path)
        if language in compiled.LANGUAGES:
            return f"see {compiled.NAME}"
        linter = self._linters.get(language) if language else None
        if language is None or linter is None:
            return "not one of the languages linted here"
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
        return found


def _write(files: Sequence[SourceFile], folder: Path) -> None:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content.encode())

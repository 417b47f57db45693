"""The security check: what the scan found in the files of a version."""

from __future__ import annotations

import threading
import time
from typing import Final

from app.checks.pipeline import BROKEN, Subject
from app.checks.security.scanner import FileScan, SecurityScanner
from app.domain.findings import CheckResult, CheckStatus, Finding, Level, Severity
from app.program import PROGRAM

NAME: Final = "security"
ASKS: Final = {Level.BLOCK, Level.ASK}
SHOWN: Final = 20


class SecurityCheck:
    """Fails where a file is blocked or has to be asked about, and while the scanner cannot be relied on."""

    name = NAME
    required = True
    needs = ()
    executes = False

    def __init__(self, scanner: SecurityScanner) -> None:
        self.scanner = scanner

    @property
    def edition(self) -> str:
        """See `Check`."""
        return self.scanner.edition

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing may be approved on the word of this check; empty where all engines proved themselves.

        Loads the scanner; raises AppError(config) as `SecurityScanner.load` does.
        """
        return self.scanner.prove()

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. The user's test files are run as well, so they are scanned, too."""
        start = time.monotonic()
        problems = self.problems
        files = {file.path: file for file in (*subject.tests, *subject.artifact.files)}
        scans = self.scanner.scan_all(tuple(files.values()), stop)
        findings = [_disproved(problem) for problem in problems] + [
            f for scan in scans for f in scan.findings
        ]
        asked = [finding for finding in findings if finding.level in ASKS]
        return [
            CheckResult(
                name=NAME,
                status=CheckStatus.FAIL if asked else CheckStatus.PASS,
                ms=round((time.monotonic() - start) * 1000),
                evidence=_evidence(asked),
                findings=tuple(findings),
                data=self._data(scans) | ({BROKEN: True} if problems else {}),
            )
        ]

    def _data(self, scans: list[FileScan]) -> dict[str, object]:
        return {
            "levels": {scan.path: scan.level.value for scan in scans},
            "capabilities": sorted({name for scan in scans for name in scan.capabilities}),
            "engines": self.scanner.versions,
        }


def _disproved(problem: str) -> Finding:
    return Finding(
        rule="scanner-not-proved",
        severity=Severity.BLOCKER,
        source=NAME,
        path="",
        text=f"The scanner cannot be relied on: {problem}",
        level=Level.ASK,
        fix=f"Install again, then run `{PROGRAM} doctor`.",
    )


def _evidence(asked: list[Finding]) -> str:
    lines = [f"{f.path}{f':{f.line}' if f.line else ''}: [{f.rule}] {f.text}" for f in asked[:SHOWN]]
    if len(asked) > SHOWN:
        lines.append(f"and {len(asked) - SHOWN} more")
    return "\n".join(lines)

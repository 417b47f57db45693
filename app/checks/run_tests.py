"""Runs test files: the user's, which count, and those that came with the code, which may only ask."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence

from app.checks.harness.testing import TestOutcome, own_tests, suite
from app.checks.pipeline import Subject
from app.checks.run_examples import chosen
from app.checks.sandbox.base import Execution, Limits, Sandboxes
from app.domain.artifacts import SourceFile
from app.domain.findings import CheckResult, CheckStatus, Finding, Severity

NAME = "tests"
OWN = "own tests"
TEST_LIMITS = Limits(seconds=30, memory_mb=512)  # test runners are larger than examples
SHOWN = 3
PRINTED = 4_000  # characters


class TestsCheck:
    """Runs tests.

    Gives a result "tests" (required) for the user's test files, and "own tests" (not required) for those in
    the artifact: who wrote the code wrote them, so they prove nothing, but one that fails asks.
    own_count: the artifact is the user's own, and so are the tests in it.
    """

    __test__ = False  # pytest takes classes so called for tests

    name = NAME
    required = True
    needs = ("syntax",)
    executes = True
    edition = "2"

    def __init__(
        self, sandboxes: Sandboxes, limits: Limits = TEST_LIMITS, *, own_count: bool = False
    ) -> None:
        self._sandboxes = sandboxes
        self._limits = limits
        self._own_count = own_count

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where the sandbox does not work."""
        own = own_tests(subject.artifact, subject.language)
        given = [*subject.tests, *(own if self._own_count else [])]
        if not given:
            results = [_skipped("no test file was given", required=True)]
        else:
            results = [self._result(subject, given, stop, required=True)]
        if own and not self._own_count:
            results.append(self._result(subject, own, stop, required=False))
        return results

    def _result(
        self, subject: Subject, tests: Sequence[SourceFile], stop: threading.Event, *, required: bool
    ) -> CheckResult:
        executor = chosen(self._sandboxes, subject)
        if executor is None:
            return _skipped(self._sandboxes.why_not(subject.language), required=required)
        nonce = secrets.token_hex(16)
        planned = suite(subject.artifact, tests, subject.language, nonce)
        if isinstance(planned, str):
            return _skipped(planned, required=required)
        start = time.monotonic()
        execution = executor.run(planned.program, self._limits, stop)
        outcomes = list(planned.read(execution)) if execution.built else [_not_built(execution)]
        if not outcomes:
            return _skipped("no test was found in the test files", required=required)
        ms = round((time.monotonic() - start) * 1000)
        result = _told(outcomes, ms, self._sandboxes.describe(executor), required=required)
        return result.model_copy(update={"data": {**result.data, **_printed(execution, nonce)}})


def _printed(execution: Execution, nonce: str) -> dict[str, str]:
    """The end of what the tests printed, without the lines of the report."""
    lines = [line for line in execution.stdout.splitlines() if not line.startswith(nonce)]
    return {"printed": "\n".join(lines).strip()[-PRINTED:], "stderr": execution.stderr.strip()[-PRINTED:]}


def _not_built(execution: Execution) -> TestOutcome:
    said = execution.stderr.strip()[:500]
    return TestOutcome(
        "the test run", ok=False, error=execution.ending, evidence=f"the tests could not be compiled:\n{said}"
    )


def _skipped(reason: str, *, required: bool) -> CheckResult:
    name = NAME if required else OWN
    return CheckResult(name=name, status=CheckStatus.SKIPPED, required=required, reason=reason)


def _told(outcomes: Sequence[TestOutcome], ms: int, sandbox: str, *, required: bool) -> CheckResult:
    failed = [o for o in outcomes if not o.ok]
    return CheckResult(
        name=NAME if required else OWN,
        status=CheckStatus.FAIL if failed else CheckStatus.PASS,
        required=required,
        ms=ms,
        evidence="\n".join(o.evidence for o in _telling(failed)[:SHOWN]),
        findings=tuple(_finding(o, required=required) for o in failed),
        sandbox=sandbox,
        executed=len(outcomes),
        passed=len(outcomes) - len(failed),
        data={
            "tests": [
                {"name": o.name, "ok": o.ok, "error": o.error, "evidence": o.evidence} for o in outcomes
            ]
        },
    )


def _telling(failed: Sequence[TestOutcome]) -> list[TestOutcome]:
    """One of each kind of error first, then the others."""
    first = {o.error.partition(":")[0]: o for o in reversed(failed)}
    distinct = [o for o in failed if o in first.values()]
    return distinct + [o for o in failed if o not in distinct]


def _finding(outcome: TestOutcome, *, required: bool) -> Finding:
    severity = Severity.BLOCKER if required else Severity.MAJOR
    return Finding(rule="test", severity=severity, source=NAME, path="", text=f"fails: {outcome.name}")

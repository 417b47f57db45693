"""The check that matters most: runs the examples in the sandbox and compares what they gave."""

from __future__ import annotations

import time
from collections.abc import Sequence

from app.checks.examination import Examination, Outcome
from app.checks.examples import Example
from app.checks.pipeline import Subject
from app.checks.sandbox.base import DEFAULT_LIMITS, Executor, Limits
from app.domain.findings import CheckResult, CheckStatus, Finding, Severity

NAME = "examples"
PROPOSED = "proposed examples"
BUDGET_SECONDS = 60.0
SHOWN = 5


class ExamplesCheck:
    """Runs examples of Python artifacts.

    Gives a result "examples" (required) for those of the user and of the requirements, and "proposed
    examples" (not required: agents' examples are wrong about as often as the code) where there are any.
    """

    name = NAME
    required = True
    needs = ("syntax",)

    def __init__(
        self,
        executor: Executor,
        limits: Limits = DEFAULT_LIMITS,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._executor = executor
        self._limits = limits
        self._budget = budget

    def run(self, subject: Subject) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where the sandbox does not work."""
        wanted = [*subject.examples, *subject.proposed]
        reason = "" if wanted else "no example was given"
        if wanted and subject.language != "python":
            reason = f"{subject.language} is not executed here yet"
        if reason:
            return [CheckResult(name=NAME, status=CheckStatus.SKIPPED, reason=reason)]
        start = time.monotonic()
        examination = Examination(subject.artifact, wanted, self._limits)
        outcomes = examination.run(self._executor, self._budget)
        ms = round((time.monotonic() - start) * 1000)
        count = len(subject.examples)
        return _results(outcomes[:count], outcomes[count:], examination.times, ms)


def _results(
    given: Sequence[Outcome],
    proposed: Sequence[Outcome],
    times: Sequence[float],
    ms: int,
) -> list[CheckResult]:
    if not given:
        none = CheckResult(name=NAME, status=CheckStatus.SKIPPED, reason="no example was given")
        return [none, _result(PROPOSED, proposed, times, ms, required=False)]
    results = [_result(NAME, given, times[: len(given)], ms, required=True)]
    if proposed:
        results.append(_result(PROPOSED, proposed, (), ms, required=False))
    return results


def _result(
    name: str,
    outcomes: Sequence[Outcome],
    times: Sequence[float],
    ms: int,
    *,
    required: bool,
) -> CheckResult:
    failed = [o for o in outcomes if not o.ok and not o.not_run]
    not_run = next((o.not_run for o in outcomes if o.not_run), "")
    status = CheckStatus.FAIL if failed else CheckStatus.SKIPPED if not_run else CheckStatus.PASS
    ran = [] if status is CheckStatus.SKIPPED else [o for o in outcomes if not o.not_run]
    return CheckResult(
        name=name,
        status=status,
        required=required,
        ms=ms,
        reason=not_run if status is CheckStatus.SKIPPED else "",
        evidence="\n".join(o.evidence for o in failed[:SHOWN]),
        findings=tuple(_finding(o.example) for o in failed),
        executed=len(ran),
        passed=sum(o.ok for o in ran),
        metrics={"example_ms": round(sum(times), 3)} if times and status is CheckStatus.PASS else {},
        data={"examples": [_entry(o) for o in outcomes]},
    )


def _finding(example: Example) -> Finding:
    """Its text does not tell what the example gave, so that it keeps its id while the code changes."""
    source = "quality_checker" if example.origin == "proposed" else NAME
    severity = Severity.BLOCKER if example.origin == "user" else Severity.MAJOR
    text = f"does not hold: {example.text}"
    return Finding(rule="example", severity=severity, source=source, path="", text=text)


def _entry(outcome: Outcome) -> dict[str, object]:
    return {
        "text": outcome.example.text,
        "origin": outcome.example.origin,
        "ok": outcome.ok,
        "evidence": outcome.not_run or outcome.evidence,
    }

"""The check that matters most: runs the examples in the sandbox and compares what they gave."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from app.checks.examination import Examination
from app.checks.examples import Example
from app.checks.judge import Outcome
from app.checks.pipeline import Subject
from app.checks.sandbox.base import DEFAULT_LIMITS, Executor, Limits, Program, Sandboxes
from app.domain.findings import CheckResult, CheckStatus, Finding, Severity

NAME = "examples"
PROPOSED = "proposed examples"
NONE_GIVEN = "no example was given"
BUDGET_SECONDS = 60.0
SHOWN = 3  # distinct failures; more of the same would not help to mend the code


class ExamplesCheck:
    """Runs examples.

    Gives a result "examples" (required) for those of the user and of the requirements, and "proposed
    examples" (not required: agents' examples are wrong about as often as the code) where there are any.
    """

    name = NAME
    required = True
    needs = ("syntax",)
    executes = True
    edition = "3"

    def __init__(
        self,
        sandboxes: Sandboxes,
        limits: Limits = DEFAULT_LIMITS,
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._sandboxes = sandboxes
        self._limits = limits
        self._budget = budget

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where the sandbox does not work."""
        wanted = [*subject.examples, *subject.proposed]
        executor = chosen(self._sandboxes, subject) if wanted else None
        if executor is None:
            reason = self._sandboxes.why_not(subject.language) if wanted else NONE_GIVEN
            return [CheckResult(name=NAME, status=CheckStatus.SKIPPED, reason=reason)]
        start = time.monotonic()
        examination = Examination(subject.artifact, wanted, self._limits, subject.language)
        outcomes = examination.run(executor, self._budget, stop)
        shared = _Shared(
            round((time.monotonic() - start) * 1000), self._sandboxes.describe(executor), examination
        )
        return shared.results(outcomes[: len(subject.examples)], outcomes[len(subject.examples) :])


def chosen(sandboxes: Sandboxes, subject: Subject) -> Executor | None:
    """The sandbox that suits the code, whatever is put beside it to run it."""
    files = {f.path: f.content.encode() for f in (*subject.artifact.files, *subject.tests)}
    return sandboxes.choose(subject.language, Program(subject.language, files))


class _Shared:
    """What the results of one examination have in common."""

    def __init__(self, ms: int, sandbox: str, measured: Examination) -> None:
        self._ms = ms
        self._sandbox = sandbox
        self._measured = measured

    def results(self, given: Sequence[Outcome], proposed: Sequence[Outcome]) -> list[CheckResult]:
        if not given:
            none = CheckResult(name=NAME, status=CheckStatus.SKIPPED, reason=NONE_GIVEN)
            return [none, self._result(PROPOSED, proposed, required=False)]
        results = [self._result(NAME, given, required=True)]
        return results + ([self._result(PROPOSED, proposed, required=False)] if proposed else [])

    def _metrics(self) -> dict[str, float]:
        """Of all examples together; the first result carries them."""
        measured = self._measured
        peak = {} if measured.peak_kb is None else {"example_kb": measured.peak_kb}
        return {"example_ms": round(sum(measured.times), 3), **peak} if measured.times else {}

    def _result(self, name: str, outcomes: Sequence[Outcome], *, required: bool) -> CheckResult:
        failed = [o for o in outcomes if not o.ok and not o.not_run]
        not_run = next((o.not_run for o in outcomes if o.not_run), "")
        status = CheckStatus.FAIL if failed else CheckStatus.SKIPPED if not_run else CheckStatus.PASS
        ran = [] if status is CheckStatus.SKIPPED else [o for o in outcomes if not o.not_run]
        return CheckResult(
            name=name,
            status=status,
            required=required,
            ms=self._ms,
            reason=not_run if status is CheckStatus.SKIPPED else "",
            evidence="\n".join(o.evidence for o in _telling(failed)[:SHOWN]),
            findings=tuple(_finding(o.example) for o in failed),
            sandbox=self._sandbox if ran else "",
            executed=len(ran),
            passed=sum(o.ok for o in ran),
            metrics=self._metrics() if status is CheckStatus.PASS else {},
            data={"examples": [_entry(o) for o in outcomes], "stderr": self._measured.stderr},
        )


def _telling(failed: Sequence[Outcome]) -> list[Outcome]:
    """One of each kind of failure first, then the others."""
    first = {o.kind: o for o in reversed(failed)}
    distinct = [o for o in failed if first[o.kind] is o]
    return distinct + [o for o in failed if first[o.kind] is not o]


def _finding(example: Example) -> Finding:
    """Its text does not tell what the example gave, so that it keeps its id while the code changes."""
    source = "quality_checker" if example.origin == "proposed" else NAME
    severity = Severity.BLOCKER if example.origin == "user" else Severity.MAJOR
    text = f"does not hold: {example.text}"
    return Finding(rule="example", severity=severity, source=source, path="", text=text)


def _entry(outcome: Outcome) -> dict[str, object]:
    example = outcome.example
    return {
        "text": example.text,
        "origin": example.origin,
        "ok": outcome.ok,
        "evidence": outcome.not_run or outcome.evidence,
        "call": example.call,
        "got": outcome.got,
        "expected": example.expected if example.expected is not None else f"raises {example.raises}",
        "error": outcome.error,
        "traceback": list(outcome.traceback),
        "locals": dict(outcome.local),
        "printed": outcome.printed,
    }

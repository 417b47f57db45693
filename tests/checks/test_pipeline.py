"""The pipeline reports every check and fails closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.checks.pipeline import Pipeline, Subject
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Verdict

SUBJECT = Subject(Artifact.of([SourceFile(path="a.py", content="x = 1\n")]), "python")


@dataclass
class Scripted:
    """A check that does what its test says."""

    name: str
    act: Callable[[], Sequence[CheckResult]]
    required: bool = True
    needs: tuple[str, ...] = ()

    def run(self, subject: Subject) -> Sequence[CheckResult]:
        assert subject is SUBJECT
        return self.act()


def giving(name: str, status: CheckStatus) -> Callable[[], Sequence[CheckResult]]:
    return lambda: [CheckResult(name=name, status=status)]


def test_results_come_in_order_and_at_once() -> None:
    seen: list[str] = []
    checks = [Scripted(n, giving(n, CheckStatus.PASS)) for n in ("one", "two")]
    report = Pipeline(checks).run(SUBJECT, lambda result: seen.append(result.name))
    assert seen == ["one", "two"] == [r.name for r in report.results]
    assert report.artifact_hash == SUBJECT.artifact.hash
    assert report.verdict is Verdict.CHECKED


def test_a_check_that_crashes_has_failed() -> None:
    def crash() -> Sequence[CheckResult]:
        raise ZeroDivisionError("by zero")

    checks = [Scripted("odd", crash, required=False), Scripted("next", giving("next", CheckStatus.PASS))]
    report = Pipeline(checks).run(SUBJECT)
    assert report.verdict is Verdict.NOT_VERIFIED
    assert report.failed[0].evidence == "the check itself failed: ZeroDivisionError: by zero"
    assert report.results[1].status is CheckStatus.PASS


def test_a_check_that_takes_too_long_has_failed() -> None:
    enough = threading.Event()

    def wait() -> Sequence[CheckResult]:
        enough.wait(30)
        return []

    report = Pipeline([Scripted("slow", wait)], seconds=0.1).run(SUBJECT)
    enough.set()
    assert "did not end within" in report.failed[0].evidence


def test_a_check_without_a_result_proves_nothing() -> None:
    assert Pipeline([Scripted("mute", list)]).run(SUBJECT).verdict is Verdict.NOT_VERIFIED


def test_a_check_is_skipped_after_the_failure_of_one_it_needs() -> None:
    ran: list[str] = []

    def run() -> Sequence[CheckResult]:
        ran.append("second")
        return []

    checks = [Scripted("first", giving("first", CheckStatus.FAIL)), Scripted("second", run, needs=("first",))]
    report = Pipeline(checks).run(SUBJECT)
    assert (report.results[1].status, report.results[1].reason) == (CheckStatus.SKIPPED, "first failed")
    assert ran == []

"""The pipeline reports every check and fails closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from app.checks.pipeline import Pipeline, Subject
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Finding, Level, Severity, Verdict
from app.errors import AppError, ErrorKind

SUBJECT = Subject(Artifact.of([SourceFile(path="a.py", content="x = 1\n")]), "python")


@dataclass
class Scripted:
    """A check that does what its test says."""

    name: str
    act: Callable[[], Sequence[CheckResult]]
    required: bool = True
    needs: tuple[str, ...] = ()
    executes: bool = False
    edition: str = "1"

    def run(self, subject: Subject, stop: threading.Event) -> Sequence[CheckResult]:
        assert subject is SUBJECT
        return self.act()


def giving(name: str, status: CheckStatus) -> Callable[[], Sequence[CheckResult]]:
    return lambda: [CheckResult(name=name, status=status)]


def test_results_come_in_order_and_at_once() -> None:
    seen: list[str] = []
    checks = [Scripted(n, giving(n, CheckStatus.PASS)) for n in ("one", "two")]
    report = Pipeline(checks).run(SUBJECT, lambda result: seen.append(result.name))
    assert sorted(seen) == ["one", "two"]
    assert [r.name for r in report.results] == ["one", "two"]
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


def test_checks_that_read_run_side_by_side_and_those_that_execute_after_them() -> None:
    both, order = threading.Barrier(2, timeout=30), list[str]()

    def meet(name: str) -> Callable[[], Sequence[CheckResult]]:
        def act() -> Sequence[CheckResult]:
            both.wait()  # breaks unless the other one is running, too
            order.append(name)
            return [CheckResult(name=name, status=CheckStatus.PASS)]

        return act

    def last() -> Sequence[CheckResult]:
        order.append("run")
        return [CheckResult(name="run", status=CheckStatus.PASS)]

    checks = [Scripted("run", last, executes=True), Scripted("a", meet("a")), Scripted("b", meet("b"))]
    assert not Pipeline(checks).run(SUBJECT).failed
    assert order[-1] == "run"


def test_blocked_code_is_not_executed() -> None:
    harm = Finding(
        rule="wipe", severity=Severity.BLOCKER, source="scan", path="a.py", text="x", level=Level.BLOCK
    )
    found = CheckResult(name="security", status=CheckStatus.FAIL, findings=(harm,))
    ran: list[str] = []

    def run() -> Sequence[CheckResult]:
        ran.append("examples")
        return []

    checks = [Scripted("examples", run, executes=True), Scripted("security", lambda: [found])]
    report = Pipeline(checks).run(SUBJECT)
    skipped = next(r for r in report.results if r.name == "examples")
    assert (skipped.status, skipped.reason) == (CheckStatus.SKIPPED, "the code is blocked, so it is not run")
    assert (ran, report.level, report.verdict) == ([], Level.BLOCK, Verdict.NOT_VERIFIED)


def test_the_same_bytes_are_checked_once_and_again_by_a_new_edition() -> None:
    ran: list[str] = []

    def run() -> Sequence[CheckResult]:
        ran.append("ran")
        return [CheckResult(name="scan", status=CheckStatus.PASS)]

    check = Scripted("scan", run)
    pipeline = Pipeline([check])
    assert pipeline.run(SUBJECT) == pipeline.run(SUBJECT)
    assert len(ran) == 1
    check.edition = "2"
    pipeline.run(SUBJECT)
    assert len(ran) == 2


def test_a_check_that_crashed_is_tried_again() -> None:
    def crash() -> Sequence[CheckResult]:
        raise ZeroDivisionError

    check = Scripted("odd", crash)
    pipeline = Pipeline([check])
    assert pipeline.run(SUBJECT).failed
    check.act = giving("odd", CheckStatus.PASS)
    assert not pipeline.run(SUBJECT).failed


def test_a_stop_ends_the_checks_and_tells_them() -> None:
    stop, told, begun = threading.Event(), threading.Event(), threading.Event()

    @dataclass
    class Long(Scripted):
        def run(self, subject: Subject, stop: threading.Event) -> Sequence[CheckResult]:
            begun.set()
            if stop.wait(30):
                told.set()
            return []

    def ask_to_stop() -> None:
        begun.wait(30)
        stop.set()

    threading.Thread(target=ask_to_stop).start()
    with pytest.raises(AppError) as raised:
        Pipeline([Long("long", list)]).run(SUBJECT, stop=stop)
    assert raised.value.kind is ErrorKind.CANCELLED
    assert told.wait(30)

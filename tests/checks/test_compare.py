"""The optimised version is on probation."""

from __future__ import annotations

from typing import Any

import pytest

from app.checks.compare import compare
from app.domain.findings import CheckReport, CheckResult, CheckStatus, Finding, Severity

METRICS = {"code_lines": 50.0, "branches": 10.0, "longest_function": 20.0, "max_nesting": 3.0}


def finding(text: str, severity: Severity = Severity.MAJOR) -> Finding:
    return Finding(rule="r", severity=severity, source="lint", path="a.py", text=text)


def report(
    *,
    syntax: CheckStatus = CheckStatus.PASS,
    findings: tuple[Finding, ...] = (),
    held: tuple[str, ...] = ("f(1) == 1",),
    names: tuple[str, ...] = ("f",),
    example_ms: float = 40.0,
    **metrics: float,
) -> CheckReport:
    examples: dict[str, Any] = {
        "examples": [{"text": t, "ok": t in held} for t in ("f(1) == 1", "f(2) == 2")]
    }
    return CheckReport(
        artifact_hash="0" * 64,
        results=(
            CheckResult(name="syntax", status=syntax, findings=findings),
            CheckResult(
                name="metrics",
                status=CheckStatus.PASS,
                required=False,
                metrics=METRICS | metrics,
                data={"names": names},
            ),
            CheckResult(
                name="examples", status=CheckStatus.PASS, metrics={"example_ms": example_ms}, data=examples
            ),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (report(), report(code_lines=45), "better: lines of code 50 -> 45"),
        (report(), report(branches=9), "better: branches 10 -> 9"),
        (report(), report(longest_function=10), "better: lines in the longest function 20 -> 10"),
        (report(), report(example_ms=30), "better: examples 40 ms -> 30 ms"),
        (report(lint=4), report(lint=2), "better: lint findings 4 -> 2"),
        (report(example_kb=900), report(example_kb=300), "better: memory 900 KB -> 300 KB"),
        (report(findings=(finding("x"),)), report(), "better: findings 1 -> 0"),
    ],
)
def test_a_measurable_gain_without_a_loss_is_better(old: CheckReport, new: CheckReport, reason: str) -> None:
    result = compare(old, new)
    assert (result.better, result.reason, result.losses) == (True, reason, ())


@pytest.mark.parametrize(
    "new",
    [
        report(),
        report(example_kb=99),
        report(code_lines=46),
        report(example_ms=33),
        report(max_nesting=1),
        report(code_lines=60),
    ],
)
def test_no_measurable_gain_is_not_better(new: CheckReport) -> None:
    result = compare(report(), new)
    assert (result.better, result.reason) == (False, "rejected: nothing measurable got better")


def test_small_times_are_noise() -> None:
    assert not compare(report(example_ms=4), report(example_ms=1)).better
    assert compare(report(example_ms=1), report(example_ms=15, code_lines=5)).better


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (report(code_lines=5, syntax=CheckStatus.FAIL), "rejected: syntax passed before and does not now"),
        (report(code_lines=5, syntax=CheckStatus.SKIPPED), "rejected: syntax passed before and does not now"),
        (report(code_lines=5, held=("f(2) == 2",)), "rejected: f(1) == 1 held before and does not now"),
        (report(code_lines=5, names=()), "rejected: f is gone"),
        (report(code_lines=5, findings=(finding("eval"),)), "rejected: new finding: eval"),
        (report(code_lines=5, example_ms=90), "rejected: the examples take 90 ms instead of 40 ms"),
    ],
)
def test_any_loss_is_rejected_whatever_was_gained(new: CheckReport, reason: str) -> None:
    result = compare(report(), new)
    assert (result.better, result.reason) == (False, reason)
    assert result.gains


def test_a_version_that_does_something_else_is_no_improvement() -> None:
    result = compare(report(), report(code_lines=5), "f(3): the old one gives 3, the new one gives 4")
    assert result.reason == (
        "rejected: it does something else: f(3): the old one gives 3, the new one gives 4"
    )
    assert compare(report(), report(code_lines=5), "").better


def test_much_more_memory_is_a_loss() -> None:
    result = compare(report(example_kb=1000), report(example_kb=9000, code_lines=5))
    assert result.losses == ("the examples need 9000 KB of memory instead of 1000 KB",)


def test_a_new_minor_finding_is_no_loss() -> None:
    assert compare(report(), report(code_lines=5, findings=(finding("style", Severity.MINOR),))).better


def test_a_known_finding_is_no_new_one() -> None:
    old = report(findings=(finding("eval"), finding("x")))
    assert compare(old, report(findings=(finding("eval"),))).better

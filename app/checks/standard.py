"""The checks that every version of a run and every file of `check` goes through."""

from __future__ import annotations

from collections.abc import Collection

from app.checks.dependencies.check import DependenciesCheck
from app.checks.lint.check import LintCheck
from app.checks.lint.compiled import CompiledLintCheck
from app.checks.metrics import MetricsCheck
from app.checks.pipeline import Check
from app.checks.run_examples import ExamplesCheck
from app.checks.run_tests import TestsCheck
from app.checks.sandbox.base import Limits, Sandboxes
from app.checks.security.check import SecurityCheck
from app.checks.security.scanner import SecurityScanner
from app.checks.syntax import SyntaxCheck


def standard_checks(
    sandboxes: Sandboxes | None,
    limits: Limits,
    scanner: SecurityScanner,
    own: Collection[str] = (),
    *,
    own_tests_count: bool = False,
) -> list[Check]:
    """In the order in which a report lists them.

    sandboxes: None: nothing is executed or compiled. limits: of each execution. own: see `DependenciesCheck`.
    own_tests_count: as `own_count` of `TestsCheck`.
    """
    reading: list[Check] = [
        SyntaxCheck(),
        LintCheck(),
        SecurityCheck(scanner),
        DependenciesCheck(own),
        MetricsCheck(),
    ]
    if sandboxes is None:
        return reading
    tests = TestsCheck(sandboxes, own_count=own_tests_count)
    return [*reading, ExamplesCheck(sandboxes, limits), tests, CompiledLintCheck(sandboxes)]

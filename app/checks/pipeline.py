"""Runs the checks of a version one after the other and makes the report that its verdict stands on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from app.checks.examples import Example
from app.domain.artifacts import Artifact
from app.domain.findings import CheckReport, CheckResult, CheckStatus
from app.domain.runs import Language

CHECK_SECONDS = 120.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subject:
    """What is checked. examples: the user's and those of the requirements; proposed: those of agents."""

    artifact: Artifact
    language: Language
    examples: tuple[Example, ...] = ()
    proposed: tuple[Example, ...] = ()


class Check(Protocol):
    """One kind of check.

    name: of its (first) result. required: whether a failure keeps the version from passing.
    needs: names of checks without whose success this one has no point.
    """

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def needs(self) -> tuple[str, ...]: ...

    def run(self, subject: Subject) -> Sequence[CheckResult]:
        """Examine; blocks. Bad code is a result; an exception means that the check itself failed."""
        ...


class Pipeline:
    """Checks in order. seconds: how long one check may take before it counts as failed."""

    def __init__(self, checks: Sequence[Check], seconds: float = CHECK_SECONDS) -> None:
        self._checks = tuple(checks)
        self._seconds = seconds

    def run(
        self,
        subject: Subject,
        on_result: Callable[[CheckResult], None] | None = None,
    ) -> CheckReport:
        """Blocks; call it in a thread. on_result gets each result as soon as there is one."""
        results: list[CheckResult] = []
        for check in self._checks:
            lacking = [r.name for r in results if r.name in check.needs and r.status is CheckStatus.FAIL]
            found = [_pointless(check, lacking[0])] if lacking else self._guarded(check, subject)
            results += found
            if on_result:
                for result in found:
                    on_result(result)
        return CheckReport(artifact_hash=subject.artifact.hash, results=tuple(results))

    def _guarded(self, check: Check, subject: Subject) -> list[CheckResult]:
        """The check's results, or a failure where it crashes or takes too long: never silence."""
        pool = ThreadPoolExecutor(1, thread_name_prefix=f"check-{check.name}")
        start = time.monotonic()
        future: Future[Sequence[CheckResult]] = pool.submit(check.run, subject)
        try:
            error = future.exception(self._seconds)
        except TimeoutError:
            return [_broken(check, f"it did not end within {self._seconds:.0f} s", start)]
        finally:
            pool.shutdown(wait=False)
        if error is not None:
            log.error("check %s crashed", check.name, exc_info=error)
            return [_broken(check, f"{type(error).__name__}: {error}", start)]
        return list(future.result())


def _pointless(check: Check, failed: str) -> CheckResult:
    return CheckResult(
        name=check.name,
        status=CheckStatus.SKIPPED,
        required=check.required,
        reason=f"{failed} failed",
    )


def _broken(check: Check, why: str, start: float) -> CheckResult:
    """Fails whether the check is required or not: unknown must never look like passed."""
    return CheckResult(
        name=check.name,
        status=CheckStatus.FAIL,
        required=True,
        ms=round((time.monotonic() - start) * 1000),
        evidence=f"the check itself failed: {why}",
    )

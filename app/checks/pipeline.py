"""Runs the checks of a version and makes the report that its verdict stands on."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final, Protocol

from app.checks.examples import Example
from app.checks.sandbox.base import NEVER
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckReport, CheckResult, CheckStatus, Level
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

CHECK_SECONDS = 120.0
KEPT_RESULTS: Final = 256
LOOK_SECONDS: Final = 0.1
BROKEN: Final = "check_broken"  # in the data of a result that tells of the check, not of the code

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subject:
    """What is checked.

    examples: the user's and those of the requirements. proposed: those of agents. tests: the user's own
    test files, which belong to no version.
    """

    artifact: Artifact
    language: Language
    examples: tuple[Example, ...] = ()
    proposed: tuple[Example, ...] = ()
    tests: tuple[SourceFile, ...] = ()

    @property
    def key(self) -> Hashable:
        """Equal for subjects whose checks give the same results."""
        return *self.text_key, self.examples, self.proposed

    @property
    def text_key(self) -> tuple[Hashable, ...]:
        """The same for checks that only read."""
        return self.artifact.hash, self.language, tuple((t.path, t.sha256) for t in self.tests)


class Check(Protocol):
    """One kind of check.

    name: of its (first) result. required: whether a failure keeps the version from passing.
    needs: names of checks without whose success this one has no point.
    executes: whether it runs the code, which is never done with code that is blocked.
    edition: changes whenever the same files may give another result, e.g. with a new rule pack.
    """

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def executes(self) -> bool: ...
    @property
    def edition(self) -> str: ...

    def run(self, subject: Subject, stop: threading.Event) -> Sequence[CheckResult]:
        """Examine; blocks. Bad code is a result; an exception means that the check itself failed.

        stop: once set, end soon; what is returned then does not matter.
        """
        ...


OnResult = Callable[[CheckResult], None]


class Pipeline:
    """Checks that only read run side by side, then those that execute, one after the other.

    seconds: how long one check may take before it counts as failed. Results are kept by content, so that
    the same bytes are not checked twice.
    """

    def __init__(self, checks: Sequence[Check], seconds: float = CHECK_SECONDS) -> None:
        self._checks = [*(c for c in checks if not c.executes), *(c for c in checks if c.executes)]
        self._seconds = seconds
        self._kept: OrderedDict[Hashable, list[CheckResult]] = OrderedDict()
        self._lock = threading.Lock()

    def run(
        self, subject: Subject, on_result: OnResult | None = None, stop: threading.Event = NEVER
    ) -> CheckReport:
        """Blocks; call it in a thread. on_result gets each result as soon as there is one.

        Raises AppError(cancelled) once `stop` is set.
        """
        done: dict[str, list[CheckResult]] = {}
        for group in self._groups():
            for check, found in self._group(group, subject, done, stop):
                done[check.name] = found
                if on_result:
                    for result in found:
                        on_result(result)
        results = tuple(result for check in self._checks for result in done[check.name])
        return CheckReport(artifact_hash=subject.artifact.hash, results=results)

    def _groups(self) -> Iterator[list[Check]]:
        """Who only reads goes first, who needs another's result after that, who executes by itself."""
        reading = [c for c in self._checks if not c.executes]
        yield [c for c in reading if not c.needs]
        yield [c for c in reading if c.needs]
        yield from ([c] for c in self._checks if c.executes)

    def _group(
        self,
        checks: Sequence[Check],
        subject: Subject,
        done: dict[str, list[CheckResult]],
        stop: threading.Event,
    ) -> Iterator[tuple[Check, list[CheckResult]]]:
        """The results of checks that run at the same time, in the order in which they end."""
        running: dict[Future[list[CheckResult]], Check] = {}
        start, enough = time.monotonic(), threading.Event()
        pool = ThreadPoolExecutor(max(len(checks), 1), thread_name_prefix="check")
        try:
            for check in checks:
                found = _pointless(check, done) or self._recalled(check, subject)
                if found:
                    yield check, found
                else:
                    running[pool.submit(_examine, check, subject, enough)] = check
            while running:
                ended, _ = wait(running, LOOK_SECONDS, FIRST_COMPLETED)
                if stop.is_set():
                    raise AppError(ErrorKind.CANCELLED, "The checks were stopped.")
                for future in ended:
                    check = running.pop(future)
                    yield check, self._keep(check, subject, _outcome(check, future, start))
                if time.monotonic() - start > self._seconds:
                    for check in running.values():
                        yield check, [_broken(check, f"it did not end within {self._seconds:.0f} s", start)]
                    return
        finally:
            enough.set()
            pool.shutdown(wait=False)

    def _recalled(self, check: Check, subject: Subject) -> list[CheckResult]:
        """The results of an earlier run on the same bytes; empty where there was none."""
        with self._lock:
            return self._kept.get(_key(check, subject), [])

    def _keep(self, check: Check, subject: Subject, found: list[CheckResult]) -> list[CheckResult]:
        if not any(r.data.get(BROKEN) for r in found):
            with self._lock:
                self._kept[_key(check, subject)] = found
                while len(self._kept) > KEPT_RESULTS:
                    self._kept.popitem(last=False)
        return found


def _key(check: Check, subject: Subject) -> Hashable:
    return check.name, check.edition, subject.key if check.executes else subject.text_key


def _examine(check: Check, subject: Subject, stop: threading.Event) -> list[CheckResult]:
    return list(check.run(subject, stop))


def _outcome(check: Check, future: Future[list[CheckResult]], start: float) -> list[CheckResult]:
    """The check's results, or a failure where it crashed: never silence."""
    error = future.exception()
    if error is None:
        return future.result()
    log.error("check %s crashed", check.name, exc_info=error)
    return [_broken(check, f"{type(error).__name__}: {error}", start)]


def _pointless(check: Check, done: dict[str, list[CheckResult]]) -> list[CheckResult]:
    """A skipped result where an earlier one leaves nothing to do; empty otherwise."""
    earlier = [result for found in done.values() for result in found]
    failed = [r.name for r in earlier if r.name in check.needs and r.status is CheckStatus.FAIL]
    reason = f"{failed[0]} failed" if failed else ""
    if check.executes and any(f.level is Level.BLOCK for r in earlier for f in r.findings):
        reason = "the code is blocked, so it is not run"
    if not reason:
        return []
    return [CheckResult(name=check.name, status=CheckStatus.SKIPPED, required=check.required, reason=reason)]


def _broken(check: Check, why: str, start: float) -> CheckResult:
    """Fails whether the check is required or not: unknown must never look like passed."""
    return CheckResult(
        name=check.name,
        status=CheckStatus.FAIL,
        required=True,
        ms=round((time.monotonic() - start) * 1000),
        evidence=f"the check itself failed: {why}",
        data={BROKEN: True},
    )

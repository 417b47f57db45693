"""Runs calls in as few processes as possible: one that crashes or hangs is left out of the next."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from app.checks.harness.base import Facts, Harness
from app.checks.sandbox.base import Execution, Executor, Limits

COMPILER_LINES = 6
PRINTED = 2_000  # characters kept of what the program printed during one call
PRINTED_IN_ALL = 10_000


@dataclass(frozen=True)
class Report:
    """What one process told. results: by call. twice: calls reported more than once. printed: by call, what
    the program itself printed meanwhile.
    """

    results: dict[int, Facts]
    twice: set[int]
    started: int | None
    times: list[list[float]]
    peak_kb: float | None
    printed: dict[int, str]

    @classmethod
    def read(cls, stdout: str, nonce: str) -> Report:
        lines = [facts for line in stdout.splitlines() if (facts := _facts(line, nonce))]
        results = [facts for facts in lines if "id" in facts]
        counts = Counter(facts["id"] for facts in results)
        no_times: list[list[float]] = []
        return cls(
            results={facts["id"]: facts for facts in results},
            twice={number for number, count in counts.items() if count > 1},
            started=next((facts["start"] for facts in reversed(lines) if "start" in facts), None),
            times=next((facts["times"] for facts in lines if "times" in facts), no_times),
            peak_kb=next((facts["peak_kb"] for facts in lines if "peak_kb" in facts), None),
            printed=_printed(stdout, nonce),
        )


def _printed(stdout: str, nonce: str) -> dict[int, str]:
    """What stands between the line that begins a call and the next line of the report."""
    _, *pieces = re.split(rf"\n({nonce} [^\n]*)\n", stdout)
    printed: dict[int, str] = {}
    for line, text in zip(pieces[::2], pieces[1::2], strict=True):
        started = _facts(line, nonce).get("start")
        if started is not None and text:
            printed.setdefault(started, text)
    return printed


def clipped(text: str, limit: int) -> str:
    """The beginning of a text, and how much more there was."""
    return text if len(text) <= limit else f"{text[:limit]}\n[{len(text) - limit} characters left out]"


def _facts(line: str, nonce: str) -> Facts:
    """What a line of the report says; empty for what the program itself printed."""
    if not line.startswith(f"{nonce} "):
        return {}
    try:
        facts = json.loads(line[len(nonce) :])
    except ValueError:
        return {}
    return cast("Facts", facts) if isinstance(facts, dict) and _has_shape(cast("Facts", facts)) else {}


def _has_shape(facts: Facts) -> bool:
    """Whether the parts that are relied on have their types: the code may write lines of its own."""
    kinds = (
        ("id", int),
        ("start", int),
        ("raised", list),
        ("times", list),
        ("frames", list),
        ("peak_kb", float),
    )
    right = all(isinstance(facts[name], kind) for name, kind in kinds if name in facts)
    return right and facts.get("raised") != [] and all(isinstance(f, dict) for f in facts.get("frames", ()))


@dataclass
class Rounds:
    """Makes the calls of a harness.

    facts: what each gave. silent: why the others gave nothing, in words that follow the call.
    times: best milliseconds for each call, in their order; empty where one did not end well.
    peak_kb: the most memory in use at a time, KB; None where it was not measured.
    printed: what the program itself printed during each call, within bounds. stderr: the end of what it
        wrote there in its last process.
    """

    harness: Harness
    executor: Executor
    limits: Limits
    facts: dict[int, Facts] = field(default_factory=dict[int, Facts])
    silent: dict[int, str] = field(default_factory=dict[int, str])
    times: list[float] = field(default_factory=list[float])
    peak_kb: float | None = None
    printed: dict[int, str] = field(default_factory=dict[int, str])
    stderr: str = ""

    def run(self, ids: Sequence[int], budget: float, stop: threading.Event) -> None:
        """budget: seconds for all processes together. Raises AppError(internal) from the sandbox."""
        deadline = time.monotonic() + budget
        pending = list(ids)
        while pending:
            if time.monotonic() > deadline or stop.is_set():
                self._hush(pending, f"was not run: the examples took more than {budget:.0f} s")
                return
            pending = self._round(pending, len(pending) == len(ids), stop)

    def _round(self, pending: list[int], whole: bool, stop: threading.Event) -> list[int]:
        """One process for all pending calls; those that still have no facts afterwards."""
        nonce = secrets.token_hex(16)
        execution = self.executor.run(self.harness.program(pending, nonce), self.limits, stop)
        if not execution.built:
            return self._after_compiler(pending, execution)
        report = Report.read(execution.stdout, nonce)
        for number in set(pending) & report.results.keys():
            self.facts[number] = report.results[number]
        self._keep_printed(report, execution)
        twice = [n for n in pending if n in report.twice]
        self._hush(twice, "was reported twice: the code tampers with the check")
        left = [n for n in pending if n not in self.facts and n not in self.silent]
        if not left and report.times and whole:
            self.times = [min(column) for column in zip(*report.times, strict=True)]
            self.peak_kb = report.peak_kb
        return self._after_crash(left, report.started, execution)

    def _keep_printed(self, report: Report, execution: Execution) -> None:
        self.stderr = execution.stderr.strip()[-PRINTED:]
        left = PRINTED_IN_ALL - sum(map(len, self.printed.values()))
        for number, text in report.printed.items():
            if left > 0:
                self.printed[number] = clipped(text, min(PRINTED, left))
                left -= len(self.printed[number])

    def _after_compiler(self, pending: list[int], execution: Execution) -> list[int]:
        guilty = self.harness.culprits(execution)
        culprits = [n for n in pending if n in guilty]
        said = "\n".join(execution.stderr.strip().splitlines()[:COMPILER_LINES])
        why = "does not fit the code" if culprits else "was not run: the program could not be compiled"
        self._hush(culprits or pending, f"{why}: {said}")
        return [n for n in pending if n not in self.silent]

    def _after_crash(self, left: list[int], started: int | None, execution: Execution) -> list[int]:
        """Blame the call that was being made; all of them where none was started, or an unknown one."""
        blamed = [n for n in left if n == started]
        what = "gave nothing" if blamed else "was not reached"
        last = execution.stderr.strip().splitlines()[-1:] if execution.exit_code > 0 else []
        self._hush(blamed or left, " ".join([f"{what}: the program {execution.ending}", *last]))
        return [n for n in left if n not in self.silent]

    def _hush(self, numbers: Sequence[int], why: str) -> None:
        for number in numbers:
            self.facts.pop(number, None)
            self.silent[number] = why

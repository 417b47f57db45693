"""Marks answers: what is read out of them, and what the code does in the sandbox."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.agents.parsing import parse_answer
from app.agents.quality_checker import MAX_LINES, parse_proposed
from app.checks import values
from app.checks.examples import Example, parse_example
from app.checks.pipeline import Pipeline, Subject
from app.checks.run_examples import NAME
from app.checks.sandbox.base import Sandboxes
from app.domain.artifacts import Artifact
from app.domain.findings import CheckReport, CheckResult, CheckStatus
from app.models.asking import Answer

LANGUAGE: Final = "python"  # the one language that every machine with the program runs
_PATH_MISSING: Final = "the path was missing"


@dataclass(frozen=True)
class Mark:
    """What an answer is worth. readable: files were found in it; clean: without putting anything right.

    words: the outcome for people.
    """

    readable: bool
    clean: bool
    solved: bool
    words: str


class Marker:
    """Runs answers through the checks that every version of a run goes through."""

    def __init__(self, pipeline: Pipeline, sandboxes: Sandboxes) -> None:
        self._pipeline = pipeline
        self._sandboxes = sandboxes

    @property
    def can_run(self) -> bool:
        """Whether answers can be executed here."""
        return self._sandboxes.choose(LANGUAGE) is not None

    async def get_ready(self) -> None:
        """What the sandbox does slowly once, so that it is in nobody's time."""
        if executor := self._sandboxes.choose(LANGUAGE):
            await asyncio.to_thread(executor.warm_up)

    async def report(self, artifact: Artifact, examples: Sequence[Example]) -> CheckReport:
        """The checks of a version."""
        stop = threading.Event()
        subject = Subject(artifact, LANGUAGE, tuple(examples))
        try:
            return await asyncio.to_thread(self._pipeline.run, subject, None, stop)
        finally:
            stop.set()

    async def mark(
        self,
        answer: Answer,
        examples: Sequence[Example],
        current: Artifact | None = None,
        *,
        pathless: bool = False,
    ) -> Mark:
        """current: the files that the answer changes. pathless: no path was asked for."""
        parsed = parse_answer(answer.text, LANGUAGE, current, cut=answer.finish == "length")
        if parsed.artifact is None or parsed.problem:
            return Mark(False, False, False, parsed.problem or "There was no file in the answer.")
        artifact = current.merged(parsed.artifact) if current else parsed.artifact
        report = await self.report(artifact, examples)
        result = next((r for r in report.results if r.name == NAME), None)
        solved = not report.failed and result is not None and result.status is CheckStatus.PASS
        mended = [m for m in parsed.mended if not (pathless and m.startswith(_PATH_MISSING))]
        return Mark(True, not mended, solved, f"{_reading(mended)} {_running(report, result)}")


def foretold(example: Example, answer: str) -> bool:
    """Whether the last example in an answer that is of the same call expects the same."""
    for text in reversed(parse_proposed(answer, LANGUAGE, limit=MAX_LINES)):
        again = parse_example(text, "proposed", LANGUAGE)
        if again.key == example.key:
            return _value(again) is not None and values.same(_value(again), _value(example))
    return False


def _value(example: Example) -> object:
    try:
        return values.literal(example.expected or "")
    except ValueError:
        return None


def _reading(mended: Sequence[str]) -> str:
    return f"Put right: {'; '.join(mended)}." if mended else "Read as it was."


def _running(report: CheckReport, result: CheckResult | None) -> str:
    if result is None or not result.executed:
        failed = ", ".join(r.name for r in report.failed)
        return f"Not run: {failed or (result.reason if result else 'no check of examples')}."
    evidence = "" if result.passed == result.executed else f"\n{result.evidence}"
    return f"{result.passed} of {result.executed} examples hold.{evidence}"
